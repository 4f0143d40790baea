/*
  One delivery, from its place in the lane to what the partner said at once:
    preparation → decide again, mark sending → send once → mark → trace in the store → lane goes on
  While its partner is known to be away it is decided upon and not attempted: what is not to be sent any more is stopped, nothing is rendered.
  Run again at any line it goes on from there; only a crash in the middle of an attempt repeats the sending, with the same bytes.
*/
import { setTimeout as pause } from 'node:timers/promises'
import { HubError, toHubError } from '../../../profiles/errors.ts'
import type { Chain } from '../../ledger/audit/audit.ts'
import type { Tx } from '../../ledger/db.ts'
import { type Delivery, markRecorded, markSending, markSent, readDelivery, readDeliveryToSend, settleDelivery } from '../../ledger/deliveries/deliveries.ts'
import { recallEvent, type StoredEvent } from '../../ledger/deliveries/events.ts'
import { advanceLane, type LaneClaim, requireFence } from '../../ledger/lanes/lanes.ts'
import { addReceipt } from '../../ledger/deliveries/receipts.ts'
import { isFinal } from '../../ledger/status.ts'
import type { HubParts } from '../../parts.ts'
import { planAcks } from '../acks.ts'
import { decidedTogether, isDaily } from '../members/daily.ts'
import { requireFlowing } from './held-partner.ts'
import { addressLate, decidedLate } from '../members/late-mailbox.ts'
import { decideAgain } from '../plan.ts'
import { routeOf } from './route.ts'
import { takeTurn } from '../subscribers/subscriber-turn.ts'
import type { Route } from './sending.ts'

/** Throws: whatever means "later", partner.paused among it; a refusal of the partner is no error here, it is the outcome. */
export async function executeDelivery(parts: HubParts, claim: LaneClaim, signal: AbortSignal): Promise<void> {
  const { delivery: planned, held } = await readDeliveryToSend(parts.db, claim.entryId)
  requireFlowing(parts.config, planned, held)
  const leave = await takeTurn(parts, planned)
  await deliver(parts, { claim, planned, signal }).finally(leave)
}

async function deliver(parts: HubParts, { claim, planned, signal }: { claim: LaneClaim; planned: Delivery; signal: AbortSignal }): Promise<void> {
  const event = await requireEvent(parts, planned)
  const addressed = await addressLate(parts, claim, { delivery: planned, event })
  const { delivery } = addressed
  const route = routeOf(parts, delivery, event)
  const partner = route.dependency === undefined ? undefined : parts.breakers.of(route.dependency)
  if (delivery.attempts === 0 && (delivery.status === 'planned' || partner?.state() !== 'open')) await route.record?.(delivery)
  const own = decidedLate(addressed, (current, delivery) => decideAgain(parts.config, current, { event, delivery }))
  const decide = isDaily(parts.keys, planned) ? decidedTogether((current, one) => decideAgain(parts.config, current, one), own) : own
  const begun = await parts.db.tx(tx =>
    markSending(tx, claim, delivery.id, async (tx, current) => {
      const decision = await decide(tx, current)
      if (decision.level !== 'aucun') partner?.requireUp()
      return decision
    }),
  )
  const said = begun.maySend ? await attempt(parts, { delivery: begun.delivery, route, signal }) : undefined
  const outcome: Outcome = { claim, delivery: begun.delivery, route, said }
  // Where it leaves no trace in the store, what the partner said and what follows from it are one commit.
  if (route.record === undefined) {
    await parts.chains.use(chain =>
      untilHeard(signal, () => parts.outcomes.tx(delivery.id, tx => keepSaid(tx, outcome).then(() => finish(parts, tx, { ...outcome, event, chain })))),
    )
    return
  }
  if (said !== undefined) await untilHeard(signal, () => parts.db.tx(tx => keepSaid(tx, outcome)))
  await record(parts, route, { deliveryId: delivery.id, refusal: refusalOf(said) })
  await parts.chains.use(chain => parts.outcomes.tx(delivery.id, tx => finish(parts, tx, { ...outcome, event, chain })))
}

