import type { CarePlan, CareTeam, CareTeamParticipant, FhirResource, Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { CARE_CIRCLE } from '../../../../gateway/flows/circle/care-circle.ts'
import { GENERAL_PRACTITIONER } from '../../../../gateway/flows/circle/general-practitioner.ts'
import { EXTENSION, SYSTEM } from '../../../../profiles/canonicals.ts'
import { HubError } from '../../../../profiles/errors.ts'
import { tre } from '../../../../profiles/oids.ts'
import { changedIn, draftOf, type RecordedWrite, recordedWrite } from '../../../support/recorded-write.ts'

// The clock of these tests stands on 1 June 2026.
const PCP = { system: SYSTEM.participationFunction, code: 'PCP' }
const COORDINATOR = { system: tre('R85-RolePriseCharge'), code: '330' }
const MEMBER = { system: tre('R85-RolePriseCharge'), code: '353' }

const entry = (
  member: string,
  coding: { system: string; code: string },
  period: CareTeamParticipant['period'] = { start: '2026-05-10' },
): CareTeamParticipant => ({
  role: [{ coding: [coding] }],
  member: { reference: `PractitionerRole/${member}` },
  ...(period === undefined ? {} : { period }),
})
const nurse = entry('ide-1', MEMBER)
const doctor = entry('mt-1', PCP)

const circle = (participant: CareTeamParticipant[], more: Partial<CareTeam> = {}): CareTeam => ({
  resourceType: 'CareTeam',
  id: 'ct-1',
  identifier: [{ system: 'urn:oid:1.2.250.1.999.3', value: 'CDS-1' }],
  status: 'active',
  name: 'Cercle de soins',
  subject: { reference: 'Patient/p1' },
  period: { start: '2026-05-10' },
  managingOrganization: [{ reference: 'Organization/dac-54' }],
  participant,
  ...more,
})
const patient = (more: Partial<Patient> = {}): Patient => ({ resourceType: 'Patient', id: 'p1', meta: { lastUpdated: '2026-05-01T08:00:00Z' }, ...more })

interface Call {
  before?: CareTeam
  caller?: string
  stored?: FhirResource[]
}

async function judged(after: CareTeam, { before, caller = 'Organization/dac-54', stored = [] }: Call = {}): Promise<RecordedWrite> {
  const draft = draftOf(after, before === undefined ? {} : { before })
  const write = recordedWrite({ drafts: [draft], stored: [...(before === undefined ? [] : [before]), ...stored], actsFor: reference => reference === caller })
  await CARE_CIRCLE.judge(write, draft)
  return write
}

const rulesOf = ({ refused }: RecordedWrite): string[] => refused.map(({ rule, element }) => (element === undefined ? rule : `${rule} at ${element}`))
const update = (after: CareTeamParticipant[], before = [nurse]): Promise<RecordedWrite> => judged(circle(after), { before: circle(before) })

describe('members join, leave and come back', () => {
  const left = entry('ide-1', MEMBER, { start: '2026-05-10', end: '2026-05-30' })
  it.each<[string, CareTeamParticipant[], CareTeamParticipant[], string[]]>([
    ['joining is a new entry', [nurse], [nurse, entry('as-1', MEMBER)], ['member.joined']],
    ['leaving closes the entry', [nurse, doctor], [left, doctor], ['member.left']],
    ['coming back is a new entry', [left, doctor], [left, doctor, entry('ide-1', MEMBER, { start: '2026-06-01' })], ['member.joined']],
    ['another role is the end of one entry and a new one', [nurse], [left, entry('ide-1', COORDINATOR, { start: '2026-05-30' })], ['role.changed']],
    ['the entries may change places', [nurse, doctor], [doctor, nurse], []],
    ['a level of access may change', [nurse], [{ ...nurse, extension: [{ url: EXTENSION.accessLevel, valueCode: 'minimal' }] }], ['member.level']],
  ])('%s', async (_case, before, after, changes) => {
    const write = await update(after, before)
    expect(rulesOf(write)).toEqual([])
    expect(write.announced.map(one => [one.type, one.patient, one.changes])).toEqual(changes.length === 0 ? [] : [['cercle.modifie', 'Patient/p1', changes]])
  })

  it('nobody has one role twice at the same time', async () => {
    const again = (start: string, role = MEMBER) => entry('ide-1', role, { start })
    expect(rulesOf(await update([nurse, again('2026-05-20')]))).toEqual(['circle.member-twice at participant[1]'])
    expect(rulesOf(await update([nurse, again('2026-05-20', PCP)]))).toEqual([])
  })

  it.each<[string, CareTeamParticipant[], CareTeamParticipant[], string]>([
    ['an entry is never removed', [nurse, doctor], [nurse], 'circle.entry-removed at participant'],
    ['nor given to somebody else', [nurse, doctor], [nurse, entry('mt-2', PCP)], 'circle.entry-removed at participant'],
    ['nor written anew in another role', [nurse], [entry('ide-1', COORDINATOR)], 'circle.entry-rewritten at participant[0]'],
    ['nor opened again', [left, doctor], [nurse, doctor], 'circle.entry-reopened at participant[0].period.end'],
  ])('%s', async (_case, before, after, rule) => {
    expect(rulesOf(await update(after, before))).toEqual([rule])
  })
})

describe('one médecin traitant and one coordinator at a time', () => {
  it('an end that lies ahead is still current', async () => {
    const until = entry('mt-1', PCP, { start: '2026-05-10', end: '2026-12-31' })
    expect(rulesOf(await judged(circle([until, entry('mt-2', PCP)])))).toEqual(['circle.one-mt at participant[1]'])
    expect(rulesOf(await judged(circle([until, entry('mt-2', PCP, { start: '2026-12-31' })])))).toEqual([])
  })

  it('of very many who follow each other is seen before a test is given up', async () => {
    const month = (at: number): string => new Date(Date.UTC(2026, 6 + at, 1)).toISOString().slice(0, 10)
    const one = (at: number) => entry('mt-1', PCP, { start: month(at), end: month(at + 1) })
    const turns = Array.from({ length: 3000 }, (_, at) => one(at))
    expect(rulesOf(await judged(circle(turns)))).toEqual([])
    expect(rulesOf(await judged(circle([...turns, one(1500)])))).toEqual(['circle.one-mt at participant[3000]', 'circle.member-twice at participant[3000]'])
  })

  it('who leaves today makes room today', async () => {
    const until = entry('c-1', COORDINATOR, { start: '2026-05-10', end: '2026-06-01' })
    expect(rulesOf(await judged(circle([until, entry('c-2', COORDINATOR, { start: '2026-06-01' })])))).toEqual([])
  })
})

describe('one active circle per person', () => {
  const other = circle([nurse], { id: 'ct-2' })
  it('a second one is a conflict', async () => {
    await expect(judged(circle([nurse]), { stored: [other] })).rejects.toSatisfy(error => error instanceof HubError && error.code === 'fhir.duplicate')
    await expect(judged(circle([nurse]), { before: circle([nurse], { status: 'suspended' }), stored: [other] })).rejects.toThrow('fhir.duplicate')
  })

  it('a proposed one beside it, or one of another person, is not', async () => {
    await judged(circle([nurse], { status: 'proposed' }), { stored: [other] })
    await judged(circle([nurse]), { stored: [{ ...other, subject: { reference: 'Patient/p2' } }] })
  })

  it('the active one may be closed in the same write', async () => {
    const closing = draftOf({ ...other, status: 'inactive', period: { start: '2026-05-10', end: '2026-06-01' } } as CareTeam, { before: other })
    const opening = draftOf(circle([nurse]))
    const write = recordedWrite({ drafts: [closing, opening], stored: [other] })
    await CARE_CIRCLE.judge(write, opening)
    expect(write.refused).toEqual([])
  })
})

describe('the states of a circle, and who writes it', () => {
  const MAY: Record<string, string[]> = {
    proposed: ['proposed', 'active', 'inactive', 'entered-in-error'],
    active: ['active', 'suspended', 'inactive', 'entered-in-error'],
    suspended: ['suspended', 'active', 'inactive', 'entered-in-error'],
    inactive: ['entered-in-error'],
    'entered-in-error': [],
  }
  const states = Object.keys(MAY) as NonNullable<CareTeam['status']>[]
  it.each(states.flatMap(from => states.map(to => [from, to, MAY[from]?.includes(to) === true] as const)))(
    '%s → %s is allowed: %s',
    async (from, to, isAllowed) => {
      const write = await judged(circle([nurse], { status: to }), { before: circle([nurse], { status: from }) })
      expect(rulesOf(write)).toEqual(isAllowed ? [] : [expect.stringMatching(/^circle\.(move|final) at status$/)])
    },
  )

  it.each([
    ['the managing structure', 'Organization/dac-54', []],
    ['a current member', 'PractitionerRole/ide-1', []],
    ['somebody else', 'PractitionerRole/x', ['circle.outsider']],
  ])('%s', async (_who, caller, rules) => {
    expect(rulesOf(await judged(circle([nurse, doctor]), { before: circle([nurse]), caller }))).toEqual(rules)
  })

  it('the person and the identifier stay', async () => {
    const after = circle([nurse], { subject: { reference: 'Patient/p2' }, identifier: [{ system: 'urn:oid:1.2.250.1.999.3', value: 'CDS-2' }] })
    expect(rulesOf(await judged(after, { before: circle([nurse]) }))).toEqual(['circle.person at subject', 'circle.identifier at identifier'])
  })
})

describe('the médecin traitant of the circle and that of the record', () => {
  it('a new one in the circle goes to the record, and the caller is told', async () => {
    const stored = [patient({ generalPractitioner: [{ reference: 'PractitionerRole/old' }] })]
    const write = await judged(circle([nurse, doctor]), { before: circle([nurse]), stored })
    expect(write.warned.map(one => one.rule)).toEqual(['mt.differs'])
    expect(changedIn(write)).toMatchObject([{ id: 'p1', generalPractitioner: [{ reference: 'PractitionerRole/mt-1' }] }])
  })

  it('a record that is more recent than the entry stays, and the caller is told', async () => {
    const stored = [patient({ meta: { lastUpdated: '2026-05-20T08:00:00Z' }, generalPractitioner: [{ reference: 'PractitionerRole/new' }] })]
    const write = await judged(circle([nurse, doctor, entry('as-1', MEMBER)]), { before: circle([nurse, doctor]), stored })
    expect(write.warned.map(one => one.rule)).toEqual(['mt.differs'])
    expect(changedIn(write)).toEqual([])
  })

  it('the same professional, named by himself, agrees', async () => {
    const role: FhirResource = { resourceType: 'PractitionerRole', id: 'mt-1', practitioner: { reference: 'Practitioner/mt' } }
    const write = await judged(circle([doctor]), { stored: [patient({ generalPractitioner: [{ reference: 'Practitioner/mt' }] }), role] })
    expect(write.warned).toEqual([])
  })

  it('a record given another one than the circle has is a warning; the circle opens to nobody', async () => {
    const draft = draftOf(patient({ generalPractitioner: [{ reference: 'PractitionerRole/new' }] }), { before: patient() })
    const write = recordedWrite({ drafts: [draft], stored: [circle([doctor])] })
    await GENERAL_PRACTITIONER.judge(write, draft)
    expect(write.warned.map(one => one.rule)).toEqual(['mt.differs'])
    expect(changedIn(write)).toEqual([])
  })
})

describe('a complex case', () => {
  const complex: CarePlan = {
    resourceType: 'CarePlan',
    id: 'x',
    status: 'active',
    intent: 'plan',
    category: [{ coding: [{ system: SYSTEM.hub, code: 'PPCS' }] }],
    subject: { reference: 'Patient/p1' },
  }
  it('without coordinator gives a warning', async () => {
    expect((await judged(circle([nurse]), { stored: [complex] })).warned.map(one => one.rule)).toEqual(['circle.no-coordinator'])
    expect((await judged(circle([nurse, entry('c', COORDINATOR)]), { stored: [complex] })).warned).toEqual([])
    expect((await judged(circle([nurse]))).warned).toEqual([])
  })
})
