/*
  What a message made, as the store held it then, and whom that is about.
*/
import type { Tx } from '../db.ts'

export interface FlowMade {
  /** `Type/<id>/_history/<n>` of what it stored, `Type/<id>` of what it refers to. */
  resources: string[]
  /** `Patient/<id>` */
  patients: string[]
  events: { id: string; documentId: string | null }[]
}

/** What was stored before the lineage kept it stands in the first event. */
export async function readFlowMade(tx: Tx, messageId: string): Promise<FlowMade> {
  const [lineage, events] = await Promise.all([
    tx.query<{ resources: string[] }>('select resources from lineage where id = $1', [messageId]),
    tx.query<{ id: string; patient: string; resources: string[]; document_id: string | null }>(
      "select id, patient, resources, detail->>'documentId' as document_id from event where cause = $1 order by id",
      [messageId],
    ),
  ])
  const kept = lineage.rows[0]?.resources ?? []
  const patients = events.rows.map(one => one.patient)
  const resources = kept.length > 0 ? kept : [...(events.rows[0]?.resources ?? [])]
  return {
    resources,
    patients: [...new Set([...patients, ...resources.flatMap(one => /^Patient\/[^/]+/.exec(one)?.[0] ?? [])])],
    events: events.rows.map(({ id, document_id }) => ({ id, documentId: document_id })),
  }
}
