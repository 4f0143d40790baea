/*
  A mail from our own mailbox: a report on a mail we sent settles its delivery, moves its Communication and plans what the sender asked to be told.
    DSN  delivered, relayed → delivered, also after a no (of two copies one arrived) · failed → failed · delayed, expanded → kept, nothing moves
    MDN  displayed, processed → Communication.received, and Z03 Y · an error → Z03 N, with its code · deleted, dispatched → kept, nothing moves
    on a mail that told of an incident → nothing moves
    anything else → a finding, and the lane goes on
*/
import { setTimeout as pause } from 'node:timers/promises'
import { type Action, beginningOf, type Report } from '../../../connectors/mssante/report.ts'
import { type ErrorCode, HubError, toHubError } from '../../../profiles/errors.ts'
import { planAcks, planReadAcks } from '../../fanout/acks.ts'
import { depositOf } from '../../fanout/deposit.ts'
import { recordMail } from '../../fanout/routes/route-mail.ts'
import { carriedBy } from '../../ledger/deliveries/carried.ts'
import { isAlertReference } from '../../ledger/watch/alerts.ts'
import { readBody } from '../../ledger/acceptance/bodies.ts'
import {
  type Delivery,
  type DeliveryOutcome,
  findDeliveryByReference,
  findUnconfirmed,
  freeLane,
  readDelivery,
  settleDelivery,
} from '../../ledger/deliveries/deliveries.ts'
import { readEvent } from '../../ledger/deliveries/events.ts'
import { addFinding } from '../../ledger/flows/findings.ts'
import { advanceLane, type LaneClaim } from '../../ledger/lanes/lanes.ts'
import { addReceipt, NOT_READ, READ } from '../../ledger/deliveries/receipts.ts'
import { isFinal, mayFollow } from '../../ledger/status.ts'
import type { HubParts } from '../../parts.ts'

const WAITS = 10
const WAIT_MS = 100

/** Throws: whatever means "later": the mail is not yet recorded as sent, the store or the ledger is away. */
export async function executeReceipt(parts: HubParts, claim: LaneClaim): Promise<void> {
  const bytes = beginningOf(await readBody(parts.db, claim.entryId))
  const report = await parts.workers.run('readReport', { bytes }).catch((error: unknown) => toHubError(error))
  if (report instanceof HubError && report.kind === 'retry') throw report
  if (report instanceof HubError) return putAside(parts, claim, report.code)
  const found = await findMail(parts, report)
  if (found === undefined && (await isAlertReference(parts.db, referencesIn(report)))) return parts.db.tx(tx => advanceLane(tx, claim)).then(() => undefined)
  if (found === undefined || !speaksFor(report, found)) return putAside(parts, claim, 'mssante.report_unknown')
  const delivery = await untilRecorded(parts, found)
  await addReceipt(parts.db, { ...receiptOf(report), deliveryId: delivery.id, cause: claim.entryId })
  const outcome = outcomeOf(report)
  const isMoved = outcome !== undefined && mayFollow('delivery', delivery.status, outcome.status)
  if (isMoved || isRead(report)) {
    const carried = (await carriedBy(parts.db, delivery.id)).map(one => ({ ...one, reference: delivery.reference }))
    for (const one of [delivery, ...carried]) await recordAgain(parts, isMoved ? { ...one, status: outcome.status } : one)
  }
  await parts.db.tx(async tx => {
    if (isMoved) await freeLane(tx, delivery)
    if (isMoved && (await settleDelivery(tx, delivery.id, outcome))) await planAcks(parts, tx, delivery.id)
    if (isRead(report) || isNotRead(report)) await planReadAcks(parts, tx, delivery.id)
    await advanceLane(tx, claim)
  })
}

/** What no report has come of for too long is unconfirmed; one that cannot be settled now holds back no other. */
export async function giveUpReports({ config, db, log }: Pick<HubParts, 'config' | 'db' | 'log'>): Promise<void> {
  for (const id of await findUnconfirmed(db, 'mssante', config.limits.receiptTimeoutHours * 3_600_000)) {
    await db
      .tx(tx => settleDelivery(tx, id, { status: 'unconfirmed' }))
      .catch((error: unknown) => log.warn('report.give-up-failed', { deliveryId: id, code: toHubError(error).code }))
  }
}

