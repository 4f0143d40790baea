import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import type { Tx } from '../../../gateway/ledger/db.ts'
import {
  addDeliveries,
  findDeliveryByReference,
  markRecorded,
  markSending,
  markSent,
  type Plan,
  type PlannedRecipient,
  planEvents,
  readDelivery,
  settleDelivery,
} from '../../../gateway/ledger/deliveries/deliveries.ts'
import { addReceipt } from '../../../gateway/ledger/deliveries/receipts.ts'
import { findEvents, readEvent, recordEvent, unplannedEvents } from '../../../gateway/ledger/deliveries/events.ts'
import { findFlows, readFlow } from '../../../gateway/ledger/flows/flows.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { advanceLane, claimLanes, type LaneClaim, parkLane, postponeLane, resumeLane } from '../../../gateway/ledger/lanes/lanes.ts'
import { waitingGroups } from '../../../gateway/ledger/lanes/lane-groups.ts'
import { watchLedger } from '../../../gateway/monitor/gauges.ts'
import { writeLineage } from '../../../gateway/ledger/flows/lineage.ts'
import { claimOutbox, removeOutbox } from '../../../gateway/ledger/deliveries/outbox.ts'
import { count, useLedger, message, only, until } from './support.ts'

const { db } = await useLedger()
beforeEach(() =>
  db.query('truncate message, body, lineage, seen, lane, lane_entry, event, event_sequence, planning, delivery, decision, receipt, outbox cascade'),
)

const DELIVERY = { kind: 'delivery', holder: 'one', leaseMs: 20_000, limit: 10 } as const
const yes = async () => ({ level: 'complet', rule: 'sender.named', basis: {} }) as const

/** Accepts a message and stores it with one event for these channels. */
async function storedMessage(
  options: { person?: string; channels?: string[]; controlId?: string; documentId?: string } = {},
): Promise<{ messageId: string; eventId: string; sequence: number }> {
  const { person = 'p1', channels = ['mssante'], documentId = 'doc-1', ...rest } = options
  const { id } = await createAcceptor(db).accept(message({ ...rest, laneKey: `in-${person}`, documentId }))
  const claim = (await claimLanes(db, { ...DELIVERY, kind: 'inbound' })).find(one => one.entryId === id)
  if (claim === undefined) throw new Error('no claim')
  const { id: eventId, sequence } = await db.tx(async tx => {
    const event = await record(tx, { cause: id, person, channels })
    await writeLineage(tx, id, { mapper: 'transmission-to-transaction', version: 1, lineage: [], unread: [], findings: [], mappedAt: new Date() })
    await advanceLane(tx, claim)
    return event
  })
  return { messageId: id, eventId, sequence }
}

function record(tx: Tx, { cause, person, channels, n = 1 }: { cause: string; person: string; channels: string[]; n?: number }) {
  return recordEvent(tx, {
    cause,
    type: 'document.depose',
    n,
    person,
    patient: 'Patient/1',
    resources: ['DocumentReference/7/_history/1'],
    changes: ['create'],
    detail: { a: 1 },
    channels,
    traceparent: 't',
    at: new Date(),
  })
}

function recipient(address: string, changes: Partial<PlannedRecipient> = {}): PlannedRecipient {
  return {
    recipient: address,
    level: 'complet',
    rule: 'sender.named',
    basis: {},
    what: 'doc-1',
    action: 'create',
    reference: `ref-${newMessageId()}`,
    laneKey: `out-${address}`,
    ...changes,
  }
}

async function plan(eventId: string, recipients: PlannedRecipient[], channel = 'mssante'): Promise<Plan> {
  const [one] = await db.tx(tx => planEvents(tx, [{ eventId, channel, recipients }]))
  if (one === undefined) throw new Error('no plan')
  return one
}
const statusOf = async (id: string) => (await readFlow(db, id))?.status

