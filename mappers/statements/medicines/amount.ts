/*
  How much of a medicine is given: at one time, at what speed or in a day, and the most of it.
    doseQuantity => PQ | IVL_PQ      rateQuantity => PQ | IVL_PQ      maxDoseQuantity* => RTO      administrationUnitCode?
*/
import type { Dosage, DosageDoseAndRate, Quantity, Range, Ratio } from 'fhir/r4.js'
import { list, only } from '../../cda/datatypes.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import type { StatementScene } from '../frame/contract.ts'
import { conceptOf, conceptWords, type Interval, intervalOf, quantityUnit, quantityWords, ratioOf } from '../values/values.ts'

const PER_DAY = /^(.+)\/d$/

/** A dose, a speed, or what is given in a day: as a quantity, in words, and as the most of a day. */
export interface Share {
  given?: DosageDoseAndRate
  words?: string
  most?: Ratio
}

export function doseOf(statement: CdaElement, at: StatementScene): Share {
  const { quantity, range, words } = amountOf(statement.child('doseQuantity'), at)
  const unit = conceptOf(statement.child('administrationUnitCode'), at)
  const said = [words, unit && `unité d’administration : ${conceptWords(unit) ?? ''}`].filter(one => one !== undefined)
  const given = range === undefined ? only('doseQuantity', quantity) : only('doseRange', ofOneUnit(range))
  return { ...(Object.keys(given).length === 0 ? {} : { given }), ...only('words', said.length === 0 ? undefined : said.join(', ')) }
}

/** What is given in a day is no speed: it stands in words, and the most of it as a limit of the day (`maxDosePerPeriod`). */
export function rateOf(statement: CdaElement, at: StatementScene): Share {
  const { quantity, range, words } = amountOf(statement.child('rateQuantity'), at)
  const [least, most] = [range?.low, range?.high ?? quantity]
  const perDay = (most ?? least)?.unit?.match(PER_DAY)?.[1]
  if (perDay === undefined) {
    const given = range === undefined ? only('rateQuantity', quantity) : only('rateRange', ofOneUnit(range))
    return { ...(Object.keys(given).length === 0 ? {} : { given }), ...only('words', words) }
  }
  const from = least?.unit === most?.unit ? `${least?.value}` : `${least?.value} ${least?.unit?.replace(PER_DAY, '$1') ?? ''}`
  if (most === undefined) return { words: `au moins ${from} par jour` }
  const before = least !== undefined ? `${from} à ` : quantity === undefined ? 'au plus ' : ''
  return { words: `${before}${most.value} ${perDay} par jour`, most: { numerator: inUnit(most.value, perDay), denominator: inUnit(1, 'd') } }
}

/** FHIR knows no range of two units (rng-2): that one stands in words alone. */
const ofOneUnit = (range: Range): Range | undefined =>
  range.low !== undefined && range.high !== undefined && range.low.unit !== range.high.unit ? undefined : range

export const limitsOf = (statement: CdaElement, at: StatementScene): Ratio[] => statement.all('maxDoseQuantity').flatMap(limit => ratioOf(limit, at) ?? [])

/** FHIR has a place for one limit: the first that is said as such, else the most of a day; the others stand in words. */
export function toAmount(dose: Share, rate: Share, limits: readonly Ratio[]): Pick<Dosage, 'doseAndRate' | 'maxDosePerPeriod' | 'additionalInstruction'> {
  const [limit = rate.most, ...others] = limits
  const words = [dose.words, rate.words, ...others.map(limitWords)].flatMap(text => (text === undefined ? [] : [{ text }]))
  const given = dose.given === undefined && rate.given === undefined ? [] : [{ ...dose.given, ...rate.given }]
  return { ...list('additionalInstruction', words), ...list('doseAndRate', given), ...only('maxDosePerPeriod', limit) }
}

const limitWords = ({ numerator, denominator }: Ratio): string =>
  `au plus ${quantityWords(numerator ?? {})} par ${quantityWords(denominator ?? {}).replace(/^1 d$/, 'jour')}`

const inUnit = (value: number | undefined, unit: string): Quantity => ({ ...only('value', value), ...quantityUnit(unit) })

/** As `intervalOf`; a bound that stands alone is a range with one end, since a dose has no comparator. */
function amountOf(element: CdaElement | undefined, at: StatementScene): Interval {
  const interval = intervalOf(element, at)
  const { comparator, ...bound } = interval.quantity ?? {}
  if (comparator === undefined) return interval
  return { range: comparator.startsWith('>') ? { low: bound } : { high: bound } }
}
