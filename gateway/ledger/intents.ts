/*
  Intents: a write through the FHIR door, from the moment it holds its persons to its end.
    open --plan kept--> open --stored--> settled          open --refused--> gone          open --its process died, nothing stored--> abandoned
*/
import type { Tx } from './db.ts'
import { PRESENT } from './presence.ts'
import { SqlError } from './sql-errors.ts'

export interface NewIntent {
  id: string
  client: string
  /** That of the client's structure. */
  territory?: string | undefined
  /** What makes a repeat known. */
  key?: string
  sha256: Buffer
  /** Held until it is decided: no other write that names one of them goes on meanwhile. */
  locks: string[]
  /** Identifiers it would take: whose are they now? */
  identifiers: Identifier[]
  traceparent: string
  /** Whose it is; when that one dies, others decide at once. */
  process?: number | undefined
}

export interface Identifier {
  type: string
  system: string
  value: string
}

export interface KnownIntent {
  id: string
  state: 'open' | 'settled'
  /** The same bytes? */
  isSame: boolean
  plan: string | null
  storedAt: Date | null
}

export type Opened = { state: 'opened'; owners: (Identifier & { id: string })[] } | { state: 'known'; intent: KnownIntent } | { state: 'busy' }

/** The LISTEN channel of those who wait for a lock. */
export const INTENT_CHANNEL = 'hub_intent'

const OPEN = `
with known as (select id, state, sha256 = $4 as "isSame", plan, stored_at as "storedAt" from intent where key = $3),
  opened as (
    insert into intent (id, client, key, sha256, state, traceparent, territory, process) select $1, $2, $3, $4, 'open', $6, $7, $8
    where not exists (select from known) and not exists (select from intent_lock where key = any($5::text[])) returning id),
  held as (insert into intent_lock (key, intent) select k, o.id from opened o, unnest($5::text[]) k order by k)
select exists (select from opened) as "isOpened", known.* from (select) one left join known on true`

/** Asked once the locks are held: opening may have waited, and sees nothing that was settled meanwhile. */
const OWNERS =
  'select type, system, value, id from unnest($1::text[], $2::text[], $3::text[]) k (type, system, value) join identity i using (type, system, value)'

export async function openIntent(tx: Tx, intent: NewIntent): Promise<Opened> {
  const { id, client, key, sha256, locks, identifiers, traceparent, territory, process } = intent
  const columns = [identifiers.map(one => one.type), identifiers.map(one => one.system), identifiers.map(one => one.value)]
  try {
    const values = [id, client, key ?? null, sha256, locks, traceparent, territory ?? null, process ?? null]
    const { rows } = await tx.query<OpenedRow>(OPEN, values, 'intent-open')
    if (rows[0] === undefined) return { state: 'busy' }
    const { isOpened, ...intent } = rows[0]
    if (isOpened) return { state: 'opened', owners: (await tx.query<Identifier & { id: string }>(OWNERS, columns, 'intent-owners')).rows }
    return intent.id === null ? { state: 'busy' } : { state: 'known', intent }
  } catch (error) {
    // Another one opened in the same moment.
    if (error instanceof SqlError && (error.sqlState === '23505' || error.sqlState === '40P01')) return { state: 'busy' }
    throw error
  }
}

type OpenedRow = { isOpened: boolean } & (KnownIntent | { [Field in keyof KnownIntent]: null })

/** Out: false when the intent is decided already: nothing may be sent to the store for it. */
export async function keepPlan(tx: Tx, id: string, plan: string): Promise<boolean> {
  const { rowCount } = await tx.query("update intent set plan = $2, planned_at = clock_timestamp() where id = $1 and state = 'open'", [id, plan], 'intent-plan')
  return rowCount === 1
}

/** Out: false when it was settled before; what follows from it is recorded then. */
export async function settleIntent(
  tx: Tx,
  id: string,
  {
    storedAt,
    identifiers,
    authors = [],
  }: { storedAt: Date; identifiers: (Identifier & { id: string })[]; authors?: { resource: string; structure: string }[] },
): Promise<boolean> {
  const { rows } = await tx.query<{ id: string }>(
    `with s as (update intent set state = 'settled', stored_at = $2, settled_at = clock_timestamp() where id = $1 and state = 'open' returning id),
       l as (delete from intent_lock where intent = (select id from s)),
       i as (insert into identity (type, system, value, id) select k.* from s, unnest($3::text[], $4::text[], $5::text[], $6::uuid[]) k on conflict do nothing),
       w as (insert into access_author (resource, structure) select k.* from s, unnest($7::text[], $8::text[]) k (resource, structure) order by 1, 2 on conflict do nothing)
     select id from s`,
    [
      id,
      storedAt,
      ...[identifiers.map(one => one.type), identifiers.map(one => one.system), identifiers.map(one => one.value), identifiers.map(one => one.id)],
      ...[authors.map(one => one.resource), authors.map(one => one.structure)],
    ],
    'intent-settle',
  )
  return rows.length === 1
}

/** A refused write leaves nothing: the same one is judged afresh. */
export async function dropIntent(tx: Tx, id: string): Promise<void> {
  await tx.query(
    "with d as (delete from intent where id = $1 and state = 'open' returning id) delete from intent_lock where intent = (select id from d)",
    [id],
    'intent-drop',
  )
}

/** Nothing of it was stored, and nothing will be. */
export async function abandonIntent(tx: Tx, id: string): Promise<void> {
  await tx.query(
    `with a as (update intent set state = 'abandoned', key = null, settled_at = clock_timestamp() where id = $1 and state = 'open' returning id)
     delete from intent_lock where intent = (select id from a)`,
    [id],
  )
}

export interface OpenIntent {
  id: string
  plan: string | null
  traceparent: string
  ageMs: number
  /** Its process is dead: nobody else will decide it. */
  isLeft: boolean
}

/** A hundred of those that nobody seems to decide any more, any of them: what cannot be decided holds back no other. Of a dead process, or old. In: how long one with a plan, and one without, may take. */
export async function undecidedIntents(tx: Tx, { plannedMs, unplannedMs }: { plannedMs: number; unplannedMs: number }): Promise<OpenIntent[]> {
  const { rows } = await tx.query<{ id: string; plan: string | null; traceparent: string; age_ms: number; is_left: boolean }>(
    `with open as materialized (
       select id, plan, traceparent, process, extract(epoch from clock_timestamp() - coalesce(planned_at, at))::float8 * 1000 as age_ms from intent where state = 'open'),
     judged as (select *, process is not null and not exists (select from (${PRESENT}) p where p.process = open.process) as is_left from open)
     select id, plan, traceparent, age_ms, is_left from judged
     where is_left or age_ms > case when plan is null then $2::float8 else $1::float8 end order by random() limit 100`,
    [plannedMs, unplannedMs],
  )
  return rows.map(row => ({ id: row.id, plan: row.plan, traceparent: row.traceparent, ageMs: row.age_ms, isLeft: row.is_left }))
}
