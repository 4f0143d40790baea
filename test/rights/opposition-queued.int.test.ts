import type { Bundle, Communication, Consent } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { eachOf } from '../support/each.ts'
import { letterOf, ownPersons } from '../support/letters.ts'
import { INS_TEST, qualifiedPatient } from '../support/persons.ts'
import { completeFlow, eventually, exchange, flowsOf, getJson, mailsOf, readSandbox, token } from '../support/sandbox.ts'
import { consent } from '../support/support-requests.ts'
import { Vendor } from '../support/vendor.ts'

const QUEUED = 100
const AT_ONCE = 10
/** A hundred stored one after the other, beside what else is tested. */
const LONGEST_MS = 600_000

// The person opposes while a hundred mails about her wait in their lane.

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
const dac = await Vendor.of(sandbox, 'dac')

describe('an opposition recorded while deliveries are queued', () => {
  let patient: string
  let opposition: Consent & { id: string }
  const turn = Date.now().toString(36)
  const person = ownPersons()
  const to = `file.${turn}@test.mssante.fr`
  const letter = (name: string) => letterOf({ controlId: `OPP-${turn}-${name}`, person, body: 'N1', to: [to], flags: { DESTMSSANTEPS: 'Y' } })

  const send = async (name: string): Promise<string> => {
    expect(await exchange(sandbox.mllp, letter(name).bytes)).toMatch(/MSA\|AA/)
    return `OPP-${turn}-${name}`
  }
  const lanes = async (way: 'park' | 'resume'): Promise<unknown> => {
    const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ recipient: to, person: patient, reason: 'essai' })
    return (await fetch(`${sandbox.http}/monitor/api/lanes/${way}`, { method: 'POST', headers, body })).json()
  }
  const decided = async (): Promise<{ rule: string; level: string }[]> =>
    (
      await getJson<{ items: { rule: string; level: string }[] }>(
        `${sandbox.http}/monitor/api/decisions?${new URLSearchParams({ recipient: to, limit: '500' })}`,
        operator,
      )
    ).items

  beforeAll(async () => {
    await completeFlow(sandbox, operator, await send('first'))
    const { ins } = letter('first')
    patient = `Patient/${(await dac.create(qualifiedPatient(ins), `identifier=${INS_TEST}|${ins}`)).id}`
  })

  it(
    'once it is answered none leaves; each has its decision, each mail its Communication stopped',
    async () => {
      expect(await lanes('park')).toMatchObject({ parked: true })
      const names = Array.from({ length: QUEUED }, (_, n) => String(n))
      const sent = await eachOf(names, AT_ONCE, send)
      await eventually('all are planned', async () => ((await decided()).length >= QUEUED + 1 ? true : undefined), LONGEST_MS)
      opposition = await dac.create<Consent>(consent(patient, 'opposition', dac.structure))
      expect(await lanes('resume')).toMatchObject({ resumed: true })
      await eventually(
        'all are stopped',
        async () => ((await decided()).filter(({ rule, level }) => rule === 'consent.opposed' && level === 'aucun').length === QUEUED ? true : undefined),
        LONGEST_MS,
      )
      for (const controlId of sent) await completeFlow(sandbox, operator, controlId)
      expect(await mailsOf(sandbox, to)).toHaveLength(1)
      const stopped = await getJson<Bundle<Communication>>(`${sandbox.hapi}/Communication?subject=${patient}&status=stopped&_summary=count`)
      expect(stopped.total).toBe(QUEUED)
    },
    3 * LONGEST_MS,
  )

  it('withdrawn, new ones go through and the missed ones stay', async () => {
    const provision = { ...opposition.provision, period: { ...opposition.provision?.period, end: new Date().toISOString() } }
    const current = await dac.read<Consent>(`Consent/${opposition.id}`)
    expect((await dac.put<Consent>({ ...current, status: 'inactive', provision } as Consent)).status).toBe(200)
    await completeFlow(sandbox, operator, await send('after'))
    expect(await mailsOf(sandbox, to)).toHaveLength(2)
    expect((await flowsOf(sandbox, operator, `OPP-${turn}-0`))[0]?.status).toBe('complete')
  })
})
