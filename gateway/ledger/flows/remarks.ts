/*
  What was said against the messages of one sender: findings of those that were taken, errors of those that were refused, counted by code and place.
  A place is that of the segment and field, without its number (`OBX-5`); values and bodies are never looked at.
*/
import type { Tx } from '../db.ts'

export interface SentBy {
  messages: number
  refused: number
  since: Date | null
  last: Date | null
}

export interface Remark {
  kind: 'error' | 'finding'
  code: string
  severity: 'information' | 'warning' | 'error'
  place: string
  /** How often, and in how many messages. */
  times: number
  messages: number
  since: Date
  last: Date
}

const SENT = `
select count(*)::int as messages, (count(*) filter (where status = 'refused'))::int as refused, min(received_at) as since, max(received_at) as last
from message where sender = $1 and ($2::text is null or territory = $2)`

const REMARKS = `
with said as (
  select m.id, m.received_at, 'finding' as kind, f->>'code' as code, f->>'severity' as severity, f->>'path' as path
  from message m cross join lateral jsonb_array_elements(m.findings) f
  where m.sender = $1 and ($3::text is null or m.territory = $3) and (m.findings <> '[]' or m.refused_with is not null)
  union all
  select m.id, m.received_at, 'error', r->>'code', 'error', r->>'path'
  from message m cross join lateral jsonb_array_elements(coalesce(m.refused_with, '[]')) r
  where m.sender = $1 and ($3::text is null or m.territory = $3) and (m.findings <> '[]' or m.refused_with is not null)
)
select kind, code, severity, regexp_replace(coalesce(path, ''), '\\[\\d+\\]', '', 'g') as place,
  count(*)::int as times, count(distinct id)::int as messages, min(received_at) as since, max(received_at) as last
from said group by 1, 2, 3, 4
order by kind, messages desc, times desc, code, place limit $2`

/** In: the territory of whoever asks, if he is bound to one. */
export async function sentBy(tx: Tx, sender: string, territory?: string): Promise<SentBy> {
  const { rows } = await tx.query<SentBy>(SENT, [sender, territory ?? null])
  return rows[0] ?? { messages: 0, refused: 0, since: null, last: null }
}

/** Errors first, then findings; each kind by how many messages it touches. */
export async function remarksOn(tx: Tx, sender: string, { limit, territory }: { limit: number; territory?: string | undefined }): Promise<Remark[]> {
  return (await tx.query<Remark>(REMARKS, [sender, limit, territory ?? null])).rows
}
