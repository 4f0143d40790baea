/*
  Times as HL7v2 writes them (DTM), and the reading of those we get.
    YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]
*/

const DTM = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d{1,4})?)?)?)?)?)?(?:[+-]\d{4})?$/

/** UTC with its offset: no reader has to guess a zone. */
export function hl7Time(at: Date): string {
  return `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}+0000`
}

export function isHl7Time(text: string): boolean {
  const match = DTM.exec(text)
  if (match === null) return false
  const [, , month = '01', day = '01', hour = '00', minute = '00', second = '00'] = match
  return (
    Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31 && Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 59
  )
}
