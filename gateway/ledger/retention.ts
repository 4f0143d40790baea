/*
  Retention: partitions of coming months are made, those past their time are dropped by class, unless they hold something unsettled.
*/
import { setTimeout as sleep } from 'node:timers/promises'
import { toHubError } from '../../profiles/errors.ts'
import { removeAudit } from './audit-proof.ts'
import type { Db, LedgerLog, Tx } from './db.ts'
import { lowestIdAt } from './ids.ts'
import { ensurePartitions, monthStart, PARTITIONED, type Partitioned, partitionName } from './partitions.ts'

export interface RetentionPolicy {
  bodiesDays: number
  traceMonths: number
  auditYears: number
  seenDays: number
}

export const DEFAULT_RETENTION: RetentionPolicy = { bodiesDays: 90, traceMonths: 13, auditYears: 3, seenDays: 400 }

const DAY_MS = 86_400_000
/** Making or dropping a partition locks its parent: behind a long query it gives up, rather than let acceptances queue behind it. */
const BRIEF = "set local lock_timeout = '1s'"

/** Once an hour until aborted: one process at a time does it, under a lease; what was cut in its middle is done an hour later. */
export async function keepRetention(options: { db: Db; policy: RetentionPolicy; auditSecret: string; signal: AbortSignal; log: LedgerLog }): Promise<void> {
  const { db, signal, log } = options
  while (!signal.aborted) {
    try {
      const dropped = await applyRetention(db, { ...options.policy, auditSecret: options.auditSecret }, new Date())
      if (dropped.length > 0) log.info('retention.applied', { count: dropped.length })
    } catch (error) {
      log.warn('retention.failed', { code: toHubError(error).code })
    }
    await sleep(3_600_000, undefined, { signal }).catch(() => undefined)
  }
}

/** What cannot be done now holds up nothing else. Out: the partitions that were dropped. Throws: the first failure, once everything was tried. */
export async function applyRetention(db: Db, policy: RetentionPolicy & { auditSecret: string }, now: Date): Promise<string[]> {
  const bodiesBefore = new Date(now.getTime() - policy.bodiesDays * DAY_MS)
  const traceBefore = monthStart(now, -policy.traceMonths)
  const auditBefore = new Date(Date.UTC(now.getUTCFullYear() - policy.auditYears, now.getUTCMonth(), now.getUTCDate()))
  const dropped: string[] = []
  const drop = async (tables: Partitioned[], before: Date): Promise<unknown> => dropped.push(...(await dropBefore(db, tables, before)))
  const forget = (what: string, ...values: Date[]): Promise<unknown> => db.query(`delete from ${what}`, values)
  const steps = [
    () => makePartitions(db, now),
    () => drop(['body'], bodiesBefore),
    () => drop(['lineage', 'body', 'flow_term', 'message'], traceBefore),
    () => db.tx(tx => forgetTrace(tx, traceBefore)),
    ...['rollup', 'rollup_latency'].map(table => () => forget(`${table} where at + step * interval '1 s' <= $1`, traceBefore)),
    () => db.tx(tx => removeAudit(tx, policy.auditSecret, auditBefore)),
    () => forget('seen where at < $1', new Date(now.getTime() - policy.seenDays * DAY_MS)),
    () => forget('token_seen where expires_at < $1', now),
    // What a replay shows is of the bodies it was made from.
    () => forget("replay where at < $1 and state not in ('computing', 'committing')", bodiesBefore),
    () => forget('set_aside where taken_at < $1', traceBefore),
    () => forget('monitor_session where ends_at < $1 or idle_at < $1', now),
    () => forget('repair where at < $1', auditBefore),
    () => forget(IDLE_LANES, new Date(now.getTime() - 7 * DAY_MS)),
  ]
  const failures: unknown[] = []
  for (const step of steps) await step().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
  return dropped
}

const IDLE_LANES = `lane where key in (select key from lane l where state = 'idle' and moved_at < $1 and not exists (select from lane_entry where lane_key = l.key) limit 10000 for update skip locked)
  and not exists (select from lane_entry where lane_key = lane.key)`

const makePartitions = (db: Db, now: Date): Promise<void> =>
  db.tx(async tx => {
    await tx.query('select pg_advisory_xact_lock(4201002)')
    await tx.query(BRIEF)
    await ensurePartitions(tx, now)
  })

/** Drops whole months that ended before `before`. */
async function dropBefore(db: Db, tables: Partitioned[], before: Date): Promise<string[]> {
  const dropped: string[] = []
  for (const month of await existingMonths(db)) {
    if (monthStart(month, 1) > before || (await holdsUnsettled(db, month))) continue
    for (const table of PARTITIONED.filter(name => tables.includes(name))) {
      const name = partitionName(table, month)
      const { rows } = await db.query<{ found: string | null }>('select to_regclass($1)::text as found', [name])
      if (rows[0]?.found === null) continue
      await db.tx(async tx => {
        await tx.query(BRIEF)
        await tx.query(`drop table ${name}`)
      })
      dropped.push(name)
    }
  }
  return dropped
}

async function existingMonths(db: Db): Promise<Date[]> {
  const { rows } = await db.query<{ name: string }>(
    "select distinct right(c.relname, 7) as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = any(array['message', 'body', 'lineage', 'flow_term']::regclass[]) order by 1",
  )
  return rows.map(row => new Date(Date.UTC(Number(row.name.slice(0, 4)), Number(row.name.slice(5)) - 1, 1)))
}

async function holdsUnsettled(db: Db, month: Date): Promise<boolean> {
  const { rowCount } = await db.query("select from message where id >= $1 and id < $2 and status not in ('complete', 'refused') limit 1", [
    lowestIdAt(month),
    lowestIdAt(monthStart(month, 1)),
  ])
  return rowCount > 0
}

/** Events and deliveries whose message is gone, with their decisions and receipts. */
async function forgetTrace(tx: Tx, before: Date): Promise<void> {
  const bound = lowestIdAt(before)
  await tx.query(
    `create temporary table gone on commit drop as select id from event e where id < $1 and not exists (select from message where id = e.cause)
       and not exists (select from outbox where event_id = e.id) limit 50000`,
    [bound],
  )
  await tx.query('delete from receipt where delivery_id in (select id from delivery where event_id in (select id from gone) and settled_at is not null)')
  await tx.query('delete from delivery where event_id in (select id from gone) and settled_at is not null')
  await tx.query('delete from decision where event_id in (select id from gone) and not exists (select from delivery where id = decision.delivery_id)')
  await tx.query('delete from event where id in (select id from gone) and not exists (select from delivery where event_id = event.id)')
}
