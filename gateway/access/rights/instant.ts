/*
  Times of a resource as rows of the ledger carry them: a month, a year or a day is its first moment.
*/

/** Undefined for what is no time. */
export function instant(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}
