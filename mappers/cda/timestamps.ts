/*
  CDA timestamps to FHIR dates, never more precise than what was written.
    TS => YYYY [MM [DD [HH [MM [SS [.S+]]]]]] [±ZZZZ]      without an offset: the legal time of France on that day
*/

const TS = /^(?!0000)(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d+)?)?)?)?)?)?([+-]\d{4})?$/
/** Of the hours there are on earth. */
const OFFSET = /^[+-](?:(?:0\d|1[0-3])[0-5]\d|1400)$/

export interface ReadTime {
  /** FHIR dateTime. */
  value: string
  /** The offset is not the sender's word. */
  isOffsetAssumed: boolean
}

/** Undefined for what is no timestamp or no day of the calendar. */
export function readTime(ts: string | undefined): ReadTime | undefined {
  const parts = TS.exec(ts ?? '')
  if (parts === null) return undefined
  const [, year = '', month, day, hour, minute, second, offset] = parts
  if (month === undefined || month === '00') return { value: year, isOffsetAssumed: false }
  if (day === undefined || day === '00') return isDay(year, month, '01') ? { value: `${year}-${month}`, isOffsetAssumed: false } : undefined
  if (!isDay(year, month, day)) return undefined
  const date = `${year}-${month}-${day}`
  if (hour === undefined || minute === undefined) return { value: date, isOffsetAssumed: false }
  const clock = `${hour}:${minute}:${second ?? '00'}`
  const isClock = Number(hour) <= 23 && Number(minute) <= 59 && Number(second ?? 0) <= 59
  if (!isClock || (offset !== undefined && !OFFSET.test(offset))) return { value: date, isOffsetAssumed: false }
  if (offset !== undefined) return { value: `${date}T${clock}${offset.slice(0, 3)}:${offset.slice(3)}`, isOffsetAssumed: false }
  const written = Date.parse(`${date}T${clock}Z`)
  // An hour that is struck twice is taken for the second.
  return { value: `${date}T${clock}${parisOffset(written - parisOffset(written).minutes * MINUTE_MS).text}`, isOffsetAssumed: true }
}

export function toDateTime(ts: string | undefined): string | undefined {
  return readTime(ts)?.value
}

/** The day alone, or what of it is known. */
export function toDate(ts: string | undefined): string | undefined {
  return readTime(ts)?.value.slice(0, 10)
}

function isDay(year: string, month: string, day: string): boolean {
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day)
}

const PARIS = new Intl.DateTimeFormat('en-US', { timeZone: 'Europe/Paris', timeZoneName: 'longOffset' })
/** Of each hour that was asked for, as minutes and as written: to ask the formatter costs more than all the rest of a timestamp. */
const offsets = new Map<number, { minutes: number; text: string }>()
const MOST_OFFSETS = 2000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

function parisOffset(utcMs: number): { minutes: number; text: string } {
  const hour = Math.floor(utcMs / HOUR_MS)
  const known = offsets.get(hour)
  if (known !== undefined) return known
  // `GMT+01:00`
  const name = PARIS.formatToParts(utcMs).find(part => part.type === 'timeZoneName')?.value ?? ''
  const [, text = '+00:00', sign = '+', hours = '0', minutes = '0'] = /^GMT(([+-])(\d{2}):(\d{2}))/.exec(name) ?? []
  const offset = { minutes: (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1), text }
  if (offsets.size === MOST_OFFSETS) offsets.clear()
  offsets.set(hour, offset)
  return offset
}

/** An instant as the clocks of France show it, with their offset. */
export function toLegalTime(instant: string): string {
  const at = Date.parse(instant)
  const { minutes, text } = parisOffset(at)
  return `${new Date(at + minutes * MINUTE_MS).toISOString().slice(0, 19)}${text}`
}
