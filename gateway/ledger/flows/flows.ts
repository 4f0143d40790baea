/*
  Flows as the monitor shows them: one inbound message and every step of what became of it.
  {id, controlId, sender, territory, documentType, documentId, status, steps: [{step, at, outcome, recipient?, code?, attempt?, position?}]}; newest first, paged by id.
*/
import type { Tx } from '../db.ts'
import type { FlowFilter } from './flow-filter.ts'
import { loadTrace } from './flow-rows.ts'
import { type FlowPage, findRows } from './flow-search.ts'
import { stepsOf } from './flow-steps.ts'
import type { Flow, FlowRow } from './flow.ts'

export type { FlowFilter } from './flow-filter.ts'
export type { FlowPage } from './flow-search.ts'
export type { FlowStep } from './flow.ts'

/** A page of flows, newest first; `next` is the `after` of the following page, null at the end. */
export async function findFlows(tx: Tx, filter: FlowFilter, { limit, after }: FlowPage): Promise<{ items: Flow[]; next: string | null }> {
  const rows = await findRows(tx, filter, { limit: limit + 1, ...(after === undefined ? {} : { after }) })
  const shown = rows.slice(0, limit)
  return { items: await flowsOf(tx, shown), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

/** In: the territory its reader is bound to, if any: of another one there is none. */
export async function readFlow(tx: Tx, id: string, territory?: string): Promise<Flow | undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return undefined
  const { rows } = await tx.query<FlowRow>('select * from message where id = $1 and ($2::text is null or territory = $2)', [id, territory ?? null])
  return (await flowsOf(tx, rows))[0]
}

async function flowsOf(tx: Tx, rows: FlowRow[]): Promise<Flow[]> {
  const ids = rows.map(row => row.id)
  const trace = await loadTrace(tx, ids)
  return rows.map(row => ({
    id: row.id,
    controlId: row.control_id,
    sender: row.sender,
    territory: row.territory,
    documentType: row.document_type,
    documentId: row.document_id,
    status: row.status,
    steps: stepsOf(row, trace),
  }))
}
