import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countIndicatorDays } from '../../../../gateway/ledger/figures/indicator-days.ts'
import { findTerritories, type Scope, tallyIndicators } from '../../../../gateway/ledger/figures/indicators.ts'
import { count, useLedger } from '../support.ts'

// What is kept of days and months says what a count of all facts says, whatever happened since: late, corrected, withdrawn, moved.

const HOUR_MS = 3_600_000
const KINDS = ['ask', 'demand', 'validation', 'unscheduled', 'plan', 'review', 'alert', 'circle', 'opposition']
const STRUCTURES = ['Organization/dac1', 'Organization/dac2', 'Organization/ch', 'Organization/cabinet', 'PractitionerRole/mt']
const PLACES = ['{54395,54}', '{35238,35}', '{75056,75}']
const MONTHS = 5
const NAMED = [
  ['Organization/dac1', '606', '{54395}'],
  ['Organization/dac2', '606', '{35238}'],
  ['Organization/ch', '355', '{}'],
  ['Organization/cabinet', '603', '{}'],
] as const

/** A statement with its values, or a pass of the counting. */
type Step = [string, unknown[]]

const PUT = `
insert into care_fact as f (reference, kind, patient, as_of, is_counted, structure, party, about, support, places, started_at, due_at, ended_at, accepted_at, refused_at, answered_at)
values ($1, $2, $3, now(), $4, $5, $6, $7, 'evaluation', $8, $9, $10, $11, $12, $13, $14)
on conflict (reference) do update set ${['is_counted', 'patient', 'structure', 'party', 'about', 'places', 'started_at', 'due_at', 'ended_at', 'accepted_at', 'answered_at'].map(column => `${column} = excluded.${column}`).join(', ')}`
const LEAVE = `
insert into stay_alert (id, kind, patient, structure, stay, movement_ids, cause, happened_at, state) values ($1::text::uuid, 'discharge', $2, $3, $1::text::uuid, '{}', $1::text::uuid, $4, 'standing') on conflict do nothing`
const REPORT = `
insert into event (id, cause, type, n, person, sequence, patient, resources, changes, detail, traceparent, at, territory)
values ($1::text::uuid, $1::text::uuid, 'encounter.sor', 1, $1::text, 1, $2, '{}', '{}', '{}', '', $3, $4) on conflict do nothing`
const TELL = `
insert into delivery (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, member)
values ($1::text::uuid, $1::text::uuid, 'mssante', 'x', $1::text, $2, 'complet', 'r', 'r', 'l', $3, $2) on conflict (id) do update set status = excluded.status`
const NAME = `
insert into access_directory (reference, organization, sector, type, is_active, territory) values ($1, $1, 'health', $2, true, $3)
on conflict (reference) do update set type = excluded.type, territory = excluded.territory`

const { db } = await useLedger()

