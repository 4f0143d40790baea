/*
  One delivery, from its place in the lane to what the partner said at once:
    preparation → decide again, mark sending → send once → mark → trace in the store → lane goes on
  Run again at any line it goes on from there; only a crash in the middle of an attempt repeats the sending, with the same bytes.
*/
import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { HubError, toHubError } from '../../profiles/errors.ts'
import { record as audit } from '../ledger/audit.ts'
import type { Tx } from '../ledger/db.ts'
import { addReceipt, type Delivery, markRecorded, markSending, markSent, readDelivery, settleDelivery } from '../ledger/deliveries.ts'
import { readEvent, type StoredEvent } from '../ledger/events.ts'
import { advanceLane, type LaneClaim, requireFence } from '../ledger/lanes.ts'
import type { HubParts } from '../parts.ts'
import { planAcks } from './acks.ts'
import { decidedTogether, isDaily } from './daily.ts'
import { requireFlowing } from './held-partner.ts'
import { addressLate, decidedLate } from './late-mailbox.ts'
import { decideAgain } from './plan.ts'
import { type Route, routeOf } from './route.ts'

/** Throws: whatever means "later", partner.paused among it; a refusal of the partner is no error here, it is the outcome. */
export async function executeDelivery(parts: HubParts, claim: LaneClaim, signal: AbortSignal): Promise<void> {
  const planned = await readDelivery(parts.db, claim.entryId)
  await requireFlowing(parts, planned)
  const event = await requireEvent(parts, planned)
  const addressed = await addressLate(parts, claim, { delivery: planned, event })
  const { delivery } = addressed
  const route = routeOf(parts, delivery, event)
  if (delivery.attempts === 0) await route.record?.(delivery)
  const own = decidedLate(addressed, (current, delivery) => decideAgain(parts.config, current, { event, delivery }))
  const decide = isDaily(parts.keys, planned) ? decidedTogether((current, one) => decideAgain(parts.config, current, one), own) : own
  const begun = await parts.db.tx(tx => markSending(tx, claim, delivery.id, decide))
  const refusal = begun.maySend ? await attempt(parts, { claim, delivery: begun.delivery, route, signal }) : undefined
  await record(parts, route, { deliveryId: delivery.id, refusal })
  await parts.db.tx(async tx => {
    if (refusal !== undefined) await settleRefused(parts, tx, { claim, delivery, refusal })
    await markRecorded(tx, delivery.id)
    await auditDelivery(parts, tx, { event, deliveryId: delivery.id })
    await advanceLane(tx, claim)
  })
}

/** In the transaction of its outcome; the recipient stands in the delivery, since an address may name a person. */
async function auditDelivery({ config }: HubParts, tx: Tx, { event, deliveryId }: { event: StoredEvent; deliveryId: string }): Promise<void> {
  const { channel, status, level, rule, code } = await readDelivery(tx, deliveryId)
  await audit(tx, `${hostname()}:${config.http.port}:deliveries`, {
    at: new Date(),
    actor: channel,
    action: 'delivery',
    object: event.resources[0]?.split('/_history/')[0] ?? '',
    outcome: status === 'failed' || status === 'stopped' ? (code ?? status) : status,
    patients: [event.patient],
    level,
    rule,
    detail: { deliveryId },
  })
}

async function requireEvent({ db }: HubParts, delivery: Delivery): Promise<StoredEvent> {
  const event = await readEvent(db, delivery.eventId)
  if (event === undefined) throw new HubError('hub.defect', { path: 'event' })
  return event
}

/** Before the settlement, so that a flow is complete only when its trace is; a second run changes it no more, a report may have come meanwhile. */
async function record({ db }: HubParts, route: Route, { deliveryId, refusal }: { deliveryId: string; refusal: HubError | undefined }): Promise<void> {
  const delivery = await readDelivery(db, deliveryId)
  if (delivery.recordedAt === undefined) await route.record?.(refusal === undefined ? delivery : { ...delivery, status: 'failed' })
}

interface Attempt {
  claim: LaneClaim
  delivery: Delivery
  route: Route
  signal: AbortSignal
}

/** Out: the refusal of the partner, if it was one. */
async function attempt({ db, metrics }: HubParts, { claim, delivery, route, signal }: Attempt): Promise<HubError | undefined> {
  const started = performance.now()
  const tell = (outcome: Parameters<typeof metrics.sent>[1]): void => metrics.sent(route.connector, outcome, (performance.now() - started) / 1000)
  const answer = await route.send(delivery, signal).catch((error: unknown) => toHubError(error))
  if (answer instanceof HubError && answer.kind !== 'reject') {
    tell('waiting')
    throw answer
  }
  if (answer instanceof HubError) {
    const code = answer.reply === undefined ? {} : { code: answer.reply }
    await untilHeard(signal, () =>
      addReceipt(db, { deliveryId: delivery.id, kind: route.kind, outcome: 'refused', ...code, cause: `attempt ${delivery.attempts}` }),
    )
    tell('failed')
    return answer
  }
  await untilHeard(signal, () =>
    db.tx(async tx => {
      await markSent(tx, claim, delivery.id, {
        code: answer.code,
        kind: route.kind,
        ...(answer.reference === undefined ? {} : { partnerReference: answer.reference }),
      })
      if (!route.awaitsReport || answer.isSettled === true) await settleDelivery(tx, delivery.id, { status: 'delivered' })
    }),
  )
  tell(route.awaitsReport ? 'sent' : 'delivered')
  return undefined
}

/** What the partner said is told to a ledger that is away until it hears it: forgotten, it would be sent again. Both writes may run twice. */
async function untilHeard<T>(signal: AbortSignal, say: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await say()
    } catch (error) {
      if (!(error instanceof HubError) || error.dependency !== 'postgres' || signal.aborted) throw error
      await pause(200)
    }
  }
}

async function settleRefused(
  parts: HubParts,
  tx: Tx,
  { claim, delivery, refusal }: { claim: LaneClaim; delivery: Delivery; refusal: HubError },
): Promise<void> {
  await requireFence(tx, claim)
  await settleDelivery(tx, delivery.id, { status: 'failed', code: refusal.code })
  await planAcks(parts, tx, delivery.id)
}
