/*
  A version that came after what replaces it is told to nobody; but it may join the chain of an earlier document to the latest one:
  whoever was mailed that earlier document learns of the latest, once.
*/
import { type Deposit, depositIn } from '../../fanout/deposit.ts'
import type { Tx } from '../../ledger/db.ts'
import type { Standing } from '../../ledger/documents/document-standing.ts'
import { type NewEvent, recordEvent } from '../../ledger/deliveries/events.ts'

type Known = Pick<NewEvent, 'cause' | 'person' | 'patient' | 'traceparent' | 'at'>

/** Call it in the settling transaction. In: how the main document stands. */
export async function tellOfLatest(tx: Tx, { documentId, change, isTold, isRepeat, replaces }: Standing, known: Known): Promise<void> {
  if (isTold || isRepeat || change !== 'replace' || replaces?.isStored !== true) return
  const latest = await newsOfLatest(tx, documentId, known.patient)
  if (latest === undefined) return
  const { deposit, resources } = latest
  await recordEvent(tx, {
    ...known,
    type: 'document.depose',
    n: 1,
    resources,
    changes: [deposit.change ?? 'replace'],
    detail: { ...deposit, mailboxes: [] },
    channels: ['mssante'],
  })
}

const LATEST = `
with recursive ahead as (
  select document_id, replaced_by, 0 as n from document_version where document_id = $1
  union all
  select d.document_id, d.replaced_by, a.n + 1 from document_version d join ahead a on d.document_id = a.replaced_by where a.n < 1000
)
select e.detail, e.resources from event e
where e.patient = $2 and e.type = 'document.depose' and e.detail->>'documentId' = (select document_id from ahead order by n desc limit 1)
order by e.sequence desc limit 1`

async function newsOfLatest(tx: Tx, documentId: string, patient: string): Promise<{ deposit: Deposit; resources: string[] } | undefined> {
  const { rows } = await tx.query<{ detail: unknown; resources: string[] }>(LATEST, [documentId, patient])
  const deposit = depositIn(rows[0]?.detail)
  return deposit === undefined ? undefined : { deposit, resources: rows[0]?.resources ?? [] }
}
