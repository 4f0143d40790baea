/*
  Months as people in France mean them: `2026-06`, from its first midnight to its last in Paris.
*/

const FORM = /^\d{4}-(0[1-9]|1[0-2])$/
const PARIS = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris', year: 'numeric', month: '2-digit' })

export const isMonth = (text: string): boolean => FORM.test(text)

export const monthOf = (at: Date): string => PARIS.format(at)

/** The first and the last day. */
export function daysOf(month: string): { start: string; end: string } {
  const [year, number] = month.split('-').map(Number)
  const last = new Date(Date.UTC(year ?? 0, number ?? 1, 0)).getUTCDate()
  return { start: `${month}-01`, end: `${month}-${last}` }
}

/** How many months lie between the two, both counted. */
export function monthsBetween(from: string, to: string): number {
  const [fromYear = 0, fromMonth = 0] = from.split('-').map(Number)
  const [toYear = 0, toMonth = 0] = to.split('-').map(Number)
  return (toYear - fromYear) * 12 + toMonth - fromMonth + 1
}
