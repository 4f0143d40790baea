/*
  What the ledger knows of one person's way: whom a number names, the events about him with what became of them, the movements of his stays, what waits in his lanes.
*/
import type { Tx } from '../db.ts'
import type { DeliveryStatus, MessageStatus } from '../status.ts'

export interface NumberedPerson {
  /** `Patient/<id>` */
  patient: string
  system: string
}

/** Whom a number names, one for each authority that gave it. In: with its authority, or without. */
export async function personsNumbered(tx: Tx, value: string, system: string | undefined): Promise<NumberedPerson[]> {
  const { rows } = await tx.query<NumberedPerson>(
    "select 'Patient/' || id as patient, system from identity where type = 'Patient' and value = $1 and ($2::text is null or system = $2) and system not like 'hub:%' order by system limit 20",
    [value, system ?? null],
  )
  return rows
}

/** All numbers that lead to them. In: `Patient/<id>`s. */
export async function numbersOf(tx: Tx, patients: readonly string[]): Promise<{ system: string; value: string }[]> {
  const ids = patients.map(one => one.slice('Patient/'.length))
  const { rows } = await tx.query<{ system: string; value: string }>(
    "select system, value from identity where type = 'Patient' and id = any($1::uuid[]) and system not like 'hub:%'",
    [ids],
  )
  return rows
}

export interface PersonEvent {
  id: string
  type: string
  changes: string[]
  resources: string[]
  documentId: string | null
  at: Date
  /** Absent where it was written through the FHIR door. */
  flow: { id: string; controlId: string; sender: string; status: MessageStatus; documentType: string | null } | null
  deliveries: Partial<Record<DeliveryStatus, number>>
}

const EVENTS = `
select e.id, e.type, e.changes, e.resources, e.detail->>'documentId' as "documentId", e.at,
  case when m.id is not null then
    jsonb_build_object('id', m.id, 'controlId', m.control_id, 'sender', m.sender, 'status', m.status, 'documentType', m.document_type) end as flow,
  (select coalesce(jsonb_object_agg(s.status, s.n), '{}') from (
     select d.status, count(*)::int as n from delivery d
     where d.id in (select delivery_id from decision where event_id = e.id) and d.channel <> 'hospital' group by d.status) s) as deliveries
from event e left join message m on m.id = e.cause
where e.patient = any($1::text[]) and ($2::text is null or e.territory = $2)
order by e.id desc limit $3`

/** Newest first. In: a territory bounds what is seen. */
export async function eventsOfPerson(
  tx: Tx,
  patients: readonly string[],
  { territory, limit }: { territory?: string | undefined; limit: number },
): Promise<PersonEvent[]> {
  return (await tx.query<PersonEvent>(EVENTS, [patients, territory ?? null, limit])).rows
}

export interface PersonMovement {
  id: string
  trigger: string
  kind: 'insert' | 'update' | 'cancel'
  /** `Encounter/<id>` */
  stay: string
  startsAt: Date
  controlId: string
  sender: string
  status: MessageStatus
}

/** The movements of the stays that these events are about, also those that were announced to nobody. */
export async function movementsOfPerson(tx: Tx, stays: readonly string[], territory: string | undefined): Promise<PersonMovement[]> {
  const { rows } = await tx.query<PersonMovement>(
    `select v.message_id as id, v.trigger, v.kind, 'Encounter/' || v.stay as stay, v.starts_at as "startsAt", m.control_id as "controlId", m.sender, m.status
     from movement v join message m on m.id = v.message_id
     where v.stay = any($1::uuid[]) and ($2::text is null or m.territory = $2) order by v.starts_at desc limit 500`,
    [stays, territory ?? null],
  )
  return rows
}

export interface WaitingMessage {
  id: string
  controlId: string
  sender: string
  status: MessageStatus
  code: string | null
  receivedAt: Date
}

/** Messages not yet stored in the lanes in which his earlier ones came, and in these. */
export async function waitingOfPerson(
  tx: Tx,
  { flows, lanes, territory }: { flows: readonly string[]; lanes: readonly string[]; territory: string | undefined },
): Promise<WaitingMessage[]> {
  const { rows } = await tx.query<WaitingMessage>(
    `select o.id, o.control_id as "controlId", o.sender, o.status, o.code, o.received_at as "receivedAt" from message o
     where o.status not in ('complete', 'refused') and o.stored_at is null and ($3::text is null or o.territory = $3)
       and (o.lane_key = any($2::text[]) or o.lane_key in (select lane_key from message where id = any($1::uuid[]))) order by o.id desc limit 200`,
    [flows, lanes, territory ?? null],
  )
  return rows
}

/** Each distinct value by one look into the index; there are few. */
const distinct = (of: string, from: string): string =>
  `with recursive known as (
     (select ${of} as one from ${from} order by ${of} limit 1)
     union all select (select ${of} from ${from} and ${of} > known.one order by ${of} limit 1) from known where known.one is not null)
   select one from known where one is not null limit 2000`

/** Every sender of a message that is kept. */
export const sendersKnown = (tx: Tx): Promise<string[]> => textsOf(tx, distinct('sender', 'message where true'))

/** Every authority that gave a number to a person. */
export async function authoritiesKnown(tx: Tx): Promise<string[]> {
  const found = await textsOf(tx, distinct('system', "identity where type = 'Patient'"))
  return found.filter(system => !system.startsWith('hub:'))
}

async function textsOf(tx: Tx, text: string): Promise<string[]> {
  const { rows } = await tx.query<{ one: string }>(text, [])
  return rows.map(({ one }) => one)
}
