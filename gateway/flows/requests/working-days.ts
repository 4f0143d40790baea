/*
  Working days in France: Monday to Friday without the public holidays, by the calendar of Paris.
*/
import { isPublicHoliday } from '../../../profiles/tables/public-holidays.ts'

const DAY_MS = 86_400_000
const PARIS = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris', dateStyle: 'short' })

/** Of a moment; what is less precise stays as it is. */
export const dayInFrance = (date: string): string => (date.length > 10 ? PARIS.format(Date.parse(date)) : date)

/** Have so many whole working days gone by since `since`? */
export function hasWaited(since: string | undefined, now: Date, days: number): boolean {
  if (since === undefined) return false
  let left = days
  for (let at = Date.parse(since) + DAY_MS; left > 0 && at <= now.getTime(); at += DAY_MS) if (isWorkingDay(PARIS.format(at))) left -= 1
  return left === 0
}

/** In: YYYY-MM-DD. */
function isWorkingDay(day: string): boolean {
  const weekday = new Date(day).getUTCDay()
  return weekday !== 0 && weekday !== 6 && !isPublicHoliday(day)
}
