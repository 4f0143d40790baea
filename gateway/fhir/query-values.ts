/*
  The form of a value in a search, by the kind of its parameter: the store passes over some that it cannot read, or says so without the parameter's name.
    values => value [ "," value ]…      \, \| \$ \\ stand for themselves
    token => [system "|"] code | system "|"      reference => [Type "/"] id | absolute URL      date, number => [prefix] value
*/
import type { ParameterKind } from '../../profiles/tables/search-parameters.ts'

const PREFIX = '(eq|ne|gt|lt|ge|le|sa|eb|ap)?'
const DATE = new RegExp(`^${PREFIX}(\\d{4})(?:-(\\d\\d)(?:-(\\d\\d)(?:T(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d\\d:\\d\\d)?)?)?)?$`)
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

/** The alternatives of one value, still escaped. */
export const alternatives = (values: string): string[] => values.split(/(?<=(?<!\\)(?:\\\\)*),/)

/** The moment of a `_since`: a day or a time. */
export const isMoment = (value: string): boolean => /^\d{4}-\d\d-\d\d/.test(value) && isDate(value)

function isDate(value: string): boolean {
  const [, , year, month, day, hour, minute, second] = DATE.exec(value) ?? []
  if (year === undefined) return false
  if (month !== undefined && (Number(month) < 1 || Number(month) > 12)) return false
  if (day !== undefined && (Number(day) < 1 || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate())) return false
  return Number(hour ?? 0) < 24 && Number(minute ?? 0) < 60 && Number(second ?? 0) < 61
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
