/*
  Subscriptions in the ledger: who asked to be told of what, and how it goes with the endpoint.
    client:  requested --greeted--> active --nothing taken for too long--> error      any --its client--> requested | off | deleted
    circle:  active while its member is one; off when he leaves, or when he does not want it
*/
import type { Db, Tx } from '../db.ts'
import { fromRow, type RowOf } from '../row-of.ts'
import { laneChannel } from '../lanes/lanes.ts'
import { oneWith } from '../identity/person-links.ts'
import { wakeResting } from '../lanes/resting-lanes.ts'

export type SubscriptionStatus = 'requested' | 'active' | 'error' | 'off' | 'deleted'

export interface StoredSubscription {
  id: string
  client: string
  /** `Organization/<id>` of the client's structure. */
  holder: string
  status: SubscriptionStatus
  reason?: string
  version: number
  events: string[]
  patient?: string
  /** The client's own text, secret included. */
  resource: string
  heartbeatSeconds?: number
  endsAt?: Date
  told: number
  /** What was planned before is not told. */
  activeSince?: Date
  failingSince?: Date
  changedAt: Date
}

/** What an event is known by here. */
export interface Happening {
  /** A code of hub-cs-evenement. */
  type: string
  /** `Patient/<id>` */
  patient: string
}

const live = (type: string): string => `status = 'active' and (ends_at is null or ends_at > clock_timestamp()) and ${type} = any(events)`

/** Clients' subscriptions whose topic and person take these events; the rest of a criterion may still say no. Out: in their order. */
export async function liveSubscriptionsOf(tx: Tx, happenings: readonly Happening[]): Promise<StoredSubscription[][]> {
  const { rows } = await tx.query<Row & { at: string }>(
    `with happening as materialized (
       select at, k.type, array(select reference from ${oneWith('k.patient')} as group_of) as persons from unnest($1::text[], $2::text[]) with ordinality k (type, patient, at))
     select h.at, s.* from happening h
     join subscription s on s.origin = 'client' and ${live('h.type')} and (s.patient is null or s.patient = any(h.persons)) order by s.id`,
    [happenings.map(({ type }) => type), happenings.map(({ patient }) => patient)],
    'subscriptions-live',
  )
  return happenings.map((_, n) => rows.filter(({ at }) => Number(at) === n + 1).map(subscriptionOf))
}

/** The members of this person's circle whose default subscription wants this event: `PractitionerRole/<id>`, … */
export async function defaultsOf(tx: Tx, { type, patient }: Happening): Promise<string[]> {
  const { rows } = await tx.query<{ holder: string }>(
    `select distinct holder from subscription where origin = 'circle' and ${live('$1')}
       and patient in (select reference from ${oneWith('$2')} as group_of) order by holder`,
    [type, patient],
    'subscriptions-default',
  )
  return rows.map(row => row.holder)
}

export async function readSubscription(tx: Tx, id: string): Promise<StoredSubscription | undefined> {
  const { rows } = await tx.query<Row>("select * from subscription where id = $1 and origin = 'client'", [id])
  return rows[0] === undefined ? undefined : subscriptionOf(rows[0])
}

/** All that a client has, deleted ones apart, in the order they were made. */
export async function subscriptionsOf(tx: Tx, client: string): Promise<StoredSubscription[]> {
  const { rows } = await tx.query<Row>("select * from subscription where origin = 'client' and client = $1 and status <> 'deleted' order by made_at, id", [
    client,
  ])
  return rows.map(subscriptionOf)
}

export type WrittenSubscription = Pick<StoredSubscription, 'id' | 'client' | 'holder' | 'status' | 'events' | 'resource'> &
  Partial<Pick<StoredSubscription, 'patient' | 'heartbeatSeconds' | 'endsAt'>>

/**
 * Creates or replaces; a replaced one starts afresh, and what was queued for it before is not sent any more.
 * In: the version that is replaced; 0 for a new one. Out: as it stands now; undefined when another version stands there.
 */
export async function writeSubscription(tx: Tx, written: WrittenSubscription, replaced: number): Promise<StoredSubscription | undefined> {
  const { id, client, holder, status, events, patient, resource, heartbeatSeconds, endsAt } = written
  const { rows } = await tx.query<Row>(
    `insert into subscription as s (id, origin, client, holder, status, events, patient, resource, heartbeat_seconds, ends_at)
     values ($1, 'client', $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (id) do update set holder = excluded.holder, status = excluded.status, reason = null, version = s.version + 1, events = excluded.events, patient = excluded.patient,
       resource = excluded.resource, heartbeat_seconds = excluded.heartbeat_seconds, ends_at = excluded.ends_at, failing_since = null, called_at = '-infinity',
       changed_at = clock_timestamp() where s.version = $10
     returning *`,
    [id, client, holder, status, events, patient ?? null, resource, heartbeatSeconds ?? null, endsAt ?? null, replaced],
  )
  return rows[0] === undefined ? undefined : subscriptionOf(rows[0])
}

