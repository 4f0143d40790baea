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

/** Do the two run together now or later? What is over is the past, whatever it was. */
export function willOverlap(a: Period | undefined, b: Period | undefined, now: Date): boolean {
  const [one, other] = [spanOf(a), spanOf(b)]
  return Math.max(one.from, other.from, now.getTime()) < Math.min(one.until, other.until)
}
