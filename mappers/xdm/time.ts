/*
  HL7 TS to the DTM of XDS: the same precision, in UTC.
    YYYY[MM[DD[hhmm[ss]]]]        a TS without an offset is read on the clock of Paris; a date keeps its day
*/
import { toDateTime } from '../cda/timestamps.ts'

/** Undefined when the text is no time. */
export function toUtcDtm(ts: string | undefined): string | undefined {
  const value = toDateTime(ts)
  if (value === undefined) return undefined
  if (!value.includes('T')) return value.replaceAll('-', '')
  const hasSeconds = /^\d{14}/.test(ts ?? '')
  return dtmOf(new Date(value)).slice(0, hasSeconds ? 14 : 12)
}

/** YYYYMMDDhhmmss in UTC. */
export function dtmOf(at: Date): string {
  return at.toISOString().replace(/[-:T]/g, '').slice(0, 14)
}
