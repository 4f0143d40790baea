/*
  How a medicine is taken: times, dose, rate, way, limits, for each step of a scheme.
    effectiveTime => IVL_TS bounds | PIVL_TS period | EIVL_TS event | TS moment | SXPR_TS { comp }        subordinate substanceAdministration => one more step
*/
import type { CodeableConcept, Dosage, DosageDoseAndRate, Period, Quantity, Timing, TimingRepeat } from 'fhir/r4.js'
import { list, only } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/element.ts'
import type { StatementScene } from './contract.ts'
import { dateTimeOf, periodOf } from './times.ts'
import { conceptOf, type Interval, intervalOf, quantityUnit, ratioOf, typeOf } from './values.ts'

const PERIOD_UNITS: Readonly<Record<string, NonNullable<TimingRepeat['periodUnit']>>> = { s: 's', min: 'min', h: 'h', d: 'd', wk: 'wk', mo: 'mo', a: 'a' }
const EVENTS = new Set(['HS', 'WAKE', 'C', 'CM', 'CD', 'CV', 'AC', 'ACM', 'ACD', 'ACV', 'PC', 'PCM', 'PCD', 'PCV'])
const MINUTES: Readonly<Record<string, number>> = { s: 1 / 60, min: 1, h: 60, d: 1440 }
/** Offsets go with these only (tim-9). */
const MEALS = new Set(['C', 'CM', 'CD', 'CV'])
const PER_DAY = /^(.+)\/d$/

/** The steps of a scheme: those of the statement itself, then of the statements inside it. In: whether its interval says how long to take it, as in a prescription, and not when it was taken. */
export function dosagesOf(statement: CdaElement, at: StatementScene, { isAsked = false } = {}): Dosage[] {
  const inner = at.nested(statement).flatMap(({ statement: nested }) => {
    if (nested.local !== 'substanceAdministration') return []
    at.take(nested)
    return stepsOf(nested, at, { isInner: true, isBounded: true })
  })
  const own = stepsOf(statement, at, { isInner: false, isBounded: isAsked && inner.length === 0 })
  const steps = [...own, ...inner].filter(step => Object.keys(step).length > 0)
  return steps.length < 2 ? steps : steps.map((step, index) => ({ sequence: index + 1, ...step }))
}

function stepsOf(statement: CdaElement, at: StatementScene, { isInner, isBounded }: { isInner: boolean; isBounded: boolean }): Dosage[] {
  const times = statement.all('effectiveTime').flatMap(time => (typeOf(time) === 'SXPR_TS' ? time.all('comp') : [time]))
  const isScheme = statement.all('effectiveTime').some(time => typeOf(time) === 'SXPR_TS')
  const interval = isBounded || isScheme ? times.find(time => typeOf(time) === 'IVL_TS') : undefined
  const bounds = periodOf(interval, at)
  const schedules = times.flatMap(time => scheduleOf(time, at) ?? [])
  const timings = schedules.length === 0 ? [bounded({}, bounds)] : schedules.map(schedule => bounded(schedule, bounds))
  const way = wayOf(statement, at, isInner)
  return timings.map(timing => ({ ...(timing === undefined ? {} : { timing }), ...way }))
}

/** Undefined for the interval in which it is taken: that is of the statement. */
function scheduleOf(time: CdaElement, at: StatementScene): Timing | undefined {
  const type = typeOf(time)
  if (type === 'PIVL_TS') return periodic(time, at)
  if (type === 'EIVL_TS') return event(time, at)
  const isMoment = time.attr('operator') === 'A' && type !== 'IVL_TS'
  const moment = isMoment ? dateTimeOf(time, at) : undefined
  return moment === undefined ? undefined : { event: [moment] }
}

function periodic(time: CdaElement, at: StatementScene): Timing | undefined {
  const period = time.child('period')
  const every = Number(period?.attr('value') ?? Number.NaN)
  const periodUnit = PERIOD_UNITS[period?.attr('unit') ?? '']
  const text = at.text(period?.child('translation')) ?? at.text(period)
  const isRegular = every > 0 && periodUnit !== undefined
  const timing: Timing = { ...(isRegular ? { repeat: { frequency: 1, period: every, periodUnit } } : {}), ...(text === undefined ? {} : { code: { text } }) }
  return Object.keys(timing).length === 0 ? undefined : timing
}

function event(time: CdaElement, at: StatementScene): Timing | undefined {
  const said = time.child('event')
  const code = said?.attr('code')
  const minutes = offsetOf(time.child('offset'))
  if (code !== undefined && EVENTS.has(code)) {
    const when = [code] as NonNullable<TimingRepeat['when']>
    return { repeat: { when, ...(minutes === undefined || MEALS.has(code) ? {} : { offset: minutes }) } }
  }
  const concept = conceptOf(said, at) ?? conceptOf(time.child('code'), at)
  return concept === undefined ? undefined : { code: concept }
}

