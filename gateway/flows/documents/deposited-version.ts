/*
  A card that is deposited or taken back, as a version of its document among those of all doors.
    relatesTo replaces, else RPLC of its CDA, else a lower version of its set => what it replaces is superseded, the latest version alone (cda.md 1.1)
    its CDA has another id, another predecessor, another person than the card => refused
    taken back => what a message read from it too
*/
import type { Attachment, DocumentReference, FhirResource, Organization, Patient, Provenance, Reference } from 'fhir/r4.js'
import { only } from '../../../mappers/cda/datatypes.ts'
import { cardIdOf, derivedId } from '../../../mappers/transmission-to-transaction/derived-id.ts'
import { identifierOf, uniqueIdOfCard } from '../../../mappers/transmission-to-transaction/document-reference.ts'
import { withdrawnMembers } from '../../../mappers/transmission-to-transaction/withdrawn.ts'
import { HubError } from '../../../profiles/errors.ts'
import { isInsRoot } from '../../../profiles/identity.ts'
import type { DocumentVersion } from '../../ledger/documents/document-chain.ts'
import type { CdaOutline } from '../../workers/outline-cda.ts'
import type { Draft, Write } from '../care-flow.ts'
import { refuse, warn } from '../objections.ts'
import { placeOf, referenceTo, targetOf } from '../person.ts'
import { isContained, readWithin, structureOf } from '../signatory.ts'
import { attachedBytes } from './attached.ts'
import { isSynthesis } from './synthesis.ts'

/** A card with what is known of its document. */
export interface Card {
  document: DocumentReference
  /** Whose it is; undefined where he is not known. */
  patient: Patient | undefined
  /** The first of its contents that is one, and where it stands. */
  cda: { outline: CdaOutline; attachment: Attachment; index: number } | undefined
}

export interface Judged {
  /** It comes after what replaces it: nobody is told of it. */
  isLate: boolean
  /** The card it replaces. */
  earlier?: DocumentReference | undefined
}

export async function readCard(write: Pick<Write, 'read' | 'drafts' | 'outline'>, document: DocumentReference): Promise<Card> {
  const patient = await readWithin(write.read.bind(write), document)<Patient>(targetOf(document.subject) ?? '')
  return { document, patient, cda: await cdaIn(write, document) }
}

const IS_XML = /^(text|application)\/(xslt\+)?xml\b/

async function cdaIn(write: Pick<Write, 'read' | 'drafts' | 'outline'>, { content }: DocumentReference): Promise<Card['cda']> {
  for (const [index, { attachment }] of content.entries()) {
    const bytes = IS_XML.test(attachment.contentType ?? '') ? await attachedBytes(write, attachment) : undefined
    const outline = bytes === undefined ? undefined : await write.outline(bytes)
    if (outline !== undefined) return { index, attachment, outline }
  }
  return undefined
}

/** Throws: document.*; fhir.undecided while a message is storing what it replaces. */
export async function judgeArrival(write: Write, draft: Draft, card: Card): Promise<Judged> {
  const { document, cda } = card
  const state = PAST[document.status]
  const named = state === undefined ? await predecessorOf(write, document) : {}
  if (!isCoherent(write, draft, { card, named })) return { isLate: false }
  const said = state === undefined ? { ...cda?.outline, ...only('replaces', named.documentId) } : { state }
  const asked = { ...said, ...only('digest', draft.deposited?.digest), action: named.documentId === undefined ? 'create' : 'replace' } as const
  const rows = await judge(write, draft, card, asked)
  const own = rows.find(({ documentId }) => documentId === uniqueIdOfCard(document))
  const isLate = state === undefined && own?.state === 'superseded'
  if (isLate) await write.change(placeOf(draft), { status: 'superseded' })
  const replaced = rows.find(({ documentId }) => documentId === own?.replaces)
  const earlier = named.earlier ?? (replaced === undefined ? undefined : await cardBehind(write, replaced))
  if (earlier !== undefined) await write.change(referenceTo(earlier), { status: 'superseded' })
  if (replaced !== undefined && replacing(document).length === 0) await nameReplaced(write, draft, replaced, earlier)
  return { isLate, earlier }
}

const PAST = { current: undefined, superseded: 'superseded', 'entered-in-error': 'withdrawn' } as const

/** What its card says that it replaces: the card there, where there is one, and the document. */
interface Predecessor {
  earlier?: DocumentReference | undefined
  documentId?: string | undefined
}

const replacing = ({ relatesTo = [] }: DocumentReference): Reference[] => relatesTo.flatMap(({ code, target }) => (code === 'replaces' ? [target] : []))

export async function predecessorOf(write: Pick<Write, 'read'>, document: DocumentReference): Promise<Predecessor> {
  const [target] = replacing(document)
  if (target === undefined) return {}
  const named = uniqueIdOfCard({ masterIdentifier: target.identifier ?? {} })
  const earlier = await write.read<DocumentReference>(targetOf(target) ?? (named === undefined ? '' : cardOf({ documentId: named })))
  return { earlier, documentId: earlier?.resourceType === 'DocumentReference' ? uniqueIdOfCard(earlier) : named }
}

const cardOf = (known: Pick<DocumentVersion, 'documentId' | 'card'>): string => `DocumentReference/${cardIdOf(known)}`

/** Throws: fhir.undecided for one whose message was accepted and is not stored yet. */
async function cardBehind(write: Write, known: DocumentVersion): Promise<DocumentReference | undefined> {
  const card = await write.read<DocumentReference>(cardOf(known))
  if (card === undefined && known.state !== 'awaited') throw new HubError('fhir.undecided')
  return card
}