describe('events', () => {
  it('are numbered per person, once per cause, type and n, with planning and outbox rows', async () => {
    const first = await storedMessage()
    const second = await storedMessage()
    const other = await storedMessage({ person: 'p2' })
    expect([first.sequence, second.sequence, other.sequence]).toEqual([1, 2, 1])
    const again = await db.tx(tx => record(tx, { cause: first.messageId, person: 'p1', channels: ['mssante'] }))
    expect(again).toEqual({ id: first.eventId, sequence: 1 })
    expect(await count(db, 'planning')).toBe(3)
    expect(await readEvent(db, first.eventId)).toMatchObject({ detail: { a: 1 }, sequence: 1, resources: ['DocumentReference/7/_history/1'] })
    const entries = await claimOutbox(db, 10)
    expect(entries.map(entry => entry.event.id)).toEqual([first.eventId, second.eventId, other.eventId])
    await removeOutbox(db, entries.slice(0, 2))
    expect((await claimOutbox(db, 10)).map(entry => entry.event.id)).toEqual([other.eventId])
  })

  it('recorded at once for one person they have consecutive numbers, and the outbox has their order', async () => {
    const causes = Array.from({ length: 30 }, () => newMessageId())
    await Promise.all(causes.map(cause => db.tx(tx => record(tx, { cause, person: 'busy', channels: [] }))))
    expect((await claimOutbox(db, 100)).map(entry => entry.event.sequence)).toEqual(causes.map((_, n) => n + 1))
  })

  it('are found by resource with or without its version, page by page', async () => {
    const events = [await storedMessage(), await storedMessage(), await storedMessage()]
    const page = await findEvents(db, { resource: 'DocumentReference/7', limit: 2 })
    expect(page.items.map(event => event.id)).toEqual(events.slice(0, 2).map(event => event.eventId))
    const rest = await findEvents(db, { resource: 'DocumentReference/7/_history/1', limit: 2, ...(page.next === null ? {} : { after: page.next }) })
    expect(rest).toMatchObject({ items: [{ id: events[2]?.eventId }], next: null })
    expect((await findEvents(db, { resource: 'DocumentReference/70', limit: 2 })).items).toEqual([])
    expect((await findEvents(db, { type: 'pps.publie', limit: 2 })).items).toEqual([])
  })
})

describe('a lane that rested', () => {
  const stands = async (): Promise<Record<string, number>> => {
    const gauges = new Map<string, () => Promise<Record<string, number>>>()
    watchLedger({ watch: (name: string, read: never) => gauges.set(name, read) } as never, db)
    return (await gauges.get('hub_lane_oldest_seconds')?.()) ?? {}
  }

  it('stands still from what came then, not since it moved last', async () => {
    const [first, second] = [await storedMessage(), await storedMessage()]
    await plan(first.eventId, [recipient('a@x.mssante.fr')])
    const claim = only(await claimLanes(db, DELIVERY))
    await db.tx(tx => advanceLane(tx, claim))
    await db.query("update lane set moved_at = clock_timestamp() - interval '2 days'")
    await createAcceptor(db).accept(message({ laneKey: 'in-p1' }))
    await plan(second.eventId, [recipient('a@x.mssante.fr', { what: 'doc-2' })])
    const stood = await stands()
    expect(Object.keys(stood).sort()).toEqual(['delivery|ready', 'inbound|ready'])
    expect(Math.max(...Object.values(stood))).toBeLessThan(60)
    const claims = [...(await claimLanes(db, DELIVERY)), ...(await claimLanes(db, { ...DELIVERY, kind: 'inbound' }))]
    for (const one of claims) await postponeLane(db, one, { delayMs: 1000, reason: 'mssante.unreachable', countAttempt: false })
    const groups = await waitingGroups(db, ['mssante.unreachable'])
    expect(groups).toHaveLength(2)
    for (const { since } of groups) expect(Date.now() - since.getTime()).toBeLessThan(60_000)
  })

  it('does not stand still while what is in it waits for its hour', async () => {
    const { eventId } = await storedMessage()
    await plan(eventId, [recipient('a@x.mssante.fr', { notBefore: new Date(Date.now() + 3_600_000) })])
    await db.query("update lane set moved_at = clock_timestamp() - interval '20 hours'")
    expect((await stands())['delivery|ready']).toBe(0)
  })
})

