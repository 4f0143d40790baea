/*
  Treatments (E3.42, E3.83): one that is or was taken is a MedicationStatement, one that is planned or prescribed a MedicationRequest.
  Its state is told by its times, not by statusCode: that says `completed` of nearly all.
    substanceAdministration EVN | INT => code text effectiveTime+ repeatNumber? routeCode? doseQuantity? rateQuantity? maxDoseQuantity? consumable; RSON E3.36, COMP steps, supply E3.86, E3.87, E3.33, E3.34
*/
import type { Annotation, CodeableConcept, MedicationRequest, MedicationStatement } from 'fhir/r4.js'
import { list, only } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/element.ts'
import { notesOf } from './comments.ts'
import type { Made, StatementRule, StatementScene } from './contract.ts'
import { FILLER } from './contract.ts'
import { dosagesOf } from './dosage.ts'
import { identifiersOf } from './identifiers.ts'
import { isNegated, saysNone } from './negation.ts'
import { requesterOf } from './people.ts'
import { dispenseOf, instructionsOf, substitutionOf } from './prescription.ts'
import { type Product, productOf } from './product.ts'
import { reasonsOf } from './reasons.ts'
import { fr, pcc } from './templates.ts'
import { stateOf, type State } from './treatment-state.ts'
import { effectiveOf } from './times.ts'
import { conceptOf } from './values.ts'

const STATEMENT_CATEGORY = 'http://terminology.hl7.org/CodeSystem/medication-statement-category'
const REQUEST_CATEGORY = 'http://terminology.hl7.org/CodeSystem/medicationrequest-category'

const CATEGORY_OF_SECTION: Readonly<Record<string, { statement: string; request: string }>> = {
  '10160-0': { statement: 'community', request: 'community' },
  '42346-7': { statement: 'community', request: 'community' },
  '18610-6': { statement: 'inpatient', request: 'inpatient' },
  '10183-2': { statement: 'community', request: 'discharge' },
}

const STATEMENT_STATUS: Readonly<Record<State, MedicationStatement['status']>> = {
  active: 'active',
  over: 'completed',
  ahead: 'intended',
  stopped: 'stopped',
  held: 'on-hold',
  cancelled: 'not-taken',
  wrong: 'entered-in-error',
}

const REQUEST_STATUS: Readonly<Record<State, MedicationRequest['status']>> = {
  active: 'active',
  over: 'completed',
  ahead: 'active',
  stopped: 'stopped',
  held: 'on-hold',
  cancelled: 'cancelled',
  wrong: 'entered-in-error',
}

/** A treatment without product: that there is none, if it says so; else its words. */
function whatOf(statement: CdaElement, at: StatementScene): Pick<Product, 'medication' | 'resources'> | undefined {
  const product = productOf(statement, at)
  if (product !== undefined) return product
  const code = conceptOf(statement.child('code'), at)
  const text = at.text(statement)
  const concept = saysNone(code) ? code : text === undefined ? undefined : { text }
  return concept === undefined ? undefined : { medication: { medicationCodeableConcept: concept }, resources: [] }
}

function mapTaken(statement: CdaElement, at: StatementScene): Made {
  const what = at.part('medication', () => whatOf(statement, at))
  if (what === undefined) return FILLER
  const isNone = 'medicationCodeableConcept' in what.medication && saysNone(what.medication.medicationCodeableConcept)
  const status = isNone ? 'unknown' : isNegated(statement) ? 'not-taken' : STATEMENT_STATUS[stateOf(statement, at)]
  const category = CATEGORY_OF_SECTION[at.section.code ?? '']?.statement
  const taken: MedicationStatement & { id: string } = {
    ...at.base('MedicationStatement', statement),
    ...identifiersOf(statement),
    status,
    ...only('category', category === undefined ? undefined : { coding: [{ system: STATEMENT_CATEGORY, code: category }] }),
    ...what.medication,
    subject: at.patient,
    context: at.encounter,
    ...at.part('effective', () => effectiveOf(statement, at)),
    ...only('informationSource', requesterOf(statement, at)),
    ...reasonsOf(statement, at),
    ...notesOf(statement, at),
    ...list(
      'dosage',
      at.part('dosage', () => dosagesOf(statement, at)),
    ),
  }
  return { resources: [taken, ...what.resources] }
}

function mapAsked(statement: CdaElement, at: StatementScene, intent: MedicationRequest['intent']): Made {
  const what = at.part('medication', () => whatOf(statement, at))
  if (what === undefined) return FILLER
  const { patientInstruction, note } = notedOf(statement, at)
  const dosages = at.part('dosage', () => dosagesOf(statement, at, { isAsked: true }))
  const asked: MedicationRequest & { id: string } = {
    ...at.base('MedicationRequest', statement),
    ...identifiersOf(statement),
    status: REQUEST_STATUS[stateOf(statement, at)],
    intent,
    ...list('category', categoryOf(at)),
    ...(isNegated(statement) ? { doNotPerform: true } : {}),
    ...what.medication,
    subject: at.patient,
    encounter: at.encounter,
    ...only('requester', requesterOf(statement, at)),
    ...reasonsOf(statement, at),
    ...list('note', note),
    ...list('dosageInstruction', instructed(dosages, patientInstruction)),
    ...dispenseOf(statement, at),
    ...substitutionOf(statement, at),
  }
  return { resources: [asked, ...what.resources] }
}

function categoryOf(at: StatementScene): CodeableConcept[] {
  const category = CATEGORY_OF_SECTION[at.section.code ?? '']?.request
  return category === undefined ? [] : [{ coding: [{ system: REQUEST_CATEGORY, code: category }] }]
}

function notedOf(statement: CdaElement, at: StatementScene): { patientInstruction: string | undefined; note: Annotation[] } {
  const { forPatient, forPharmacist } = instructionsOf(statement, at)
  return { patientInstruction: forPatient, note: [...(notesOf(statement, at).note ?? []), ...(forPharmacist === undefined ? [] : [{ text: forPharmacist }])] }
}

/** What the patient is told holds for all steps: it stands with the first. */
function instructed(dosages: ReturnType<typeof dosagesOf>, patientInstruction: string | undefined): ReturnType<typeof dosagesOf> {
  if (patientInstruction === undefined) return dosages
  const [first, ...rest] = dosages
  return [{ ...first, patientInstruction }, ...rest]
}

export const medicationRules: StatementRule[] = [
  {
    name: 'E3.42 treatment',
    version: 1,
    templates: [fr('42'), fr('13'), fr('26'), pcc('4.7')],
    kinds: ['substanceAdministration'],
    moods: ['EVN'],
    map: mapTaken,
  },
  {
    name: 'E3.42 planned treatment',
    version: 1,
    templates: [fr('42'), pcc('4.7')],
    kinds: ['substanceAdministration'],
    moods: ['INT', 'PRP', 'RQO'],
    map: (statement, at) => mapAsked(statement, at, at.section.code === '18776-5' || at.section.code === '10160-0' ? 'plan' : 'order'),
  },
  {
    name: 'E3.83 prescribed medicine',
    version: 1,
    templates: [fr('83')],
    kinds: ['substanceAdministration'],
    map: (statement, at) => mapAsked(statement, at, 'order'),
  },
  { name: 'treatment of no known template', version: 1, templates: [], kinds: ['substanceAdministration'], moods: ['EVN'], map: mapTaken },
  {
    name: 'planned treatment of no known template',
    version: 1,
    templates: [],
    kinds: ['substanceAdministration'],
    moods: ['INT', 'PRP', 'RQO'],
    map: (statement, at) => mapAsked(statement, at, 'plan'),
  },
]
