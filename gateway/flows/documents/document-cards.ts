/*
  The index cards of versions beside the one that is stored: its predecessor is superseded by it; what had replaced it before it came refers to it from now on.
*/
import type { CodeableConcept, DocumentReference } from 'fhir/r4.js'
import { only } from '../../../mappers/cda/datatypes.ts'
import { cardIdOf } from '../../../mappers/transmission-to-transaction/derived-id.ts'
import { J110_VISIBILITY } from '../../../profiles/tables/j110-visibility.ts'
import type { Standing } from '../../ledger/documents/document-standing.ts'
import type { HubParts } from '../../parts.ts'
import { type Entry, nameOf } from '../../store/bundle.ts'
import { lastWritten } from '../last-written.ts'
import { storedNow } from '../../store/stored-now.ts'

type Change = (card: DocumentReference) => DocumentReference

type Parts = Pick<HubParts, 'db' | 'store' | 'breakers'>

/** In one transaction with the document itself, each on the version that was read: who is overtaken reads again (409, 412). */
export async function changedCards({ store, breakers }: Parts, standings: readonly Standing[]): Promise<Entry[]> {
  const changes = changesOf(standings)
  const cards = await breakers.of('hapi').run(() =>
    storedNow(
      store,
      changes.map(([id]) => cardNamed(id)),
    ),
  )
  return changes.flatMap(([id, change]) => {
    const card = cards.get(cardNamed(id)) as DocumentReference | undefined
    return card === undefined ? [] : [entryOf(id, change(card), card)]
  })
}

const cardNamed = (id: string): string => `DocumentReference/${id}`

const entryOf = (id: string, card: DocumentReference, before: DocumentReference): Entry => ({
  type: 'DocumentReference',
  id,
  json: Buffer.from(JSON.stringify(card)),
  ...only('ifMatch', before.meta?.versionId),
})

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

/**
 * A document of ours that comes back keeps the card we wrote, one that was deposited the card that came with it: withdrawn or replaced, and hidden from whom the message says.
 * So does one that is sent again, or withdrawn, once its card was changed through the FHIR door; sent again, of what else it brought nothing is taken back that was.
 */
export async function withOwnCards(
  parts: Parts,
  entries: readonly Entry[],
  { own, standings }: { own: ReadonlySet<string>; standings: readonly Standing[] },
): Promise<Entry[]> {
  const cards = new Map(standings.map(one => [cardNamed(cardIdOf(one)), one]))
  const isWithdrawn = standings.some(({ change }) => change === 'delete')
  const isAgain = isWithdrawn || standings.some(one => one.isRepeat)
  const isOurs = (name: string): boolean => cards.get(name)?.isDeposited === true || own.has(cards.get(name)?.documentId ?? '')
  const asked = entries.map(nameOf).filter(name => isAgain || isOurs(name))
  const stored = await parts.breakers.of('hapi').run(() => storedNow(parts.store, asked))
  const written = isAgain ? await lastWritten(parts, [...stored.values()]) : undefined
  return entries.flatMap(entry => {
    const [card, standing] = [stored.get(nameOf(entry)) as DocumentReference | undefined, cards.get(nameOf(entry))]
    if (card === undefined || (!isOurs(nameOf(entry)) && written?.get(nameOf(entry))?.isByDoor !== true)) return [entry]
    if (standing === undefined) return isWithdrawn ? [entry] : []
    const isOwn = own.has(standing.documentId) && !standing.isDeposited
    return [entryOf(entry.id, isOwn ? card : deposited(card, standing, JSON.parse(entry.json.toString()) as DocumentReference), card)]
  })
}

function deposited(card: DocumentReference, { status }: Standing, { securityLabel: said = [] }: DocumentReference): DocumentReference {
  const labels = card.securityLabel ?? []
  const codeOf = ({ coding }: CodeableConcept): string => coding?.[0]?.code ?? ''
  const securityLabel = [...labels, ...said.filter(one => J110_VISIBILITY.has(codeOf(one)) && !labels.some(label => codeOf(label) === codeOf(one)))]
  return { ...card, status: status === 'current' ? card.status : status, ...(securityLabel.length === 0 ? {} : { securityLabel }) }
}
