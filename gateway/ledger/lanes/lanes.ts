/*
  Lanes: claimed under a lease, advanced, postponed, parked, resumed. Every settlement checks the fence of the claim, so a holder that was overtaken changes nothing.
  Order of locks in any transaction: lanes by key, then messages by id.
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Db, Tx } from '../db.ts'
import { refreshFlows, refreshFlowsOf } from '../flows/flow-status.ts'
import { mayPrecede } from '../status.ts'

export type LaneKind = 'inbound' | 'delivery'

export interface LaneClaim {
  key: string
  kind: LaneKind
  holder: string
  fence: string
  /** The message or delivery at the head. */
  entryId: string
  /** Counted attempts of that entry so far. */
  attempts: number
}

/** The LISTEN channel that wakes the runners of a kind. */
export function laneChannel(kind: LaneKind): string {
  return `hub_lane_${kind}`
}

const CLAIM = `
with due as (
  select key from lane where kind = $1 and state = 'ready' and due_at <= clock_timestamp() order by due_at limit $2 for update skip locked
)
update lane l set holder = $3, fence = nextval('lane_fence'), due_at = clock_timestamp() + $4::int * interval '1 ms', lease_ms = $4::int
from due where l.key = due.key
returning l.key, l.fence, l.attempts`

const HEADS = `
select k.key, e.entry_id from unnest($1::text[]) k (key)
left join lateral (select entry_id from lane_entry where lane_key = k.key order by position limit 1) e on true`

/** The messages among them run from here on. */
const HEADS_RUNNING = `
with head as materialized (${HEADS}), running as (update message m set status = 'running' from head where m.id = head.entry_id and m.status = any($2))
select key, entry_id from head`

const BEFORE_RUNNING = mayPrecede('message', 'running').filter(from => from !== 'running' && from !== 'complete')

/** Claims up to `limit` lanes that are due; nobody else gets them before the lease ends. */
export async function claimLanes(db: Db, options: { kind: LaneKind; holder: string; leaseMs: number; limit: number }): Promise<LaneClaim[]> {
  const { kind, holder, leaseMs, limit } = options
  const { rows } = await db.query<{ key: string; fence: string; attempts: number }>(CLAIM, [kind, limit, holder, leaseMs], 'claim')
  if (rows.length === 0) return []
  // A second look, now that the lanes are ours: the snapshot of the claim may be older than the last advance.
  const keys = rows.map(row => row.key)
  const asked: [string, unknown[], string] = kind === 'inbound' ? [HEADS_RUNNING, [keys, BEFORE_RUNNING], 'heads-running'] : [HEADS, [keys], 'heads']
  const heads = await db.query<{ key: string; entry_id: string | null }>(...asked)
  const entryOf = new Map(heads.rows.map(head => [head.key, head.entry_id]))
  const claims: LaneClaim[] = []
  for (const { key, fence, attempts } of rows) {
    const entryId = entryOf.get(key) ?? undefined
    if (entryId === undefined) await rest(db, { key, fence })
    else claims.push({ key, kind, holder, fence, entryId, attempts })
  }
  return claims
}

/** Holds the lane for another lease. Throws: ledger.lease_lost. */
export async function renewLane(db: Tx, claim: LaneClaim): Promise<void> {
  const { rowCount } = await db.query(
    "update lane set due_at = clock_timestamp() + lease_ms * interval '1 ms' where key = $1 and fence = $2 and holder = $3",
    [claim.key, claim.fence, claim.holder],
    'renew',
  )
  if (rowCount === 0) throw new HubError('ledger.lease_lost')
}

/** The transaction that has the lane. */
const fenced = new WeakMap<LaneClaim, Tx>()

const OURS = "select from lane where key = $1 and fence = $2 and holder = $3 and state = 'ready' for update"