function offsetOf(offset: CdaElement | undefined): number | undefined {
  const said = offset?.child('low') ?? offset
  const value = Math.abs(Number(said?.attr('value') ?? Number.NaN))
  const minutes = value * (MINUTES[said?.attr('unit') ?? 'min'] ?? Number.NaN)
  return Number.isInteger(minutes) && minutes > 0 ? minutes : undefined
}

function bounded(timing: Timing, boundsPeriod: Period | undefined): Timing | undefined {
  if (boundsPeriod === undefined) return Object.keys(timing).length === 0 ? undefined : timing
  return { ...timing, repeat: { boundsPeriod, ...timing.repeat } }
}

function wayOf(statement: CdaElement, at: StatementScene, isInner: boolean): Dosage {
  const { doseAndRate: rates, ...ofDay } = rateOf(statement, at)
  const doseAndRate = [...doseOf(statement, at), ...rates]
  const needed = neededOf(statement, at)
  return {
    ...only('text', isInner ? at.text(statement) : undefined),
    ...ofDay,
    ...only('asNeededCodeableConcept', needed),
    ...only('site', conceptOf(statement.child('approachSiteCode'), at)),
    ...only('route', conceptOf(statement.child('routeCode'), at)),
    ...list('doseAndRate', doseAndRate),
    ...only('maxDosePerPeriod', ratioOf(statement.child('maxDoseQuantity'), at)),
  }
}

function doseOf(statement: CdaElement, at: StatementScene): DosageDoseAndRate[] {
  const { quantity, range } = amountOf(statement.child('doseQuantity'), at)
  if (range !== undefined) return [{ doseRange: range }]
  return quantity === undefined ? [] : [{ doseQuantity: quantity }]
}

/** What is given in a day is no speed: the most is a limit of the day (`maxDosePerPeriod`), and the least stands as words, beside the most if both are said. */
function rateOf(statement: CdaElement, at: StatementScene): Pick<Dosage, 'maxDosePerPeriod' | 'additionalInstruction'> & { doseAndRate: DosageDoseAndRate[] } {
  const { quantity, range } = amountOf(statement.child('rateQuantity'), at)
  const [least, most] = [range?.low, range?.high ?? quantity]
  const perDay = (most ?? least)?.unit?.match(PER_DAY)?.[1]
  if (perDay === undefined) {
    const speed = range === undefined ? { ...only('rateQuantity', quantity) } : { rateRange: range }
    return { doseAndRate: Object.keys(speed).length === 0 ? [] : [speed] }
  }
  const from = least?.unit === most?.unit ? `${least?.value}` : `${least?.value} ${least?.unit?.replace(PER_DAY, '$1') ?? ''}`
  const words = most === undefined ? `au moins ${from} par jour` : `${from} à ${most.value} ${perDay} par jour`
  return {
    doseAndRate: [],
    ...list('additionalInstruction', least === undefined ? [] : [{ text: words }]),
    ...only('maxDosePerPeriod', most && { numerator: inUnit(most.value, perDay), denominator: inUnit(1, 'd') }),
  }
}

const inUnit = (value: number | undefined, unit: string): Quantity => ({ ...only('value', value), ...quantityUnit(unit) })

/** As `intervalOf`; a bound that stands alone is a range with one end, since a dose has no comparator. */
function amountOf(element: CdaElement | undefined, at: StatementScene): Interval {
  const interval = intervalOf(element, at)
  const { comparator, ...bound } = interval.quantity ?? {}
  if (comparator === undefined) return interval
  return { range: comparator.startsWith('>') ? { low: bound } : { high: bound } }
}

/** A condition in words or coded; one with a yes or no was checked before, and is no dosage. */
function neededOf(statement: CdaElement, at: StatementScene): CodeableConcept | undefined {
  for (const criterion of statement.all('precondition').flatMap(one => one.child('criterion') ?? [])) {
    const value = criterion.child('value')
    if (value !== undefined && typeOf(value) === 'BL') continue
    const concept = { ...(conceptOf(value, at) ?? conceptOf(criterion.child('code'), at)), ...only('text', at.text(criterion)) }
    if (Object.keys(concept).length > 0) return concept
  }
  return undefined
}

/** The amount of one administration, where it is one. */
export const doseQuantityOf = (statement: CdaElement, at: StatementScene): Quantity | undefined => amountOf(statement.child('doseQuantity'), at).quantity