interface Outcome {
  claim: LaneClaim
  delivery: Delivery
  route: Route
  /** The partner's word, if it was asked. */
  said: Said | undefined
}

type Said = Awaited<ReturnType<Route['send']>> | HubError

const refusalOf = (said: Said | undefined): HubError | undefined => (said instanceof HubError ? said : undefined)

interface Ending extends Outcome {
  event: StoredEvent
  chain: Chain
}

async function finish(parts: HubParts, tx: Tx, outcome: Ending): Promise<void> {
  const { claim, delivery, route, said } = outcome
  const refusal = refusalOf(said)
  if (refusal !== undefined) await settleRefused(parts, tx, { claim, delivery, refusal })
  if (route.record !== undefined) await markRecorded(tx, delivery.id)
  await auditDelivery(tx, outcome)
  await advanceLane(tx, claim)
}

/** In the transaction of its outcome; the recipient stands in the delivery, since an address may name a person. */
async function auditDelivery(tx: Tx, { event, delivery, route, said, chain }: Ending): Promise<void> {
  const { id, channel, level, rule } = delivery
  await chain.record(tx, {
    at: new Date(),
    actor: channel,
    action: 'delivery',
    object: event.resources[0]?.split('/_history/')[0] ?? '',
    outcome: outcomeOf(delivery, route, said),
    patients: [event.patient],
    level,
    rule,
    detail: { deliveryId: id },
  })
}

/** Of this sending; a report may say more, later. */
function outcomeOf({ status, rule, code }: Delivery, { awaitsReport }: Route, said: Said | undefined): string {
  if (said instanceof HubError) return said.code
  if (said !== undefined) return awaitsReport && said.isSettled !== true ? 'sent' : 'delivered'
  return status === 'stopped' ? rule : status === 'failed' ? (code ?? status) : status
}

async function requireEvent({ db }: HubParts, delivery: Delivery): Promise<StoredEvent> {
  const event = await recallEvent(db, delivery.eventId)
  if (event === undefined) throw new HubError('hub.defect', { path: 'event' })
  return event
}

/** Before the settlement, so that a flow is complete only when its trace is; a second run changes it no more, a report may have come meanwhile. */
async function record({ db }: HubParts, route: Route, { deliveryId, refusal }: { deliveryId: string; refusal: HubError | undefined }): Promise<void> {
  const delivery = await readDelivery(db, deliveryId)
  if (delivery.recordedAt !== undefined) return
  await route.record?.(refusal === undefined || isFinal(delivery.status) ? delivery : { ...delivery, status: 'failed' })
}

interface Attempt {
  delivery: Delivery
  route: Route
  signal: AbortSignal
}

/** Out: what the partner said, a refusal among it. Throws: whatever means "later". */
async function attempt({ metrics }: HubParts, { delivery, route, signal }: Attempt): Promise<Said> {
  const started = performance.now()
  const said = await route.send(delivery, signal).catch((error: unknown) => toHubError(error))
  const isLater = said instanceof HubError && said.kind !== 'reject'
  const outcome = isLater ? 'waiting' : said instanceof HubError ? 'failed' : route.awaitsReport ? 'sent' : 'delivered'
  metrics.sent(route.connector, outcome, (performance.now() - started) / 1000)
  if (isLater) throw said
  return said
}

/** Running it again changes nothing. */
async function keepSaid(tx: Tx, { claim, delivery, route: { kind, awaitsReport }, said }: Outcome): Promise<void> {
  if (said === undefined) return
  if (said instanceof HubError) {
    const code = said.reply === undefined ? {} : { code: said.reply }
    await addReceipt(tx, { deliveryId: delivery.id, kind, outcome: 'refused', ...code, cause: `attempt ${delivery.attempts}` })
    return
  }
  await markSent(tx, claim, delivery.id, {
    code: said.code,
    kind,
    isDelivered: !awaitsReport || said.isSettled === true,
    ...(said.reference === undefined ? {} : { partnerReference: said.reference }),
  })
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
  await settleDelivery(tx, delivery.id, { status: 'failed', code: refusal.code, ...(refusal.path === undefined ? {} : { path: refusal.path }) })
  await planAcks(parts, tx, delivery.id)
}
