/*
  A member who is told once a day: what happened to one person waits in a lane of its own until the hour, and travels in the mail of the first.
    at the hour the head decides on itself and on all that waits behind it → one mail → each of the others is settled by what became of that mail
*/
import type { HubConfig } from '../../config.ts'
import type { Keys } from '../../keys.ts'
import { carriedBy, carry, putDown, waitingBehind } from '../../ledger/deliveries/carried.ts'
import type { Tx } from '../../ledger/db.ts'
import { type Delivery, lowerLevel, type SendDecision } from '../../ledger/deliveries/deliveries.ts'
import { readEvent, type StoredEvent } from '../../ledger/deliveries/events.ts'

export const dailyLane = (keys: Keys, { member, person }: { member: string; person: string }): string =>
  `out:${keys.pseudonym(['mssante', member, person, 'quotidien'].join('|'))}`

/** By its lane: what was planned at once stays so, whatever the member chose since. */
export const isDaily = (keys: Keys, { channel, member, person, laneKey }: Delivery): boolean =>
  channel === 'mssante' && member !== undefined && laneKey === dailyLane(keys, { member, person })

const PARIS = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const MINUTE_MS = 60_000
const DAY_MINUTES = 1440

/** The next moment at which it is `digestAt` (HH:MM) in Paris. */
export function nextDigest({ limits: { digestAt } }: Pick<HubConfig, 'limits'>, now: Date): Date {
  const ahead = (minutesOf(digestAt) - minutesOf(PARIS.format(now)) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES
  const next = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS + ahead * MINUTE_MS)
  // Between now and then the clock may have been put on or back; what is struck on no clock that night comes an hour later.
  const off = ((minutesOf(digestAt) - minutesOf(PARIS.format(next)) + DAY_MINUTES * 1.5) % DAY_MINUTES) - DAY_MINUTES / 2
  const then = new Date(next.getTime() + off * MINUTE_MS)
  return PARIS.format(then) === digestAt ? then : next
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}

type Decide = (tx: Tx, delivery: Delivery) => Promise<SendDecision>

/** In the transaction that marks the head `sending`: each of the others is decided upon too; a second attempt takes nobody new. */
export const decidedTogether =
  (decide: (tx: Tx, one: { delivery: Delivery; event: StoredEvent }) => Promise<SendDecision>, own: Decide): Decide =>
  async (tx, head) => {
    const decision = await own(tx, head)
    const others = head.attempts === 0 ? await waitingBehind(tx, head.laneKey, head.id) : await carriedBy(tx, head.id)
    if (decision.level === 'aucun')
      await putDown(
        tx,
        (await carriedBy(tx, head.id)).map(({ id }) => id),
      )
    else for (const delivery of others) await take(tx, { head, delivery }, decide)
    return decision
  }

async function take(
  tx: Tx,
  { head, delivery }: { head: Delivery; delivery: Delivery },
  decide: (tx: Tx, one: { delivery: Delivery; event: StoredEvent }) => Promise<SendDecision>,
): Promise<void> {
  const event = await readEvent(tx, delivery.eventId)
  const level = event === undefined ? 'aucun' : lowerLevel((await decide(tx, { delivery, event })).level, delivery.level)
  if (level === 'aucun') await putDown(tx, [delivery.id])
  else await carry(tx, { delivery: delivery.id, carrier: head.id, level })
}