/** By the ENVID we gave, else by the Message-ID, which begins with the same reference. */
async function findMail({ db }: HubParts, report: Report): Promise<Delivery | undefined> {
  for (const reference of referencesIn(report)) {
    const delivery = await findDeliveryByReference(db, reference)
    if (delivery?.channel === 'mssante') return delivery
  }
  return undefined
}

/** Who knows a Message-ID may have read it in the trace of the mail: a reader speaks for himself, or his software for its domain, about the mailbox that was written to. */
function speaksFor({ kind, sender, finalRecipient = sender, originalRecipient }: Report, { recipient }: Delivery): boolean {
  if (kind !== 'mdn') return true
  const isOwnWord = sender !== undefined && sender.split('@')[1] === finalRecipient?.split('@')[1]
  return isOwnWord && [sender, finalRecipient, originalRecipient].includes(recipient.toLowerCase())
}

/** A report may overtake the trace of its own mail by some milliseconds; a longer wait is the store's. Where the answer to an attempt was lost, the report is that answer. */
async function untilRecorded({ db }: HubParts, delivery: Delivery): Promise<Delivery> {
  for (let wait = 0; wait < WAITS; wait += 1) {
    const current = await readDelivery(db, delivery.id)
    const { status, attempts, recordedAt } = current
    if (recordedAt !== undefined || (isFinal(status) && status !== 'none') || (isUndecided(status) && attempts > 0)) return current
    await pause(WAIT_MS)
  }
  throw new HubError('hub.busy', { path: 'delivery', dependency: 'delivery' })
}

const isUndecided = (status: Delivery['status']): boolean => status === 'waiting' || status === 'parked'

const referencesIn = ({ envelopeId, originalMessageId }: Report): string[] =>
  [envelopeId, originalMessageId].flatMap(said => said?.replace(/^</, '').split('@')[0] || [])

function receiptOf(report: Report): { kind: string; outcome: string; code?: string; detail: Record<string, string> } {
  const code = report.smtpCode ?? report.error?.code
  const { status, finalRecipient } = report
  const detail = { ...(status === undefined ? {} : { status }), ...(report.kind !== 'mdn' || finalRecipient === undefined ? {} : { reader: finalRecipient }) }
  return { kind: report.kind, outcome: isNotRead(report) ? NOT_READ : (report.action ?? 'unknown'), ...(code === undefined ? {} : { code }), detail }
}

const OUTCOMES: Partial<Record<Action, DeliveryOutcome>> = {
  delivered: { status: 'delivered' },
  relayed: { status: 'delivered' },
  failed: { status: 'failed', code: 'mssante.refused' },
}

const outcomeOf = ({ kind, action }: Report): DeliveryOutcome | undefined => (kind === 'dsn' && action !== undefined ? OUTCOMES[action] : undefined)

function isRead(report: Report): boolean {
  return report.kind === 'mdn' && report.error === undefined && READ.some(outcome => outcome === report.action)
}

function isNotRead(report: Report): boolean {
  return report.kind === 'mdn' && report.error !== undefined
}

/** Before the settlement, so that a flow is complete only when its trace is. */
async function recordAgain(parts: HubParts, delivery: Delivery): Promise<void> {
  const event = await readEvent(parts.db, delivery.eventId)
  if (event !== undefined) await recordMail({ parts, event, deposit: depositOf(event) }, delivery)
}

/** Nobody's report: kept with its reason, it never comes back. */
async function putAside({ db, log }: HubParts, claim: LaneClaim, code: ErrorCode): Promise<void> {
  log.warn('report.put-aside', { messageId: claim.entryId, code })
  await db.tx(async tx => {
    await addFinding(tx, claim.entryId, { code, severity: 'warning', path: 'mail' })
    await advanceLane(tx, claim)
  })
}
