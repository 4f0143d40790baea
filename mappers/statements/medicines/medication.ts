/*
  Treatments (E3.42, E3.83): one that is or was taken is a MedicationStatement, one that is planned or prescribed a MedicationRequest.
  Its state is told by its times, not by statusCode: that says `completed` of nearly all.
    substanceAdministration EVN | INT => code text effectiveTime+ repeatNumber? routeCode? doseQuantity? rateQuantity? maxDoseQuantity? consumable; RSON E3.36, COMP steps, supply E3.86, E3.87, E3.33, E3.34
*/
import type { CodeableConcept, MedicationRequest, MedicationStatement } from 'fhir/r4.js'
import { list, listOf, only, stated } from '../../cda/datatypes.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import { notesOf } from '../comments.ts'
import { FILLER, type Made, NOTHING, type StatementRule, type StatementScene } from '../frame/contract.ts'
import { dosagesOf } from './dosage.ts'
import { identifiersOf } from '../values/identifiers.ts'
import { isNegated, isNull, saysNone } from '../values/negation.ts'
import { requesterOf } from '../values/people.ts'
import { dispenseOf, instructionsOf, substitutionOf } from './prescription.ts'
import { type Product, productOf } from './product.ts'
import { reasonsOf } from '../reasons.ts'
import { PRIORITIES } from '../request.ts'
import { fr, pcc } from '../frame/templates.ts'
import { STATES, type State, stateOf, whenTaken, wholeOf } from './treatment-state.ts'
import { codeAmong, conceptOf, conceptOrWords } from '../values/values.ts'

const STATEMENT_CATEGORY = 'http://terminology.hl7.org/CodeSystem/medication-statement-category'
const REQUEST_CATEGORY = 'http://terminology.hl7.org/CodeSystem/medicationrequest-category'

const CATEGORY_OF_SECTION: Readonly<Record<string, { statement: string; request: string }>> = {
  '10160-0': { statement: 'community', request: 'community' },
  '42346-7': { statement: 'community', request: 'community' },
  '18610-6': { statement: 'inpatient', request: 'inpatient' },
  '10183-2': { statement: 'community', request: 'discharge' },
}

const TAKEN: Readonly<Record<State, MedicationStatement['status']>> = { ...STATES, ahead: 'intended', cancelled: 'not-taken' }
const ASKED: Readonly<Record<State, MedicationRequest['status']>> = { ...STATES, ahead: 'active', cancelled: 'cancelled' }

/** What is asked for firmly or proposed, wherever it stands. */
const INTENTS: Readonly<Record<string, MedicationRequest['intent']>> = { RQO: 'order', PRP: 'proposal' }

/** A treatment without product: that of the treatment around it; that there is none, if it says so; else its words. */
function whatOf(statement: CdaElement, at: StatementScene): Pick<Product, 'medication' | 'resources'> | undefined {
  const product = productOf(statement, at)
  if (product !== undefined) return product
  const around = at.holder?.statement
  const whole = around?.local === 'substanceAdministration' ? productOf(around, at) : undefined
  if (whole !== undefined) return { ...whole, resources: [] }
  const code = conceptOf(statement.child('code'), at)
  const concept = saysNone(code) ? code : conceptOrWords(undefined, at, at.text(statement))
  return concept === undefined ? undefined : { medication: { medicationCodeableConcept: concept }, resources: [] }
}

/** One that names nothing itself: its parts may. */
function combined(statement: CdaElement, at: StatementScene): Made {
  const isNamed = at.nested(statement).some(({ statement: part }) => part.local === 'substanceAdministration' && productOf(part, at) !== undefined)
  return isNamed ? NOTHING : FILLER
}

/** Itself, or the treatment it is a part of. */
function isDeniedWith(statement: CdaElement, at: StatementScene): boolean {
  const whole = wholeOf(statement, at)
  return isNegated(statement) || (whole !== undefined && isNegated(whole))
}

