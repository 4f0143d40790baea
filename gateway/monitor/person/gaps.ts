/*
  What is missing in a person's journey.
    undelivered   something that was to reach somebody and did not
    expected      a discharge without a document within a day; a request without an answer within two
    silence       thirty days and more in which nothing came
*/
import type { JourneyItem } from './journey.ts'

export interface Gap {
  kind: 'undelivered' | 'expected' | 'silence'
  /** What was to come. */
  expected?: 'discharge-letter' | 'request-answer'
  from: string
  /** Null: it lasts. */
  to: string | null
  /** The item after which it begins. */
  after: string
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const LETTER_MS = DAY
const ANSWER_MS = 2 * DAY
const SILENCE_MS = 30 * DAY

/** In: oldest first. Out: in the order in which they begin. */
export function gapsOf(items: readonly JourneyItem[], now: Date): Gap[] {
  const gaps = [
    ...items.filter(({ delivery }) => delivery === 'undelivered' || delivery === 'partly' || delivery === 'held').map(undelivered),
    ...items.flatMap((item, at) => expectedAfter(item, items.slice(at + 1), { before: items.slice(0, at), now })),
    ...items.flatMap((item, at) => silenceAfter(item, items[at + 1], now)),
  ]
  return gaps.sort((one, other) => one.from.localeCompare(other.from))
}

const undelivered = ({ id, at }: JourneyItem): Gap => ({ kind: 'undelivered', from: at, to: null, after: id })

interface Around {
  before: readonly JourneyItem[]
  now: Date
}

function expectedAfter(item: JourneyItem, later: readonly JourneyItem[], { before, now }: Around): Gap[] {
  const since = Date.parse(item.at)
  if (item.type === 'encounter.sor' && item.changes.includes('discharge')) {
    if (later.some(one => one.type === 'encounter.sor' && one.changes.includes('annulation'))) return []
    const isNear = (one: JourneyItem): boolean => one.kind === 'document' && Math.abs(Date.parse(one.at) - since) <= LETTER_MS
    if (before.some(isNear) || later.some(isNear)) return []
    return missing(item, { expected: 'discharge-letter', due: since + LETTER_MS, came: later.find(one => one.kind === 'document'), now })
  }
  if (item.kind === 'request' && item.changes.includes('task.requested')) {
    const came = later.find(one => one.kind === 'request' && one.about === item.about)
    return missing(item, { expected: 'request-answer', due: since + ANSWER_MS, came, now })
  }
  return []
}

function missing(
  item: JourneyItem,
  { expected, due, came, now }: { expected: NonNullable<Gap['expected']>; due: number; came: JourneyItem | undefined; now: Date },
): Gap[] {
  const end = came === undefined ? now.getTime() : Date.parse(came.at)
  return end <= due ? [] : [{ kind: 'expected', expected, from: item.at, to: came?.at ?? null, after: item.id }]
}

function silenceAfter(item: JourneyItem, next: JourneyItem | undefined, now: Date): Gap[] {
  const end = next === undefined ? now.getTime() : Date.parse(next.at)
  return end - Date.parse(item.at) < SILENCE_MS ? [] : [{ kind: 'silence', from: item.at, to: next?.at ?? null, after: item.id }]
}
