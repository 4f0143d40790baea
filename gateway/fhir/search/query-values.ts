/*
  The form of a value in a search, by the kind of its parameter: the store passes over some that it cannot read, or says so without the parameter's name.
    values => value [ "," value ]…      \, \| \$ \\ stand for themselves
    token => [system "|"] code | system "|"      reference => [Type "/"] id | absolute URL      date, number => [prefix] value
*/
import type { ParameterKind } from '../../../profiles/tables/search-parameters.ts'

const PREFIX = '(eq|ne|gt|lt|ge|le|sa|eb|ap)?'
const DATE = new RegExp(`^${PREFIX}(\\d{4})(?:-(\\d\\d)(?:-(\\d\\d)(?:T(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d\\d:\\d\\d)?)?)?)?$`)
const DAY_MS = 86_400_000
const NUMBER = new RegExp(`^${PREFIX}-?\\d{1,18}(\\.\\d{1,18})?$`)
const REFERENCE = /^([A-Z][A-Za-z]{1,40}\/)?[A-Za-z0-9.-]{1,64}(\/_history\/[A-Za-z0-9.-]{1,64})?$|^(https?|urn):\S+$/

const FORMS: Record<ParameterKind, (value: string) => boolean> = {
  date: isDate,
  number: value => NUMBER.test(value),
  reference: value => REFERENCE.test(unescaped(value)),
  token: isToken,
  string: isText,
  uri: value => isText(value) && !/\s/.test(value),
}

/** Does each alternative have the form of its kind? */
export function isWellFormed(kind: ParameterKind, values: string): boolean {
  return alternatives(values).every(FORMS[kind])
}

/** The alternatives of one value, still escaped. The comma is looked for first: of a value of backslashes alone each would be counted from each. */
export const alternatives = (values: string): string[] => values.split(/,(?<=(?<!\\)(?:\\\\)*,)/)

/**
 * A value as the store reads it rightly: of dates it takes ge and le of a month or a year for those behind its end or before its beginning, knows no ap,
 * and takes no alternatives; of numbers it knows no sa and eb, which say gt and lt of a point.
 * Out: conditions that all hold; undefined for what it cannot be asked.
 */
export function storeValues(kind: ParameterKind, values: string, now: Date): string[] | undefined {
  const parts = alternatives(values)
  if (kind === 'number') return [parts.map(part => part.replace(/^sa/, 'gt').replace(/^eb/, 'lt')).join(',')]
  if (kind !== 'date') return [values]
  if (parts.length > 1) return undefined
  return values.startsWith('ap') ? around(values.slice(2), now) : [`${values.slice(0, 2)}${edgeOf(values)}`]
}

/** Of the last change the store takes gt and sa of a day, a month or a year for what is behind its beginning. */
export const behindItsEnd = (value: string): string =>
  value.replace(/^(?:gt|sa)(\d{4}(?:-\d\d){0,2})$/, (_value, written: string) => `ge${spanOf(written)[1].toISOString()}`)

/** Of ge the first day, of le the last one; anything else as it is. */
function edgeOf(value: string): string {
  const [, prefix, written = ''] = /^(ge|le)(\d{4}(?:-\d\d)?)$/.exec(value) ?? []
  if (prefix === undefined) return value.slice(2)
  const [from, to] = spanOf(written)
  return (prefix === 'ge' ? from : new Date(to.getTime() - DAY_MS)).toISOString().slice(0, 10)
}

/** A tenth of the time between now and then on either side (R4, search, prefix ap). */
function around(written: string, now: Date): string[] {
  const [from, to] = spanOf(written)
  const marginMs = Math.abs(now.getTime() - from.getTime()) / 10
  return [`ge${new Date(from.getTime() - marginMs).toISOString()}`, `le${new Date(to.getTime() + marginMs).toISOString()}`]
}

/** From its first moment to the first one behind it; of a time, both are that one. */
export function spanOf(written: string): [Date, Date] {
  const [, year = '', month, day, time] = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(T.*)?)?)?$/.exec(written) ?? []
  const from = new Date(time === undefined ? `${year}-${month ?? '01'}-${day ?? '01'}` : written)
  if (time !== undefined) return [from, from]
  if (day !== undefined) return [from, new Date(from.getTime() + DAY_MS)]
  return [from, month === undefined ? new Date(`${Number(year) + 1}-01-01`) : new Date(Date.UTC(Number(year), Number(month), 1))]
}

/** A condition on a moment. */
export interface MomentBound {
  operator: '>=' | '<'
  at: Date
}

/**
 * A date asked of what has but one moment: behind the end of the value it is as much as it starts behind it. What says no zone is of UTC.
 * Out: conditions that all hold, each of them by one of its bounds; undefined for what is no date.
 */
export function momentBounds(value: string, now: Date): MomentBound[][] | undefined {
  const written = value.replace(' ', '+').replace(/T[\d:.]+$/, '$&Z')
  const asked = isWellFormed('date', written) ? storeValues('date', written, now) : undefined
  return asked?.flatMap((condition): MomentBound[][] => {
    const [, prefix = 'eq', text = ''] = /^([a-z]{2})?(.*)$/.exec(condition) ?? []
    const [start, end] = [new Date(text), endOf(text)]
    if (prefix === 'ge') return [[{ operator: '>=', at: start }]]
    if (prefix === 'lt' || prefix === 'eb') return [[{ operator: '<', at: start }]]
    if (prefix === 'gt' || prefix === 'sa') return [[{ operator: '>=', at: end }]]
    if (prefix === 'ne')
      return [
        [
          { operator: '<', at: start },
          { operator: '>=', at: end },
        ],
      ]
    return [...(prefix === 'eq' ? [[{ operator: '>=' as const, at: start }]] : []), [{ operator: '<' as const, at: end }]]
  })
}

/** A time lasts as long as it is written: a minute, a second, a thousandth. */
function endOf(text: string): Date {
  const lastsMs = text.length <= 10 ? 0 : !/T\d\d:\d\d:/.test(text) ? 60_000 : text.includes('.') ? 1 : 1000
  return new Date(spanOf(text)[1].getTime() + lastsMs)
}

/** The moment of a `_since`: a day or a time. */
export const isMoment = (value: string): boolean => /^\d{4}-\d\d-\d\d/.test(value) && isDate(value)

function isDate(value: string): boolean {
  const [, , year, month, day, hour] = DATE.exec(value) ?? []
  if (year === undefined) return false
  if (month !== undefined && (Number(month) < 1 || Number(month) > 12)) return false
  if (day !== undefined && (Number(day) < 1 || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate())) return false
  // A second behind the last one, or a zone that nobody has, is no time here.
  return hour === undefined || (hour !== '24' && !Number.isNaN(Date.parse(value.replace(/^[a-z]{2}/, ''))))
}

function isToken(value: string): boolean {
  const parts = value.replace(/\\./gs, 'x').split('|')
  return isText(value) && parts.length <= 2 && parts.some(part => part !== '')
}

/** A NUL would break the store's database. */
function isText(value: string): boolean {
  return value.trim() !== '' && !value.includes('\u0000')
}

const unescaped = (value: string): string => value.replace(/\\(.)/gs, '$1')
