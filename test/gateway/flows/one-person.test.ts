import type { CarePlan, DocumentReference, FhirResource, Observation, Organization, RelatedPerson, Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { STRUCTURE } from '../../../gateway/flows/actors/structure.ts'
import type { CareFlow } from '../../../gateway/flows/care-flow.ts'
import { refuseCircle } from '../../../gateway/flows/circular.ts'
import { ONE_PERSON } from '../../../gateway/flows/one-person.ts'
import { draftOf, recordedWrite } from '../../support/recorded-write.ts'

async function rulesOf(
  flow: Pick<CareFlow, 'judge'>,
  after: FhirResource,
  { before, stored = [] }: { before?: FhirResource; stored?: FhirResource[] } = {},
): Promise<string[]> {
  const draft = draftOf(after, before === undefined ? {} : { before })
  const write = recordedWrite({ drafts: [draft], stored })
  await flow.judge(write, draft)
  return write.refused.map(({ rule, element }) => `${rule} at ${element}`)
}

const measure = (patient: string, more: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  code: {},
  subject: { reference: `Patient/${patient}` },
  ...more,
})
const relative = (patient: string): RelatedPerson => ({ resourceType: 'RelatedPerson', id: 'kin', patient: { reference: `Patient/${patient}` } })

describe('what is about a person', () => {
  it('stays about him', async () => {
    expect(await rulesOf(ONE_PERSON, measure('p1'), { before: measure('p1') })).toEqual([])
    expect(await rulesOf(ONE_PERSON, measure('p2'), { before: measure('p1') })).toEqual(['person.changed at subject'])
    const task = (patient: string): Task => ({ resourceType: 'Task', id: 't', status: 'requested', intent: 'order', for: { reference: `Patient/${patient}` } })
    expect(await rulesOf(ONE_PERSON, task('p2'), { before: task('p1') })).toEqual(['person.changed at for'])
  })

  it.each<[string, Partial<Observation>]>([
    ['by a number alone', { subject: { identifier: { system: 'urn:oid:1.2.250.1.213.1.4.10', value: '279035121518989' } } }],
    ['contained', { subject: { reference: '#as-then' }, contained: [{ resourceType: 'Patient', id: 'as-then' }] }],
    ['of another server', { subject: { reference: 'https://elsewhere.example/fhir/Patient/p1' } }],
  ])('is not about somebody %s', async (_, more) => {
    expect(await rulesOf(ONE_PERSON, measure('p1', more))).toEqual(['fhir.reference_unknown at subject'])
  })

  it('brings nothing of another person along', async () => {
    expect(await rulesOf(ONE_PERSON, measure('p1', { contained: [relative('p1')] }))).toEqual([])
    expect(await rulesOf(ONE_PERSON, measure('p1', { contained: [relative('p1'), relative('p2')] }))).toEqual(['contained.other-person at contained[1]'])
    const source: DocumentReference = {
      resourceType: 'DocumentReference',
      status: 'current',
      content: [],
      contained: [{ resourceType: 'Patient', id: 'as-then' }],
    }
    expect(await rulesOf(ONE_PERSON, source)).toEqual([])
  })
})

describe('a chain never comes back to where it began', () => {
  const plan = (id: string, ...replaced: string[]): CarePlan => ({
    resourceType: 'CarePlan',
    id,
    status: 'active',
    intent: 'plan',
    subject: { reference: 'Patient/p1' },
    replaces: replaced.map(one => ({ reference: `CarePlan/${one}` })),
  })
  const plans: Pick<CareFlow, 'judge'> = {
    judge: (write, draft) => refuseCircle<CarePlan>(write, draft, { element: 'replaces', rule: 'plan.circular', next: ({ replaces = [] }) => replaces }),
  }

  it.each<[string, CarePlan, CarePlan[], string[]]>([
    ['a plan after another', plan('c', 'b'), [plan('b', 'a'), plan('a')], []],
    ['a plan after itself', plan('a', 'a'), [], ['plan.circular at replaces']],
    ['a plan after its own successor', plan('a', 'x', 'c'), [plan('x'), plan('c', 'b'), plan('b', 'a')], ['plan.circular at replaces']],
    ['a plan after two that go round by themselves', plan('c', 'b'), [plan('b', 'a'), plan('a', 'b')], []],
  ])('%s', async (_case, after, stored, rules) => {
    expect(await rulesOf(plans, after, { stored })).toEqual(rules)
  })

  it('a structure above itself', async () => {
    const structure = (id: string, above: string): Organization => ({
      resourceType: 'Organization',
      id,
      name: 'Pôle',
      partOf: { reference: `Organization/${above}` },
    })
    expect(await rulesOf(STRUCTURE, structure('a', 'b'), { stored: [structure('b', 'a')] })).toEqual(['structure.circular at partOf'])
    expect(await rulesOf(STRUCTURE, structure('a', 'b'), { stored: [structure('b', 'c')] })).toEqual([])
  })
})
