/*
  How the documents of an accepted message stand when its flow runs: what the store must say of them now, and of the versions beside them.
*/
import { isDeepStrictEqual } from 'node:util'
import { HubError } from '../../../profiles/errors.ts'
import type { Tx } from '../db.ts'
import type { RowOf } from '../row-of.ts'
import type { VersionChange } from './document-chain.ts'

export type DocumentStatus = 'current' | 'superseded' | 'entered-in-error'

export interface Standing extends VersionChange {
  /** A write through the FHIR door brought it: its card stays as it was deposited. */
  isDeposited: boolean
  /** The id of its card, where it does not follow from the document. */
  card: string | null
  status: DocumentStatus
  /** When the first message that brought it came: whoever brings it again changes nothing. */
  receivedAt: Date | undefined
  /** What it replaces; isSuperseded by this very message when its card in the store must change. */
  replaces?: { documentId: string; card: string | null; isStored: boolean; isSuperseded: boolean }
  /** What replaces it and came before it. */
  replacedBy?: { documentId: string; card: string | null; isStored: boolean }
}

interface StandingRow extends RowOf<Omit<Standing, 'status' | 'replaces' | 'replacedBy'>> {
  is_undecided: boolean
  stored: DocumentStatus | null
  replaces: string | null
  replaced_by: string | null
  target_card: string | null
  target_stored: DocumentStatus | null
  target_replaced_by: string | null
  replacer_card: string | null
  replacer_stored: DocumentStatus | null
}

const STANDINGS = `
select c.document_id, c.change, c.is_told, c.is_repeat, d.intent is not null as is_deposited, d.card, d.received_at, d.stored, d.replaces, d.replaced_by,
  t.card as target_card, t.stored as target_stored, t.replaced_by as target_replaced_by, r.card as replacer_card, r.stored as replacer_stored,
  (d.intent is not null and d.stored is null) or (t.intent is not null and t.stored is null) as is_undecided
from document_change c join document_version d on d.document_id = c.document_id
  left join document_version t on t.document_id = d.replaces left join document_version r on r.document_id = d.replaced_by
where c.message_id = $1 order by c.n`

const LOCK = `
select from document_version where document_id in (
  select unnest(array[d.document_id, d.replaces, d.replaced_by]) from document_change c join document_version d on d.document_id = c.document_id where c.message_id = $1)
order by document_id for update`

/** The main document first. Empty for a message from before documents were judged as versions. Throws: hub.busy (dependency) while the FHIR door is writing one of them. */
export async function readStandings(tx: Tx, messageId: string): Promise<Standing[]> {
  const { rows } = await tx.query<StandingRow>(STANDINGS, [messageId], 'standings')
  if (rows.some(row => row.is_undecided)) throw new HubError('hub.busy', { path: 'document', dependency: 'document' })
  return rows.map(standingOf)
}

function standingOf(row: StandingRow): Standing {
  const status = statusOf(row)
  return {
    documentId: row.document_id,
    change: row.change,
    // Overtaken by what replaces or withdraws it, from another lane: as if it had come after it.
    isTold: row.is_told && (status === 'current' || row.change === 'delete'),
    isRepeat: row.is_repeat,
    isDeposited: row.is_deposited,
    card: row.card,
    status,
    receivedAt: row.received_at ?? undefined,
    ...(row.replaces === null
      ? {}
      : {
          replaces: {
            documentId: row.replaces,
            card: row.target_card,
            isStored: row.target_stored !== null,
            isSuperseded: row.target_stored === 'current' && row.target_replaced_by === row.document_id,
          },
        }),
    ...(row.replaced_by === null ? {} : { replacedBy: { documentId: row.replaced_by, card: row.replacer_card, isStored: row.replacer_stored !== null } }),
  }
}

/** Replaced counts once the replacement is stored, so that there is a current version at every moment. */
function statusOf({ change, stored, is_told, is_repeat, replaced_by, replacer_stored }: StandingRow): DocumentStatus {
  if (change === 'delete' || stored === 'entered-in-error') return 'entered-in-error'
  const isLate = !is_told && !is_repeat
  return replaced_by !== null && (isLate || replacer_stored !== null || stored === 'superseded') ? 'superseded' : 'current'
}

/**
 * Call it in the settling transaction: what was written to the store is what it must say at this moment.
 * Throws: hub.busy (dependency) when another lane moved a version meanwhile: the flow runs again.
 */
export async function settleStandings(tx: Tx, messageId: string, written: readonly Standing[]): Promise<void> {
  if (written.length === 0) return
  await tx.query(LOCK, [messageId])
  if (!isDeepStrictEqual(await readStandings(tx, messageId), written)) throw new HubError('hub.busy', { path: 'document', dependency: 'document' })
  for (const { documentId, status, replaces } of written) {
    await tx.query('update document_version set stored = $2 where document_id = $1', [documentId, status])
    if (replaces?.isSuperseded === true) await tx.query("update document_version set stored = 'superseded' where document_id = $1", [replaces.documentId])
  }
}
