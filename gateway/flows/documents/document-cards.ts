/*
  The index cards of versions beside the one that is stored: its predecessor is superseded by it; what had replaced it before it came refers to it from now on.
*/
import type { CodeableConcept, DocumentReference } from 'fhir/r4.js'
import { only } from '../../../mappers/cda/datatypes.ts'
import { cardIdOf } from '../../../mappers/transmission-to-transaction/derived-id.ts'
import { J110_VISIBILITY } from '../../../profiles/tables/j110-visibility.ts'
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
  for (const [id, change] of changesOf(standings)) {
    const card = await breakers.of('hapi').run(() => store.read<DocumentReference>('DocumentReference', id, { traceparent }))
    const version = card?.meta?.versionId
    if (card === undefined || version === undefined) continue
    entries.push({ type: 'DocumentReference', id, json: Buffer.from(JSON.stringify(change(card))), ifMatch: version })
  }
  return entries
}

function changesOf(standings: readonly Standing[]): [string, Change][] {
  return standings.flatMap(({ documentId, card, replaces, replacedBy }): [string, Change][] => [
    ...(replaces?.isSuperseded === true ? [[cardIdOf(replaces), superseded] satisfies [string, Change]] : []),
    ...(replacedBy?.isStored === true ? [[cardIdOf(replacedBy), referringTo(cardIdOf({ documentId, card }))] satisfies [string, Change]] : []),
  ])
}

const superseded: Change = card => ({ ...card, status: 'superseded' })

const referringTo =
  (id: string): Change =>
  card => ({
    ...card,
    relatesTo: (card.relatesTo ?? []).map(link =>
      link.code === 'replaces' ? { ...link, target: { reference: `DocumentReference/${id}`, ...link.target } } : link,
    ),
  })

interface OwnCards {
  own: ReadonlySet<string>
  standings: readonly Standing[]
  traceparent: string
}

/** A document of ours that comes back keeps the card we wrote, one that was deposited the card that came with it: withdrawn or replaced, and hidden from whom the message says. */
export async function withOwnCards(
  { store, breakers }: Pick<HubParts, 'store' | 'breakers'>,
  entries: readonly Entry[],
  { own, standings, traceparent }: OwnCards,
): Promise<Entry[]> {
  const kept = standings.filter(one => one.isDeposited || own.has(one.documentId)).map(one => ({ ...one, id: cardIdOf(one) }))
  return Promise.all(
    entries.map(async entry => {
      const standing = entry.type === 'DocumentReference' ? kept.find(({ id }) => id === entry.id) : undefined
      if (standing === undefined) return entry
      const card = await breakers.of('hapi').run(() => store.read<DocumentReference>('DocumentReference', entry.id, { traceparent }))
      if (card === undefined) return entry
      const json = standing.isDeposited ? deposited(card, standing, JSON.parse(entry.json.toString()) as DocumentReference) : card
      return { ...entry, json: Buffer.from(JSON.stringify(json)), ...only('ifMatch', card.meta?.versionId) }
    }),
  )
}

function deposited(card: DocumentReference, { status }: Standing, { securityLabel: said = [] }: DocumentReference): DocumentReference {
  const labels = card.securityLabel ?? []
  const codeOf = ({ coding }: CodeableConcept): string => coding?.[0]?.code ?? ''
  const securityLabel = [...labels, ...said.filter(one => J110_VISIBILITY.has(codeOf(one)) && !labels.some(label => codeOf(label) === codeOf(one)))]
  return { ...card, status: status === 'current' ? card.status : status, ...(securityLabel.length === 0 ? {} : { securityLabel }) }
}
