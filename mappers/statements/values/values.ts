/*
  CDA datatypes of statements to FHIR: codes with their translations and qualifiers, quantities, intervals, times. Spec: cda.md 6.1, 6.2.
    CD => code + translation* + qualifier* + originalText        PQ => value unit        IVL_PQ => low high        RTO => numerator denominator
*/
import type { CodeableConcept, Coding, Extension, Quantity, Range, Ratio } from 'fhir/r4.js'
import { EXTENSION, SYSTEM } from '../../../profiles/canonicals.ts'
import { systemOfCode } from '../../../profiles/tables/code-systems.ts'
import { list, listOf, only } from '../../cda/datatypes.ts'
import { decimalOf } from '../../cda/decimal.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import type { StatementScene } from '../frame/contract.ts'
import { ucumOf } from './ucum.ts'

/** What reading a value asks of the scene. */
export type Reading = Pick<StatementScene, 'text' | 'find'>

const UCUM = 'http://unitsofmeasure.org'
const EDQM = 'http://standardterms.edqm.eu'
const IN_OTHER_UNIT = 'http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation'

/** `PQ` of `xsi:type="c:PQ"`. */
export function typeOf(value: CdaElement): string {
  return value.attr('xsi:type')?.split(':').at(-1) ?? ''
}

export function codingOf(element: CdaElement | undefined): Coding | undefined {
  const code = element?.attr('code')?.replace(/\s+/g, ' ')
  if (element === undefined || code === undefined) return undefined
  const display = element.attr('displayName')?.replace(/\s+/g, ' ')
  return { ...only('system', systemOfCode(element.attr('codeSystem'))), code, ...only('display', display) }
}

/**
 * A code in all the ways it is said; undefined when it is said in none.
 * Out:    the code first, then translations, then what qualifies it, by name and value; the words of the narrative as text.
 */
export function conceptOf(element: CdaElement | undefined, at: Reading): CodeableConcept | undefined {
  if (element === undefined) return undefined
  const [translations, qualifiers] = [element.all('translation'), element.all('qualifier')]
  const coding = [codingOf(element), ...translations.map(codingOf), ...qualifiers.map(one => qualifierOf(one, at))].filter(one => one !== undefined)
  for (const one of [element, ...translations, ...qualifiers.map(qualifier => qualifier.child('value'))]) checkSystem(one, at)
  const text = (element.child('originalText') === undefined ? undefined : at.text(element)) ?? (coding.length === 0 ? element.attr('displayName') : undefined)
  return coding.length === 0 && text === undefined ? undefined : { ...list('coding', coding), ...only('text', text) }
}

/** A code whose code system is no OID stays, with no system. */
function checkSystem(element: CdaElement | undefined, at: Reading): void {
  const oid = element?.attr('codeSystem')
  if (element?.attr('code') !== undefined && oid !== undefined && systemOfCode(oid) === undefined)
    at.find('statement.code-system-invalid', `${element.path}/@codeSystem`)
}

/** `Latéralité : droit`: the code is that of the value, the display says what it qualifies. */
function qualifierOf(qualifier: CdaElement, at: Reading): Coding | undefined {
  const [name, value] = [qualifier.child('name'), qualifier.child('value')]
  const coding = codingOf(value)
  const said = coding?.display ?? value?.attr('displayName') ?? at.text(value) ?? writtenOf(value)
  if (coding === undefined && said === undefined) return undefined
  const display = [name?.attr('displayName') ?? at.text(name), said].filter(one => one !== undefined).join(' : ')
  return { ...coding, ...only('display', display === '' ? undefined : display) }
}

/** What a code means among these; any other is left unread. */
export function codeAmong<T>(element: CdaElement | undefined, codes: Readonly<Record<string, T>>): T | undefined {
  const code = element?.attributes.get('code')?.trim() ?? ''
  if (!Object.hasOwn(codes, code)) return undefined
  element?.attr('code')
  return codes[code]
}

/** Undefined where it has none. */
export const conceptWords = ({ text, coding: [coding] = [] }: CodeableConcept): string | undefined => text ?? coding?.display ?? coding?.code

export const conceptOrWords = (element: CdaElement | undefined, at: Reading, words: string | undefined): CodeableConcept | undefined =>
  conceptOf(element, at) ?? (words === undefined ? undefined : { text: words })

/** The words for a code that is missing, if there are any; else what stands for its absence. */
export function requiredConcept(element: CdaElement | undefined, at: Reading, words: string | undefined): CodeableConcept {
  return conceptOrWords(element, at, words) ?? { extension: [absence(element?.attr('nullFlavor'))] }
}

const ABSENT_REASONS: Readonly<Record<string, string>> = {
  ASKU: 'asked-unknown',
  NASK: 'not-asked',
  NAV: 'temp-unknown',
  MSK: 'masked',
  NA: 'not-applicable',
  OTH: 'unsupported',
  UNC: 'unsupported',
  NINF: 'negative-infinity',
  PINF: 'positive-infinity',
}

export const absentReasonCode = (nullFlavor: string | undefined): string => ABSENT_REASONS[nullFlavor ?? ''] ?? 'unknown'

/** Why a value is not there, for an Observation. */
export function absentReasonOf(nullFlavor: string | undefined): CodeableConcept {
  return { coding: [{ system: SYSTEM.dataAbsentReason, code: absentReasonCode(nullFlavor) }] }
}