describe('plans', () => {
  it('of several events at once a later yes opens an earlier no', async () => {
    const [first, second] = [await storedMessage(), await storedMessage({ person: 'p2' })]
    const of = ({ eventId }: { eventId: string }, level: 'aucun' | 'complet') => ({
      eventId,
      channel: 'mssante',
      recipients: [recipient('a@x.mssante.fr', { level })],
    })
    await db.tx(tx => planEvents(tx, [of(first, 'aucun'), of(second, 'complet')]))
    const { rows } = await db.query('select level, status, event_id from delivery')
    expect(rows).toEqual([{ level: 'complet', status: 'planned', event_id: second.eventId }])
  })

  it('of several events at once are those of each alone: what comes before is named, what two tell the same recipient is linked', async () => {
    const [first, second] = [await storedMessage(), await storedMessage()]
    const other = await storedMessage({ person: 'p2' })
    const of = ({ eventId }: { eventId: string }, recipients: PlannedRecipient[]) => ({ eventId, channel: 'mssante', recipients })
    const told = [recipient('a@x.mssante.fr'), recipient('b@x.mssante.fr')]
    const plans = await db.tx(tx => planEvents(tx, [of(first, told), of(second, told), of(other, told.slice(1)), of(other, told), of(first, [])]))
    expect(plans.map(one => one.state)).toEqual(['planned', 'blocked', 'planned', 'already', 'already'])
    expect(plans[1]).toEqual({ state: 'blocked', earlier: [first.eventId] })
    const deliveries = plans.flatMap(one => (one.state === 'planned' ? one.deliveries : []))
    expect(deliveries.map(({ recipient, isNew }) => [recipient, isNew])).toEqual([
      ['a@x.mssante.fr', true],
      ['b@x.mssante.fr', true],
      ['b@x.mssante.fr', false],
    ])
    expect(deliveries[2]?.deliveryId).toBe(deliveries[1]?.deliveryId)
    expect(await count(db, 'decision')).toBe(3)
  })

  it('every recipient has a decision and a delivery, also for no; planned once, whoever comes', async () => {
    const { eventId, messageId } = await storedMessage()
    expect(await unplannedEvents(db, 'mssante', 0)).toEqual([eventId])
    const recipients = [recipient('a@x.mssante.fr'), recipient('dmp', { level: 'aucun', rule: 'dmp.not-connected' })]
    const plans = await Promise.all(Array.from({ length: 8 }, () => plan(eventId, recipients)))
    expect(plans.map(one => one.state).sort()).toEqual([...Array.from({ length: 7 }, () => 'already'), 'planned'])
    expect(await count(db, 'decision')).toBe(2)
    expect(await count(db, "delivery where status = 'none' and position is null")).toBe(1)
    expect(await unplannedEvents(db, 'mssante', 0)).toEqual([])
    expect(await statusOf(messageId)).toBe('running')
  })

  it('events of a person are planned in their order, per channel', async () => {
    const channels = ['mssante', 'platform']
    const first = await storedMessage({ channels })
    const second = await storedMessage({ channels, documentId: 'doc-2' })
    const other = await storedMessage({ channels, person: 'p2' })
    expect(await plan(second.eventId, [recipient('a')])).toEqual({ state: 'blocked', earlier: [first.eventId] })
    expect((await plan(other.eventId, [])).state).toBe('planned')
    expect((await plan(first.eventId, [recipient('a')])).state).toBe('planned')
    expect((await plan(second.eventId, [recipient('a', { what: 'doc-2' })])).state).toBe('planned')
    expect((await plan(second.eventId, [], 'platform')).state).toBe('blocked')
  })

  it('the same document under another control id mails nobody twice: its delivery is linked to both flows', async () => {
    const first = await storedMessage({ controlId: 'one' })
    const second = await storedMessage({ controlId: 'two' })
    await plan(first.eventId, [recipient('a')])
    const linked = await plan(second.eventId, [recipient('a'), recipient('b')])
    expect(linked).toMatchObject({
      deliveries: [
        { recipient: 'a', isNew: false },
        { recipient: 'b', isNew: true },
      ],
    })
    expect(await count(db, 'delivery')).toBe(2)
    expect(await count(db, 'lane_entry')).toBe(2)
    const claims = await claimLanes(db, DELIVERY)
    for (const claim of claims) await send(claim)
    for (const claim of claims) await db.tx(tx => settleDelivery(tx, claim.entryId, { status: 'delivered' }))
    expect([await statusOf(first.messageId), await statusOf(second.messageId)]).toEqual(['complete', 'complete'])
  })

  it('a recipient first refused is served when a later decision says yes', async () => {
    const first = await storedMessage()
    await plan(first.eventId, [recipient('a', { level: 'aucun', rule: 'flag.masked' })])
    expect(await statusOf(first.messageId)).toBe('complete')
    const second = await storedMessage({ controlId: 'again' })
    expect(await plan(second.eventId, [recipient('a')])).toMatchObject({ deliveries: [{ isNew: true }] })
    expect(await count(db, "delivery where status = 'planned'")).toBe(1)
  })
})

