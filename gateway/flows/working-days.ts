/*
  Working days: Monday to Friday.
*/
const DAY_MS = 86_400_000

/** Have so many whole working days gone by since `since`? Days of the weekend do not count; a public holiday does. */
export function hasWaited(since: string | undefined, now: Date, days: number): boolean {
  if (since === undefined) return false
  let left = days
  for (let at = Date.parse(since) + DAY_MS; left > 0 && at <= now.getTime(); at += DAY_MS) {
    const day = new Date(at).getUTCDay()
    if (day !== 0 && day !== 6) left -= 1
  }
  return left === 0
}