/** The same for any element that must be there. */
export function absence(nullFlavor: string | undefined): Extension {
  return { url: EXTENSION.dataAbsentReason, valueCode: absentReasonCode(nullFlavor) }
}

/** The amount as it is said, with the same in other units; where it has no number, that of the first other unit. */
export function quantityOf(element: CdaElement | undefined, at: Reading): Quantity | undefined {
  const [amount, ...others] = [element, ...(element?.all('translation') ?? [])].flatMap(one => plainQuantityOf(one, at) ?? [])
  return amount && { ...amount, ...listOf('extension', others, valueQuantity => ({ url: IN_OTHER_UNIT, valueQuantity })) }
}

/** Undefined for one without a number. A unit that is no UCUM unit is kept as words, a code of the EDQM as what it is. */
function plainQuantityOf(element: CdaElement | undefined, at: Reading): Quantity | undefined {
  const written = element?.attr('value')
  if (element === undefined || written === undefined) return undefined
  const value = decimalOf(written)
  if (!Number.isFinite(Number(value)) || /[xob]/i.test(written)) {
    at.find('statement.value-invalid', `${element.path}/@value`)
    return undefined
  }
  return { value, ...unitOf(element, at) }
}

/** Of a PQ by its unit, of one of its translations by its code; what is no UCUM is said by a finding. */
function unitOf(element: CdaElement, at: Reading): ReturnType<typeof quantityUnit> {
  const { system, code, display } = codingOf(element) ?? {}
  if (code !== undefined && system !== undefined && system !== UCUM) return { unit: display ?? code, system, code }
  const written = element.attr('unit') ?? code
  const read = quantityUnit(written)
  if (read.unit !== undefined && read.code !== written && !read.unit.startsWith('{')) at.find('statement.unit-unknown', `${element.path}/@unit`)
  return read
}

export function quantityUnit(unit: string | undefined): Pick<Quantity, 'unit' | 'system' | 'code'> {
  if (unit === undefined || unit === '1') return {}
  if (/^\d{8}$/.test(unit)) return { system: EDQM, code: unit }
  const code = ucumOf(unit)
  return code === undefined ? { unit } : { unit, system: UCUM, code }
}

/** A number with its unit as they are written, whatever they are. */
export function writtenOf(element: CdaElement | undefined): string | undefined {
  const value = element?.attr('value')
  return value && [value, element?.attr('unit') ?? element?.attr('currency')].filter(one => one !== undefined).join(' ')
}

export interface Interval {
  quantity?: Quantity
  range?: Range
  /** Of a range with a bound that is not in it, or of two units: a Range of FHIR holds both of its bounds, in one unit. */
  words?: string
}

/** One quantity when the bounds are equal or one is open (then with a comparator), else a range. */
export function intervalOf(element: CdaElement | undefined, at: Reading): Interval {
  if (element === undefined) return {}
  const { low, high } = boundsOf(element, at)
  const comparators = { low: isOpen(element, 'low') ? '>' : '>=', high: isOpen(element, 'high') ? '<' : '<=' } as const
  if (low === undefined)
    return only('quantity', high === undefined ? quantityOf(element.child('center') ?? element, at) : { ...high, comparator: comparators.high })
  if (high === undefined) return { quantity: { ...low, comparator: comparators.low } }
  const isOfOneUnit = low.unit === high.unit
  const isReversed = isOfOneUnit && (low.value ?? 0) > (high.value ?? 0)
  if (isReversed) at.find('statement.range-reversed', element.path)
  const range = isReversed ? { low: high, high: low } : { low, high }
  if (comparators.low === '>' || comparators.high === '<' || !isOfOneUnit)
    return { range, words: `${quantityWords({ ...low, comparator: comparators.low })}, ${quantityWords({ ...high, comparator: comparators.high })}` }
  return Number(low.value) === Number(high.value) ? { quantity: low } : { range }
}

const isOpen = (interval: CdaElement, bound: string): boolean => interval.child(bound)?.attr('inclusive') === 'false'

/** As written, or reckoned from the width. */
function boundsOf(element: CdaElement, at: Reading): { low?: Quantity | undefined; high?: Quantity | undefined } {
  const [low, high, center, width] = ['low', 'high', 'center', 'width'].map(local => quantityOf(element.child(local), at))
  const anchor = low ?? high ?? center
  if (width === undefined || anchor === undefined || anchor.unit !== width.unit || (low !== undefined && high !== undefined)) return { low, high }
  const { extension: _, ...plain } = anchor
  const by = (part: number): Quantity => ({ ...plain, value: Number((Number(anchor.value) + part * Number(width.value)).toPrecision(12)) })
  if (low !== undefined) return { low, high: by(1) }
  return high !== undefined ? { low: by(-1), high } : { low: by(-0.5), high: by(0.5) }
}

export const quantityWords = ({ comparator, value, unit, code }: Quantity): string =>
  [comparator, value, unit ?? code].filter(one => one !== undefined).join(' ')

export function ratioOf(element: CdaElement | undefined, at: Reading): Ratio | undefined {
  const numerator = quantityOf(element?.child('numerator'), at)
  const denominator = quantityOf(element?.child('denominator'), at)
  return numerator === undefined || denominator === undefined ? undefined : { numerator, denominator }
}