async function send(claim: LaneClaim): Promise<void> {
  expect((await db.tx(tx => markSending(tx, claim, claim.entryId, yes))).maySend).toBe(true)
  await db.tx(tx => markSent(tx, claim, claim.entryId, { code: '250', kind: 'smtp', partnerReference: 'queue-1' }))
  await markRecorded(db, claim.entryId)
  await db.tx(tx => advanceLane(tx, claim))
}

describe('deliveries', () => {
  async function claimed(changes: Partial<PlannedRecipient> = {}): Promise<{ claim: LaneClaim; messageId: string; eventId: string }> {
    const { eventId, messageId } = await storedMessage()
    await plan(eventId, [recipient('a', changes)])
    return { claim: only(await claimLanes(db, DELIVERY)), messageId, eventId }
  }

  it('are decided again in the transaction that marks them sending: the lower level wins, no means stopped', async () => {
    const { claim, messageId } = await claimed()
    const lower = await db.tx(tx =>
      markSending(tx, claim, claim.entryId, async () => ({ level: 'restreint', rule: 'circle.restricted', basis: { circle: 1 } })),
    )
    expect(lower).toMatchObject({ maySend: true, delivery: { level: 'restreint', rule: 'circle.restricted', attempts: 1 } })
    const higher = await db.tx(tx => markSending(tx, claim, claim.entryId, yes))
    expect(higher).toMatchObject({ maySend: true, delivery: { level: 'restreint', attempts: 2 } })
    const none = await db.tx(tx => markSending(tx, claim, claim.entryId, async () => ({ level: 'aucun', rule: 'consent.opposed', basis: {} })))
    expect(none).toMatchObject({ maySend: false, isResumed: false })
    await db.tx(tx => advanceLane(tx, claim))
    expect(await readDelivery(db, claim.entryId)).toMatchObject({ status: 'stopped', rule: 'consent.opposed' })
    expect(await count(db, "decision where moment = 'send'")).toBe(2)
    expect(await statusOf(messageId)).toBe('complete')
  })

  it('once handed over, a crash before the lane advances does not send again', async () => {
    const { claim } = await claimed()
    await db.tx(tx => markSending(tx, claim, claim.entryId, yes))
    await db.tx(tx => markSent(tx, claim, claim.entryId, { code: '250', kind: 'smtp' }))
    const resumed = await db.tx(tx => markSending(tx, claim, claim.entryId, yes))
    expect(resumed).toMatchObject({ maySend: false, isResumed: true, delivery: { status: 'sent' } })
    expect(resumed.delivery.recordedAt).toBeUndefined()
  })

  it('taken by whom no report is awaited of, it is delivered and its flow complete; by a holder that was overtaken nothing changes', async () => {
    const { claim, messageId } = await claimed()
    await db.tx(tx => markSending(tx, claim, claim.entryId, yes))
    const taken = (holder: LaneClaim) =>
      db.tx(async tx => {
        await markSent(tx, holder, claim.entryId, { code: '200', kind: 'http', isDelivered: true })
        await advanceLane(tx, holder)
      })
    await expect(taken({ ...claim, fence: String(BigInt(claim.fence) - 1n) })).rejects.toMatchObject({ code: 'ledger.lease_lost' })
    expect(await readDelivery(db, claim.entryId)).toMatchObject({ status: 'sending' })
    expect(await count(db, 'receipt')).toBe(0)
    await taken(claim)
    expect(await readDelivery(db, claim.entryId)).toMatchObject({ status: 'delivered', sentAt: expect.any(Date), settledAt: expect.any(Date) })
    expect(await statusOf(messageId)).toBe('complete')
  })

  it('a report settles once, finds its delivery by our reference, and is itself kept once', async () => {
    const { claim, messageId } = await claimed({ reference: 'envid-1' })
    await send(claim)
    expect(await statusOf(messageId)).toBe('running')
    const found = await findDeliveryByReference(db, 'envid-1')
    expect(found?.id).toBe(claim.entryId)
    const settled = await Promise.all(
      Array.from({ length: 5 }, () =>
        db.tx(async tx => {
          await addReceipt(tx, { deliveryId: claim.entryId, kind: 'dsn', outcome: 'delivered', code: '2.1.5', cause: 'mail-1' })
          return settleDelivery(tx, claim.entryId, { status: 'delivered' })
        }),
      ),
    )
    expect(settled.filter(changed => changed)).toHaveLength(1)
    expect(await count(db, "receipt where kind = 'dsn'")).toBe(1)
    expect(await db.tx(tx => settleDelivery(tx, claim.entryId, { status: 'failed' }))).toBe(false)
    expect(await statusOf(messageId)).toBe('complete')
  })

  it('the last two of a flow, settled at the same moment, complete it', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { eventId, messageId } = await storedMessage({ documentId: `doc-${round}` })
      await plan(
        eventId,
        ['a', 'b', 'c'].map(name => recipient(name, { what: `round-${round}` })),
      )
      const claims = await claimLanes(db, DELIVERY)
      expect(claims).toHaveLength(3)
      await Promise.all(claims.map(send))
      await Promise.all(claims.map(claim => db.tx(tx => settleDelivery(tx, claim.entryId, { status: 'delivered' }))))
      expect(await statusOf(messageId)).toBe('complete')
    }
  })

  it.each([
    ['a report', (claim: LaneClaim) => db.tx(tx => settleDelivery(tx, claim.entryId, { status: 'delivered' }))],
    ['who takes it', (claim: LaneClaim) => db.tx(tx => markSent(tx, claim, claim.entryId, { code: '200', kind: 'http', isDelivered: true }))],
  ])('settled by %s while another flow comes to share it, it completes both', async (_, settle) => {
    const { claim, messageId } = await claimed()
    await db.tx(tx => markSending(tx, claim, claim.entryId, yes))
    const other = await storedMessage({ controlId: 'other' })
    const settled = await db.tx(async tx => {
      await planEvents(tx, [{ eventId: other.eventId, channel: 'mssante', recipients: [recipient('a')] }])
      const settling = settle(claim)
      await until(
        async () => (await count(db, "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")) > 0,
        'it waits for the plan',
      )
      return { settling }
    })
    await settled.settling
    expect([await statusOf(messageId), await statusOf(other.messageId)]).toEqual(['complete', 'complete'])
  })

  it('whose flow an earlier version left running are complete after the upgrade, and no other flow is', async () => {
    const { claim, messageId } = await claimed()
    await send(claim)
    const open = await storedMessage({ person: 'p2' })
    const unplanned = await storedMessage({ person: 'p3' })
    await plan(open.eventId, [recipient('b')])
    await db.tx(tx => settleDelivery(tx, claim.entryId, { status: 'delivered' }))
    await db.query("update message set status = 'running', closed_at = null")
    await db.query(readFileSync('gateway/ledger/migrations/0044_flows-that-share.sql', 'utf8'))
    expect(await Promise.all([messageId, open.messageId, unplanned.messageId].map(statusOf))).toEqual(['complete', 'running', 'running'])
    expect(await count(db, 'message m join delivery d on d.settled_at = m.closed_at')).toBe(1)
  })

  it('postponed and parked deliveries show in their flow; resumed, they wait again', async () => {
    const { claim, messageId } = await claimed()
    await db.tx(tx => markSending(tx, claim, claim.entryId, yes))
    await db.tx(tx => postponeLane(tx, claim, { delayMs: 0, reason: 'mssante.deferred', countAttempt: true }))
    expect(await statusOf(messageId)).toBe('waiting')
    const second = only(await claimLanes(db, DELIVERY))
    expect(second.attempts).toBe(1)
    await db.tx(tx => parkLane(tx, second, { code: 'hub.defect', path: 'render' }))
    expect(await statusOf(messageId)).toBe('parked')
    expect((await findFlows(db, { status: 'parked' }, { limit: 10 })).items.map(flow => flow.id)).toEqual([messageId])
    await resumeLane(db, claim.key)
    expect(await statusOf(messageId)).toBe('waiting')
    await send(only(await claimLanes(db, DELIVERY)))
    expect(await statusOf(messageId)).toBe('running')
  })
})

