/*
  Documents that the FHIR door brings, as versions of those of all doors: what is known of one, and the claim of a write on its own.
  A claim is given back, or settled, with the intent of the write (migration 0042).
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Tx } from '../db.ts'
import { type DocumentVersion, judgeVersions, type Verdict, type VersionAsked } from './document-chain.ts'
import { columnsOf, loadChain } from './document-versions.ts'

/** A document as the FHIR door brings it, changes it or takes it back. */
export interface DepositedVersion extends Pick<VersionAsked, 'documentId' | 'action' | 'persons' | 'organisation' | 'replaces' | 'setId' | 'version'> {
  /** Whom the writer acts for, in the words of `organisation`: whose record the card says it is gives him no right to what stands there. */
  by: string
  /** Absent where it is taken back: its content is known. */
  digest?: string
  kind?: string
  /** Of one that comes as no longer current. */
  state?: 'superseded' | 'withdrawn'
}

/** In: claimed = by the same write already; keeps = the document is of the writer's own record, whatever organisation sent it. Out: the rows as they would be. Throws: document.* at the path. */
export async function judgeDeposited(
  tx: Tx,
  { state, by, ...asked }: DepositedVersion,
  { claimed, path, keeps }: { claimed: readonly DocumentVersion[]; path: string; keeps(known: DocumentVersion): Promise<boolean> },
): Promise<Pick<Verdict, 'written' | 'findings'>> {
  const place = { path, location: '' }
  const claim = { digest: '', kind: '', ...asked, places: { id: place, parent: place, person: place } }
  const chain = await loadChain(tx, [claim])
  for (const row of claimed) chain.put(row)
  const known = chain.find(asked.documentId)
  const ofSet = asked.setId === undefined ? undefined : chain.latestOfSet(asked.setId).find(({ kind }) => kind === claim.kind)
  const changed = asked.action === 'delete' ? known : (chain.find(asked.replaces ?? known?.replacedBy) ?? ofSet)
  // What came before the hub kept documents of this door as versions is taken back as before.
  if (asked.action === 'delete' && changed?.digest === undefined) return { written: [], findings: [] }
  // A version that was replaced is taken back as well: of this door each card is changed by itself.
  if (asked.action === 'delete' && known?.state === 'superseded') chain.put({ ...known, state: 'current' })
  const organisation = (changed !== undefined && (await keeps(changed)) ? changed.organisation : undefined) ?? by
  const { faults, written, findings } = judgeVersions(chain, [{ ...claim, organisation, digest: asked.digest ?? changed?.digest ?? '' }])
  if (faults[0] !== undefined) throw new HubError(faults[0].code, { path })
  const own = { ...(asked.action === 'delete' ? {} : { organisation: asked.organisation }), ...(state === undefined ? {} : { state }) }
  return { written: written.map(row => (row.documentId === asked.documentId ? { ...row, ...own } : row)), findings }
}

/** The SHA-256 of its content, hexadecimal, and its card; undefined where no door has brought it. */
export async function knownDocument(tx: Tx, documentId: string): Promise<{ digest: string; card: string | null } | undefined> {
  const known = "select encode(digest, 'hex') as digest, card from document_version where document_id = $1 and digest is not null"
  return (await tx.query<{ digest: string; card: string | null }>(known, [documentId], 'known-document')).rows[0]
}

/** Call it with the plan of the write. Throws: store.conflict when a document is no longer what it was judged on. */
export async function claimDocuments(tx: Tx, intent: string, versions: readonly DocumentVersion[]): Promise<void> {
  if (versions.length === 0) return
  const rows = versions.map(one => ({ ...columnsOf(one), digest: one.digest === undefined ? undefined : `\\x${one.digest}` }))
  const { rows: claimed } = await tx.query<{ is_done: boolean }>('select claim_documents($1, $2) as is_done', [intent, JSON.stringify(rows)])
  if (claimed[0]?.is_done !== true) throw new HubError('store.conflict', { path: 'document' })
}

/** What a write that is judged again claimed before. */
export async function releaseDocuments(tx: Tx, intent: string): Promise<void> {
  await tx.query('select release_documents($1)', [intent])
}

/** Identifiers of a person stay out of the ledger's chains of documents. In: `ins|<root>|<value>`, `ipp|…` */
export const documentPerson = ({ pseudonym }: { pseudonym(value: string): string }, one: string): string => `${one.slice(0, 4)}${pseudonym(`document|${one}`)}`
