/*
  The value of an observation statement as `value[x]`: by its declared type, else by what it holds. What cannot be read is kept as the words it was written in.
    BL => boolean  CD CE CO CV CS SC => CodeableConcept  PQ REAL => Quantity  INT => integer  IVL_PQ => Range | Quantity | string  RTO => Ratio  TS => dateTime  IVL_TS => Period  ST ED => string
*/
import type { CodeableConcept, Observation } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { only } from '../../cda/datatypes.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import { whenOf } from './times.ts'
import { speaks } from '../frame/unread.ts'
import { absentReasonOf, conceptOf, conceptWords, intervalOf, quantityOf, quantityWords, type Reading, ratioOf, typeOf, writtenOf } from './values.ts'

export type ObservedValue = Pick<
  Observation,
  'valueBoolean' | 'valueCodeableConcept' | 'valueQuantity' | 'valueInteger' | 'valueRange' | 'valueRatio' | 'valueDateTime' | 'valuePeriod' | 'valueString'
>

type Read = (value: CdaElement, at: Reading) => ObservedValue

/** An amount too small to be measured: the one null flavour that is a result. */
const TRACE: CodeableConcept = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'TRC', display: 'Trace' }] }
const MAX_INTEGER = 2_147_483_647

const concept: Read = (value, at) => only('valueCodeableConcept', conceptOf(value, at) ?? textConcept(value, at))
const words: Read = (value, at) => only('valueString', value.attr('representation') === 'B64' ? undefined : at.text(value))
const interval: Read = (value, at) => {
  const { quantity, range, words } = intervalOf(value, at)
  return words !== undefined ? { valueString: words } : { ...only('valueQuantity', quantity), ...only('valueRange', range) }
}
const time: Read = (value, at) => {
  const { dateTime, period } = whenOf(value, at)
  return { ...only('valueDateTime', dateTime), ...only('valuePeriod', period) }
}
const quantity: Read = (value, at) => only('valueQuantity', quantityOf(value, at))
const ratio: Read = (value, at) => only('valueRatio', ratioOf(value, at))

const yesOrNo: Read = value => {
  const said = value.attr('value')
  return said === 'true' || said === 'false' ? { valueBoolean: said === 'true' } : {}
}
const integer: Read = (value, at) => {
  const said = Number(/^[+-]?\d+$/.exec(value.attr('value') ?? '')?.[0] ?? Number.NaN)
  return Number.isInteger(said) && Math.abs(said) <= MAX_INTEGER ? { valueInteger: said } : quantity(value, at)
}

const READS: readonly [types: string, read: Read][] = [
  ['BL', yesOrNo],
  ['INT', integer],
  ['CD CE CO CV CS SC', concept],
  ['PQ REAL', quantity],
  ['IVL_PQ IVL_INT IVL_REAL', interval],
  ['RTO RTO_PQ_PQ RTO_QTY_QTY', ratio],
  ['TS IVL_TS', time],
  ['ST ED', words],
]
const BY_TYPE: ReadonlyMap<string, Read> = new Map(READS.flatMap(([types, read]) => types.split(' ').map(type => [type, read] as const)))

/** Nothing for a value that says nothing; that one says something which is not read is a finding. */
export function readValue(value: CdaElement, at: Reading): ObservedValue {
  if (value.attr('nullFlavor') === 'TRC') return { valueCodeableConcept: TRACE }
  const read = BY_TYPE.get(typeOf(value))
  const found = read?.(value, at) ?? {}
  if (Object.keys(found).length > 0) return found
  if (read === undefined && value.attributes.get('code') !== undefined) return concept(value, at)
  const written = value.attr('representation') === 'B64' ? undefined : (writtenOf(value) ?? at.text(value))
  if (written === undefined) findUnread([value], at)
  return only('valueString', written)
}

/** Of one that gave no value: it says something nevertheless. */
export const isUnread = (value: CdaElement | undefined): boolean => value !== undefined && speaks(value)

/** Parts that FHIR has no place for. */
export function findUnread(parts: readonly CdaElement[], at: Reading): void {
  for (const part of parts) if (speaks(part)) at.find('statement.part-unread', part.path)
}

/** Why there is no value: none is said, or none that FHIR has a place for. */
export function absentValue(value: CdaElement | undefined): { dataAbsentReason: CodeableConcept } {
  return {
    dataAbsentReason: isUnread(value) ? { coding: [{ system: SYSTEM.dataAbsentReason, code: 'unsupported' }] } : absentReasonOf(value?.attr('nullFlavor')),
  }
}

/** A value in words, for where FHIR has no other place. */
export function wordsOf({ valueQuantity, valueRange, valueRatio, valueCodeableConcept: concept, ...said }: ObservedValue): string | undefined {
  if (valueQuantity !== undefined) return quantityWords(valueQuantity)
  const pair = [valueRange?.low ?? valueRatio?.numerator, valueRange?.high ?? valueRatio?.denominator].flatMap(one =>
    one === undefined ? [] : quantityWords(one),
  )
  if (pair.length > 0) return pair.join(valueRange === undefined ? ' / ' : ' – ')
  return (concept && conceptWords(concept)) ?? said.valueString ?? said.valueDateTime ?? said.valueInteger?.toString()
}

function textConcept(value: CdaElement, at: Reading): { text: string } | undefined {
  const text = at.text(value)
  return text === undefined ? undefined : { text }
}
