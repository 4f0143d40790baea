/*
  Incidents and what is said of them: suspected → open → closed, one live row per kind, subject and code, so that nothing begins or ends twice.
*/
import type { IncidentKind } from '../../../profiles/tables/incident-kinds.ts'
import type { Tx } from '../db.ts'
import { newMessageId } from '../ids.ts'

export interface Incident {
  id: string
  kind: IncidentKind
  /** A partner's id, a part of the hub, a key of the configuration. */
  subject: string
  /** Tells two causes of one subject apart: an error code, where a flow goes. */
  code: string
  territory: string | null
  state: 'suspected' | 'open' | 'closed'
  /** How many are concerned: lanes, events, messages. */
  count: number
  since: Date
  openedAt: Date | null
  /** Since when its cause is gone. */
  clearedAt: Date | null
  closedAt: Date | null
}

interface Row extends Omit<Incident, 'openedAt' | 'clearedAt' | 'closedAt' | 'count'> {
  count: string
  opened_at: Date | null
  cleared_at: Date | null
  closed_at: Date | null
}

const COLUMNS = 'id, kind, subject, code, territory, state, count, since, opened_at, cleared_at, closed_at'

/** Locks them, and whoever else judges, until the end of the transaction. */
export async function lockLiveIncidents(tx: Tx): Promise<Incident[]> {
  await tx.query('select pg_advisory_xact_lock(4201021)')
  return (await tx.query<Row>(`select ${COLUMNS} from incident where state <> 'closed' order by id`)).rows.map(incidentOf)
}

export async function addIncident(tx: Tx, incident: Omit<Incident, 'id' | 'clearedAt' | 'closedAt'>): Promise<Incident> {
  const { kind, subject, code, territory, state, count, since, openedAt } = incident
  const id = newMessageId()
  await tx.query('insert into incident (id, kind, subject, code, territory, state, count, since, opened_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
    id,
    kind,
    subject,
    code,
    territory,
    state,
    count,
    since,
    openedAt,
  ])
  return { ...incident, id, clearedAt: null, closedAt: null }
}

export async function changeIncident(tx: Tx, { id, state, count, openedAt, clearedAt, closedAt }: Incident): Promise<void> {
  await tx.query('update incident set state = $2, count = $3, opened_at = $4, cleared_at = $5, closed_at = $6 where id = $1', [
    id,
    state,
    count,
    openedAt,
    clearedAt,
    closedAt,
  ])
}

/** One that was suspected and came to nothing. */
export async function dropIncident(tx: Tx, id: string): Promise<void> {
  await tx.query("delete from incident where id = $1 and state = 'suspected'", [id])
}

export interface AlertSaid {
  moment: 'start' | 'end'
  way: 'mail' | 'webhook'
  state: 'waiting' | 'sent' | 'given-up'
  sentAt: string | null
}

export interface IncidentFilter {
  state?: 'open' | 'closed' | undefined
  subject?: string | undefined
  /** Those of this territory, and those of none, which concern the hub as a whole. */
  territory?: string | undefined
  after?: string | undefined
  limit: number
}

/** Newest first, a page at a time, each with who was told. */
export async function findIncidents(
  tx: Tx,
  { state, subject, territory, after, limit }: IncidentFilter,
): Promise<{ items: (Incident & { alerts: AlertSaid[] })[]; next: string | null }> {
  const { rows } = await tx.query<Row & { alerts: AlertSaid[] }>(
    `select ${COLUMNS}, coalesce((select json_agg(json_build_object('moment', a.moment, 'way', a.way, 'state', a.state, 'sentAt', a.sent_at) order by a.moment desc, a.way)
       from alert a where a.incident_id = incident.id), '[]') as alerts
     from incident where state <> 'suspected' and ($1::text is null or state = $1) and ($2::text is null or subject = $2)
       and ($3::text is null or territory is null or territory = $3) and ($4::uuid is null or id < $4) order by id desc limit $5`,
    [state ?? null, subject ?? null, territory ?? null, after ?? null, limit + 1],
  )
  const items = rows.slice(0, limit).map(row => ({ ...incidentOf(row), alerts: row.alerts }))
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

export async function readIncident(tx: Tx, id: string): Promise<Incident | undefined> {
  const row = (await tx.query<Row>(`select ${COLUMNS} from incident where id = $1`, [id])).rows[0]
  return row === undefined ? undefined : incidentOf(row)
}

function incidentOf({ id, kind, subject, code, territory, state, count, since, opened_at, cleared_at, closed_at }: Row): Incident {
  return { id, kind, subject, code, territory, state, count: Number(count), since, openedAt: opened_at, clearedAt: cleared_at, closedAt: closed_at }
}
