/*
  HL7 TS to the DTM of XDS: the same precision, in UTC.
    TS  YYYY[MM[DD[hh[mm[ss[.ffff]]]]]][±zzzz]; without an offset the clock is that of Paris
*/

const TS = /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.\d+)?([+-]\d{4})?$/
const HOUR_MS = 3_600_000

/** Undefined when the text is no time. Dates keep their day: only a time of day has an offset to take off. */
export function toUtcDtm(ts: string | undefined): string | undefined {
  const match = TS.exec(ts?.trim() ?? '')
  if (match === null) return undefined
  const [, year = '', month = '', day = '', hour, minute, second, offset] = match
  if (hour === undefined) return `${year}${month}${day}`
  const clock = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute ?? 0), Number(second ?? 0))
  const utc = new Date(clock - (offset === undefined ? parisOffsetMs(clock) : offsetMs(offset)))
  const digits = dtmOf(utc)
  return digits.slice(0, second === undefined ? (minute === undefined ? 10 : 12) : 14)
}

/** YYYYMMDDhhmmss in UTC. */
export function dtmOf(at: Date): string {
  return at.toISOString().replace(/[-:T]/g, '').slice(0, 14)
}

function offsetMs(offset: string): number {
  const size = (Number(offset.slice(1, 3)) + Number(offset.slice(3, 5)) / 60) * HOUR_MS
  return offset.startsWith('-') ? -size : size
}

/** Summer time from the last Sunday of March at 2 to the last Sunday of October at 3, on the clock of Paris. */
function parisOffsetMs(clock: number): number {
  const year = new Date(clock).getUTCFullYear()
  const isSummer = clock >= lastSunday(year, 2) + 2 * HOUR_MS && clock < lastSunday(year, 9) + 3 * HOUR_MS
  return isSummer ? 2 * HOUR_MS : HOUR_MS
}

function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0))
  return last.getTime() - last.getUTCDay() * 24 * HOUR_MS
}
