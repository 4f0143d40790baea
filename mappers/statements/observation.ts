/*
  Observation statements: each with a value is one Observation, its nested observations its members, its comments its notes.
    observation => id* code text? statusCode effectiveTime? value* interpretationCode* methodCode* targetSiteCode* performer* author* referenceRange* entryRelationship*
*/
import type { CodeableConcept, Observation, ObservationComponent, ObservationReferenceRange, Range } from 'fhir/r4.js'
import { list, listOf, only } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { namedDocumentsOf } from './attachment.ts'
import { notesOf } from './comments.ts'
import { FILLER, IN_HEADER, type Made, type StatementRule, type StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { isNegated, isNull, NEGATION, saysNone } from './values/negation.ts'
import { focusOf, otherPersonOf } from './values/other-person.ts'
import { isVoid, saidStateOf } from './medicines/treatment-state.ts'
import { absentValue, isUnread, type ObservedValue, readValue, wordsOf } from './values/observation-value.ts'
import { pointedTo } from './reasons.ts'
import { specimenOf } from './specimen.ts'
import { fr, pcc } from './frame/templates.ts'
import { effectiveOf, isReversed } from './values/times.ts'
import { conceptOf, conceptOrWords, requiredConcept } from './values/values.ts'

const CATEGORY_SYSTEM = 'http://terminology.hl7.org/CodeSystem/observation-category'
const RANGE_MEANING = 'http://terminology.hl7.org/CodeSystem/referencerange-meaning'

export type Category = 'vital-signs' | 'social-history' | 'survey' | 'laboratory' | 'exam' | 'imaging' | 'procedure'

/** LOINC codes of sections that say what kind of observation stands in them. */
const CATEGORY_OF_SECTION: Readonly<Record<string, Category>> = {
  '8716-3': 'vital-signs',
  '29762-2': 'social-history',
  '47420-5': 'survey',
  '18748-4': 'imaging',
  '59776-5': 'imaging',
  '73569-6': 'imaging',
}

const STATUS: Readonly<Record<string, Observation['status']>> = {
  completed: 'final',
  active: 'preliminary',
  new: 'registered',
  held: 'registered',
  suspended: 'registered',
  aborted: 'cancelled',
  cancelled: 'cancelled',
}

/** One that does not say how far it is may be not yet or no longer so; one that is null itself is not known to hold. */
export function observationStatus(statement: CdaElement): Observation['status'] {
  const status = saidStateOf(statement) === 'wrong' ? 'entered-in-error' : (STATUS[statement.child('statusCode')?.attr('code') ?? ''] ?? 'unknown')
  return status === 'final' && isNull(statement) ? 'unknown' : status
}

export function categoryOf(category: Category | undefined): { category?: CodeableConcept[] } {
  return category === undefined ? {} : { category: [{ coding: [{ system: CATEGORY_SYSTEM, code: category }] }] }
}

export const sectionCategory = ({ section }: StatementScene): Category | undefined => CATEGORY_OF_SECTION[section.code ?? '']

/** Nothing is made of a statement without code, value and words. */
export function mapObservation(statement: CdaElement, at: StatementScene, category = sectionCategory(at)): Made {
  const values = statement.all('value')
  if (isFiller(statement, values, at)) return FILLER
  const code = at.part('code', () => requiredConcept(statement.child('code'), at, at.text(statement)))
  const said = at.part('value', () => values.map(one => readValue(one, at)).filter(one => Object.keys(one).length > 0))
  const named = namedDocumentsOf(statement, at)
  const { reference: specimen, specimens } = specimenOf(statement, at)
  const effective = at.part('effective', () => effectiveOf(statement, at))
  if (isAhead(effective, at)) at.find('statement.done-in-future', statement.path)
  const performers = at.part('performer', () => performersOf(statement, at))
  const observation: Observation & { id: string } = {
    ...at.base('Observation', statement),
    ...identifiersOf(statement),
    status: observationStatus(statement),
    ...categoryOf(category),
    code,
    subject: at.patient,
    ...focusOf(statement, at),
    encounter: at.encounter,
    ...effective,
    ...list('performer', performers),
    ...saidValue(statement, { values: said, at }),
    ...readingOf(statement, at),
    ...measuringOf(statement, at),
    ...specimen,
    ...list('component', said.length > 1 ? said.map(value => ({ code, ...value })) : []),
    ...list('derivedFrom', [...named.map(({ id }) => ({ reference: `DocumentReference/${id}` })), ...pointedTo(statement, at)]),
    ...notesOf(statement, at),
  }
  return { resources: [observation, ...named, ...specimens] }
}

/** Of a later day than its document, wherever each was written, but for what tells when something planned is to be. */
function isAhead({ effectiveDateTime, effectivePeriod }: ReturnType<typeof effectiveOf>, at: StatementScene): boolean {
  const start = effectiveDateTime ?? effectivePeriod?.start
  const isLater = start !== undefined && isReversed(start, at.today) && isReversed(start, at.today.slice(0, 10))
  return isLater && (at.holder?.statement.attr('moodCode') ?? 'EVN') === 'EVN'
}

function isFiller(statement: CdaElement, values: CdaElement[], at: StatementScene): boolean {
  if (conceptOf(statement.child('code'), at) !== undefined) return false
  return values.every(value => Object.keys(readValue(value, at)).length === 0) && at.text(statement) === undefined && at.nested(statement).length === 0
}

type Said = ObservedValue & Pick<Observation, 'dataAbsentReason' | 'modifierExtension'>

/**
 * A negated yes is a no; any other negated value, also one that is not read, goes with the flag; without a value the flag is the answer.
 * Several values are components: none of them stands beside the others (obs-7).
 */
function saidValue(statement: CdaElement, { values, at }: { values: readonly ObservedValue[]; at: StatementScene }): Said {
  const written = statement.child('value')
  const [value = {}, ...more] = values
  const isFlagged = isNegated(statement) && !saysNone(value.valueCodeableConcept)
  const isPlainNo = values.length === 0 ? !isUnread(written) : more.length === 0 && value.valueBoolean === true
  if (isFlagged && isPlainNo) return { valueBoolean: false }
  const isGroup = at.nested(statement).some(({ statement: { local } }) => local === 'observation' || local === 'organizer')
  const answer = more.length > 0 ? {} : values.length > 0 || isGroup ? value : absentValue(written)
  return { ...(isFlagged ? { modifierExtension: [NEGATION] } : {}), ...answer }
}

export function performersOf(statement: CdaElement, at: StatementScene): ReturnType<StatementScene['performersOf']> {
  const performers = performersIn(statement, at)
  return (performers.length > 0 ? performers : at.authorsOf(statement)).filter(({ reference = '' }) => !reference.startsWith('Device/'))
}

/** Its own, else those of the group it stands in, up to where somebody is named as author. */
function performersIn(statement: CdaElement, at: StatementScene): ReturnType<StatementScene['performersOf']> {
  const [own, around] = [at.performersOf(statement), statement.parent?.parent]
  const isOfGroup = (around?.local === 'organizer' || around?.local === 'act') && statement.child('author') === undefined
  return own.length === 0 && isOfGroup ? performersIn(around, at) : own
}

/** How the value is to be read. */
export function readingOf(statement: CdaElement, at: StatementScene): Pick<ObservationComponent, 'interpretation' | 'referenceRange'> {
  const interpretation = listOf('interpretation', statement.all('interpretationCode'), one => conceptOf(one, at))
  return { ...interpretation, ...list('referenceRange', referenceRangesOf(statement, at)) }
}

/** Where and how it was observed. */
export function measuringOf(statement: CdaElement, at: StatementScene): Pick<Observation, 'bodySite' | 'method'> {
  return { ...only('bodySite', firstOf(statement, 'targetSiteCode', at)), ...only('method', firstOf(statement, 'methodCode', at)) }
}

/** FHIR has room for one. */
function firstOf(statement: CdaElement, local: string, at: StatementScene): CodeableConcept | undefined {
  const first = statement.all(local).find(code => conceptOf(code, at) !== undefined)
  return conceptOf(first, at)
}

/** A range says at least one bound or words (obs-3); one whose bound is not in it says so in words. */
function referenceRangesOf(statement: CdaElement, at: StatementScene): ObservationReferenceRange[] {
  return statement.all('referenceRange').flatMap(range => {
    const said = range.child('observationRange')
    const value = said?.child('value')
    const read = value === undefined ? {} : readValue(value, at)
    const { low, high } = boundsOf(read)
    const words = low === undefined && high === undefined ? wordsOf(read) : undefined
    const text = [at.text(said), words].filter(one => one !== undefined).join(' : ')
    if (low === undefined && high === undefined && text === '') return []
    const meaning = said?.child('interpretationCode')
    const type = meaning?.attr('code') === 'N' ? { coding: [{ system: RANGE_MEANING, code: 'normal' }] } : conceptOf(meaning, at)
    const appliesTo = (said?.all('precondition') ?? []).flatMap(one => conditionOf(one.child('criterion'), at) ?? [])
    return [
      { ...only('low', low), ...only('high', high), ...only('type', type), ...list('appliesTo', appliesTo), ...only('text', text === '' ? undefined : text) },
    ]
  })
}

/** Of whom or when a range holds. */
function conditionOf(criterion: CdaElement | undefined, at: StatementScene): CodeableConcept | undefined {
  const value = criterion?.child('value')
  return conceptOrWords(value, at, at.text(criterion) ?? (value && wordsOf(readValue(value, at))))
}

/** A bound is a plain number that is in the range: which side it is on says the rest. */
function boundsOf({ valueRange, valueQuantity }: ObservedValue): Range {
  if (valueRange !== undefined || valueQuantity === undefined) return valueRange ?? {}
  const { comparator = '=', ...bound } = valueQuantity
  return { ...(['=', '>='].includes(comparator) ? { low: bound } : {}), ...(['=', '<='].includes(comparator) ? { high: bound } : {}) }
}

const STATUS_OF_DOCUMENT = 'GEN-065'

/** Modality of entry and of discharge: of the stay too. */
const OF_THE_STAY: Readonly<Record<string, 'admitSource' | 'dischargeDisposition'>> = { 'ORG-070': 'admitSource', 'ORG-074': 'dischargeDisposition' }

function mapSimple(statement: CdaElement, at: StatementScene): Made {
  const code = statement.child('code')?.attr('code') ?? ''
  if (code === STATUS_OF_DOCUMENT && at.section.code === '33557-0') return IN_HEADER
  const made = mapObservation(statement, at)
  const place = isNegated(statement) || isVoid(statement) || otherPersonOf(statement) !== undefined ? undefined : OF_THE_STAY[code]
  const concept = place === undefined ? undefined : conceptOf(statement.child('value'), at)
  return place === undefined || concept === undefined ? made : { ...made, stay: { [place]: concept } }
}

const observation = (name: string, templates: string[], category?: Category): StatementRule => ({
  name,
  version: 1,
  templates,
  kinds: ['observation'],
  moods: ['EVN'],
  about: 'anybody',
  map: (statement, at) => mapObservation(statement, at, category ?? sectionCategory(at)),
})

export const observationRules: StatementRule[] = [
  { ...observation('E3.48 simple observation', [fr('48'), pcc('4.13')]), map: mapSimple },
  observation('E3.52 habits', [fr('52'), pcc('4.13.4')], 'social-history'),
  observation('E3.53 pregnancy', [fr('53'), pcc('4.13.5')]),
  observation('E3.25 evaluation', [fr('25')], 'survey'),
  observation('E3.80 laboratory result', [fr('80'), '1.3.6.1.4.1.19376.1.3.1.6'], 'laboratory'),
  observation('observation of no known template', []),
]
