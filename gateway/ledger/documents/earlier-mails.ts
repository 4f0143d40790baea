/*
  Who was mailed an earlier version of a document: by its chain, and by what was planned for it.
*/
import type { Tx } from '../db.ts'

/** From these documents back through what they replace, each with its other format. */
const CHAIN = `
with recursive chain as (
  select document_id, replaces, other_format from document_version where document_id = any($1::text[])
  union
  select d.document_id, d.replaces, d.other_format from document_version d join chain c on d.document_id = c.replaces or d.document_id = c.other_format
)`

const MAILED = `${CHAIN}
select distinct d.recipient from delivery d
where d.channel = 'mssante' and d.member is null and d.what in (select document_id from chain) and not d.what = any($2::text[])
  and d.action in ('create', 'replace') and d.level = 'complet' and d.status not in ('none', 'stopped', 'failed')`

const DETAILS = `${CHAIN}
select e.detail from event e where e.patient = $2 and e.detail->>'documentId' in (select document_id from chain) order by e.sequence desc`

/** In: `beside` are versions that do not count. Out: addresses that a mail with the document was planned for and not given up; members of the circle are told by being members, at their level of the day. */
export async function mailedBefore(tx: Tx, { documentIds, beside }: { documentIds: readonly string[]; beside: readonly string[] }): Promise<string[]> {
  const { rows } = await tx.query<{ recipient: string }>(MAILED, [documentIds, beside], 'mailed-before')
  return rows.map(row => row.recipient).sort()
}

const MAILED_TO = `${CHAIN}
select d.reference from delivery d
where d.channel = 'mssante' and d.recipient = $2 and d.what in (select document_id from chain) and d.id <> $3 and d.level = 'complet' and d.sent_at is not null
  and d.action in ('create', 'replace', 'delete')
order by d.sent_at, d.id`

/** Our references of the mails that brought this recipient earlier versions, oldest first: in his lane they have all left before. */
export async function mailsBefore(
  tx: Tx,
  { documentIds, delivery }: { documentIds: readonly string[]; delivery: { id: string; recipient: string } },
): Promise<string[]> {
  const { rows } = await tx.query<{ reference: string }>(MAILED_TO, [documentIds, delivery.recipient, delivery.id], 'mails-before')
  return rows.map(row => row.reference)
}

/** What the events of a chain keep, the newest first. */
export async function detailsOfChain(tx: Tx, { documentIds, patient }: { documentIds: readonly string[]; patient: string }): Promise<unknown[]> {
  const { rows } = await tx.query<{ detail: unknown }>(DETAILS, [documentIds, patient], 'details-of-chain')
  return rows.map(row => row.detail)
}
