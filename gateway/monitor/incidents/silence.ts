/*
  Is a feed silent that usually speaks? Pure. What it says in an hour is the least it said in that hour of the week in its last four weeks, so a night, a week-end
  or a holiday month that was quiet before expects nothing; silent is a feed that kept still where it would have said at least `ENOUGH`.
  The hours are those of a time zone: a feed keeps its habits when the clocks change.
*/
export interface Feed {
  /** Messages by hour, each under its first instant. */
  hours: ReadonlyMap<number, number>
  firstSeen: Date
  lastSeen: Date
}

export interface Silence {
  since: Date
  /** How many messages it usually has said by now. */
  expected: number
}

const HOUR_MS = 3_600_000
const WEEK_MS = 168 * HOUR_MS
const WEEKS_LEARNED = 4
/** How much of its past before its last word is looked at. */
export const LEARNED_MS = (WEEKS_LEARNED + 1) * WEEK_MS
const LEAST_WEEKS = 2
const ENOUGH = 3
/** Its first week tells: later ones would be compared with the silence itself. */
const TELLING_MS = WEEK_MS

/** In: `longestMinutes` where the configuration says how long it may keep still at any hour. */
export function silenceOf(
  { hours, firstSeen, lastSeen }: Feed,
  { now, timeZone, longestMinutes }: { now: Date; timeZone: string; longestMinutes?: number },
): Silence | undefined {
  if (longestMinutes !== undefined) return now.getTime() - lastSeen.getTime() > longestMinutes * 60_000 ? { since: lastSeen, expected: 1 } : undefined
  let expected = 0
  const from = lastSeen.getTime()
  const until = Math.min(now.getTime(), from + TELLING_MS)
  for (let hour = startOfHour(from); hour < until; hour += HOUR_MS) {
    const elapsed = (Math.min(hour + HOUR_MS, until) - Math.max(hour, from)) / HOUR_MS
    expected += elapsed * leastSaid(hour, { hours, firstSeen, timeZone })
  }
  return expected >= ENOUGH ? { since: lastSeen, expected: Math.floor(expected) } : undefined
}

/** The least it said in this hour of its last weeks; nothing is expected of a feed that is younger than two. */
function leastSaid(hour: number, { hours, firstSeen, timeZone }: Pick<Feed, 'hours' | 'firstSeen'> & { timeZone: string }): number {
  const counts: number[] = []
  for (let week = 1; week <= WEEKS_LEARNED; week += 1) {
    const then = sameLocalHour(hour, week, timeZone)
    if (then >= firstSeen.getTime()) counts.push(hours.get(then) ?? 0)
  }
  return counts.length < LEAST_WEEKS ? 0 : Math.min(...counts)
}

const startOfHour = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS

/** The instant at which a clock of the zone showed the same hour, that many weeks before. */
function sameLocalHour(hour: number, weeks: number, timeZone: string): number {
  const then = hour - weeks * WEEK_MS
  return then + (offsetAt(hour, timeZone) - offsetAt(then, timeZone))
}

const formats = new Map<string, Intl.DateTimeFormat>()

function offsetAt(at: number, timeZone: string): number {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' })
  formats.set(timeZone, format)
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * 60_000)
}