/**
 * By its client, by its end, or by the hub; of a deleted one the secret goes as well.
 * In:     the version it is moved from, where a client may have changed it meanwhile. Out: false when it is no longer what it was.
 */
export async function moveSubscription(
  tx: Tx,
  id: string,
  { from, to, reason, version }: { from: readonly SubscriptionStatus[]; to: SubscriptionStatus; reason?: string; version?: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update subscription set status = $3, reason = $4, version = version + 1, changed_at = clock_timestamp(), failing_since = null, called_at = '-infinity',
       heard_at = case $3 when 'active' then clock_timestamp() else heard_at end, active_since = case $3 when 'active' then clock_timestamp() else active_since end,
       resource = case $3 when 'deleted' then '{"resourceType":"Subscription"}' else resource end
     where id = $1 and status = any($2) and origin = 'client' and ($5::integer is null or version = $5)`,
    [id, from, to, reason ?? null, version ?? null],
  )
  return rowCount === 1
}

/** The number under which the subscriber knows this event: the same on every attempt. */
export async function numberOf(tx: Tx, { subscription, delivery }: { subscription: string; delivery: string }): Promise<number> {
  const { rows } = await tx.query<{ event_number: string }>(
    `with s as (update subscription set told = told + 1 where id = $1 and exists (select from delivery where id = $2 and event_number is null) returning told),
       d as (update delivery set event_number = s.told from s where delivery.id = $2 returning event_number)
     select event_number from d union all select event_number from delivery where id = $2 and event_number is not null`,
    [subscription, delivery],
  )
  return Number(rows[0]?.event_number ?? 0)
}

/** The endpoint took something. Out: did it take nothing before? */
export async function noteTaken(tx: Tx, id: string): Promise<boolean> {
  const { rows } = await tx.query<{ was_failing: boolean }>(
    `with before as (select failing_since is not null as was_failing from subscription where id = $1 for update)
     update subscription set heard_at = clock_timestamp(), failing_since = null from before where id = $1 returning was_failing`,
    [id],
    'subscription-taken',
  )
  return rows[0]?.was_failing === true
}

/** The endpoint took nothing. Out: since when that is so. */
export async function noteRefused(tx: Tx, id: string): Promise<Date> {
  const { rows } = await tx.query<{ failing_since: Date }>(
    'update subscription set failing_since = coalesce(failing_since, clock_timestamp()) where id = $1 returning failing_since',
    [id],
    'subscription-refused',
  )
  return rows[0]?.failing_since ?? new Date()
}

/** Whatever waits for these subscriptions is looked at now: their endpoint is back, or they tell nothing any more. */
export async function wakeLanesOf(tx: Tx, ...ids: string[]): Promise<void> {
  await tx.query(
    `update lane set due_at = clock_timestamp() where state = 'ready' and holder is null and key in
       (select lane_key from delivery where channel = 'subscription' and action = any($1) and status in ('planned', 'waiting'))`,
    [ids.map(id => `Subscription/${id}`)],
  )
  await tx.query("select pg_notify($1, '')", [laneChannel('delivery')])
}

/** Whatever waits for a fault of a certificate is tried now. Out: how many lanes. */
export const wakeCertificateLanes = (db: Db): Promise<number> => wakeResting(db, "code like 'subscription.certificate%'")

/** Those whose endpoint is to be greeted (`requested`), called (`active`, silent for its heartbeat), or that have ended; held for a while, so that one process does it. In: clients to pass over. */
export async function takeDue(tx: Tx, holdMs: number, without: readonly string[]): Promise<StoredSubscription[]> {
  const { rows } = await tx.query<Row>(
    `update subscription set called_at = clock_timestamp() + $1::float8 * interval '1 ms' where id in (
       select id from subscription where origin = 'client' and status in ('requested', 'active') and called_at <= clock_timestamp() and client <> all($2) and (status = 'requested'
         or ends_at <= clock_timestamp() or heard_at + heartbeat_seconds * interval '1 s' <= clock_timestamp())
       order by called_at, changed_at limit 20 for update skip locked)
     returning *`,
    [holdMs, without],
  )
  return rows.map(subscriptionOf)
}

/** Looked at again after so long: a heartbeat that was not taken. */
export async function callAgain(tx: Tx, id: string, afterMs: number): Promise<void> {
  await tx.query("update subscription set called_at = clock_timestamp() + $2::float8 * interval '1 ms' where id = $1", [id, afterMs])
}

type Row = RowOf<Omit<StoredSubscription, 'told'>> & { told: string }

const FIELDS = 'id client holder status version events resource changedAt reason patient heartbeatSeconds endsAt activeSince failingSince'

const subscriptionOf = ({ told, ...row }: Row): StoredSubscription => ({ ...fromRow<Omit<StoredSubscription, 'told'>>(row, FIELDS), told: Number(told) })
