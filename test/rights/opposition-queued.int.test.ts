import type { Bundle, Communication, Consent } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { eachOf } from '../support/each.ts'
import { letterOf, ownPersons } from '../support/letters.ts'
import { INS_TEST, qualifiedPatient } from '../support/persons.ts'
import { completeFlow, eventually, exchange, flowsOf, getJson, mailsOf, readSandbox, token } from '../support/sandbox.ts'
import { consent } from '../support/support-requests.ts'
import { Vendor } from '../support/vendor.ts'

/** Each to five mailboxes: letters of one person are stored one after the other, and it is their deliveries that wait. */
const LETTERS = 20
const MAILBOXES = ['un', 'deux', 'trois', 'quatre', 'cinq']
const QUEUED = LETTERS * MAILBOXES.length
const AT_ONCE = 10
/** Stored one after the other, beside what else is tested. */
const LONGEST_MS = 600_000

// The person opposes while a hundred mails about her wait in their lanes.

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
const dac = await Vendor.of(sandbox, 'dac')

describe('an opposition recorded while deliveries are queued', () => {
  let patient: string
  let opposition: Consent & { id: string }
  const turn = Date.now().toString(36)
  const person = ownPersons()
  const to = MAILBOXES.map(name => `file.${name}.${turn}@test.mssante.fr`)
  const letter = (name: string) => letterOf({ controlId: `OPP-${turn}-${name}`, person, body: 'N1', to, flags: { DESTMSSANTEPS: 'Y' } })

  const send = async (name: string): Promise<string> => {
    expect(await exchange(sandbox.mllp, letter(name).bytes)).toMatch(/MSA\|AA/)
    return `OPP-${turn}-${name}`
  }
  /** Of each mailbox. */
  const lanes = (way: 'park' | 'resume'): Promise<unknown[]> =>
    eachOf(to, AT_ONCE, async recipient => {
      const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ recipient, person: patient, reason: 'essai' })
      return (await fetch(`${sandbox.http}/monitor/api/lanes/${way}`, { method: 'POST', headers, body })).json()
    })
  const decided = async (): Promise<{ rule: string; level: string }[]> => {
    const pages = await eachOf(to, AT_ONCE, recipient =>
      getJson<{ items: { rule: string; level: string }[] }>(
        `${sandbox.http}/monitor/api/decisions?${new URLSearchParams({ recipient, limit: '500' })}`,
        operator,
      ),
    )
    return pages.flatMap(({ items }) => items)
  }
  const mails = (): Promise<number[]> => eachOf(to, AT_ONCE, async one => (await mailsOf(sandbox, one)).length)

  beforeAll(async () => {
    await completeFlow(sandbox, operator, await send('first'))
    const { ins } = letter('first')
    patient = `Patient/${(await dac.create(qualifiedPatient(ins), `identifier=${INS_TEST}|${ins}`)).id}`
  })

  it(
    'once it is answered none leaves; each has its decision, each mail its Communication stopped',
    async () => {
      expect(await lanes('park')).toMatchObject(MAILBOXES.map(() => ({ parked: true })))
      const names = Array.from({ length: LETTERS }, (_, n) => String(n))
      const sent = await eachOf(names, AT_ONCE, send)
      await eventually('all are planned', async () => ((await decided()).length >= QUEUED + MAILBOXES.length ? true : undefined), LONGEST_MS)
      opposition = await dac.create<Consent>(consent(patient, 'opposition', dac.structure))
      expect(await lanes('resume')).toMatchObject(MAILBOXES.map(() => ({ resumed: true })))
      await eventually(
        'all are stopped',
        async () => ((await decided()).filter(({ rule, level }) => rule === 'consent.opposed' && level === 'aucun').length === QUEUED ? true : undefined),
        LONGEST_MS,
      )
      for (const controlId of sent) await completeFlow(sandbox, operator, controlId)
      expect(await mails()).toEqual(MAILBOXES.map(() => 1))
      const stopped = `${sandbox.hapi}/Communication?subject=${patient}&status=stopped&_summary=count`
      await eventually('each Communication is stopped', async () => ((await getJson<Bundle<Communication>>(stopped)).total === QUEUED ? true : undefined))
    },
    3 * LONGEST_MS,
  )

  it('withdrawn, new ones go through and the missed ones stay', async () => {
    const provision = { ...opposition.provision, period: { ...opposition.provision?.period, end: new Date().toISOString() } }
    const current = await dac.read<Consent>(`Consent/${opposition.id}`)
    expect((await dac.put<Consent>({ ...current, status: 'inactive', provision } as Consent)).status).toBe(200)
    await completeFlow(sandbox, operator, await send('after'))
    expect(await mails()).toEqual(MAILBOXES.map(() => 2))
    expect((await flowsOf(sandbox, operator, `OPP-${turn}-0`))[0]?.status).toBe('complete')
  })
})
