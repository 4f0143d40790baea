/*
  Cards of before migrations 0039 and 0042, read from the store once: marks that hide a document, before anything is sent that was queued; then, while the hub runs,
  documents that the FHIR door brought, judged as versions like those that it brings now. A card keeps the id it has.
*/
import type { Binary, Bundle, DocumentReference, FhirResource } from 'fhir/r4.js'
import { only } from '../../../mappers/cda/datatypes.ts'
import { cardIdOf, documentReferenceId } from '../../../mappers/transmission-to-transaction/derived-id.ts'
import { uniqueIdOfCard } from '../../../mappers/transmission-to-transaction/document-reference.ts'
import { J110_VISIBILITY } from '../../../profiles/tables/j110-visibility.ts'
import { authorRowsOf } from '../../access/rights/author-rows.ts'
import { type RebuildParts, remakeAll } from '../../access/rights/rebuild.ts'
import { depositedIn } from '../../fhir/write/deposits.ts'
import { type DepositedVersion, documentPerson } from '../../ledger/documents/deposited-documents.ts'
import {
  cardsToRead,
  cardsWereRead,
  type EarlierCard,
  eachReplaced,
  keepEarlier,
  onceForMarks,
  unknownAmong,
} from '../../ledger/documents/earlier-documents.ts'
import type { HubParts } from '../../parts.ts'
import { firstPage, type Page } from '../../store/pages.ts'
import type { Read } from '../names.ts'
import { referenceTo } from '../person.ts'
import { readWithin, structureOf } from '../signatory.ts'
import { isOf, isReplaceable, numbersOf, predecessorOf, readCard } from './deposited-version.ts'

/** Throws: store.unavailable, ledger.*; run again it begins anew. */
export function keepEarlierMarks({ db, store }: RebuildParts): Promise<void> {
  const parameters = { 'security-label': J110_VISIBILITY.rows.map(({ code }) => code).join(',') }
  return onceForMarks(db, () => remakeAll({ db, store }, { type: 'DocumentReference', parameters }, new Set()))
}

type Parts = Pick<HubParts, 'db' | 'store' | 'keys' | 'workers' | 'log'>

/** Out: true where what was written meanwhile is still to be read. Throws: store.*, ledger.*; run again it passes over what it has kept. */
export async function keepEarlierCards(parts: Parts, signal: AbortSignal): Promise<boolean> {
  const { db, log } = parts
  const wanted = await cardsToRead(db)
  if (wanted === undefined) return false
  if (wanted.since === null) log.info('cards.catching-up')
  // What replaces is kept before what it replaced.
  for (const status of ['current', 'superseded,entered-in-error'])
    await keepAll(parts, { status, ...(wanted.since === null ? {} : { _lastUpdated: `ge${wanted.since.toISOString()}` }) }, signal)
  if (signal.aborted) return false
  await supersedeReplaced(parts)
  const isMore = await cardsWereRead(db, wanted)
  if (!isMore) log.info('cards.caught-up')
  return isMore
}

/** Contents stay in the store until their turn comes. */
const LISTED = { _elements: 'masterIdentifier,status', _sort: '_lastUpdated' }
const READ_TOGETHER = 8

async function keepAll(parts: Parts, parameters: Record<string, string>, signal: AbortSignal): Promise<void> {
  const { db, store } = parts
  const first = firstPage(store, 'DocumentReference', { ...LISTED, ...parameters })
  for (let page: Page | undefined = await first; page !== undefined && !signal.aborted; page = await page.next?.()) {
    const listed = page.found.flatMap(one => earlierIn(one as DocumentReference))
    const unknown = await unknownAmong(db, listed)
    for (let at = 0; at < unknown.length && !signal.aborted; at += READ_TOGETHER) {
      const together = unknown.slice(at, at + READ_TOGETHER)
      const beside = await readBeside(store, together)
      const read = await Promise.all(together.map(one => readEarlier(parts, one, beside)))
      for (const { version, card } of read.flat()) await db.tx(tx => keepEarlier(tx, version, card))
    }
  }
}

