/*
  What a search of monthly reports asks: whose, of which months.
    reporter  period  _id  _count      without `period` the last thirteen months
*/
import { HubError } from '../../../profiles/errors.ts'
import { readCount, requireKnown } from '../search/query.ts'
import { daysOf, isMonth, monthOf, monthsBetween } from '../../indicators/months.ts'

export interface ReportSearch {
  /** `Organization/<id>`s; undefined: whoever's the caller may see. */
  reporters: string[] | undefined
  ids: string[] | undefined
  /** The latest first. */
  months: string[]
  count: number
  offset: number
}

const KNOWN = ['reporter', 'period', '_id', '_count', '_total', '_offset']
const USUAL_MONTHS = 13
/** Further back nothing was counted. */
const MOST_MONTHS = 120

/** Throws: fhir.parameter_unknown, fhir.request, at the parameter's name. */
export function readReportSearch(sent: URLSearchParams, now: Date): ReportSearch {
  requireKnown(sent, KNOWN)
  const periods = sent.getAll('period').map(readPeriod)
  const months = lastMonths(monthOf(now), periods.length === 0 ? USUAL_MONTHS : MOST_MONTHS)
  return {
    reporters: listOf(sent, 'reporter')?.map(one => (one.startsWith('Organization/') ? one : `Organization/${one}`)),
    ids: listOf(sent, '_id'),
    months: months.filter(month => periods.every(holds => holds(daysOf(month)))),
    count: readCount(sent.get('_count')),
    offset: readOffset(sent.get('_offset') ?? '0'),
  }
}

/** `<id of the structure>.<month>`: out undefined for what has no such form, or a month that has not begun. */
export function reportNamed(id: string, now: Date): { reporter: string; month: string } | undefined {
  const [, structure = '', month = ''] = /^(.+)\.(\d{4}-\d{2})$/.exec(id) ?? []
  const isCounted = isMonth(month) && month <= monthOf(now) && monthsBetween(month, monthOf(now)) <= MOST_MONTHS
  return isCounted ? { reporter: `Organization/${structure}`, month } : undefined
}

export const reportId = (reporter: string, month: string): string => `${reporter.replace('Organization/', '')}.${month}`

function listOf(sent: URLSearchParams, name: string): string[] | undefined {
  const values = sent.getAll(name).flatMap(value => value.split(','))
  return values.length === 0 ? undefined : values
}

function readOffset(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new HubError('fhir.request', { path: '_offset' })
  return Number(text)
}

function lastMonths(current: string, count: number): string[] {
  const [year = 0, month = 0] = current.split('-').map(Number)
  return Array.from({ length: count }, (_, back) => new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7))
}

type Days = ReturnType<typeof daysOf>

/** Days as text stand in the order of time. */
const HOLDS: Record<string, (asked: Days, month: Days) => boolean> = {
  eq: (asked, month) => month.start >= asked.start && month.end <= asked.end,
  ge: (asked, month) => month.end >= asked.start,
  gt: (asked, month) => month.end > asked.end,
  le: (asked, month) => month.start <= asked.end,
  lt: (asked, month) => month.start < asked.start,
  ne: (asked, month) => month.start < asked.start || month.end > asked.end,
  sa: (asked, month) => month.start > asked.end,
  eb: (asked, month) => month.end < asked.start,
}

function readPeriod(value: string): (month: Days) => boolean {
  const [, prefix = 'eq', text = ''] = /^(eq|ge|gt|le|lt|ne|sa|eb)?(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)$/.exec(value) ?? []
  const holds = HOLDS[prefix]
  if (text === '' || holds === undefined) throw new HubError('fhir.request', { path: 'period' })
  const asked = { start: `${text}-01-01`.slice(0, 10), end: text.length === 7 ? daysOf(text).end : `${text}-12-31`.slice(0, 10) }
  return month => holds(asked, month)
}
