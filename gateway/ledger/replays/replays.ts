/*
  Replays in the ledger: what was chosen, what was shown, what was committed. They belong to nobody's session: whoever leads goes on with them.
    computing → shown → committing → committed      computing, committing → stopped; a stopped commit may be taken up again
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Tx } from '../db.ts'
import { newMessageId } from '../ids.ts'

export type ReplayState = 'computing' | 'shown' | 'committing' | 'committed' | 'stopped'
export type ItemState = 'pending' | 'shown' | 'queued' | 'committed' | 'refused' | 'failed' | 'skipped'

export interface Replay {
  id: string
  state: ReplayState
  filter: Record<string, string>
  territory: string | null
  by: string
  reason: string
  at: Date
  total: number
  shownAt: Date | null
  committedBy: string | null
  commitReason: string | null
  committingAt: Date | null
  stoppedBy: string | null
  stopReason: string | null
  endedAt: Date | null
}

const REPLAY = `select r.id, r.state, r.filter, r.territory, r.who as by, r.reason, r.at, r.total, r.shown_at as "shownAt", r.committed_by as "committedBy",
  r.commit_reason as "commitReason", r.committing_at as "committingAt", r.stopped_by as "stoppedBy", r.stop_reason as "stopReason", r.ended_at as "endedAt"
from replay r`

export interface NewReplay {
  filter: Record<string, string>
  territory: string | undefined
  who: string
  reason: string
  /** In any order. */
  messageIds: readonly string[]
}

/** Out: its id. */
export async function createReplay(tx: Tx, { filter, territory, who, reason, messageIds }: NewReplay): Promise<string> {
  const id = newMessageId()
  await tx.query('insert into replay (id, state, filter, territory, who, reason, total, shown_at) values ($1, $2, $3, $4, $5, $6, $7, $8)', [
    id,
    messageIds.length === 0 ? 'shown' : 'computing',
    JSON.stringify(filter),
    territory ?? null,
    who,
    reason,
    messageIds.length,
    messageIds.length === 0 ? new Date() : null,
  ])
  await tx.query(
    `insert into replay_item (id, replay_id, n, message_id, state)
     select i.id, $1, i.n, i.message_id, 'pending' from unnest($2::uuid[], $3::uuid[]) with ordinality i (id, message_id, n)`,
    [id, messageIds.map(() => newMessageId()), [...messageIds].sort()],
  )
  return id
}

export async function readReplay(tx: Tx, id: string, territory?: string): Promise<Replay | undefined> {
  const { rows } = await tx.query<Replay>(`${REPLAY} where r.id = $1 and ($2::text is null or r.territory = $2)`, [id, territory ?? null])
  return rows[0]
}

/** The latest first. */
export async function findReplays(
  tx: Tx,
  { territory, limit, after }: { territory?: string | undefined; limit: number; after?: string | undefined },
): Promise<Replay[]> {
  const { rows } = await tx.query<Replay>(
    `${REPLAY} where ($1::text is null or r.territory = $1) and ($2::uuid is null or r.id < $2) order by r.id desc limit $3`,
    [territory ?? null, after ?? null, limit],
  )
  return rows
}

export interface Tally {
  state: ItemState
  outcome: 'unchanged' | 'changed' | null
  messages: number
  created: number
  changed: number
  unchanged: number
  notified: number
}

/** Counts by state and outcome. */
export async function tallyOf(tx: Tx, id: string): Promise<Tally[]> {
  const { rows } = await tx.query<Tally>(
    `select state, outcome, count(*)::int as messages, sum(created)::int as created, sum(changed)::int as changed, sum(unchanged)::int as unchanged, sum(notified)::int as notified
     from replay_item where replay_id = $1 group by state, outcome`,
    [id],
  )
  return rows
}

export interface Order {
  id: string
  who: string
  reason: string
}

/** Throws: replay.moved. */
export async function beginCommit(tx: Tx, { id, who, reason }: Order): Promise<void> {
  const { rowCount } = await tx.query(
    `update replay set state = 'committing', committed_by = $2, commit_reason = $3, committing_at = clock_timestamp(), ended_at = null
     where id = $1 and (state = 'shown' or (state = 'stopped' and shown_at is not null))`,
    [id, who, reason],
  )
  if (rowCount === 0) throw new HubError('replay.moved')
}

/** Throws: replay.moved. */
export async function stopReplay(tx: Tx, { id, who, reason }: Order): Promise<void> {
  const { rowCount } = await tx.query(
    `update replay set state = 'stopped', stopped_by = $2, stop_reason = $3, ended_at = clock_timestamp() where id = $1 and state in ('computing', 'committing')`,
    [id, who, reason],
  )
  if (rowCount === 0) throw new HubError('replay.moved')
}

export interface PendingItem {
  id: string
  messageId: string
}

/** Is there any to go on with? */
export async function isReplaying(tx: Tx): Promise<boolean> {
  const { rowCount } = await tx.query("select from replay where state in ('computing', 'committing') limit 1", [], 'replay-running')
  return rowCount !== 0
}

/** What is still to be computed, the oldest replay first. */
export async function pendingItems(tx: Tx, limit: number): Promise<PendingItem[]> {
  const { rows } = await tx.query<PendingItem>(
    `select i.id, i.message_id as "messageId" from replay r join replay_item i on i.replay_id = r.id and i.state = 'pending'
     where r.state = 'computing' order by r.at, i.n limit $1`,
    [limit],
  )
  return rows
}

/** Those whose every message was looked at are shown from now on. */
export async function closeComputed(tx: Tx): Promise<void> {
  await tx.query(
    `update replay r set state = 'shown', shown_at = clock_timestamp()
     where r.state = 'computing' and not exists (select from replay_item i where i.replay_id = r.id and i.state = 'pending')`,
  )
}
