/*
  Status of a problem or an allergy: what the document writes itself (E3.30, E3.171), else what its concern says.
    concern active => active   completed => resolved with an end, else inactive   suspended aborted => inactive
*/
import type { CodeableConcept } from 'fhir/r4.js'
import type { CdaElement } from '../cda/xml/element.ts'
import type { StatementScene } from './frame/contract.ts'
import { isNegated, isNull } from './values/negation.ts'
import { saidIn } from './frame/nested.ts'
import { fr, pcc } from './frame/templates.ts'
import { isReversed } from './values/times.ts'
import { saidStateOf } from './medicines/treatment-state.ts'

const CLINICAL_SYSTEM = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
const VERIFICATION_SYSTEM = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'
const STATUS = [fr('30'), pcc('4.1.1')]
const CERTAINTY = [fr('171')]
/** History of illness: what is there is over, unless somebody says otherwise. */
const HISTORY = '11348-0'

type Codes = Readonly<Record<string, string>>

/** By codes of FHIR itself and of SNOMED CT. */
const CLINICAL: Codes = {
  active: 'active',
  recurrence: 'recurrence',
  relapse: 'relapse',
  inactive: 'inactive',
  remission: 'remission',
  resolved: 'resolved',
  '55561003': 'active',
  '90734009': 'active',
  '7087005': 'active',
  '255227004': 'recurrence',
  '73425007': 'inactive',
  '277022003': 'remission',
  '413322009': 'resolved',
}

const VERIFICATION: Codes = {
  confirmed: 'confirmed',
  unconfirmed: 'unconfirmed',
  provisional: 'provisional',
  differential: 'differential',
  refuted: 'refuted',
  'entered-in-error': 'entered-in-error',
  '410605003': 'confirmed',
  '410590009': 'provisional',
  '410592001': 'provisional',
  '415684004': 'unconfirmed',
  '410516002': 'refuted',
  '410594000': 'refuted',
  '723511001': 'refuted',
}

/** What is over. */
export const ENDED: ReadonlySet<string> = new Set(['inactive', 'remission', 'resolved'])

export const MISTAKEN = 'entered-in-error'

type Certainty = Pick<Course, 'concern' | 'isNone'> & { at: StatementScene }

const OF_CONCERN: Codes = { active: 'active', suspended: 'inactive', aborted: 'inactive', cancelled: 'inactive' }

export interface Course {
  statement: CdaElement
  concern: CdaElement | undefined
  /** An end that has passed. */
  hasEnded: boolean
  /** It says that there is none: no concern about that is ever over. */
  isNone: boolean
}

/** Has it passed on the day of the document? */
export const isPast = (end: string | undefined, at: StatementScene): boolean => end !== undefined && !isReversed(end, at.today.slice(0, 10))

/** In a word of FHIR's conditions; undefined where nothing says it. */
export function courseCode({ statement, concern, hasEnded, isNone }: Course, at: StatementScene): string | undefined {
  const written = saidBy(statement, STATUS, { at, codes: CLINICAL })
  const ofConcern = concern?.child('statusCode')?.attr('code')
  if (written !== undefined && ofConcern === 'active' && ENDED.has(written)) at.find('statement.status-differs', statement.path)
  if (written !== undefined || isNone) return written ?? 'active'
  const isOver = ofConcern === 'completed' || (at.section.code === HISTORY && ofConcern !== 'active')
  if (isOver) return hasEnded ? 'resolved' : 'inactive'
  return OF_CONCERN[ofConcern ?? ''] ?? (hasEnded ? 'resolved' : undefined)
}

const coded = (system: string, code: string | undefined): CodeableConcept | undefined => (code === undefined ? undefined : { coding: [{ system, code }] })

export const clinicalStatus = (course: Course, at: StatementScene): CodeableConcept | undefined => coded(CLINICAL_SYSTEM, courseCode(course, at))

/** How sure it is, by a statement or a qualifier; what was withdrawn as a mistake, itself or its concern, before all else. */
export function certaintyOf(statement: CdaElement, { at, concern, isNone }: Certainty): string | undefined {
  const acts = [statement, ...(concern === undefined ? [] : [concern])]
  const [qualified] = (statement.child('value')?.all('qualifier') ?? []).flatMap(one => VERIFICATION[one.child('value')?.attr('code') ?? ''] ?? [])
  const written = saidBy(statement, CERTAINTY, { at, codes: VERIFICATION, otherwise: 'unconfirmed' }) ?? qualified
  if (saidStateOf(statement) === 'wrong') return MISTAKEN
  return acts.some(isNegated) && !isNone ? 'refuted' : (written ?? (isNull(statement) ? 'unconfirmed' : undefined))
}

export const verificationStatus = (statement: CdaElement, certainty: Certainty): CodeableConcept | undefined =>
  coded(VERIFICATION_SYSTEM, certaintyOf(statement, certainty))

type Meaning = { at: StatementScene; codes: Codes; otherwise?: string }

/** What the status observation of a template in this statement says; an unknown code is said by a finding, and means what it says `otherwise`. */
export function saidBy(statement: CdaElement, templates: readonly string[], { at, codes, otherwise }: Meaning): string | undefined {
  const said = saidIn(statement, templates, { at, read: part => part.child('value')?.attr('code') })
  const code = codes[said?.toLowerCase() ?? '']
  if (said !== undefined && code === undefined) at.find('statement.status-unknown', statement.path)
  return said === undefined ? undefined : (code ?? otherwise)
}
