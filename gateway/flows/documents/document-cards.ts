/*
  The index cards of versions beside the one that is stored: its predecessor is superseded by it; what had replaced it before it came refers to it from now on.
*/
import type { DocumentReference } from 'fhir/r4.js'
import { documentReferenceId } from '../../../mappers/transmission-to-transaction/derived-id.ts'
import type { Standing } from '../../ledger/documents/document-standing.ts'
import type { HubParts } from '../../parts.ts'
import type { Entry } from '../../store/bundle.ts'

type Change = (card: DocumentReference) => DocumentReference

/** In one transaction with the document itself, each on the version that was read: who is overtaken reads again (409, 412). */
export async function changedCards(
  { store, breakers }: Pick<HubParts, 'store' | 'breakers'>,
  standings: readonly Standing[],
  traceparent: string,
): Promise<Entry[]> {
  const entries: Entry[] = []
  for (const [documentId, change] of changesOf(standings)) {
    const id = documentReferenceId(documentId)
    const card = await breakers.of('hapi').run(() => store.read<DocumentReference>('DocumentReference', id, { traceparent }))
    const version = card?.meta?.versionId
    if (card === undefined || version === undefined) continue
    entries.push({ type: 'DocumentReference', id, json: Buffer.from(JSON.stringify(change(card))), ifMatch: version })
  }
  return entries
}

function changesOf(standings: readonly Standing[]): [string, Change][] {
  return standings.flatMap(({ documentId, replaces, replacedBy }): [string, Change][] => [
    ...(replaces?.isSuperseded === true ? [[replaces.documentId, superseded] satisfies [string, Change]] : []),
    ...(replacedBy?.isStored === true ? [[replacedBy.documentId, referringTo(documentId)] satisfies [string, Change]] : []),
  ])
}

const superseded: Change = card => ({ ...card, status: 'superseded' })

const referringTo =
  (documentId: string): Change =>
  card => ({
    ...card,
    relatesTo: (card.relatesTo ?? []).map(link =>
      link.code === 'replaces' ? { ...link, target: { reference: `DocumentReference/${documentReferenceId(documentId)}`, ...link.target } } : link,
    ),
  })

interface OwnCards {
  own: ReadonlySet<string>
  traceparent: string
}

/** A document of ours that comes back keeps the card we wrote. */
export async function withOwnCards(
  { store, breakers }: Pick<HubParts, 'store' | 'breakers'>,
  entries: readonly Entry[],
  { own, traceparent }: OwnCards,
): Promise<Entry[]> {
  const cards = new Map<string, DocumentReference>()
  for (const id of [...own].map(documentReferenceId)) {
    const card = await breakers.of('hapi').run(() => store.read<DocumentReference>('DocumentReference', id, { traceparent }))
    if (card !== undefined) cards.set(id, card)
  }
  return entries.map(entry => {
    const card = entry.type === 'DocumentReference' ? cards.get(entry.id) : undefined
    return card === undefined ? entry : { ...entry, json: Buffer.from(JSON.stringify(card)) }
  })
}
