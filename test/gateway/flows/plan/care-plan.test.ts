import type { CarePlan, CareTeam, FhirResource, Goal, PractitionerRole, Practitioner } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { CARE_PLAN } from '../../../../gateway/flows/plan/care-plan.ts'
import { GOAL } from '../../../../gateway/flows/plan/goal.ts'
import { editionIdentifier } from '../../../../mappers/care-plan-rendition/document-reference.ts'
import { EXTENSION, PROFILE, SYSTEM } from '../../../../profiles/canonicals.ts'
import { tre } from '../../../../profiles/oids.ts'
import { changedIn, draftOf, type RecordedWrite, recordedWrite } from '../../../support/recorded-write.ts'

// Whom a caller may be: each acts for exactly one of these.
const REFERENT = 'PractitionerRole/coord-1'
const MANAGER = 'Organization/dac-54'
const MEMBER = 'PractitionerRole/ide-1'
const FORMER = 'PractitionerRole/old-1'
const STRANGER = 'Organization/other'

const role = (code: string) => [{ coding: [{ system: tre('R85-RolePriseCharge'), code }] }]
const circle = (more: Partial<CareTeam> = {}): CareTeam => ({
  resourceType: 'CareTeam',
  id: 'ct-1',
  status: 'active',
  name: 'Cercle de soins',
  subject: { reference: 'Patient/p1' },
  managingOrganization: [{ reference: MANAGER }],
  participant: [
    { role: role('330'), member: { reference: MEMBER }, period: { start: '2026-05-10' } },
    { role: role('353'), member: { reference: FORMER }, period: { start: '2026-05-10', end: '2026-05-20' } },
  ],
  ...more,
})
const goal = (id: string, text: string, patient = 'Patient/p1'): Goal => ({
  resourceType: 'Goal',
  id,
  lifecycleStatus: 'active',
  description: { text },
  subject: { reference: patient },
})
const nurse: PractitionerRole = { resourceType: 'PractitionerRole', id: 'ide-1', practitioner: { reference: 'Practitioner/ide' } }
const claire: Practitioner = { resourceType: 'Practitioner', id: 'ide', name: [{ family: 'Exemple', given: ['Claire'] }] }

const plan = (more: Partial<CarePlan> = {}): CarePlan => ({
  resourceType: 'CarePlan',
  id: 'ppcs-1',
  extension: [{ url: EXTENSION.planVersion, valuePositiveInt: 3 }],
  identifier: [{ system: 'urn:oid:1.2.250.1.999.1', value: 'PPCS-7' }],
  status: 'active',
  intent: 'plan',
  category: [{ coding: [{ system: SYSTEM.hub, code: 'PPCS' }] }],
  title: 'Plan de coordination',
  subject: { reference: 'Patient/p1' },
  period: { start: '2026-06-01' },
  author: { reference: REFERENT },
  careTeam: [{ reference: 'CareTeam/ct-1' }],
  goal: [{ reference: 'Goal/g1' }],
  activity: [{ detail: { status: 'scheduled', description: 'Visite', scheduledString: 'tous les lundis' } }],
  ...more,
})

const STORED: FhirResource[] = [circle(), goal('g1', 'Rester chez soi'), goal('g2', 'Marcher'), nurse, claire]

interface Call {
  before?: CarePlan
  caller?: string
  stored?: FhirResource[]
  more?: FhirResource[]
}

async function judged(after: CarePlan, { before, caller = MEMBER, stored = STORED, more = [] }: Call = {}): Promise<{ write: RecordedWrite; after: CarePlan }> {
  const draft = draftOf(after, before === undefined ? {} : { before })
  const write = recordedWrite({
    drafts: [draft, ...more.map(one => draftOf(one))],
    stored,
    actsFor: reference => reference === caller,
    meets: one => one.resourceType !== 'CarePlan',
  })
  await CARE_PLAN.judge(write, draft)
  return { write, after: draft.resource as CarePlan }
}

const numberOf = ({ extension }: CarePlan): number | undefined => extension?.find(one => one.url === EXTENSION.planVersion)?.valuePositiveInt
const rulesOf = ({ refused }: RecordedWrite): string[] => refused.map(({ rule, element }) => (element === undefined ? rule : `${rule} at ${element}`))
const { extension: _none, ...unnumbered } = plan()

