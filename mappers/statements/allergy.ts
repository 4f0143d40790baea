/*
  Allergies and intolerances (E3.40 concern, E3.41): the agent is the code, what kind it is the type, what it did the reaction.
    act concern[statusCode] => observation code=type effectiveTime participant CSM/playingEntity=agent; E3.30 status, E3.171 certainty, E3.172 criticality, MFST reaction E3.37 { E3.29 severity }
*/
import type { AllergyIntolerance, AllergyIntoleranceReaction, Annotation, CodeableConcept, Coding } from 'fhir/r4.js'
import { EXTENSION } from '../../profiles/canonicals.ts'
import { list, only, stated } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { notesOf } from './comments.ts'
import { certaintyOf, courseCode, isPast, MISTAKEN, saidBy } from './condition-status.ts'
import { FILLER, type Made, NOTHING, type StatementRule, type StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { isVoid } from './medicines/treatment-state.ts'
import { isNegated, saysNone } from './values/negation.ts'
import { participantsOf, recorderOf } from './values/people.ts'
import { fr, isMeantAs, pcc } from './frame/templates.ts'
import { startOf, whenOf } from './values/times.ts'
import { codingOf, conceptOf, conceptOrWords } from './values/values.ts'

const CLINICAL_SYSTEM = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'
const VERIFICATION_SYSTEM = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification'
const ALLERGY = [fr('41'), pcc('4.6')]
const CRITICALITY = [fr('172')]
const SEVERITY = [fr('29'), pcc('4.1')]

type Kind = Pick<AllergyIntolerance, 'type' | 'category'>

/** Kinds of allergy in SNOMED CT. */
const KINDS: Readonly<Record<string, Kind>> = {
  '416098002': { type: 'allergy', category: ['medication'] },
  '414285001': { type: 'allergy', category: ['food'] },
  '419199007': { type: 'allergy' },
  '426232007': { type: 'allergy', category: ['environment'] },
  '59037007': { type: 'intolerance', category: ['medication'] },
  '235719002': { type: 'intolerance', category: ['food'] },
  '419511003': { category: ['medication'] },
  '418471000': { category: ['food'] },
}

/** What FHIR says of a problem and not of an allergy. */
const CLINICAL: Readonly<Record<string, string>> = { recurrence: 'active', relapse: 'active', remission: 'inactive' }
const VERIFICATION: Readonly<Record<string, string>> = { provisional: 'unconfirmed', differential: 'unconfirmed' }
/** In words of FHIR, of v3 ObservationValue and of SNOMED CT. */
const CRITICALITIES: Readonly<Record<string, string>> = {
  low: 'low',
  high: 'high',
  'unable-to-assess': 'unable-to-assess',
  critl: 'low',
  crith: 'high',
  critu: 'unable-to-assess',
  '62482003': 'low',
  '75540009': 'high',
}
export const SEVERITIES: Readonly<Record<string, string>> = { '255604002': 'mild', '6736007': 'moderate', '24484000': 'severe' }

function mapConcern(statement: CdaElement, at: StatementScene): Made {
  const allergies = at.nested(statement).filter(({ statement: nested }) => isMeantAs(nested, ALLERGY))
  const resources = allergies.flatMap(({ statement: allergy }) => {
    at.take(allergy)
    return mapAllergy(allergy, at, statement).resources
  })
  return resources.length > 0 ? { resources } : allergies.length > 0 ? FILLER : NOTHING
}

function mapAllergy(statement: CdaElement, at: StatementScene, concern?: CdaElement): Made {
  const code = at.part('code', () => agentOf(statement, at))
  if (code === undefined) return FILLER
  const isNone = saysNone(code)
  const time = statement.child('effectiveTime')
  const onset = at.part('onset', () => startOf(time, at))
  const course = courseCode({ statement, concern, isNone, hasEnded: isPast(whenOf(time, at).period?.end, at) }, at) ?? 'active'
  const certainty = certaintyOf(statement, { at, concern, isNone })
  const verification = VERIFICATION[certainty ?? ''] ?? certainty
  const clinical = certainty === 'refuted' && course === 'active' ? 'inactive' : (CLINICAL[course] ?? course)
  const kind = codingOf(statement.child('code'))
  const criticality = saidBy(statement, CRITICALITY, { at, codes: CRITICALITIES }) as AllergyIntolerance['criticality']
  const allergy: AllergyIntolerance & { id: string } = {
    ...at.base('AllergyIntolerance', statement),
    ...identifiersOf(concern, statement),
    ...(verification === MISTAKEN ? {} : { clinicalStatus: { coding: [{ system: CLINICAL_SYSTEM, code: clinical }] } }),
    ...(verification === undefined ? {} : { verificationStatus: { coding: [{ system: VERIFICATION_SYSTEM, code: verification }] } }),
    ...kindOf(kind),
    ...only('criticality', criticality),
    code,
    patient: at.patient,
    encounter: at.encounter,
    ...stated({ onsetDateTime: onset, recorder: recorderOf(statement, at) }),
    ...list('note', notesOn(statement, kind, at)),
    ...list('reaction', reactionsOf(statement, at)),
  }
  return { resources: [allergy] }
}

/** Whom it is against; the code of the observation is but its kind. */
function agentOf(statement: CdaElement, at: StatementScene): CodeableConcept | undefined {
  const entity = participantsOf(statement, 'CSM')[0]?.at('participantRole', 'playingEntity')
  const name = entity?.child('name')?.line()
  const value = statement.child('value')
  const agent = conceptOf(entity?.child('code'), at) ?? (name === undefined ? undefined : { text: name })
  const text = agent === undefined ? (at.text(value) ?? at.text(statement)) : undefined
  return agent ?? conceptOf(value, at) ?? (text === undefined ? undefined : { text })
}

/** The kind in FHIR's own words, with the code it came as. */
function kindOf(said: Coding | undefined): Kind & Pick<AllergyIntolerance, '_type'> {
  const kind = KINDS[said?.code ?? ''] ?? {}
  return { ...kind, ...(said === undefined || kind.type === undefined ? {} : { _type: { extension: [{ url: EXTENSION.sourceCode, valueCoding: said }] } }) }
}

/** A kind that FHIR has no word for is said in a note. */
function notesOn(statement: CdaElement, kind: Coding | undefined, at: StatementScene): Annotation[] {
  const isSaid = kind === undefined || KINDS[kind.code ?? '']?.type !== undefined
  return [...(isSaid ? [] : [{ text: kind.display ?? kind.code ?? '' }]), ...(notesOf(statement, at).note ?? [])]
}

/** A reaction that did not happen, or is not known to have, is a problem of its own that says so. */
function reactionsOf(statement: CdaElement, at: StatementScene): AllergyIntoleranceReaction[] {
  return at.nested(statement).flatMap(({ statement: nested, typeCode }) => {
    if (typeCode !== 'MFST' || isNegated(nested) || isVoid(nested)) return []
    const manifestation = conceptOrWords(nested.child('value'), at, at.text(nested))
    at.take(nested, manifestation === undefined ? 'filler' : undefined)
    if (manifestation === undefined) return []
    const onset = startOf(nested.child('effectiveTime'), at)
    return [{ manifestation: [manifestation], ...only('onset', onset), ...only('severity', severityOf(nested, at)), ...notesOf(nested, at) }]
  })
}

function severityOf(reaction: CdaElement, at: StatementScene): AllergyIntoleranceReaction['severity'] {
  return saidBy(reaction, SEVERITY, { at, codes: SEVERITIES }) as AllergyIntoleranceReaction['severity']
}

export const allergyRules: StatementRule[] = [
  { name: 'E3.40 allergies', version: 1, templates: [fr('40'), pcc('4.5.3')], kinds: ['act'], map: mapConcern },
  { name: 'E3.41 allergy', version: 1, templates: ALLERGY, kinds: ['observation'], moods: ['EVN', ''], map: (statement, at) => mapAllergy(statement, at) },
]
