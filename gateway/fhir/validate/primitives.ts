/*
  The lexical forms of R4's primitive types, in JSON; the formats that profiles/fhir/schema/r4.json names.
    date => YYYY [ -MM [ -DD ]]     dateTime => date [ T time zone ]     instant => YYYY-MM-DD T time zone     zone => Z | (+|-)hh:mm
*/
import type { Format } from 'ajv'
import { isSoundNarrative } from './narrative.ts'
import { LONGEST_ADDRESS } from './references.ts'

const YEAR = '(?!0000)\\d{4}'
const MONTH = '(?:0[1-9]|1[0-2])'
const DAY = '(?:0[1-9]|[12]\\d|3[01])'
const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?'
const ZONE = '(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))'
const whole = (form: string): RegExp => new RegExp(`^${form}$`)

const DATE = whole(`${YEAR}(?:-${MONTH}(?:-${DAY})?)?`)
const DATE_TIME = whole(`${YEAR}(?:-${MONTH}(?:-${DAY}(?:T${TIME}${ZONE})?)?)?`)
const INSTANT = whole(`${YEAR}-${MONTH}-${DAY}T${TIME}${ZONE}`)

/** No character that PostgreSQL or XML cannot hold, and more than blanks. */
const isText = (text: string): boolean => /\S/.test(text) && !/[\0-\x08\x0b\x0c\x0e-\x1f]|\p{Surrogate}/u.test(text)
const isUri = (text: string): boolean => text !== '' && !/[\s\0-\x1f]|\p{Surrogate}/u.test(text)
const between = (low: number, high: number): Format => ({ type: 'number', validate: value => value >= low && value <= high })

export const FORMATS: Readonly<Record<string, Format>> = {
  string: isText,
  markdown: isText,
  xhtml: isSoundNarrative,
  code: text => /^[^\s]+(?: [^\s]+)*$/.test(text) && isText(text),
  id: /^[A-Za-z0-9.-]{1,64}$/,
  uri: text => isUri(text) && text.length <= 500,
  url: isUri,
  canonical: text => isUri(text) && text.length <= LONGEST_ADDRESS,
  oid: /^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/,
  uuid: /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  date: text => DATE.test(text) && isInCalendar(text),
  dateTime: text => DATE_TIME.test(text) && isInCalendar(text),
  instant: text => INSTANT.test(text) && isInCalendar(text),
  time: whole(TIME),
  base64Binary: isBase64,
  decimal: { type: 'number', validate: Number.isFinite },
  integer: between(-(2 ** 31), 2 ** 31 - 1),
  positiveInt: between(1, 2 ** 31 - 1),
  unsignedInt: between(0, 2 ** 31 - 1),
}

/** 30 February is no date. */
function isInCalendar(date: string): boolean {
  if (date.length < 10) return true
  const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10))]
  return day <= new Date(Date.UTC(year < 100 ? year + 400 : year, month, 0)).getUTCDate()
}

function isBase64(text: string): boolean {
  const end = /={0,2}\s*$/.exec(text.slice(-64))
  const body = text.slice(0, text.length - (end?.[0].length ?? 0))
  if (!/^[A-Za-z0-9+/\s]*$/.test(body)) return false
  const length = text.length - (text.match(/\s/g)?.length ?? 0)
  return length > 0 && length % 4 === 0
}