describe('the states of a plan', () => {
  const MAY: Record<string, string[]> = {
    draft: ['draft', 'active', 'entered-in-error'],
    active: ['active', 'on-hold', 'completed', 'revoked', 'entered-in-error'],
    'on-hold': ['active', 'on-hold', 'completed', 'revoked', 'entered-in-error'],
    completed: ['entered-in-error'],
    revoked: ['entered-in-error'],
    'entered-in-error': [],
  }
  const states = Object.keys(MAY) as CarePlan['status'][]
  it.each(states.flatMap(from => states.map(to => [from, to, MAY[from]?.includes(to) === true] as const)))(
    '%s → %s is allowed: %s',
    async (from, to, isAllowed) => {
      const { write } = await judged(plan({ status: to }), { before: plan({ status: from }), caller: REFERENT })
      expect(rulesOf(write)).toEqual(isAllowed ? [] : [expect.stringMatching(/^plan\.(move|final) at status$/)])
    },
  )

  it.each([
    ['the référent', REFERENT, true],
    ['the structure that manages the circle', MANAGER, true],
    ['a member of the circle', MEMBER, false],
    ['nobody of the circle', STRANGER, false],
  ])('%s moves the state: %s, %s', async (_who, caller, isAllowed) => {
    const { write } = await judged(plan({ status: 'on-hold' }), { before: plan(), caller })
    expect(rulesOf(write)).toEqual(isAllowed ? [] : ['plan.status-author at status'])
  })
})

describe('who changes the content of a plan', () => {
  const changed = plan({ title: 'Autre titre' })
  it.each([
    ['the référent', REFERENT, []],
    ['the structure that manages the circle', MANAGER, []],
    ['a current member', MEMBER, []],
    ['a member who has left', FORMER, ['plan.outside-circle']],
    ['somebody outside the circle', STRANGER, ['plan.outside-circle']],
  ])('%s', async (_who, caller, rules) => {
    expect(rulesOf((await judged(changed, { before: plan(), caller })).write)).toEqual(rules)
  })

  it('who writes himself into the plan is still outside: the version before counts', async () => {
    const { write } = await judged(plan({ author: { reference: STRANGER } }), { before: plan(), caller: STRANGER })
    expect(rulesOf(write)).toEqual(['plan.outside-circle'])
  })

  it('the structure that wrote the first version keeps its hand on it', async () => {
    const first: FhirResource = {
      resourceType: 'Provenance',
      target: [{ reference: 'CarePlan/ppcs-1' }],
      recorded: '2026-06-01T08:00:00Z',
      agent: [{ who: { display: 'x' }, onBehalfOf: { reference: STRANGER } }],
    }
    expect(rulesOf((await judged(changed, { before: plan(), caller: STRANGER, stored: [...STORED, first] })).write)).toEqual([])
  })

  it('a plan of an ESMS stays as it came', async () => {
    const before = plan({ meta: { profile: [`${PROFILE.esmsPlan}|2.0.0`] } })
    expect(rulesOf((await judged(changed, { before })).write)).toEqual(['plan.read-only'])
    const sent = { ...unnumbered, meta: { profile: [PROFILE.esmsPlan] } }
    expect((await judged(sent)).after).toBe(sent)
  })
})

describe('one plan, one person', () => {
  it('the person and the identifiers stay', async () => {
    const after = plan({ subject: { reference: 'Patient/p2' }, identifier: [{ system: 'urn:oid:1.2.250.1.999.1', value: 'PPCS-8' }], careTeam: [], goal: [] })
    expect(rulesOf((await judged(after, { before: plan() })).write)).toEqual(['plan.person at subject', 'plan.identifier at identifier'])
  })

  it('a further identifier may join', async () => {
    const after = plan({ identifier: [{ system: 'urn:oid:1.2.250.1.999.2', value: '1' }, ...(plan().identifier ?? [])] })
    expect(rulesOf((await judged(after, { before: plan() })).write)).toEqual([])
  })

  it('circle, goals and linked requests are of the same person, each named where it stands', async () => {
    const stored = [circle({ subject: { reference: 'Patient/p2' } }), goal('g1', 'Marcher', 'Patient/p2')]
    expect(rulesOf((await judged(unnumbered, { stored })).write)).toEqual(['reference.other-person at careTeam[0]', 'reference.other-person at goal[0]'])
  })
})