describe('the kept days and months of indicators', () => {
  /** An empty ledger, in which nothing is kept. */
  async function begin(): Promise<void> {
    await db.query('truncate care_fact, home, access, access_directory, stay_alert, event, delivery, receipt, indicator_scope cascade')
    for (const [structure, type, territory] of NAMED) await db.query(NAME, [structure, type, territory])
  }

  async function pass(days = 32): Promise<void> {
    await countIndicatorDays(db, days)
  }

  const isLate = async (): Promise<boolean> => (await count(db, 'indicator_until where until < current_date - 2')) > 0
  async function keepAll(): Promise<void> {
    do await pass()
    while (await isLate())
  }

  /** From the beginning of these tests on: no month ends between two counts that are compared. */
  const began = new Date()
  const monthBack = (back: number): string => new Date(Date.UTC(began.getUTCFullYear(), began.getUTCMonth() - back, 1)).toISOString().slice(0, 7)

  async function told(scopes: readonly Scope[]): Promise<unknown> {
    const { tallies, delays } = await tallyIndicators(db, { scopes, from: monthBack(MONTHS), to: monthBack(0) })
    return [...tallies, ...delays].map(row => JSON.stringify(row, Object.keys(row).sort())).sort()
  }

  /** The same territories, said otherwise: for these nothing is kept. */
  const afresh = (scopes: readonly Scope[]): Scope[] => scopes.map(scope => ({ ...scope, codes: [...scope.codes, ...scope.codes] }))

  async function expectTrue(): Promise<void> {
    const scopes = await findTerritories(db)
    expect(await told(scopes)).toEqual(await told(afresh(scopes)))
  }

  const ago = fc.integer({ min: -10 * 24, max: 120 * 24 })
  const at = (hours: number | null): string | null => (hours === null ? null : new Date(Date.now() - hours * HOUR_MS).toISOString())
  const sometimes = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(one, { freq: 2 })
  const person = fc.integer({ min: 0, max: 3 }).map(n => `Patient/${n}`)
  const structure = fc.constantFrom(...STRUCTURES)
  const stay = fc.integer({ min: 1, max: 6 }).map(n => `00000000-0000-4000-8000-00000000000${n}`)

  const few = fc.integer({ min: 0, max: 12 })
  const fact = fc.record({
    n: few,
    kind: fc.constantFrom(...KINDS),
    patient: person,
    isCounted: fc.boolean(),
    structure: sometimes(structure),
    party: sometimes(structure),
    about: sometimes(fc.constantFrom('ask/0', 'ask/1', 'CarePlan/1')),
    places: fc.constantFrom('{}', ...PLACES),
    started: ago,
    moments: fc.array(sometimes(ago), { minLength: 5, maxLength: 5 }),
  })

  const steps: Record<string, fc.Arbitrary<Step>> = {
    put: fact.map(({ kind, n, patient, isCounted, structure: by, party, about, places, started, moments }) => [
      PUT,
      [`${kind}/${n}`, kind, patient, isCounted, by, party, about, places, ...[started, ...moments].map(at)],
    ]),
    forget: fc.tuple(fc.constantFrom(...KINDS), few).map(([kind, n]) => ['delete from care_fact where reference = $1', [`${kind}/${n}`]]),
    leave: fc.tuple(stay, person, structure, ago).map(([id, patient, from, happened]) => [LEAVE, [id, patient, from, at(happened)]]),
    report: fc
      .tuple(stay, person, ago, fc.constantFrom('54395', '35238', null))
      .map(([id, patient, reported, territory]) => [REPORT, [id, patient, at(reported), territory]]),
    tell: fc.tuple(stay, structure, fc.constantFrom('planned', 'sent', 'delivered', 'failed')).map(sent => [TELL, sent]),
    read: stay.map(id => ["insert into receipt (delivery_id, kind, outcome, cause) values ($1::uuid, 'mdn', 'displayed', 'c') on conflict do nothing", [id]]),
    withdraw: stay.map(id => ["update stay_alert set state = 'withdrawn' where id = $1", [id]]),
    move: fc
      .tuple(person, fc.constantFrom(...PLACES))
      .map(home => ['insert into home values ($1, $2) on conflict (patient) do update set places = excluded.places', home]),
    manage: fc.tuple(person, structure).map(run => ["insert into access values ($1, 0, $1, 'managing', $2, '{}') on conflict (source, n) do nothing", run]),
    unmanage: person.map(patient => ['delete from access where source = $1', [patient]]),
    rename: fc.tuple(structure, fc.constantFrom('606', '355', '603', '604'), fc.constantFrom('{54395}', '{35238}', '{75056}')).map(named => [NAME, named]),
    pass: fc.constant(['pass', []]),
  }
  const step = fc.oneof(
    ...Object.entries(steps).map(([name, arbitrary]) => ({ arbitrary, weight: { put: 8, report: 3, leave: 3, tell: 3, pass: 3 }[name] ?? 1 })),
  )

  async function take([text, values]: Step): Promise<void> {
    if (text !== 'pass') await db.query(text, values)
    // Whom the directory names otherwise is looked up by the next pass.
    if (text === 'pass' || text === NAME) await pass()
  }

  it('equal a count of all facts after any steps, counted or not in between', async () => {
    await fc.assert(
      fc
        .asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), fc.array(step, { minLength: 1, maxLength: 8 }), async (before, after) => {
          for (const one of before) await take(one)
          await keepAll()
          await expectTrue()
          for (const one of after) {
            await take(one)
            await expectTrue()
          }
        })
        .beforeEach(begin),
      { numRuns: 25, endOnFailure: true },
    )
  }, 120_000)

  const [stayId, unreported, newsId, month] = [...[1, 3, 4].map(n => `00000000-0000-4000-8000-00000000000${n}`), 30 * 24] as [string, string, string, number]
  const factOf = (reference: string, kind: string, more: { party?: string; about?: string; ended?: number; due?: number; answered?: number } = {}): Step => [
    PUT,
    [
      reference,
      kind,
      'Patient/0',
      true,
      null,
      more.party ?? 'Organization/cabinet',
      more.about ?? null,
      '{}',
      at(month),
      ...[more.due, more.ended, undefined, undefined, more.answered].map(hours => at(hours ?? null)),
    ],
  ]
  /** All a month ago, of somebody whose circle dac1 runs, and who is known to live nowhere. */
  const MONTH_AGO: Step[] = [
    ['insert into access values ($1, 0, $1, $2, $3, $4)', ['Patient/0', 'managing', 'Organization/dac1', '{}']],
    factOf('demand/0', 'demand', { about: 'ask/0' }),
    factOf('plan/0', 'plan'),
    factOf('review/0', 'review', { about: 'CarePlan/1', due: month - 48 }),
    factOf('alert/0', 'alert'),
    [LEAVE, [stayId, 'Patient/0', 'Organization/ch', at(month)]],
    [REPORT, [stayId, 'Patient/0', at(month), null]],
    [TELL, [stayId, 'Organization/cabinet', 'sent']],
    [LEAVE, [unreported, 'Patient/1', 'Organization/ch', at(month)]],
    ['insert into access values ($1, 0, $1, $2, $3, $4)', ['Patient/1', 'managing', 'PractitionerRole/mt', '{}']],
    [REPORT, [newsId, 'Patient/2', at(month + 72), null]],
    [TELL, [newsId, 'Organization/cabinet', 'sent']],
  ]
  const LATE: [string, Step][] = [
    ['a fact comes late', factOf('demand/1', 'demand')],
    ['a fact is corrected', factOf('demand/0', 'demand', { party: 'Organization/ch', about: 'ask/0' })],
    ['a fact is withdrawn', ["update care_fact set is_counted = false where reference = 'alert/0'", []]],
    ['a fact is forgotten', ["delete from care_fact where reference = 'alert/0'", []]],
    ['a plan ends in the past', factOf('plan/0', 'plan', { ended: month - 24 })],
    ['an alert is read', factOf('alert/0', 'alert', { answered: 1 })],
    ['the request of a Task comes after it', factOf('ask/0', 'ask')],
    ['an earlier re-assessment becomes known', factOf('review/1', 'review', { about: 'CarePlan/1', due: month - 24 * 2 + 1 })],
    [
      'a stay is told to another',
      [
        "insert into delivery (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, member) select $1::uuid, event_id, channel, recipient, 'other', action, level, rule, reference, lane_key, 'delivered', member from delivery where id = $2::uuid",
        [stayId.replace(/1$/, '2'), stayId],
      ],
    ],
    ['what was told of a stay fails', [TELL, [stayId, 'Organization/cabinet', 'failed']]],
    ['news of a stay is read', ["insert into receipt (delivery_id, kind, outcome, cause) values ($1::uuid, 'mdn', 'displayed', 'c')", [stayId]]],
    ['the news of a stay comes after it, and says its territory', [REPORT, [unreported, 'Patient/1', at(month - 24), '54395']]],
    ['a discharge is taken back', ["update stay_alert set state = 'withdrawn'", []]],
    ['it becomes known where the person lives', ['insert into home values ($1, $2)', ['Patient/0', '{35238,35}']]],
    ['it becomes known where a person lives of whom nothing but news was told', ['insert into home values ($1, $2)', ['Patient/2', '{35238,35}']]],
    ['another runs the circle', ['update access set party = $1', ['Organization/dac2']]],
    ['who runs a circle is entered in the directory', [NAME, ['PractitionerRole/mt', '603', '{54395}']]],
    ['the directory names a structure otherwise', [NAME, ['Organization/cabinet', '355', '{}']]],
  ]
  it('what happens after a clock that ran ahead was set right is counted, though its day was taken for over', async () => {
    await begin()
    await keepAll()
    await db.query('update indicator_until set until = current_date + 400')
    const [text, [reference, kind, patient, isCounted, by, party, about, places, , ...moments]] = factOf('demand/0', 'demand') as [string, unknown[]]
    for (const one of [...MONTH_AGO.slice(0, 1), [text, [reference, kind, patient, isCounted, by, party, about, places, at(0), ...moments]] as Step])
      await take(one)
    await pass()
    await expectTrue()
  })

  it.each(LATE)('%s: the month of then is another, at once', async (_, late) => {
    await begin()
    for (const one of MONTH_AGO) await take(one)
    await keepAll()
    const scopes = await findTerritories(db)
    const before = await told(scopes)
    await take(late)
    await expectTrue()
    expect(await told(scopes)).not.toEqual(before)
    await pass()
    await expectTrue()
  })
})