/** Opens a statement that begins by locking the lane; whether `ours` holds it is told to `passFence`. */
export const WITH_OURS = `with ours as materialized (${OURS})`
/** Its `$1` to `$3`. */
export const fenceOf = ({ key, fence, holder }: LaneClaim): string[] => [key, fence, holder]

/** Throws: ledger.lease_lost. */
export function passFence(tx: Tx, claim: LaneClaim, isOurs: boolean): void {
  if (!isOurs) throw new HubError('ledger.lease_lost')
  fenced.set(claim, tx)
}

/** Locks the lane and checks that it is still ours, once in a transaction. Throws: ledger.lease_lost. */
export async function requireFence(tx: Tx, claim: LaneClaim): Promise<void> {
  if (fenced.get(claim) === tx) return
  const { rowCount } = await tx.query(OURS, fenceOf(claim), 'fence')
  passFence(tx, claim, rowCount > 0)
}

/** Before an effect outside the ledger that its settlement could not undo. Throws: ledger.lease_lost. */
export async function requireHeld(db: Tx, claim: LaneClaim): Promise<void> {
  const { rowCount } = await db.query('select from lane where key = $1 and fence = $2 and holder = $3', fenceOf(claim), 'held')
  if (rowCount === 0) throw new HubError('ledger.lease_lost')
}

const ADVANCE = `
with gone as (delete from lane_entry where lane_key = $1 and entry_id = $2),
  next as (select entry_id from lane_entry where lane_key = $1 and entry_id <> $2 order by position limit 1)
update lane set attempts = 0, code = null, path = null, moved_at = clock_timestamp(),
  state = case when exists (select from next) then 'ready' else 'idle' end,
  holder = case when exists (select from next) then holder end,
  due_at = clock_timestamp() + lease_ms * interval '1 ms'
where key = $1
returning (select entry_id from next) as entry_id`

const advances = new WeakMap<LaneClaim, { entryId: string | undefined }>()

/**
 * Settles the head of the lane; call it last in the transaction that holds its effects. An inbound message is stored from here on.
 * Out:    the entry that is the head now, held by the same claim; undefined when the lane is empty and let go.
 * Throws: ledger.lease_lost when another process holds the lane.
 */
export async function advanceLane(tx: Tx, claim: LaneClaim): Promise<string | undefined> {
  // All of it is undone where the lane is not ours any more.
  const [, { rows }] = await Promise.all([
    requireFence(tx, claim),
    tx.query<{ entry_id: string | null }>(ADVANCE, [claim.key, claim.entryId], 'advance'),
    ...(claim.kind === 'inbound' ? [refreshFlows(tx, [claim.entryId], true)] : []),
  ])
  const entryId = rows[0]?.entry_id ?? undefined
  if (claim.kind === 'inbound' && entryId !== undefined)
    await tx.query("update message set status = 'running' where id = $1 and status = any($2)", [entryId, BEFORE_RUNNING], 'running')
  advances.set(claim, { entryId })
  return entryId
}

/** What advanceLane said of this claim, if it was called: the runner goes on from there. */
export function advanceOf(claim: LaneClaim): { entryId: string | undefined } | undefined {
  return advances.get(claim)
}

export interface Postponement {
  delayMs: number
  /** The error code that says why. */
  reason: string
  path?: string | undefined
  /** false: a dependency is away, which is no fault of the entry. */
  countAttempt: boolean
}

/** Lets the lane go until the delay is over. Throws: ledger.lease_lost. */
export async function postponeLane(tx: Tx, claim: LaneClaim, { delayMs, reason, path, countAttempt }: Postponement): Promise<void> {
  const { rowCount } = await tx.query(
    `update lane set holder = null, due_at = clock_timestamp() + $4::int * interval '1 ms', attempts = attempts + $5::int, code = $6, path = $7
     where key = $1 and fence = $2 and holder = $3 and state = 'ready' and exists (select from lane_entry where lane_key = $1 and entry_id = $8)`,
    [claim.key, claim.fence, claim.holder, Math.round(delayMs), countAttempt ? 1 : 0, reason, path ?? null, claim.entryId],
    'postpone',
  )
  if (rowCount === 0) throw new HubError('ledger.lease_lost')
  await markEntry(tx, claim, 'waiting', { code: reason, path, attempts: claim.attempts + (countAttempt ? 1 : 0) })
}

