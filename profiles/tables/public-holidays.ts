/*
  Public holidays of France (Code du travail, L3133-1), without the two more of Alsace-Moselle and the days overseas.
*/

/** MM-DD */
const FIXED: ReadonlySet<string> = new Set(['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25'])
/** Days after Easter Sunday: Easter Monday, Ascension, Whit Monday. */
const AFTER_EASTER = [1, 39, 50]
const DAY_MS = 86_400_000

/** In: YYYY-MM-DD. */
export function isPublicHoliday(day: string): boolean {
  if (FIXED.has(day.slice(5))) return true
  return AFTER_EASTER.includes((Date.parse(day) - easterSunday(Number(day.slice(0, 4)))) / DAY_MS)
}

/** Midnight UTC of Easter Sunday in the Gregorian calendar, by the rule of Gauss as Meeus states it. */
function easterSunday(year: number): number {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const leapCenturies = Math.floor(century / 4)
  const moonCorrection = century - leapCenturies - Math.floor((8 * century + 13) / 25)
  const epact = (moonCorrection + 19 * golden + 15) % 30
  const fullMoon = epact - Math.floor(epact / 28) * (1 - Math.floor(29 / (epact + 1)) * Math.floor((21 - golden) / 11))
  const weekday = (year + Math.floor(year / 4) + fullMoon + 2 - century + leapCenturies) % 7
  const daysFromMarch28 = fullMoon - weekday
  const month = 3 + Math.floor((daysFromMarch28 + 40) / 44)
  return Date.UTC(year, month - 1, daysFromMarch28 + 28 - 31 * Math.floor(month / 4))
}