describe('the number of a plan', () => {
  it.each<[string, CarePlan, CarePlan | undefined, number]>([
    ['a new plan is number 1', unnumbered, undefined, 1],
    ['what a client writes there is passed over', plan({ extension: [{ url: EXTENSION.planVersion, valuePositiveInt: 99 }] }), undefined, 1],
    ['a change of content while active makes one more', plan({ title: 'Autre' }), plan(), 4],
    ['also when the client leaves the number out', { ...unnumbered, title: 'Autre' }, plan(), 4],
    ['a change of state alone does not count', plan({ status: 'on-hold' }), plan(), 3],
    ['a change of meta alone does not count', plan({ meta: { tag: [{ code: 'x' }] } }), plan(), 3],
    ['a change of a draft does not count', plan({ status: 'draft', title: 'Autre' }), plan({ status: 'draft' }), 3],
    ['a draft that is published keeps its number', plan(), plan({ status: 'draft', title: 'Avant' }), 3],
    ['nothing changed, nothing counted', plan(), plan(), 3],
  ])('%s', async (_case, after, before, number) => {
    const result = await judged(after, { ...(before === undefined ? {} : { before }), caller: REFERENT })
    expect(numberOf(result.after)).toBe(number)
    expect(result.after.extension?.filter(one => one.url === EXTENSION.planVersion)).toHaveLength(1)
  })

  it('other extensions are handed back as they came', async () => {
    const reassessment = { url: EXTENSION.nextReassessment, valueDate: '2026-12-01' }
    expect((await judged({ ...unnumbered, extension: [reassessment] })).after.extension).toEqual([
      reassessment,
      { url: EXTENSION.planVersion, valuePositiveInt: 1 },
    ])
  })
})

describe('the readable rendition', () => {
  const previous: FhirResource = {
    resourceType: 'DocumentReference',
    id: 'd3',
    status: 'current',
    masterIdentifier: { system: SYSTEM.uri, value: editionIdentifier('CarePlan/ppcs-1', 3) },
    content: [{ attachment: {} }],
  }
  it('comes with each new number, in the place of the one before', async () => {
    const { write } = await judged(plan({ title: 'Autre titre' }), { before: plan(), stored: [...STORED, previous] })
    expect(write.added).toMatchObject([
      {
        resourceType: 'DocumentReference',
        type: { coding: [{ code: '18776-5' }] },
        subject: { reference: 'Patient/p1' },
        custodian: { reference: MANAGER },
        relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/d3' } }],
      },
    ])
    expect(changedIn(write)).toMatchObject([{ id: 'd3', status: 'superseded' }])
  })

  it.each<[string, CarePlan, CarePlan | undefined, number]>([
    ['a new active plan has one', unnumbered, undefined, 1],
    ['a draft that is published has one', plan(), plan({ status: 'draft' }), 1],
    ['a draft has none', plan({ status: 'draft' }), undefined, 0],
    ['a change of state makes none', plan({ status: 'on-hold' }), plan(), 0],
  ])('%s', async (_case, after, before, count) => {
    const { write } = await judged(after, { ...(before === undefined ? {} : { before }), caller: REFERENT })
    expect(write.added).toHaveLength(count)
  })
})

