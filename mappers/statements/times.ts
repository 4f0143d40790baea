/*
  Times of statements: never more precise than written; one that is no time of the calendar is left out, with a finding. Spec: cda.md 6.1.
    IVL_TS => value | low high | low width | center
*/
import type { Period } from 'fhir/r4.js'
import { only } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/element.ts'
import { readTime } from '../cda/timestamps.ts'
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
  const start = dateTimeOf(element.child('low'), at)
  const end = dateTimeOf(element.child('high'), at) ?? afterWidth(start, element.child('width'))
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

const DAYS: Readonly<Record<string, number>> = { d: 1, wk: 7 }

/** Days and weeks after a day; other widths are not reckoned. */
function afterWidth(start: string | undefined, width: CdaElement | undefined): string | undefined {
  const days = Number(width?.attr('value')) * (DAYS[width?.attr('unit') ?? ''] ?? Number.NaN)
  if (start?.length !== 10 || !Number.isInteger(days) || days < 0 || days > 40_000) return undefined
  const end = new Date(`${start}T00:00:00Z`)
  end.setUTCDate(end.getUTCDate() + days)
  return end.toISOString().slice(0, 10)
}