describe('flows', () => {
  it('show every step in order, for each recipient, and what went back to the sender', async () => {
    const { eventId, messageId } = await storedMessage({ controlId: 'C-1' })
    await plan(eventId, [
      recipient('a@x.mssante.fr'),
      recipient('279035121518989@patient.mssante.fr'),
      recipient('dmp', { level: 'aucun', rule: 'dmp.not-connected' }),
    ])
    await removeOutbox(db, await claimOutbox(db, 10))
    for (const claim of await claimLanes(db, DELIVERY)) {
      await send(claim)
      await db.tx(async tx => {
        await addReceipt(tx, { deliveryId: claim.entryId, kind: 'dsn', outcome: 'delivered', code: '2.1.5', cause: 'mail' })
        await settleDelivery(tx, claim.entryId, { status: 'delivered' })
      })
    }
    await db.tx(tx =>
      addDeliveries(tx, { eventId, channel: 'hospital', recipients: [recipient('ch-1', { action: 'Z02', what: 'doc-1|a', rule: 'ack.asked' })] }),
    )
    expect(await statusOf(messageId)).toBe('running')
    const [ack] = await claimLanes(db, DELIVERY)
    if (ack === undefined) throw new Error('no acknowledgement to send')
    await db.tx(tx => markSending(tx, ack, ack.entryId, yes))
    await db.tx(async tx => {
      await settleDelivery(tx, ack.entryId, { status: 'delivered' })
      await advanceLane(tx, ack)
    })
    const flow = await readFlow(db, messageId)
    expect(flow).toMatchObject({ controlId: 'C-1', sender: 'ch-1', documentId: 'doc-1', status: 'complete' })
    const shown = flow?.steps.map(({ step, outcome, recipient: to, code }) => [step, outcome, to ?? '', code ?? ''].join(' ').trim()) ?? []
    const wanted = [
      'received ok',
      'acknowledged AA',
      'mapped ok  transmission-to-transaction/1',
      'stored ok',
      'announced ok  document.depose',
      'decided complet ***@patient.mssante.fr sender.named',
      'decided complet a@x.mssante.fr sender.named',
      'decided aucun dmp dmp.not-connected',
      'decided complet ch-1 ack.asked',
      'sent delivered ***@patient.mssante.fr',
      'sent delivered a@x.mssante.fr',
      'returned delivered ch-1 Z02',
      'receipt accepted ***@patient.mssante.fr smtp 250',
      'receipt delivered ***@patient.mssante.fr dsn 2.1.5',
      'receipt accepted a@x.mssante.fr smtp 250',
      'receipt delivered a@x.mssante.fr dsn 2.1.5',
    ]
    expect([...shown].sort()).toEqual([...wanted].sort())
    const times = flow?.steps.map(step => step.at.getTime()) ?? []
    expect(times).toEqual([...times].sort((one, other) => one - other))
    expect(shown.indexOf('receipt delivered a@x.mssante.fr dsn 2.1.5')).toBeLessThan(shown.indexOf('returned delivered ch-1 Z02'))
    expect(flow?.steps.find(step => step.step === 'received')?.position).toBe(1)
    expect(flow?.steps.every(step => step.at instanceof Date)).toBe(true)
  })

  it('are listed newest first, page by page, each once, also while others arrive', async () => {
    const acceptor = createAcceptor(db)
    const ids = (
      await Promise.all(
        Array.from({ length: 25 }, (_, n) => acceptor.accept(message({ sender: n % 5 === 0 ? 'ch-2' : 'ch-1', documentType: n < 10 ? '11490-0' : '34133-9' }))),
      )
    ).map(one => one.id)
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await findFlows(db, {}, { limit: 7, ...(after === undefined ? {} : { after }) })
      seen.push(...page.items.map(flow => flow.id))
      after = page.next ?? undefined
      await acceptor.accept(message({}))
    } while (after !== undefined)
    expect(seen).toEqual([...ids].sort().reverse())
    expect((await findFlows(db, { sender: 'ch-2' }, { limit: 100 })).items).toHaveLength(5)
    expect((await findFlows(db, { documentType: '11490-0', sender: 'ch-1' }, { limit: 100 })).items).toHaveLength(8)
    expect((await findFlows(db, { to: new Date(Date.now() - 60_000) }, { limit: 100 })).items).toEqual([])
    expect((await findFlows(db, { from: new Date(Date.now() - 60_000), status: 'received' }, { limit: 100 })).items.length).toBeGreaterThan(25)
    expect(await readFlow(db, 'not an id')).toBeUndefined()
    expect(await readFlow(db, newMessageId())).toBeUndefined()
  })

  it('a refused message shows its answer, with code and place', async () => {
    const { id } = await createAcceptor(db).accept(message({ refusedWith: [{ code: 'hl7v2.field_missing', path: 'PID-3' }] }))
    const flow = await readFlow(db, id)
    expect(flow?.status).toBe('refused')
    expect(flow?.steps.map(({ step, outcome, code }) => [step, outcome, code])).toEqual([
      ['received', 'ok', undefined],
      ['acknowledged', 'AE', 'hl7v2.field_missing at PID-3'],
    ])
  })
})
