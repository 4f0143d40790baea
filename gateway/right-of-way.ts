/*
  Who has the right of way, in one process: doors before flows, and among flows storing before telling.
  Doors before flows: who waits for an acknowledgement comes before what is already durable.
    a crowd arrives, and its commits take long → at once as few entries begin as may; while the crowd lasts, a quarter more each second
    many arrive, and their commits take long   → half as many entries begin, at each look
    few arrivals, or quick commits             → a quarter more at each look, until nothing is held back
    nobody arrives for a quarter of a second   → nothing is held back
  Storing before telling: planners and deliveries begin nothing while every inbound lane is busy, for ten seconds; then for as long as that they begin as they like.
*/
import { setTimeout as pause } from 'node:timers/promises'

export interface RightOfWay {
  /** Said of each message once it is durable; in ms since it was received whole. */
  accepted(waitedMs: number): void
  /** Before an entry of one kind of work begins; at once while the doors are quick, or where the work is to stop. */
  turn(kind: string, signal: AbortSignal): Promise<void>
  /** Said at each look for inbound work: is every lane at work? */
  storing(isFull: boolean): void
  /** Entries of each kind that may begin in a second. */
  pace(): number
}

const LOOK_MS = 100
/** Arrivals in a look (fifty a second) below which the doors are not what keeps the machine busy. */
const MANY = 5
/** Arrivals in a look (a hundred a second) that no flow keeps up with on a machine that is short of time. */
const CROWD = 10
/** So many arrivals end a look early: a crowd is seen within some thirty ms. */
const ENOUGH = 16
/** While a crowd lasts, flows are let go so slowly that they do not come back with every quick commit. */
const CROWD_LOOK_MS = 1000
/** What a commit may take before flows give way, ms. */
const LONG_MS = 8
/** Entries of each kind a second that begin however busy the doors are: what is accepted also moves on. */
const SLOWEST = 2
/** Above this nothing is held back. */
const FREE = 200
/** So long nobody arrives where a crowd is over; those who send one message after the other wait less for an answer. */
const SILENCE_MS = 250
/** What is stored is told so much later at the most, while there is more to store than lanes. */
const LONGEST_HOLD_MS = 10_000
const STORING: ReadonlySet<string> = new Set(['inbound', 'replay'])

export function createRightOfWay(clock: () => number = () => performance.now()): RightOfWay {
  let perSecond = Number.POSITIVE_INFINITY
  let look = { since: clock(), count: 0, waitedMs: 0 }
  let begun = 0
  let arrivedAt = clock()
  const nextAt = new Map<string, number>()
  const storing = createStoringFirst(clock)

  /** Slows or quickens once for each look that is over; without arrivals nobody looks, so the time that passed counts as looks. */
  const judge = (now: number): void => {
    const elapsedMs = Math.max(1, now - look.since)
    if (elapsedMs < LOOK_MS && look.count < ENOUGH) return
    const perLook = (look.count * LOOK_MS) / elapsedMs
    const isLong = look.waitedMs > look.count * LONG_MS
    const isCrowd = perLook >= CROWD
    if (now - arrivedAt >= SILENCE_MS) perSecond = Number.POSITIVE_INFINITY
    else if (isLong && isCrowd) perSecond = SLOWEST
    else if (isLong && perLook >= MANY) perSecond = Math.max(SLOWEST, Math.min(perSecond, (begun * 1000) / elapsedMs) / 2)
    else perSecond *= 1.25 ** (elapsedMs / (isCrowd ? CROWD_LOOK_MS : LOOK_MS))
    if (perSecond > FREE) perSecond = Number.POSITIVE_INFINITY
    look = { since: now, count: 0, waitedMs: 0 }
    begun = 0
  }

  return {
    accepted(waitedMs) {
      judge(clock())
      arrivedAt = clock()
      look.count += 1
      look.waitedMs += waitedMs
    },
    async turn(kind, signal) {
      for (;;) {
        const now = clock()
        judge(now)
        const waitMs = (nextAt.get(kind) ?? 0) - now
        const isHeld = storing.comesFirst() && !STORING.has(kind)
        if (signal.aborted || (!isHeld && (perSecond === Number.POSITIVE_INFINITY || waitMs <= 0))) {
          begun += 1
          nextAt.set(kind, now + 1000 / perSecond)
          return
        }
        await pause(isHeld ? LOOK_MS : Math.min(LOOK_MS, waitMs), undefined, { signal }).catch(() => undefined)
      }
    },
    storing: storing.isFull,
    pace: () => perSecond,
  }
}

interface StoringFirst {
  isFull(isFull: boolean): void
  /** Is telling to wait? */
  comesFirst(): boolean
}

/** What storing may take of telling in one go grows again while it takes nothing, so that telling has half of the time. */
function createStoringFirst(clock: () => number): StoringFirst {
  let isFull = false
  let isSpent = false
  let leftMs = LONGEST_HOLD_MS
  let at = clock()

  const pass = (): void => {
    const elapsedMs = clock() - at
    at += elapsedMs
    leftMs += isFull && !isSpent ? -elapsedMs : elapsedMs
    if (leftMs <= 0) isSpent = true
    if (leftMs >= LONGEST_HOLD_MS) isSpent = false
    leftMs = Math.min(LONGEST_HOLD_MS, Math.max(0, leftMs))
  }

  return {
    isFull(now) {
      pass()
      isFull = now
    },
    comesFirst() {
      pass()
      return isFull && !isSpent
    },
  }
}
