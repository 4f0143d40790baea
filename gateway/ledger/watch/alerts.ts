/*
  Alerts: one row per incident, moment and who is told. Sent under a claim that ends by itself; the end is never told before the beginning.
*/
import type { Tx } from '../db.ts'

export type Moment = 'start' | 'end'
export type Way = 'mail' | 'webhook'

export interface Alert {
  incidentId: string
  moment: Moment
  way: Way
  /** An address or a URL of the configuration. */
  recipient: string
  /** Our own unguessable reference of it: Message-ID and ENVID of a mail. */
  reference: string
  attempts: number
}

/** A second one of the same is the first. */
export async function addAlert(tx: Tx, { incidentId, moment, way, recipient, reference }: Omit<Alert, 'attempts'>): Promise<void> {
  await tx.query('insert into alert (incident_id, moment, way, recipient, reference) values ($1, $2, $3, $4, $5) on conflict do nothing', [
    incidentId,
    moment,
    way,
    recipient,
    reference,
  ])
}

/** Who is told of the end: those who were told of the beginning. */
export async function toldOfStart(tx: Tx, incidentId: string): Promise<{ way: Way; recipient: string }[]> {
  return (await tx.query<{ way: Way; recipient: string }>("select way, recipient from alert where incident_id = $1 and moment = 'start'", [incidentId])).rows
}

/** How long an attempt has before another process may make it again, with the same reference. */
const CLAIM_SECONDS = 60

const CLAIM = `
with due as (
  select a.incident_id, a.moment, a.way, a.recipient from alert a
  where a.state = 'waiting' and a.due_at <= clock_timestamp() and (a.moment = 'start' or not exists (
    select from alert s where s.incident_id = a.incident_id and s.moment = 'start' and s.way = a.way and s.recipient = a.recipient and s.state = 'waiting'))
  order by a.due_at limit $1 for update skip locked
)
update alert a set due_at = clock_timestamp() + interval '${CLAIM_SECONDS} seconds', attempts = attempts + 1
from due where a.incident_id = due.incident_id and a.moment = due.moment and a.way = due.way and a.recipient = due.recipient
returning a.incident_id as "incidentId", a.moment, a.way, a.recipient, a.reference, a.attempts`

/** Nobody else gets them before the claim ends. */
export async function claimAlerts(tx: Tx, limit: number): Promise<Alert[]> {
  return (await tx.query<Alert>(CLAIM, [limit])).rows
}

const settle = async (tx: Tx, { incidentId, moment, way, recipient }: Alert, change: string, values: unknown[] = []): Promise<void> => {
  await tx.query(`update alert set ${change} where incident_id = $1 and moment = $2 and way = $3 and recipient = $4 and state = 'waiting'`, [
    incidentId,
    moment,
    way,
    recipient,
    ...values,
  ])
}

export const alertSent = (tx: Tx, alert: Alert): Promise<void> => settle(tx, alert, "state = 'sent', code = null, sent_at = clock_timestamp()")

export const alertGivenUp = (tx: Tx, alert: Alert, code: string): Promise<void> => settle(tx, alert, "state = 'given-up', code = $5", [code])

export const alertLater = (tx: Tx, alert: Alert, { code, delayMs }: { code: string; delayMs: number }): Promise<void> =>
  settle(tx, alert, "code = $5, due_at = clock_timestamp() + $6::int * interval '1 ms'", [code, Math.round(delayMs)])

/** Is one of these references that of an alert? Then a report about it is no report about a delivery. */
export async function isAlertReference(tx: Tx, references: readonly string[]): Promise<boolean> {
  const { rowCount } = await tx.query('select from alert where reference = any($1::text[])', [references])
  return rowCount > 0
}
