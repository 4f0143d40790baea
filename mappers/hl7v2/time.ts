/*
  Times as HL7v2 writes them (DTM), and the reading of those we get.
    YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]
*/
import { readTime } from '../cda/timestamps.ts'

const DTM = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d{1,4})?)?)?)?)?)?(?:[+-](?:(?:0\d|1[0-3])[0-5]\d|1400))?$/

/** UTC with its offset: no reader has to guess a zone. */
export function hl7Time(at: Date): string {
  return `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}+0000`
}

/** Of the calendar, with an offset that there is. */
export function isHl7Time(text: string): boolean {
  const match = DTM.exec(text)
  if (match === null) return false
  const [, , month = '01', day = '01', hour = '00', minute = '00', second = '00'] = match
  const isClock = Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 59
  return isClock && month !== '00' && day !== '00' && readTime(text) !== undefined
}