/** Parks the lane and nothing else: it shows its reason and waits for resumeLane. Throws: ledger.lease_lost. */
export async function parkLane(tx: Tx, claim: LaneClaim, { code, path }: { code: string; path?: string | undefined }): Promise<void> {
  await requireFence(tx, claim)
  await tx.query("update lane set state = 'parked', holder = null, code = $2, path = $3, moved_at = clock_timestamp() where key = $1", [
    claim.key,
    code,
    path ?? null,
  ])
  await markEntry(tx, claim, 'parked', { code, path, attempts: claim.attempts })
}

/** Starts a parked lane again, in order. In: `tell` runs in its transaction. Out: was it parked? */
export async function resumeLane(db: Db, key: string, tell?: (tx: Tx) => Promise<void>): Promise<boolean> {
  const kind = await db.tx(async tx => {
    const { rows } = await tx.query<{ kind: LaneKind; head: string | null }>(
      `update lane set state = 'ready', due_at = clock_timestamp(), attempts = 0, code = null, path = null where key = $1 and state = 'parked'
       returning kind, (select entry_id from lane_entry where lane_key = $1 order by position limit 1) as head`,
      [key],
    )
    const [found] = rows
    if (found === undefined) return undefined
    if (found.head !== null) await markEntry(tx, { kind: found.kind, entryId: found.head }, 'received')
    await tell?.(tx)
    return found.kind
  })
  if (kind !== undefined) db.notify(laneChannel(kind))
  return kind !== undefined
}

/** Lets go of a lane that is not finished, so that it may be claimed at once: the holder stops. */
export async function releaseLane(tx: Tx, claim: LaneClaim): Promise<void> {
  await tx.query("update lane set holder = null, due_at = clock_timestamp() where key = $1 and fence = $2 and holder = $3 and state = 'ready'", [
    claim.key,
    claim.fence,
    claim.holder,
  ])
}

/** A lane without entries rests, unless one came meanwhile. */
async function rest(db: Db, { key, fence }: { key: string; fence: string }): Promise<void> {
  await db.tx(async tx => {
    await tx.query('select from lane where key = $1 for update', [key])
    await tx.query(
      `update lane set holder = null, due_at = clock_timestamp(), state = case when exists (select from lane_entry where lane_key = $1) then 'ready' else 'idle' end
       where key = $1 and fence = $2`,
      [key, fence],
    )
  })
}

/** How an entry stands. In: received = of a delivery: waiting; why = undefined: code and place stay, they tell why it stood. */
export async function markEntry(
  tx: Tx,
  { kind, entryId }: Pick<LaneClaim, 'kind' | 'entryId'>,
  status: 'waiting' | 'parked' | 'received',
  why?: { code: string; path: string | undefined; attempts: number },
): Promise<void> {
  const said = 'code = coalesce($3, code), path = case when $3::text is null then path else $4 end'
  const reason = [why?.code ?? null, why?.path ?? null]
  if (kind === 'inbound') {
    await tx.query(`update message set status = $2, ${said}, attempts = coalesce($5, attempts) where id = $1 and stored_at is null and status = any($6)`, [
      entryId,
      status,
      ...reason,
      why?.attempts ?? null,
      mayPrecede('message', status),
    ])
    return
  }
  const to = status === 'received' ? 'waiting' : status
  await tx.query(`update delivery set status = $2, ${said} where id = $1 and status = any($5)`, [entryId, to, ...reason, mayPrecede('delivery', to)])
  await refreshFlowsOf(tx, [entryId])
}