/** As a document that a message brings names it. */
async function nameReplaced(write: Write, draft: Draft, known: DocumentVersion, earlier: DocumentReference | undefined): Promise<void> {
  const { relatesTo = [] } = draft.resource as DocumentReference
  const target = { ...(earlier === undefined ? {} : { reference: cardOf(known) }), type: 'DocumentReference', identifier: identifierOf(known.documentId) }
  await write.change(placeOf(draft), { relatesTo: [...relatesTo, { code: 'replaces', target }] })
  warn(write, draft, 'document.replaces-by-cda')
}

/** So is judged what a message says of its CDA (PID-3, TXA-12, TXA-13). */
function isCoherent(write: Write, draft: Draft, { card: { document, patient, cda }, named }: { card: Card; named: Predecessor }): boolean {
  const { outline } = cda ?? {}
  const { earlier, documentId } = named
  const rules = [
    ['document.replaces', replacing(document).length > 1 || (earlier !== undefined && !isReplaceable(earlier, document))],
    ['document.other-id', outline !== undefined && uniqueIdOfCard(document) !== outline.documentId],
    ['document.other-parent', documentId !== undefined && (outline?.replaces ?? documentId) !== documentId],
    ['document.other-person', outline !== undefined && patient !== undefined && isOf(patient, outline) === false],
  ] as const
  const broken = rules.filter(([, isBroken]) => isBroken)
  for (const [rule] of broken) refuse(write, draft, rule)
  return broken.length === 0
}

/** One number in common, and none that says another: so is judged what a message brings. Out: undefined where they have no register in common. */
export function isOf({ identifier = [] }: Patient, { identifiers }: CdaOutline): boolean | undefined {
  const values = (root: string): string[] => identifier.flatMap(({ system, value }) => (system === `urn:oid:${root}` && value !== undefined ? [value] : []))
  const known = identifiers.filter(({ root }) => values(root).length > 0)
  return known.length === 0 ? undefined : known.every(({ root, extension }) => values(root).includes(extension))
}

/** Only the latest is, of the same person and kind, by the structure that keeps it. */
export function isReplaceable(earlier: DocumentReference, document: DocumentReference): boolean {
  const isSame = (name: 'subject' | 'custodian'): boolean => whoIs(earlier, earlier[name]) === whoIs(document, document[name])
  const isOfKind = earlier.resourceType === 'DocumentReference' && isSynthesis(earlier) === isSynthesis(document)
  return isOfKind && isSame('subject') && isSame('custodian') && earlier.status === 'current'
}

/** Whom a card contains is known by his number: what he is called inside says nothing to another card. */
function whoIs({ contained = [], id }: DocumentReference, reference: Reference | undefined): string | undefined {
  if (!isContained(reference)) return targetOf(reference)
  const found = contained.find(one => `#${one.id}` === reference?.reference) as Organization | Patient | undefined
  const [number] = found?.identifier ?? []
  return number?.value === undefined ? `${id}${reference?.reference}` : `${number.system}|${number.value}`
}

/** Among the documents of all doors, by the rules of messages (hl7v2-mssante.md 1.12). Out: what it changes; nothing of a card that says of no document. */
async function judge(
  write: Write,
  draft: Draft,
  { document, patient }: Card,
  asked: Partial<Asked> & Pick<Asked, 'action'>,
): Promise<readonly DocumentVersion[]> {
  const documentId = uniqueIdOfCard(document)
  if (documentId === undefined) return []
  const keeper = await structureOf(readWithin(write.read.bind(write), document), document.custodian)
  const organisation = keeper?.finess ?? write.actor.structure ?? write.actor.clientId
  return write.judgeVersion(draft, { ...asked, documentId, organisation, persons: numbersOf(patient) })
}

type Asked = Parameters<Write['judgeVersion']>[1]

export const numbersOf = ({ identifier = [] }: Partial<Patient> = {}): string[] =>
  identifier.flatMap(({ system = '', value }) => {
    const root = system.replace(/^urn:oid:/, '')
    return value === undefined ? [] : [`${isInsRoot(root) ? 'ins' : 'ipp'}|${root}|${value}`]
  })

/** What was taken back stays so, and what was replaced is no second current version. */
export async function refuseReturn(write: Write, draft: Draft, before: DocumentReference): Promise<void> {
  const { status } = draft.resource as DocumentReference
  if (before.status === status || before.status === 'current' || status === 'entered-in-error') return
  const later = before.status === 'superseded' ? await write.search<DocumentReference>('DocumentReference', { relatesto: placeOf(draft) }) : []
  if (before.status !== 'superseded' || later.some(one => replacing(one).some(target => targetOf(target) === placeOf(draft))))
    refuse(write, draft, 'document.status')
}

/** As by message: with what was read of it, and a circle of it that nobody has confirmed. */
export async function takeBack(write: Write, draft: Draft, card: Card): Promise<Judged> {
  await judge(write, draft, card, { action: 'delete' })
  const made = await write.read<Provenance>(`Provenance/${derivedId('Provenance', uniqueIdOfCard(card.document) ?? '', '')}`)
  const isOwn = (one: FhirResource | undefined): one is FhirResource =>
    one?.resourceType === 'CareTeam' ? one.status === 'proposed' : one?.meta?.tag?.some(({ code }) => code === draft.id) === true
  const taken = async ({ reference = '' }: Reference): Promise<void> => {
    const resource = await write.read<FhirResource>(reference)
    if (isOwn(resource)) await write.change(reference, withdrawnMembers(resource.resourceType))
  }
  await Promise.all((made?.target ?? []).map(taken))
  return { isLate: false }
}
