/*
  Which anchors of the audit stay: all of the last days, then of each writer the last of every day, none of what is past the retention of the audit.
  A chain is proved by any of its anchors up to that point, so those between add nothing once an attacker would have had to wait that long.
*/
import type { Anchor } from './audit-proof.ts'
import type { Tx } from '../db.ts'

export interface AnchorAges {
  /** All from here on. */
  all: Date
  /** One a day from here on, nothing before it. */
  daily: Date
}

/** Of the file beside the database. */
export function keptAnchors<One extends Pick<Anchor, 'at' | 'writer' | 'sequence'>>(anchors: readonly One[], { all, daily }: AnchorAges): One[] {
  const last = new Map<string, number>()
  const dayOf = ({ at, writer }: One): string => `${at.slice(0, 10)} ${writer}`
  for (const one of anchors) last.set(dayOf(one), Math.max(one.sequence, last.get(dayOf(one)) ?? 0))
  return anchors.filter(one => one.at >= all.toISOString() || (one.at >= daily.toISOString() && one.sequence === last.get(dayOf(one))))
}

/** The same of the table. Out: how many went. */
export async function thinAnchors(tx: Tx, { all, daily }: AnchorAges): Promise<number> {
  const { rowCount } = await tx.query(
    `with aged as (select n, at, sequence, max(sequence) over (partition by writer, (at at time zone 'UTC')::date) as last from audit_anchor where at < $1)
     delete from audit_anchor where n in (select n from aged where at < $2 or sequence < last)`,
    [all, daily],
  )
  return rowCount
}
