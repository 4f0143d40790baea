/*
  Retention: partitions of coming months are made, those past their time are dropped by class, unless they hold something unsettled.
  A clock that has gone on by days since the last time is not believed at once: nothing is dropped for a week, in which somebody may set it right.
*/
import { HubError } from '../../profiles/errors.ts'
import { removeAudit } from './audit/audit-proof.ts'
import { hasLeapt } from './clock.ts'
import type { Db, LedgerLog, Tx } from './db.ts'
import { lowestIdAt } from './ids.ts'
import { BRIEF, ensurePartitions, monthStart, type Partitioned } from './partitions.ts'

export interface RetentionPolicy {
  bodiesDays: number
  traceMonths: number
  auditYears: number
  seenDays: number
}

export const DEFAULT_RETENTION: RetentionPolicy = { bodiesDays: 90, traceMonths: 13, auditYears: 3, seenDays: 400 }

const DAY_MS = 86_400_000
/** Rows that one statement takes away: it has ten seconds. */
const PORTION = 10_000

/** One process at a time does it, under a lease; what was cut in its middle is done the next time. */
export async function keepRetention(db: Db, retaining: Retaining, log: LedgerLog): Promise<void> {
  const dropped = await applyRetention(db, retaining, new Date())
  if (dropped.length > 0) log.info('retention.applied', { count: dropped.length })
}

interface Retaining extends RetentionPolicy {
  auditSecret: string
  /** Ends it between two portions. */
  signal?: AbortSignal
}

/** What cannot be done now holds up nothing else. Out: the partitions that were dropped. Throws: the first failure, once everything was tried; ledger.clock, once there are partitions. */
export async function applyRetention(db: Db, { auditSecret, signal, ...policy }: Retaining, now: Date): Promise<string[]> {
  const bodiesBefore = new Date(now.getTime() - policy.bodiesDays * DAY_MS)
  const traceBefore = monthStart(now, -policy.traceMonths)
  const auditBefore = new Date(Date.UTC(now.getUTCFullYear() - policy.auditYears, now.getUTCMonth(), now.getUTCDate()))
  const weekAgo = new Date(now.getTime() - 7 * DAY_MS)
  const dropped: string[] = []
  const drop = async (tables: Partitioned[], before: Date): Promise<unknown> => dropped.push(...(await dropBefore(db, tables, before)))
  const inPortions = async (remove: () => Promise<number>): Promise<void> => {
    while (signal?.aborted !== true && (await remove()) > 0);
  }
  const forget = (table: string, condition: string, ...values: Date[]): Promise<void> =>
    inPortions(async () => {
      const some = `ctid = any(array(select ctid from ${table} where ${condition} limit ${PORTION} for update skip locked))`
      return (await db.query(`delete from ${table} where ${some}`, values)).rowCount
    })
  const steps = [
    () => drop(['body'], bodiesBefore),
    () => drop(['lineage', 'body', 'flow_term', 'message'], traceBefore),
    () => inPortions(() => db.tx(tx => forgetTrace(tx, traceBefore))),
    ...['rollup', 'rollup_latency'].map(table => () => forget(table, "at + step * interval '1 s' <= $1", traceBefore)),
    () => inPortions(() => db.tx(tx => removeAudit(tx, auditSecret, { before: auditBefore, most: PORTION }))),
    () => forget('seen', 'at < $1', new Date(now.getTime() - policy.seenDays * DAY_MS)),
    () => forget('token_seen', 'expires_at < $1', now),
    // What a replay shows is of the bodies it was made from.
    () => forget('replay', "at < $1 and state not in ('computing', 'committing')", bodiesBefore),
    () => forget('set_aside', 'taken_at < $1', traceBefore),
    () => forget('monitor_session', 'ends_at < $1 or idle_at < $1', now),
    () => forget('repair', 'at < $1', auditBefore),
    () => forget('incident', "state = 'closed' and closed_at < $1", traceBefore),
    // Until then a repeat of a door's write is known.
    () => forget('intent', "state <> 'open' and settled_at < $1", weekAgo),
    () => forget('lane', IDLE_LANES, weekAgo),
  ]
  const failures: unknown[] = []
  const tried = (step: () => Promise<unknown>): Promise<unknown> => step().catch((error: unknown) => failures.push(error))
  await tried(() => ensurePartitions(db, now))
  if (await hasLeapt(db, 'retention', now)) throw failures[0] ?? new HubError('ledger.clock', { path: 'retention' })
  for (const step of steps) await tried(step)
  if (failures.length > 0) throw failures[0]
  return dropped
}

const IDLE_LANES = "state = 'idle' and moved_at < $1 and not exists (select from lane_entry where lane_key = lane.key)"

/** Drops whole months that ended before `before`. */
async function dropBefore(db: Db, tables: Partitioned[], before: Date): Promise<string[]> {
  const dropped: string[] = []
  for (const { name, month } of await partitionsOf(db, tables)) {
    if (monthStart(month, 1) > before || (await holdsUnsettled(db, month))) continue
    await db.tx(async tx => {
      await tx.query(`select ${BRIEF}`)
      await tx.query(`drop table ${name}`)
    })
    dropped.push(name)
  }
  return dropped
}

async function partitionsOf(db: Db, tables: Partitioned[]): Promise<{ name: string; month: Date }[]> {
  const { rows } = await db.query<{ name: string }>(
    'select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = any($1::text[]::regclass[]) order by 1',
    [tables],
  )
  return rows.map(({ name }) => ({ name, month: new Date(Date.UTC(Number(name.slice(-7, -3)), Number(name.slice(-2)) - 1, 1)) }))
}

async function holdsUnsettled(db: Db, month: Date): Promise<boolean> {
  const bounds = [lowestIdAt(month), lowestIdAt(monthStart(month, 1))]
  return (await db.query("select from message where id >= $1 and id < $2 and status not in ('complete', 'refused') limit 1", bounds)).rowCount > 0
}

/** Events and deliveries whose message is gone, with their decisions and receipts. Out: how many events. */
async function forgetTrace(tx: Tx, before: Date): Promise<number> {
  const bound = lowestIdAt(before)
  await tx.query(
    `create temporary table gone on commit drop as select id from event e where id < $1 and not exists (select from message where id = e.cause)
       and not exists (select from outbox where event_id = e.id) and not exists (select from delivery where event_id = e.id and settled_at is null) limit ${PORTION / 10}`,
    [bound],
  )
  await tx.query('delete from receipt where delivery_id in (select id from delivery where event_id in (select id from gone))')
  await tx.query('delete from delivery where event_id in (select id from gone)')
  await tx.query('delete from decision where event_id in (select id from gone) and not exists (select from delivery where id = decision.delivery_id)')
  return (await tx.query('delete from event where id in (select id from gone)')).rowCount
}
