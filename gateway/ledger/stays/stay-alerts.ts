/*
  What was announced of stays: one row per admission or discharge, with its one identifier; standing, cancelled until its grace time is over, withdrawn.
    standing → cancelled → withdrawn      cancelled → standing (the person is admitted, or discharged, again before)
*/
import { randomUUID } from 'node:crypto'
import type { Tx } from '../db.ts'
import { fromRow, type RowOf } from '../row-of.ts'

export type AlertKind = 'admission' | 'discharge'

export interface StayAlert {
  /** Part of CommunicationRequest.identifier, also in the withdrawal. */
  id: string
  kind: AlertKind
  patient: string
  structure: string
  /** Id of the Encounter. */
  stay: string
  movementIds: string[]
  happenedAt: Date
}

type AlertRow = RowOf<StayAlert & { cancelledBy?: string; cancelledAt?: Date; resources: string[] }>

const alertOf = (row: AlertRow): StayAlert => fromRow(row, 'id kind patient structure stay movementIds happenedAt')

/** One person in one structure: its alerts are changed one at a time. */
export async function lockAlerts(tx: Tx, { patient, structure }: Pick<StayAlert, 'patient' | 'structure'>): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 4201013))', [`${patient}|${structure}`])
}

/**
 * Makes an alert of a movement, unless its stay has one that stands, or one of the person in this structure is cancelled and not yet withdrawn: that one
 * stands again, for this movement.
 * Out: the alert to announce; undefined where there is nothing new to say. The same message gets the same alert again.
 */
export async function raiseAlert(tx: Tx, alert: Omit<StayAlert, 'id'>, cause: string): Promise<StayAlert | undefined> {
  const { kind, patient, structure, stay, movementIds, happenedAt } = alert
  const { rows } = await tx.query<AlertRow>(RAISE, [patient, structure, kind, stay, movementIds, randomUUID(), cause, happenedAt], 'alert-raise')
  return rows.map(row => ({ ...alertOf(row), movementIds, happenedAt }))[0]
}

/** Makes one unless there is one, or a cancelled one stands again. */
const RAISE = `
with known as (select * from stay_alert where kind = $3 and (cause = $7 or (stay = $4 and state = 'standing'))),
  again as (
    update stay_alert set state = 'standing', stay = $4, movement_ids = $5, withdraw_at = null, cancelled_by = null, cancelled_at = null
    where not exists (select from known)
      and id = (select id from stay_alert where patient = $1 and structure = $2 and kind = $3 and state = 'cancelled' order by (stay = $4) desc, at desc limit 1) returning id),
  made as (
    insert into stay_alert (id, kind, patient, structure, stay, movement_ids, cause, happened_at, state)
    select $6, $3, $1, $2, $4, $5, $7, $8, 'standing' where not exists (select from known) and not exists (select from again) returning *)
select * from known where cause = $7 union all select * from made`

export interface Cancellation {
  stay: string
  movementIds: readonly string[]
  /** The message. */
  cause: string
  cancelledAt: Date
  resources: readonly string[]
  graceSeconds: number
  /** Movements of the stay that stand and may be announced by the same kind of alert. */
  heirs: readonly { kind: AlertKind; movementIds: string[] }[]
}

/** The alert of a cancelled movement waits for its withdrawal, or stands for another movement of the stay. */
export async function cancelAlerts(tx: Tx, { stay, movementIds, cause, cancelledAt, resources, graceSeconds, heirs }: Cancellation): Promise<void> {
  for (const { kind, movementIds: ids } of heirs) {
    await tx.query("update stay_alert set movement_ids = $4 where stay = $1 and kind = $2 and movement_ids && $3 and state = 'standing'", [
      stay,
      kind,
      movementIds,
      ids,
    ])
  }
  await tx.query(
    `update stay_alert set state = 'cancelled', withdraw_at = clock_timestamp() + $6::int * interval '1 second', cancelled_by = $3, cancelled_at = $4, resources = $5
     where stay = $1 and movement_ids && $2 and state = 'standing'`,
    [stay, movementIds, cause, cancelledAt, resources, graceSeconds],
  )
}

export interface DueAlert extends StayAlert {
  cancelledBy: string
  cancelledAt: Date
  resources: string[]
}

/** Two hundred alerts whose grace time is over, any of them: those that cannot be withdrawn hold back no other. */
export async function dueAlerts(tx: Tx): Promise<Pick<StayAlert, 'id' | 'patient' | 'structure'>[]> {
  const { rows } = await tx.query<AlertRow>(
    `select * from (select * from stay_alert where state = 'cancelled' and withdraw_at <= clock_timestamp() order by random() limit 200) due
     order by withdraw_at`,
  )
  return rows.map(alertOf)
}

/** Withdraws an alert that is still due; undefined where it is no more. Call it under `lockAlerts`. */
export async function withdrawAlert(tx: Tx, id: string): Promise<DueAlert | undefined> {
  const { rows } = await tx.query<AlertRow>(
    "update stay_alert set state = 'withdrawn' where id = $1 and state = 'cancelled' and withdraw_at <= clock_timestamp() returning *",
    [id],
  )
  const [row] = rows
  if (row === undefined || row.cancelled_by === null || row.cancelled_at === null) return undefined
  return { ...alertOf(row), cancelledBy: row.cancelled_by, cancelledAt: row.cancelled_at, resources: row.resources }
}