/** In: where it stands if its times do not say so. */
function mapTaken(statement: CdaElement, at: StatementScene, otherwise: State = 'active'): Made {
  const what = at.part('medication', () => whatOf(statement, at))
  if (what === undefined) return combined(statement, at)
  const isNone = 'medicationCodeableConcept' in what.medication && saysNone(what.medication.medicationCodeableConcept)
  const byTimes = stateOf(statement, at)
  const state = byTimes === 'active' ? otherwise : byTimes
  const isDenied = isDeniedWith(statement, at) && state !== 'wrong'
  const status = isNone ? 'unknown' : isDenied ? 'not-taken' : isNull(statement) ? 'unknown' : TAKEN[state]
  const category = CATEGORY_OF_SECTION[at.section.code ?? '']?.statement
  const { dateTime, period } = at.part('effective', () => whenTaken(statement, at))
  const dosages = at.part('dosage', () => dosagesOf(statement, at))
  const taken: MedicationStatement & { id: string } = {
    ...at.base('MedicationStatement', statement),
    ...identifiersOf(statement),
    status,
    ...only('category', category === undefined ? undefined : { coding: [{ system: STATEMENT_CATEGORY, code: category }] }),
    ...what.medication,
    subject: at.patient,
    context: at.encounter,
    ...stated({ effectiveDateTime: dateTime, effectivePeriod: period, informationSource: requesterOf(statement, at) }),
    ...reasonsOf(statement, at),
    ...notesOf(statement, at),
    ...list('dosage', dosages),
  }
  return { resources: [taken, ...what.resources] }
}

function mapAsked(statement: CdaElement, at: StatementScene, intent: MedicationRequest['intent']): Made {
  const what = at.part('medication', () => whatOf(statement, at))
  if (what === undefined) return combined(statement, at)
  const { forPatient, forPharmacist } = instructionsOf(statement, at)
  const notes = [...(notesOf(statement, at).note ?? []), ...(forPharmacist === undefined ? [] : [{ text: forPharmacist }])]
  const dosages = at.part('dosage', () => dosagesOf(statement, at, { isAsked: true }))
  const ofAllSteps = only('patientInstruction', forPatient)
  const asked: MedicationRequest & { id: string } = {
    ...at.base('MedicationRequest', statement),
    ...identifiersOf(statement),
    status: isNull(statement) ? 'unknown' : ASKED[stateOf(statement, at)],
    intent: INTENTS[statement.attr('moodCode') ?? ''] ?? intent,
    ...list('category', categoryOf(at)),
    ...only('priority', codeAmong(statement.child('priorityCode'), PRIORITIES)),
    ...(isDeniedWith(statement, at) ? { doNotPerform: true } : {}),
    ...what.medication,
    subject: at.patient,
    encounter: at.encounter,
    ...only('requester', requesterOf(statement, at)),
    ...reasonsOf(statement, at),
    ...list('note', notes),
    ...listOf('dosageInstruction', dosages.length === 0 && forPatient !== undefined ? [{}] : dosages, one => ({ ...one, ...ofAllSteps })),
    ...dispenseOf(statement, at),
    ...substitutionOf(statement, at),
  }
  return { resources: [asked, ...what.resources] }
}

function categoryOf(at: StatementScene): CodeableConcept[] {
  const category = CATEGORY_OF_SECTION[at.section.code ?? '']?.request
  return category === undefined ? [] : [{ coding: [{ system: REQUEST_CATEGORY, code: category }] }]
}

const kinds = ['substanceAdministration'] as const
const PLANNED = ['INT', 'PRP', 'RQO']
const TREATMENTS = [fr('42'), pcc('4.7')]
/** Once, with what is injected to see more. */
const GIVEN = [fr('151'), fr('173'), '1.2.840.10008.9.13']
const ofSection = (at: StatementScene): MedicationRequest['intent'] => (at.section.code === '18776-5' || at.section.code === '10160-0' ? 'plan' : 'order')

export const medicationRules: StatementRule[] = [
  {
    name: 'E3.42 treatment',
    version: 1,
    templates: [...TREATMENTS, fr('13'), fr('26')],
    kinds,
    moods: ['EVN'],
    map: (statement, at) => mapTaken(statement, at),
  },
  { name: 'E3.151 product given for an image', version: 1, templates: GIVEN, kinds, moods: ['EVN'], map: (statement, at) => mapTaken(statement, at, 'over') },
  { name: 'E3.42 planned treatment', version: 1, templates: TREATMENTS, kinds, moods: PLANNED, map: (statement, at) => mapAsked(statement, at, ofSection(at)) },
  { name: 'E3.83 prescribed medicine', version: 1, templates: [fr('83')], kinds, map: (statement, at) => mapAsked(statement, at, 'order') },
  { name: 'treatment of no known template', version: 1, templates: [], kinds, moods: ['EVN'], map: (statement, at) => mapTaken(statement, at) },
  { name: 'planned treatment of no known template', version: 1, templates: [], kinds, moods: PLANNED, map: (statement, at) => mapAsked(statement, at, 'plan') },
]
