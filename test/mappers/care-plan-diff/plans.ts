/*
  Plans to compare: one that reads well, and any that could be written.
*/
import * as fc from 'fast-check'
import type { CarePlan, CarePlanActivity, Goal } from 'fhir/r4.js'
import type { PlanVersion } from '../../../mappers/care-plan-diff/change.ts'
import { EXTENSION, SYSTEM } from '../../../profiles/canonicals.ts'

export const nurseVisit: CarePlanActivity = {
  detail: {
    status: 'scheduled',
    description: 'Visite de l’infirmière',
    scheduledTiming: { repeat: { dayOfWeek: ['mon'], timeOfDay: ['09:00:00'], frequency: 1, period: 1, periodUnit: 'wk' } },
    performer: [{ reference: 'PractitionerRole/ide-1' }],
  },
}

export const plan: CarePlan = {
  resourceType: 'CarePlan',
  id: 'ppcs-1',
  extension: [
    { url: EXTENSION.nextReassessment, valueDate: '2026-12-01' },
    { url: EXTENSION.planVersion, valuePositiveInt: 1 },
  ],
  identifier: [{ system: 'urn:oid:1.2.250.1.999.1', value: 'PPCS-7' }],
  status: 'active',
  intent: 'plan',
  category: [{ coding: [{ system: SYSTEM.hub, code: 'PPCS' }] }],
  title: 'Plan de coordination',
  subject: { reference: 'Patient/p1' },
  period: { start: '2026-06-01' },
  created: '2026-06-01',
  author: { reference: 'PractitionerRole/coord-1' },
  careTeam: [{ reference: 'CareTeam/ct-1' }],
  goal: [{ reference: 'Goal/g1' }],
  activity: [
    nurseVisit,
    { detail: { status: 'in-progress', description: 'Ménage et courses', scheduledString: 'tous les lundis' } },
    { reference: { reference: 'Task/act-1' } },
  ],
}

const goal = (text: string, rest: Partial<Goal> = {}): Goal => ({
  resourceType: 'Goal',
  lifecycleStatus: 'active',
  description: { text },
  subject: { reference: 'Patient/p1' },
  ...rest,
})

export const goals: ReadonlyMap<string, Goal> = new Map([
  ['Goal/g1', goal('Rester chez soi en sécurité', { target: [{ dueDate: '2026-12-01' }] })],
  ['Goal/g2', goal('Marcher chaque jour')],
  ['Goal/g3', goal('Entrer en établissement', { lifecycleStatus: 'rejected' })],
])

export const withGoal = (key: string, rest: Partial<Goal>): ReadonlyMap<string, Goal> => new Map([...goals, [key, { ...goal(''), ...goals.get(key), ...rest }]])

export const names = new Map([
  ['PractitionerRole/ide-1', 'Claire Exemple'],
  ['PractitionerRole/ide-2', 'Paul Martin'],
  ['PractitionerRole/coord-1', 'Anne Durand'],
  ['CareTeam/ct-2', 'Équipe du Parc'],
  ['Task/act-1', 'Installer une barre d’appui'],
])

const word = fc.constantFrom('visite', 'passage', 'repas', 'toilette', 'marche', 'suivi', 'bilan')
const text = fc.array(word, { minLength: 1, maxLength: 4 }).map(words => words.join(' '))
const reference = fc.integer({ min: 1, max: 4 }).map(n => ({ reference: `PractitionerRole/r${n}` }))

const anyActivity: fc.Arbitrary<CarePlanActivity> = fc.oneof(
  fc.integer({ min: 1, max: 5 }).map(n => ({ reference: { reference: `Task/t${n}` } })),
  fc.record(
    {
      id: fc.constantFrom('a', 'b', 'c'),
      detail: fc.record(
        {
          status: fc.constantFrom('scheduled' as const, 'completed' as const, 'cancelled' as const),
          description: text,
          performer: fc.array(reference, { minLength: 1, maxLength: 2 }),
          scheduledString: text,
          scheduledPeriod: fc.record({ start: fc.constantFrom('2026-06-01', '2026-06-02T08:00:00Z', '2026') }),
          location: fc.record({ display: text }),
          goal: fc.array(fc.constantFrom({ reference: 'Goal/g1' }, { reference: 'Goal/g2' }), { minLength: 1, maxLength: 2 }),
        },
        { requiredKeys: ['status'] },
      ),
    },
    { requiredKeys: ['detail'] },
  ),
)

/** Any plan, also one that no profile would let pass. */
export const anyPlan: fc.Arbitrary<PlanVersion> = fc
  .record(
    {
      resourceType: fc.constant('CarePlan' as const),
      status: fc.constantFrom('draft' as const, 'active' as const, 'completed' as const),
      intent: fc.constant('plan' as const),
      subject: fc.constant({ reference: 'Patient/p1' }),
      title: text,
      description: text,
      period: fc.record({ start: fc.constantFrom('2026-06', '2026-06-01'), end: fc.constantFrom('2026-07-01', '2027') }, { requiredKeys: [] }),
      author: reference,
      careTeam: fc.array(fc.constantFrom({ reference: 'CareTeam/1' }, { reference: 'CareTeam/2', display: 'Équipe' }), { minLength: 1, maxLength: 3 }),
      goal: fc.array(fc.constantFrom({ reference: 'Goal/g1' }, { reference: 'Goal/g2' }), { minLength: 1, maxLength: 2 }),
      note: fc.array(fc.record({ text }), { minLength: 1, maxLength: 2 }),
      basedOn: fc.array(fc.constantFrom({ reference: 'CarePlan/1' }, { reference: 'CarePlan/2' }), { minLength: 1, maxLength: 2 }),
      language: fc.constantFrom('fr', 'en'),
      activity: fc.array(anyActivity, { minLength: 1, maxLength: 5 }),
    },
    { requiredKeys: ['resourceType', 'status', 'intent', 'subject'] },
  )
  .map(any => ({ plan: any, goals }))
