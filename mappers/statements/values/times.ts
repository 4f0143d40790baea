/*
  Times of statements: never more precise than written; one that is no time of the calendar is left out, with a finding. Spec: cda.md 6.1.
    IVL_TS => value | low high | low width | center
*/
import type { Period } from 'fhir/r4.js'
import { only } from '../../cda/datatypes.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import { readTime } from '../../cda/timestamps.ts'
import type { Reading } from './values.ts'

const FHIR_TIME =
  /^[1-9]\d{3}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)))?)?)?$/

/** The time an element says (`value`), as a FHIR dateTime. */
export function dateTimeOf(element: CdaElement | undefined, at: Reading): string | undefined {
  const written = element?.attr('value')
  if (element === undefined || written === undefined) return undefined
  const read = readTime(written)?.value
  const isLost = /^\d{12}/.test(written) && read !== undefined && read.length <= 10
  if (read !== undefined && !isLost && FHIR_TIME.test(read)) return read
  at.find('statement.date-invalid', `${element.path}/@value`)
  return undefined
}

/** The day alone. */
export function dateOf(element: CdaElement | undefined, at: Reading): string | undefined {
  return dateTimeOf(element, at)?.slice(0, 10)
}

export interface When {
  dateTime?: string
  period?: Period
}

/** A point when one is said or both ends are equal, else a period of what is known; an end before its start is left out, with a finding. */
export function whenOf(element: CdaElement | undefined, at: Reading): When {
  const point = dateTimeOf(element, at) ?? dateTimeOf(element?.child('center'), at)
  if (element === undefined || point !== undefined) return only('dateTime', point)
  const [low, high, width] = [boundOf(element.child('low'), 1, at), boundOf(element.child('high'), -1, at), element.child('width')]
  const start = low ?? across(high, width, { onward: -1, at })
  const end = high ?? across(low, width, { onward: 1, at })
  if (start === undefined && end === undefined) return {}
  if (start !== undefined && start === end) return { dateTime: start }
  if (start !== undefined && end !== undefined && isReversed(start, end)) {
    at.find('statement.end-before-start', element.path)
    return { period: { start } }
  }
  return { period: { ...only('start', start), ...only('end', end) } }
}

export function periodOf(element: CdaElement | undefined, at: Reading): Period | undefined {
  const { dateTime, period } = whenOf(element, at)
  return dateTime === undefined ? period : { start: dateTime, end: dateTime }
}

/** For where FHIR has a place for one time: that there is an end beside it is a finding. */
export function startOf(element: CdaElement | undefined, at: Reading): string | undefined {
  const { dateTime, period: { start, end } = {} } = whenOf(element, at)
  if (element !== undefined && start !== undefined && end !== undefined) at.find('statement.part-unread', `${element.path}/high`)
  return dateTime ?? start
}

/** `effective[x]` of the statement's first effectiveTime. */
export function effectiveOf(statement: CdaElement, at: Reading): { effectiveDateTime?: string; effectivePeriod?: Period } {
  const { dateTime, period } = whenOf(statement.child('effectiveTime'), at)
  return { ...only('effectiveDateTime', dateTime), ...only('effectivePeriod', period) }
}

/** Of two times of unequal precision the shared part decides. */
export function isReversed(start: string, end: string): boolean {
  if (start.length > 10 && end.length > 10) return Date.parse(end) < Date.parse(start)
  const shared = Math.min(start.length, end.length, 10)
  return end.slice(0, shared) < start.slice(0, shared)
}

/** Months and milliseconds. */
type Span = readonly [number, number]

const DAY_MS = 86_400_000
const NOTHING: Span = [0, 0]
const UNITS: Readonly<Record<string, Span>> = { s: [0, 1000], min: [0, 60_000], h: [0, 3_600_000], d: [0, DAY_MS], wk: [0, 7 * DAY_MS], mo: [1, 0], a: [12, 0] }
/** What a date written alone covers, by its length: a year, a month, a day; a time is a point. */
const COVERED: Readonly<Record<number, Span>> = { 4: [12, 0], 7: [1, 0], 10: [0, DAY_MS] }
const coveredBy = (date: string): Span => COVERED[date.length] ?? NOTHING

/** A bound that is not of the interval (`inclusive`) is the day, month or year beside it. */
function boundOf(element: CdaElement | undefined, inward: 1 | -1, at: Reading): string | undefined {
  const written = dateTimeOf(element, at)
  if (written === undefined || element?.attr('inclusive') !== 'false') return written
  const [months, ms] = coveredBy(written)
  return moved(written, [inward * months, inward * ms])
}

/** The other bound, a width away: FHIR counts first and last day in. Undefined, with a finding, for a width that is none or finer than the date. */
function across(from: string | undefined, element: CdaElement | undefined, { onward, at }: { onward: 1 | -1; at: Reading }): string | undefined {
  const value = element?.attr('value')
  if (element === undefined || value === undefined) return undefined
  const [months, ms] = (UNITS[element.attr('unit') ?? ''] ?? NOTHING).map(one => one * Number(value)) as [number, number]
  const [coveredMonths, coveredMs] = coveredBy(from ?? '')
  const isFiner = coveredMonths > 0 ? ms > 0 || months % coveredMonths !== 0 : coveredMs > 0 && ms % coveredMs !== 0
  const isWidth = months + ms > 0 && Number.isInteger(months) && Number.isInteger(ms) && !isFiner
  const other = from === undefined || !isWidth ? undefined : moved(from, [onward * (months - coveredMonths), onward * (ms - coveredMs)])
  if (other === undefined) at.find('statement.width-unread', element.path)
  return other
}

/** At the precision it is written in; the last day of a month stands for those it has not. */
function moved(date: string, [months, ms]: Span): string | undefined {
  const end = new Date(`${date.length > 10 ? date.slice(0, 19) : `${date}${'-01-01'.slice(0, 10 - date.length)}T00:00:00`}Z`)
  const day = end.getUTCDate()
  end.setUTCMonth(end.getUTCMonth() + months, 1)
  end.setUTCDate(Math.min(day, new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate()))
  end.setTime(end.getTime() + ms)
  const written = Number.isNaN(end.getTime()) ? '' : `${end.toISOString().slice(0, Math.min(date.length, 19))}${date.slice(19)}`
  return FHIR_TIME.test(written) ? written : undefined
}
