/*
  Doors before flows, in one process: who waits for an acknowledgement has the right of way over what is already durable.
    many arrivals, and their commits take long → lanes begin fewer entries a second, by halves, never fewer than a few
    few arrivals, or quick commits              → a quarter more at each look, until nothing is held back
*/
import { setTimeout as pause } from 'node:timers/promises'

export interface RightOfWay {
  /** Said of each message once it is durable; in ms since it was received whole. */
  accepted(waitedMs: number): void
  /** Before an entry of a lane begins; at once while the doors are quick, or where the work is to stop. */
  turn(signal: AbortSignal): Promise<void>
  /** Entries that may begin in a second. */
  pace(): number
}

const LOOK_MS = 100
/** Arrivals in a look (fifty a second) below which the doors are not what keeps the machine busy. */
const MANY = 5
/** What a commit may take before flows give way, ms. */
const LONG_MS = 8
/** Entries a second that begin however busy the doors are: what is accepted also moves on. */
const SLOWEST = 2
/** Above this nothing is held back. */
const FREE = 200

export function createRightOfWay(clock: () => number = () => performance.now()): RightOfWay {
  let perSecond = Number.POSITIVE_INFINITY
  let look = { since: clock(), count: 0, waitedMs: 0 }
  let begun = 0
  let nextAt = 0

  /** Slows or quickens once for each look that is over; without arrivals nobody looks, so the time that passed counts as looks. */
  const judge = (now: number): void => {
    const looks = Math.floor((now - look.since) / LOOK_MS)
    if (looks < 1) return
    const isBusy = look.count >= MANY * looks && look.waitedMs / look.count > LONG_MS
    if (isBusy) perSecond = Math.max(SLOWEST, Math.min(perSecond, Math.max(SLOWEST, (begun * 1000) / (looks * LOOK_MS))) / 2)
    else perSecond *= 1.25 ** looks
    if (perSecond > FREE) perSecond = Number.POSITIVE_INFINITY
    look = { since: now, count: 0, waitedMs: 0 }
    begun = 0
  }

  return {
    accepted(waitedMs) {
      judge(clock())
      look.count += 1
      look.waitedMs += waitedMs
    },
    async turn(signal) {
      for (;;) {
        const now = clock()
        judge(now)
        if (perSecond === Number.POSITIVE_INFINITY || signal.aborted || now >= nextAt) {
          begun += 1
          nextAt = now + 1000 / perSecond
          return
        }
        await pause(Math.min(LOOK_MS, nextAt - now), undefined, { signal }).catch(() => undefined)
      }
    },
    pace: () => perSecond,
  }
}
