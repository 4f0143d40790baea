import type { CarePlan, CareTeam } from 'fhir/r4.js'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { HubConfig } from '../../../../gateway/config.ts'
import { nextDigest } from '../../../../gateway/fanout/members/daily.ts'
import { EXTENSION } from '../../../../profiles/canonicals.ts'
import { planOf, visit } from '../../../support/care.ts'
import { newPerson } from '../../../support/care-house.ts'
import { atLevel, professionalOf } from '../../../support/members.ts'
import { eventually, getJson, mailsOf, readSandbox, type SandboxFile, token } from '../../../support/sandbox.ts'
import { circle, consent } from '../../../support/support-requests.ts'
import { Vendor } from '../../../support/vendor.ts'

// A plan is published: each member of the circle on the running stack hears of it at his level, on the channel he has, and each has his decision.

const dataDir = process.env['HUB_DATA_DIR']

type Entry = NonNullable<CareTeam['participant']>[number]

/** What each member chose, as an extension of his entry. */
const choosing =
  (choices: Record<string, { url: string; valueCode: string }>) =>
  (one: Entry): Entry => {
    const choice = choices[one.member?.reference ?? '']
    return choice === undefined ? one : { ...one, extension: [choice] }
  }

describe('the members of a circle', () => {
  let sandbox: SandboxFile
  let ledger: pg.Client
  let dac: Vendor
  let gp: Vendor
  let cpts: Vendor
  let patient: string
  const run = crypto.randomUUID().slice(0, 8)
  const mailbox = (name: string): string => `${name}.${run}@test.mssante.fr`

  beforeAll(async () => {
    sandbox = readSandbox(dataDir)
    ledger = new pg.Client({ connectionString: sandbox.postgres })
    await ledger.connect()
    dac = await Vendor.of(sandbox, 'dac')
    gp = await Vendor.of(sandbox, 'gp-portal')
    cpts = await Vendor.of(sandbox, 'cpts')
  })
  afterAll(() => ledger.end())
  /** What is looked at while it waits for six o'clock must not leave meanwhile: whoever begins just before lets it strike. */
  beforeEach(async () => {
    const left = nextDigest({ limits: { digestAt: '18:00' } as HubConfig['limits'] }, new Date()).getTime() - Date.now()
    if (left < 180_000) await new Promise(resolve => setTimeout(resolve, left + 1000))
  })

  const professional = async (address?: string): Promise<string> => (await professionalOf(gp, { address })).role

  const rowsOf = async (plan: string): Promise<{ recipient: string; action: string; level: string; rule: string }[]> => {
    const { rows } = await ledger.query<{ recipient: string; action: string; level: string; rule: string }>(
      `select c.recipient, d.action, c.level, c.rule, c.basis->'mailbox'->>'fallback' as fallback from decision c join delivery d on d.id = c.delivery_id join event e on e.id = c.event_id
       where c.channel = 'mssante' and c.moment = 'plan' and e.type = 'pps.publie' and e.resources[1] like $1 || '/%'`,
      [plan],
    )
    return rows
  }

  it('hear of a plan by mail at their level, once; who cannot be reached has his reason', async () => {
    const { patient: person, ifNoneExist } = newPerson()
    patient = `Patient/${(await dac.create(person, ifNoneExist)).id}`
    await dac.create(consent(patient, 'information', dac.structure))
    const [doctor, helper, silent] = [await professional(mailbox('dr')), await professional(mailbox('aide')), await professional()]
    const team: CareTeam = circle(patient, dac.structure, [
      { member: dac.structure },
      { member: doctor },
      { member: helper },
      { member: silent },
      { member: cpts.structure },
    ])
    team.participant = (team.participant ?? []).map(one => (one.member?.reference === helper ? atLevel('minimal', one) : one))
    const { id } = await dac.create(team)
    const plan = await dac.create<CarePlan>(
      planOf(patient, { author: { reference: dac.structure }, careTeam: [{ reference: `CareTeam/${id}` }], activity: [visit('mon', dac.structure)] }),
    )
    const rows = await eventually('the decisions', async () => {
      const found = await rowsOf(`CarePlan/${plan.id}`)
      return found.length > 0 ? found : undefined
    })
    expect(rows.sort((left, right) => (left.recipient < right.recipient ? -1 : 1))).toEqual(
      [
        { recipient: cpts.structure, action: cpts.structure, level: 'aucun', rule: 'subscription.none', fallback: 'portal' },
        { recipient: silent, action: silent, level: 'aucun', rule: 'mailbox.none', fallback: 'portal' },
        { recipient: mailbox('aide'), action: helper, level: 'minimal', rule: 'circle.member', fallback: null },
        { recipient: mailbox('dr'), action: doctor, level: 'complet', rule: 'circle.member', fallback: null },
      ].sort((left, right) => (left.recipient < right.recipient ? -1 : 1)),
    )
    const textOf = async (address: string): Promise<string> =>
      eventually(`a mail for ${address}`, async () => {
        const mails = await mailsOf(sandbox, address)
        return mails.length > 0 ? mails.map(String).join('') : undefined
      })
    expect(await textOf(mailbox('dr'))).toMatch(/plan personnalis/)
    expect(await textOf(mailbox('aide'))).toMatch(/Un changement est intervenu/)
    expect(await mailsOf(sandbox, mailbox('dr'))).toHaveLength(1)
  })

  it('hear once a day where they want it so, of everything in one mail; and not of what they do not want', async () => {
    const { patient: person, ifNoneExist } = newPerson()
    const of = `Patient/${(await dac.create(person, ifNoneExist)).id}`
    await dac.create(consent(of, 'information', dac.structure))
    const [daily, narrowed] = [await professional(mailbox('soir')), await professional(mailbox('moins'))]
    const team = circle(of, dac.structure, [{ member: dac.structure }, { member: daily }, { member: narrowed }])
    const choices = {
      [daily]: { url: EXTENSION.rhythm, valueCode: 'quotidien' },
      [narrowed]: { url: EXTENSION.unwantedEvent, valueCode: 'pps.publie' },
    }
    team.participant = (team.participant ?? []).map(choosing(choices))
    const { id } = await dac.create(team)
    const plan = await dac.create<CarePlan>(
      planOf(of, { author: { reference: dac.structure }, careTeam: [{ reference: `CareTeam/${id}` }], activity: [visit('mon', dac.structure)] }),
    )
    expect((await dac.put({ ...(await dac.read<CarePlan>(`CarePlan/${plan.id}`)), title: 'Un plan revu' })).status).toBe(200)
    const lane = await eventually('both editions in the lane of the evening', async () => {
      const { rows } = await ledger.query<{ lane_key: string; due_at: Date; ids: string[] }>(
        `select d.lane_key, l.due_at, array_agg(d.id) as ids from delivery d join lane l on l.key = d.lane_key where d.member = $1 and d.status = 'planned' group by 1, 2 having count(*) = 2`,
        [daily],
      )
      return rows[0]
    })
    expect(new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', timeStyle: 'short' }).format(lane.due_at)).toBe('18:00')
    expect(await mailsOf(sandbox, mailbox('soir'))).toEqual([])
    // It is six o'clock.
    await ledger.query('update lane set due_at = clock_timestamp() where key = $1', [lane.lane_key])
    await eventually('both delivered', async () => {
      const { rowCount } = await ledger.query("select from delivery where id = any($1) and status = 'delivered'", [lane.ids])
      return rowCount === 2 ? true : undefined
    })
    const mails = await mailsOf(sandbox, mailbox('soir'))
    expect(mails).toHaveLength(1)
    expect(String(mails[0]).match(/plan personnalis/g)).toHaveLength(2)
    const { rows } = await ledger.query("select from delivery where member = $1 and channel = 'mssante'", [narrowed])
    expect(rows).toEqual([])
  })

  it('`why` says what a member chose, and what came between the plan and the hour at which he is told', async () => {
    const { patient: person, ifNoneExist } = newPerson()
    const of = `Patient/${(await dac.create(person, ifNoneExist)).id}`
    await dac.create(consent(of, 'information', dac.structure))
    const [daily, narrowed, opposed] = [await professional(mailbox('soir-2')), await professional(mailbox('moins-2')), await professional(mailbox('contre-2'))]
    const evening = { url: EXTENSION.rhythm, valueCode: 'quotidien' }
    const choices = { [daily]: evening, [opposed]: evening, [narrowed]: { url: EXTENSION.unwantedEvent, valueCode: 'pps.publie' } }
    const team = circle(of, dac.structure, [{ member: dac.structure }, { member: daily }, { member: narrowed }, { member: opposed }])
    team.participant = (team.participant ?? []).map(choosing(choices))
    const { id } = await dac.create(team)
    const plan = await dac.create<CarePlan>(
      planOf(of, { author: { reference: dac.structure }, careTeam: [{ reference: `CareTeam/${id}` }], activity: [visit('mon', dac.structure)] }),
    )
    const operator = await token(sandbox, 'operator')
    const why = (recipient: string) => {
      const asked = new URLSearchParams({ recipient, document: `CarePlan/${plan.id}/_history/1` })
      return getJson<{ received: boolean; code: string; rule: string; next: string }>(`${sandbox.http}/monitor/api/why?${asked}`, operator)
    }
    await eventually('both in the lanes of the evening', async () => {
      const { rowCount } = await ledger.query("select from delivery where member = any($1) and status = 'planned'", [[daily, opposed]])
      return rowCount === 2 ? true : undefined
    })
    expect(await why(daily)).toMatchObject({ received: false, code: 'lane.parked', rule: 'circle.member', next: expect.stringMatching(/once a day/) })
    expect(await why(narrowed)).toMatchObject({
      received: false,
      code: 'subscription.none',
      rule: 'subscription.unwanted',
      next: expect.stringMatching(/does not want/),
    })
    await dac.create(consent(of, 'opposition', dac.structure))
    expect(await why(opposed)).toMatchObject({ received: false, code: 'consent.opposed', rule: 'consent.opposed' })
  })
})
