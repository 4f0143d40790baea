/*
  Periods as people mean them: an end is when somebody has left; a day is over as soon as it is written as the end.
*/
import type { Period } from 'fhir/r4.js'

interface Span {
  from: number
  until: number
}

const spanOf = ({ start, end }: Period = {}): Span => ({
  from: start === undefined ? Number.NEGATIVE_INFINITY : Date.parse(start),
  until: end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end),
})

export function isRunning(period: Period | undefined, now: Date): boolean {
  const { from, until } = spanOf(period)
  return from <= now.getTime() && now.getTime() < until
}

/** Of those that run now or later, the place of one that runs together with another. What is over is the past, whatever it was. */
export function runningTogether(entries: readonly { period?: Period | undefined; index: number }[], now: Date): number | undefined {
  const later = entries.map(({ period, index }) => ({ ...spanOf(period), index })).filter(({ until }) => until > now.getTime())
  let [longest, ...others] = later.sort((a, b) => (a.from < b.from ? -1 : Number(a.from > b.from)))
  for (const one of others) {
    if (longest !== undefined && Math.max(one.from, now.getTime()) < Math.min(one.until, longest.until)) return Math.max(one.index, longest.index)
    if (longest === undefined || one.until > longest.until) longest = one
  }
  return undefined
}
