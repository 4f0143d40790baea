/*
  Partners that are held. What is for them waits in its lanes, postponed under `partner.paused`; whoever lets a partner go wakes them, and they go on in order.
*/
import type { Db, Tx } from '../db.ts'
import { wakeResting } from './resting-lanes.ts'

export interface Pause {
  partner: string
  by: string
  reason: string
  at: Date
}

/** Who does it, and why. */
export interface PauseOrder {
  partner: string
  by: string
  reason: string
}

/** As the path of an error: the place of a partner in the configuration, or as if it had one. */
export const placeOfPartner = (partner: string): string => `partners.${partner}`

export async function pausesNow(tx: Tx): Promise<Pause[]> {
  return (await tx.query<Pause>('select partner, by, reason, at from partner_pause where resumed_at is null order by partner')).rows
}

/** Out: false where it was held already. */
export async function holdPartner(tx: Tx, { partner, by, reason }: PauseOrder): Promise<boolean> {
  const { rowCount } = await tx.query(
    'insert into partner_pause (partner, by, reason) values ($1, $2, $3) on conflict (partner) where resumed_at is null do nothing',
    [partner, by, reason],
  )
  return rowCount === 1
}

/** Out: false where it was not held. Call `wakeHeldLanes` once that is committed. */
export async function freePartner(tx: Tx, { partner, by, reason }: PauseOrder): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update partner_pause set resumed_by = $2, resume_reason = $3, resumed_at = clock_timestamp() where partner = $1 and resumed_at is null',
    [partner, by, reason],
  )
  return rowCount === 1
}

/**
 * Wakes every lane that waits for a partner nobody holds any more; also one that was postponed while its partner was being let go.
 * Out: how many.
 */
export async function wakeHeldLanes(db: Db): Promise<number> {
  return wakeResting(db, "code = 'partner.paused' and path not in (select 'partners.' || partner from partner_pause where resumed_at is null)")
}

export interface PauseKept extends Omit<Pause, 'partner'> {
  resumedBy: string | null
  resumeReason: string | null
  resumedAt: Date | null
}

/** Who held it, and who let it go, newest first. */
export async function pausesOf(tx: Tx, partner: string): Promise<PauseKept[]> {
  const { rows } = await tx.query<PauseKept>(
    `select by, reason, at, resumed_by as "resumedBy", resume_reason as "resumeReason", resumed_at as "resumedAt"
     from partner_pause where partner = $1 order by n desc limit 50`,
    [partner],
  )
  return rows
}
