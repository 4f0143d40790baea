/*
  The record of repairs: who changed the course of things by hand, when, why and what. Each has its row in the audit too, written with it.
*/
import { record } from '../audit/audit.ts'
import type { Tx } from '../db.ts'
import { newMessageId } from '../ids.ts'

export interface NewRepair {
  viewer: { name: string; role: string }
  /** As the audit names him; as the record does unless said. */
  actor?: string
  /** Whom it is about, beside those that `object` names. */
  patients?: readonly string[]
  /** Of the request he asked it by. */
  requestId?: string | undefined
  address?: string | undefined
  /** `lane.resume`, `identity.merge`, … */
  action: string
  /** A lane, a flow, a `Patient/<id>`, a replay. */
  object: string
  /** In his own words: he may name a person, so it goes nowhere but here and into the audit. */
  reason: string
  outcome: string
  /** Of what was repaired. */
  territory?: string | undefined
  detail?: Record<string, unknown>
}

export interface Repair {
  id: string
  at: Date
  name: string
  role: string
  action: string
  object: string
  territory: string | null
  reason: string
  outcome: string
  detail: Record<string, unknown>
}

export interface RepairFilter {
  name?: string | undefined
  action?: string | undefined
  object?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  territory?: string | undefined
  after?: string | undefined
  limit: number
}

/** One chain of the audit for all processes: repairs are rare, and each is written with its effect. */
const WRITER = 'repairs'

/** In the transaction of its effect. */
export async function recordRepair(tx: Tx, repair: NewRepair): Promise<void> {
  const { viewer, actor = viewer.name, requestId, address, action, object, reason, outcome, territory, detail = {} } = repair
  const at = new Date()
  await tx.query(
    'insert into repair (id, at, name, role, action, object, territory, reason, outcome, detail) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
    [newMessageId(at), at, viewer.name, viewer.role, action, object, territory ?? null, reason, outcome, JSON.stringify(detail)],
  )
  const named = object.split(',').filter(one => /^Patient\/[A-Za-z0-9.-]{1,64}$/.test(one))
  const patients = [...new Set([...named, ...(repair.patients ?? [])])]
  const said = { action: `monitor.${action}`, object, outcome, patients, requestId, address, detail: { ...detail, reason } }
  await record(tx, WRITER, { at, actor, ...said })
}

/** Newest first, a page at a time. */
export async function findRepairs(tx: Tx, filter: RepairFilter): Promise<{ items: Repair[]; next: string | null }> {
  const { name, action, object, from, to, territory, after, limit } = filter
  const { rows } = await tx.query<Repair>(
    `select id, at, name, role, action, object, territory, reason, outcome, detail from repair
     where ($1::text is null or name = $1) and ($2::text is null or action = $2) and ($3::text is null or object = $3)
       and ($4::timestamptz is null or at >= $4) and ($5::timestamptz is null or at < $5) and ($6::text is null or territory = $6)
       and ($7::uuid is null or id < $7) order by id desc limit $8`,
    [name ?? null, action ?? null, object ?? null, from ?? null, to ?? null, territory ?? null, after ?? null, limit + 1],
  )
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}
