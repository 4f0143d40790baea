/*
  Documents that the FHIR door brought before it kept them (migration 0042): judged as if they came now, and settled at once, since the store has their cards.
*/
import { randomUUID } from 'node:crypto'
import { HubError } from '../../../profiles/errors.ts'
import type { Tx } from '../db.ts'
import { claimDocuments, type DepositedVersion, judgeDeposited } from './deposited-documents.ts'
import type { DocumentStatus } from './document-standing.ts'

/** A card whose id does not follow from its document. */
export interface EarlierCard {
  documentId: string
  card: string
  status: DocumentStatus
  /** When it came. */
  at?: string | undefined
}

const UNKNOWN = `
with listed as materialized (select * from jsonb_to_recordset($1::jsonb) as c ("documentId" text, card text, status text)),
  changed as (update document_version v set state = case c.status when 'superseded' then c.status else 'withdrawn' end, stored = c.status, revision = v.revision + 1
    from listed c where c.status <> 'current' and v.document_id = c."documentId" and v.card = c.card and v.state = 'current')
select * from listed c where not exists (select from document_version v where v.document_id = c."documentId" and v.digest is not null)`

/** In: cards as the store has them now: of one that was kept and was taken back or replaced meanwhile, that is kept too. Out: those of which nobody has brought the document; of several of one document the first. */
export async function unknownAmong(tx: Tx, cards: readonly EarlierCard[]): Promise<EarlierCard[]> {
  const { rows } = await tx.query<EarlierCard>(UNKNOWN, [JSON.stringify(cards)])
  return [...new Map(rows.toReversed().map(one => [one.documentId, one])).values()].toReversed()
}

const STATES = { current: {}, superseded: { state: 'superseded' }, 'entered-in-error': { state: 'withdrawn' } } as const

/** Throws: store.conflict when a message changes one of its documents at this moment. */
export async function keepEarlier(tx: Tx, version: DepositedVersion, { card, status, at }: EarlierCard): Promise<void> {
  const asked = { ...version, ...STATES[status] }
  const judging = { claimed: [], keeps: async () => false, path: 'document' }
  const { written } = await judgeDeposited(tx, asked, judging).catch((error: unknown) => {
    // It may not replace what it names: it stands beside it.
    if (!(error instanceof HubError) || !error.code.startsWith('document.')) throw error
    const { replaces, setId, ...alone } = asked
    return judgeDeposited(tx, alone, judging)
  })
  const intent = randomUUID()
  await claimDocuments(tx, intent, written)
  await tx.query('select keep_earlier($1, $2, $3, $4)', [intent, card, status, at])
}

const REPLACED = `
select v.document_id as "documentId", v.card from document_version v join document_version r on r.document_id = v.replaced_by
where (v.card is not null or r.card is not null) and v.state = 'superseded' and v.stored = 'current' and r.stored is not null`

/** For each document of which the store does not say yet that it is replaced. */
export async function eachReplaced(tx: Tx, tell: (one: { documentId: string; card: string | null }) => Promise<void>): Promise<void> {
  for (const one of (await tx.query<{ documentId: string; card: string | null }>(REPLACED)).rows) {
    await tell(one)
    await tx.query("update document_version set stored = 'superseded' where document_id = $1 and state = 'superseded'", [one.documentId])
  }
}

/** Until it was done once (migration 0043). */
export async function onceForMarks(tx: Tx, read: () => Promise<unknown>): Promise<void> {
  if ((await tx.query("select from catch_up where name = 'marks'")).rowCount === 0) return
  await read()
  await tx.query("delete from catch_up where name = 'marks'")
}

const WANTED = `
select c.since, clock_timestamp() - interval '5 minutes' as next from catch_up c
where c.name = 'cards' and not exists (select from intent where state = 'open' and at < c.at)`

type CardsToRead = { since: Date | null; next: Date }

/** Out: undefined where nothing is to be read, or not yet: a write of before that is still undecided is waited for, since its documents are not claimed. */
export const cardsToRead = async (tx: Tx): Promise<CardsToRead | undefined> => (await tx.query<CardsToRead>(WANTED)).rows[0]

/** Out: true where what was written meanwhile is still to be read. */
export async function cardsWereRead(tx: Tx, { since, next }: CardsToRead): Promise<boolean> {
  if (since === null) await tx.query("update catch_up set since = $1, at = clock_timestamp() where name = 'cards'", [next])
  else await tx.query("delete from catch_up where name = 'cards'")
  return since === null
}
