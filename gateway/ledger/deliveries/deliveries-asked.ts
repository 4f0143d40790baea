/*
  What operators ask of decisions and deliveries: of one document, one recipient, one person.
*/
import type { Level } from '../../../profiles/tables/decisions.ts'
import type { Tx } from '../db.ts'
import type { DeliveryStatus } from '../status.ts'

/** What an event was about, as an operator names it. */
export interface DocumentKey {
  /** Unique ids of a document, with and without `urn:oid:`. */
  ids?: readonly string[]
  /** `CarePlan/<id>/_history/<n>` */
  version?: string
  /** The territory of whoever asks, if he is bound to one. */
  territory?: string | undefined
}

/** Why a mailbox was chosen, or none: of a directory's answer its date. */
export interface MailboxBasis {
  kind?: string
  holder?: string
  lack?: string
  awaits?: string
  /** Nothing tells him, and he has software: he reads it there. */
  fallback?: 'portal'
  directory?: { askedAt: string; isLate: boolean }
}

export interface DeliveryFound {
  id: string
  eventId: string
  channel: string
  recipient: string
  /** The member of the circle it was for. */
  member: string | null
  level: Level
  rule: string
  status: DeliveryStatus
  /** While it is tried again, that of the attempt before. */
  code: string | null
  /** Where, of the code. */
  path: string | null
  /** What the directory said of his mailbox, and when. */
  mailbox: MailboxBasis | null
  laneKey: string
  laneState: 'idle' | 'ready' | 'parked' | null
  /** Its lane rests until an hour, and nothing of it was attempted. */
  isResting: boolean
}

const OF_DOCUMENT = `
select e.id, e.patient, e.type from event e
where (($1::text[] is not null and e.id in (select event_id from delivery where what = any($1::text[])))
   or ($1::text[] is not null and e.detail->>'documentId' = any($1::text[]))
   or ($2::text is not null and e.resources @> array[$2::text])) and ($3::text is null or e.territory = $3)
order by e.id desc limit 200`

export interface EventFound {
  id: string
  patient: string
  type: string
}

/** The events of a document, newest first. */
export async function eventsOfDocument(tx: Tx, { ids, version, territory }: DocumentKey): Promise<EventFound[]> {
  const { rows } = await tx.query<EventFound>(OF_DOCUMENT, [ids === undefined ? null : [...ids], version ?? null, territory ?? null])
  return rows
}

/** Deliveries that the decisions of these events rest on, newest first. */
export async function deliveriesOf(tx: Tx, eventIds: readonly string[]): Promise<DeliveryFound[]> {
  const { rows } = await tx.query<DeliveryFound>(
    `select d.id, d.event_id as "eventId", d.channel, d.recipient, d.member, d.level, d.rule, d.status, d.lane_key as "laneKey", l.state as "laneState",
       case d.status when 'sending' then l.code else d.code end as code, case d.status when 'sending' then l.path else d.path end as path,
       d.status = 'planned' and coalesce(l.due_at > clock_timestamp(), false) and l.holder is null
         and not exists (select from delivery o where o.lane_key = d.lane_key and o.status = 'waiting') as "isResting",
       (select c.basis->'mailbox' from decision c where c.delivery_id = d.id and c.basis ? 'mailbox' order by c.n desc limit 1) as mailbox
     from delivery d left join lane l on l.key = d.lane_key
     where d.id in (select delivery_id from decision where event_id = any($1::uuid[])) and d.action not in ('Z01', 'Z02', 'Z03') order by d.id desc`,
    [eventIds],
  )
  return rows
}

export interface DecisionFilter {
  eventIds?: readonly string[]
  /** `Patient/<id>` or its pseudonym. */
  person?: string
  recipients?: readonly string[]
  territory?: string | undefined
  after?: number
  limit: number
}

export interface DecisionFound {
  n: number
  event: string
  documentId: string | null
  resources: string[]
  person: string
  recipient: string
  channel: string
  level: Level
  rule: string
  at: Date
  mailbox: MailboxBasis | null
}

/** In the order they were taken, newest first. */
export async function findDecisions(tx: Tx, { eventIds, person, recipients, territory, after, limit }: DecisionFilter): Promise<DecisionFound[]> {
  const { rows } = await tx.query<DecisionFound>(
    `select c.n::float8 as n, c.event_id as event, e.detail->>'documentId' as "documentId", e.resources, e.patient as person, c.recipient, c.channel, c.level, c.rule, c.at, c.basis->'mailbox' as mailbox
     from decision c join event e on e.id = c.event_id
     where ($1::uuid[] is null or c.event_id = any($1::uuid[])) and ($2::text is null or e.patient = $2 or e.person = $2)
       and ($3::text[] is null or c.recipient = any($3::text[]) or c.delivery_id in (select id from delivery where member = any($3::text[]))) and ($4::bigint is null or c.n < $4)
       and ($6::text is null or e.territory = $6) order by c.n desc limit $5`,
    [eventIds ?? null, person ?? null, recipients ?? null, after ?? null, limit, territory ?? null],
  )
  return rows
}

export interface ReceivedFound {
  event: string
  documentId: string | null
  resources: string[]
  level: Level
  at: Date
}

/** What a partner has received about a person, newest first. */
export async function findReceived(
  tx: Tx,
  { recipients, person, territory, limit }: { recipients: readonly string[]; person: string; territory?: string | undefined; limit: number },
): Promise<ReceivedFound[]> {
  const { rows } = await tx.query<ReceivedFound>(
    `select d.event_id as event, e.detail->>'documentId' as "documentId", e.resources, d.level, coalesce(d.settled_at, d.sent_at) as at
     from delivery d join event e on e.id = d.event_id
     where (d.recipient = any($1::text[]) or d.member = any($1::text[])) and (e.patient = $2 or e.person = $2) and d.status = 'delivered'
       and ($4::text is null or e.territory = $4) order by d.id desc limit $3`,
    [recipients, person, limit, territory ?? null],
  )
  return rows
}

export interface LaneMeant {
  key: string
  /** Of all that was ever to go through it. */
  territories: (string | null)[]
}

/** Lanes in which one of these recipients waits for what concerns a person. */
export async function lanesOf(tx: Tx, { recipients, person }: { recipients: readonly string[]; person: string }): Promise<LaneMeant[]> {
  const { rows } = await tx.query<LaneMeant>(
    `select d.lane_key as key, array_agg(distinct e.territory) as territories from delivery d join event e on e.id = d.event_id
     where (d.recipient = any($1::text[]) or d.member = any($1::text[])) and (e.patient = $2 or e.person = $2) group by d.lane_key`,
    [recipients, person],
  )
  return rows
}

/** Holds a delivery lane: what is in it waits, and what comes. Out: false while an attempt is being made in it. */
export async function holdLane(tx: Tx, key: string, code: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into lane as l (key, kind, last_position, state, due_at, code) values ($1, 'delivery', 0, 'parked', clock_timestamp(), $2)
     on conflict (key) do update set state = 'parked', holder = null, code = $2, path = null, moved_at = clock_timestamp()
     where l.holder is null or l.due_at <= clock_timestamp()`,
    [key, code],
  )
  return rowCount === 1
}