describe('what is told of a version', () => {
  const told = async (after: CarePlan, before?: CarePlan) =>
    (await judged(after, { ...(before === undefined ? {} : { before }), caller: REFERENT })).write.announced

  it('a first active version is told as created; a draft is not told', async () => {
    expect(await told(unnumbered)).toMatchObject([{ type: 'pps.publie', patient: 'Patient/p1', about: 'CarePlan/ppcs-1', changes: ['plan.created'] }])
    expect(await told(plan({ status: 'draft' }))).toEqual([])
    expect(await told(plan({ status: 'entered-in-error' }), plan({ status: 'draft' }))).toEqual([])
  })

  it('the kinds of change travel, each once; the sentences stay behind, with names', async () => {
    const after = plan({
      goal: [{ reference: 'Goal/g1' }, { reference: 'Goal/g2' }],
      activity: [{ detail: { status: 'scheduled', description: 'Visite', scheduledString: 'tous les mardis', performer: [{ reference: MEMBER }] } }],
    })
    const [event, ...more] = await told(after, plan())
    expect(more).toEqual([])
    expect(event?.changes).toEqual(['goal.added', 'activity.moved', 'activity.performer'])
    expect(event?.detail).toMatchObject({
      changes: [
        { sentence: 'L’objectif « Marcher » est ajouté au plan.' },
        { sentence: 'L’action « Visite », assurée par Claire Exemple, passe du lundi au mardi.' },
        { sentence: 'Pour l’action « Visite », Claire Exemple intervient désormais.' },
      ],
    })
  })

  it('a goal rewritten in the same transaction is a change of the plan', async () => {
    const rewritten = goal('g1', 'Vivre chez soi')
    const draft = draftOf(plan({ title: 'Autre' }), { before: plan() })
    const write = recordedWrite({
      drafts: [draftOf(rewritten, { before: goal('g1', 'Rester chez soi') }), draft],
      stored: STORED,
      actsFor: one => one === MEMBER,
    })
    await CARE_PLAN.judge(write, draft)
    expect(write.announced[0]?.changes).toEqual(['goal.changed', 'title'])
  })

  it('a version without any change is told to nobody', async () => {
    expect(await told(plan(), plan())).toEqual([])
  })
})

describe('a goal that is written alone', () => {
  const before = goal('g1', 'Rester chez soi')
  async function rewritten(after: Goal, { plans = [plan()], caller = MEMBER }: { plans?: CarePlan[]; caller?: string } = {}): Promise<RecordedWrite> {
    const write = recordedWrite({
      drafts: [draftOf(after, { before }), draftOf(goal('g2', 'Marcher davantage'), { before: goal('g2', 'Marcher') })],
      stored: [...plans, ...STORED],
      actsFor: one => one === caller,
      meets: one => one.resourceType !== 'CarePlan' || (one as CarePlan).status === 'active',
    })
    for (const draft of [...write.drafts()]) await GOAL.judge(write, draft)
    return write
  }
  const rests = plan({ goal: [{ reference: 'Goal/g1' }, { reference: 'Goal/g2' }] })

  it('gives each active plan that rests on it one new edition, told with what became of the goals', async () => {
    const write = await rewritten(goal('g1', 'Vivre chez soi'), { plans: [rests, plan({ id: 'draft', status: 'draft' })] })
    const [changed, ...others] = changedIn(write).filter(one => one.resourceType === 'CarePlan') as CarePlan[]
    expect([changed?.id, changed === undefined ? undefined : numberOf(changed), others]).toEqual(['ppcs-1', 4, []])
    expect(write.added.map(one => one.resourceType)).toEqual(['DocumentReference'])
    expect(write.announced).toMatchObject([{ type: 'pps.publie', about: 'CarePlan/ppcs-1', changes: ['goal.changed'] }])
    expect(write.announced[0]?.detail).toMatchObject({
      changes: [
        { sentence: 'L’objectif « Rester chez soi » devient « Vivre chez soi ».' },
        { sentence: 'L’objectif « Marcher » devient « Marcher davantage ».' },
      ],
    })
  })

  it('and says nothing new makes none', async () => {
    expect((await rewritten(before)).announced).toEqual([])
  })

  it('is refused to whoever may not change the plan', async () => {
    expect(rulesOf(await rewritten(goal('g1', 'Vivre chez soi'), { caller: STRANGER }))).toEqual(['plan.outside-circle'])
  })
})

describe('a complex case without coordinator', () => {
  it('is a warning, not a refusal', async () => {
    const stored = [circle({ participant: [{ role: role('353'), member: { reference: MEMBER }, period: { start: '2026-05-10' } }] }), ...STORED.slice(1)]
    const { write } = await judged(unnumbered, { stored })
    expect(write.warned.map(one => one.rule)).toEqual(['circle.no-coordinator'])
    expect(write.refused).toEqual([])
    expect((await judged(unnumbered)).write.warned).toEqual([])
  })
})
