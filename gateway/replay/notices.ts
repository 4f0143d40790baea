/*
  Who would be told by a replay, and who would not: the event that it would record is planned as the fan-out plans it, in a transaction that is undone.
    an event that the message has caused already is not recorded again: its recipients are told of nothing
    a delivery that exists is not made again, unless a decision had said no
*/
import { CHANNELS, type Channel } from '../fanout/channels.ts'
import { planningOf, recipientsOf } from '../fanout/plan.ts'
import { askStandings } from '../fanout/standing.ts'
import type { Tx } from '../ledger/db.ts'
import { type EventRow, eventOf, type StoredEvent } from '../ledger/deliveries/events.ts'
import { shownRecipient } from '../ledger/lanes/lane-list.ts'
import { loadStandings } from '../ledger/rights/person-standings.ts'
import { undone } from '../ledger/undone.ts'
import type { HubParts } from '../parts.ts'
import type { Outcome, Remade } from './remake.ts'

export interface Notice {
  channel: string
  recipient: string
  action: string
  /** Would be told by the commit. */
  isNotified: boolean
  /** Why not: the status of what was sent, or the rule of the decision. */
  reason: string
}

/** Throws: what settling throws; store.unavailable. */
export async function noticesOf(parts: HubParts, made: Remade, outcome: Outcome): Promise<Notice[]> {
  const known = await eventsOf(parts.db, made.message.id)
  const news = await undone(parts.db, async tx => {
    await made.settle(tx, outcome)
    return (await eventsOf(tx, made.message.id)).filter(({ event }) => !known.some(one => one.event.id === event.id))
  })
  const notices = await toldBefore(parts.db, made.message.id)
  for (const { event, channels } of news) for (const channel of channels) notices.push(...(await plannedFor(parts, event, channel)))
  return notices
}

interface Planned {
  event: StoredEvent
  channels: Channel[]
}

async function eventsOf(tx: Tx, cause: string): Promise<Planned[]> {
  const { rows } = await tx.query<EventRow & { channels: string[] }>(
    'select e.*, array(select channel from planning where event_id = e.id) as channels from event e where cause = $1',
    [cause],
  )
  return rows.map(row => ({ event: eventOf(row), channels: CHANNELS.filter(channel => row.channels.includes(channel)) }))
}

async function toldBefore(tx: Tx, cause: string): Promise<Notice[]> {
  const { rows } = await tx.query<Pick<Notice, 'channel' | 'recipient' | 'action'> & { status: string; rule: string }>(
    `select distinct d.channel, d.recipient, d.action, d.status, d.rule from event e join decision x on x.event_id = e.id join delivery d on d.id = x.delivery_id
     where e.cause = $1 order by d.channel, d.recipient`,
    [cause],
  )
  return rows.map(({ status, rule, recipient, ...one }) => ({
    ...one,
    recipient: shownRecipient(recipient),
    isNotified: false,
    reason: status === 'none' ? rule : status,
  }))
}

async function plannedFor(parts: HubParts, event: StoredEvent, channel: Channel): Promise<Notice[]> {
  const planning = await planningOf(parts, { channel, event }, askStandings(parts.db))
  return undone(parts.db, async tx => {
    const notices: Notice[] = []
    const person = (await loadStandings(tx, [event]))(event.patient)
    for (const { recipient, what, action, level, rule } of await recipientsOf(parts, tx, { ...planning, person })) {
      const { rows } = await tx.query<{ status: string }>('select status from delivery where what = $1 and action = $2 and recipient = $3 and channel = $4', [
        what,
        action,
        recipient,
        channel,
      ])
      const status = rows[0]?.status
      const isNotified = level !== 'aucun' && (status === undefined || status === 'none')
      notices.push({ channel, recipient: shownRecipient(recipient), action, isNotified, reason: level === 'aucun' ? rule : (status ?? rule) })
    }
    return notices
  })
}
