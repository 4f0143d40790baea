/*
  The steps of a flow from its rows; pure.
    step     => received acknowledged mapped stored announced decided sent receipt returned
    outcome  => ok · AA AE AR · complet restreint minimal aucun · a status of a delivery · what a receipt says · waiting parked set-aside
  `returned` is what goes back to the sender: deliveries of the channel `hospital`.
*/
import { ERRORS, type ErrorCode } from '../../../profiles/errors.ts'
import type { DeliveryRow, Trace } from './flow-rows.ts'
import { shownRecipient } from '../lanes/lane-list.ts'
import type { FlowRow, FlowStep } from './flow.ts'

const RETURN_CHANNEL = 'hospital'

export function stepsOf(row: FlowRow, trace: Trace): FlowStep[] {
  const steps: FlowStep[] = [
    { step: 'received', at: row.received_at, outcome: 'ok', ...(row.position === null ? {} : { position: Number(row.position) }) },
    acknowledged(row),
  ]
  for (const mapped of trace.mapped)
    if (mapped.id === row.id) steps.push({ step: 'mapped', at: mapped.mapped_at, outcome: 'ok', code: `${mapped.mapper}/${mapped.version}` })
  steps.push(...stored(row, trace))
  for (const event of trace.events) {
    if (event.cause === row.id)
      steps.push({ step: 'announced', at: event.announced_at ?? event.at, outcome: event.announced_at === null ? 'waiting' : 'ok', code: event.type })
  }
  for (const decision of trace.decisions) {
    if (decision.cause === row.id)
      steps.push({ step: 'decided', at: decision.at, outcome: decision.level, recipient: shownRecipient(decision.recipient), code: decision.rule })
  }
  for (const delivery of trace.deliveries) if (delivery.cause === row.id && delivery.status !== 'none') steps.push(sent(delivery, trace))
  for (const receipt of trace.receipts) {
    if (receipt.cause === row.id && receipt.channel !== RETURN_CHANNEL) {
      steps.push({
        step: 'receipt',
        at: receipt.at,
        outcome: receipt.outcome,
        recipient: shownRecipient(receipt.recipient),
        code: receipt.code === null ? receipt.kind : `${receipt.kind} ${receipt.code}`,
      })
    }
  }
  // A journey reads in the order it happened; what happened at the same instant keeps the order above.
  return steps.sort((one, other) => one.at.getTime() - other.at.getTime())
}

function acknowledged(row: FlowRow): FlowStep {
  const refusal = row.refused_with?.[0]
  if (refusal === undefined) return { step: 'acknowledged', at: row.accepted_at, outcome: 'AA' }
  const msa = refusal.code in ERRORS ? ERRORS[refusal.code as ErrorCode].msa : 'AE'
  return { step: 'acknowledged', at: row.accepted_at, outcome: msa, code: place(refusal.code, refusal.path) }
}

function stored(row: FlowRow, { aside }: Trace): FlowStep[] {
  if (row.stored_at !== null) return [{ step: 'stored', at: row.stored_at, outcome: 'ok', ...(row.attempts > 0 ? { attempt: row.attempts + 1 } : {}) }]
  if (row.status !== 'waiting' && row.status !== 'parked') return []
  return [
    {
      step: 'stored',
      at: row.accepted_at,
      outcome: aside.has(row.id) ? 'set-aside' : row.status,
      ...(row.code === null ? {} : { code: place(row.code, row.path) }),
      attempt: row.attempts,
    },
  ]
}

function sent(delivery: DeliveryRow, { aside }: Trace): FlowStep {
  return {
    step: delivery.channel === RETURN_CHANNEL ? 'returned' : 'sent',
    at: delivery.sent_at ?? delivery.settled_at ?? delivery.sending_at ?? delivery.planned_at,
    outcome: aside.has(delivery.id) ? 'set-aside' : delivery.status,
    recipient: shownRecipient(delivery.recipient),
    ...codeOf(delivery),
    ...(delivery.attempts > 0 ? { attempt: delivery.attempts } : {}),
    ...(delivery.position === null ? {} : { position: Number(delivery.position) }),
  }
}

/** Of what goes back to the sender, its kind (Z01, Z02) when there is no error to name. */
function codeOf(delivery: DeliveryRow): { code?: string } {
  if (delivery.code !== null) return { code: place(delivery.code, delivery.path) }
  return delivery.channel === RETURN_CHANNEL ? { code: delivery.action } : {}
}

function place(code: string, path: string | null): string {
  return path === null || path === '' ? code : `${code} at ${path}`
}