/** Of an id that says which document it is of, the ledger knows, or nobody brings that one again. */
function earlierIn(listed: DocumentReference): EarlierCard[] {
  const [documentId, { id: card = '', status }] = [uniqueIdOfCard(listed), listed]
  return documentId === undefined || card === documentReferenceId(documentId) ? [] : [{ documentId, card, status }]
}

/** What several cards hang on, asked for once. Out: writers = `Organization/<id>` of the structure that deposited a card. */
async function readBeside(store: Parts['store'], earlier: readonly EarlierCard[]) {
  const target = earlier.map(({ card }) => `DocumentReference/${card}`).join(',')
  const { entry = [] } = (await store.search('Provenance', { target, _sort: '_lastUpdated', _count: '200' })) as Bundle<FhirResource>
  const known = new Map<string, Promise<FhirResource | undefined>>()
  const read = (reference: string): Promise<FhirResource | undefined> => {
    const [type = '', id = ''] = reference.split('/')
    const found = known.get(reference) ?? (id === '' ? Promise.resolve(undefined) : store.read(type as FhirResource['resourceType'], id))
    known.set(reference, found)
    return found
  }
  // The first one says who deposited it.
  const authors = entry.flatMap(({ resource }) => (resource === undefined ? [] : authorRowsOf(resource)))
  return { read: read as Read, writers: new Map(authors.toReversed().map(({ resource, structure }) => [resource, structure])) }
}

type Beside = Awaited<ReturnType<typeof readBeside>>
type Kept = { version: DepositedVersion; card: EarlierCard }

async function readEarlier({ keys, workers }: Parts, earlier: EarlierCard, { read, writers }: Beside): Promise<Kept[]> {
  const { documentId, card } = earlier
  const stored = await read<DocumentReference>(`DocumentReference/${card}`)
  if (stored === undefined) return []
  const document = { ...stored, content: await Promise.all(stored.content.map(one => withContent(read, one))) }
  const write = { read, drafts: () => [], outline: (bytes: Uint8Array) => workers.run('outlineCda', { document: bytes }) }
  const { patient, cda } = await readCard(write, document)
  const isOwn = cda?.outline.documentId === documentId && (patient === undefined || isOf(patient, cda.outline) !== false)
  const outline = isOwn ? cda.outline : undefined
  const named = await predecessorOf(write, document)
  const isRefused = named.earlier !== undefined && !isReplaceable({ ...named.earlier, status: 'current' }, document)
  const replaces = isRefused ? undefined : (named.documentId ?? outline?.replaces)
  const keeper = await structureOf(readWithin(read, document), document.custodian)
  // Whose record the card says it is gives him who wrote it no right to what stands there.
  const by = (await structureOf(read, { reference: writers.get(referenceTo(document)) ?? '' }))?.finess ?? card
  const digest = depositedIn({ resource: document }, [])?.digest ?? ''
  const persons = numbersOf(patient).map(one => documentPerson(keys, one))
  const version = { ...outline, ...only('replaces', replaces), documentId, action: 'create', digest, organisation: keeper?.finess ?? by, by, persons } as const
  return [{ version, card: { ...earlier, status: stored.status, at: stored.meta?.lastUpdated } }]
}

async function withContent(read: Read, one: DocumentReference['content'][0]): Promise<DocumentReference['content'][0]> {
  const { url = '' } = one.attachment
  const binary = url.startsWith('Binary/') ? await read<Binary>(url) : undefined
  return { ...one, attachment: { ...one.attachment, ...only('data', binary?.data) } }
}

/** What was replaced before the hub knew that it has a card is current in the store. */
const supersedeReplaced = ({ db, store }: Parts): Promise<void> =>
  eachReplaced(db, async replaced => {
    const stored = await store.read<DocumentReference>('DocumentReference', cardIdOf(replaced))
    const ifMatch = stored?.meta?.versionId
    if (stored?.status === 'current' && ifMatch !== undefined) await store.put({ ...stored, status: 'superseded' }, { ifMatch })
  })
