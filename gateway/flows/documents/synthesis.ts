/*
  A synthesis (60591-5) that a professional deposits through the FHIR door, signed as a CDA N1 with its PDF: so it reaches the members of the circle who have only a mailbox.
    text/plain => drawn as PDF/A-1      application/pdf that says it is PDF/A-1 => as it is      everything else is not signed
    relatesTo replaces => the next version: its mail goes on with action C
  Spec: cda.md 6.4; fhir-fr.md 2.7 (DocumentReference), 3.4 (ITI-65, ITI-105).
*/
import type { DocumentReference, Identifier, Patient, Reference } from 'fhir/r4.js'
import { editionIdentifier, mapEditionToDocumentReference, setIdOf } from '../../../mappers/care-plan-rendition/document-reference.ts'
import type { Signatory, Structure } from '../../../mappers/care-plan-to-cda/parties.ts'
import { mapSynthesisToReadable } from '../../../mappers/care-plan-rendition/synthesis-to-readable.ts'
import type { Readable } from '../../../mappers/readable/readable.ts'
import type { Enclosed } from '../../fanout/written.ts'
import { EXTENSION, SYSTEM } from '../../../profiles/canonicals.ts'
import { J07_DOCUMENT_TYPES } from '../../../profiles/tables/j07-document-types.ts'
import { attachedBytes } from './attached.ts'
import type { Draft, Write } from '../care-flow.ts'
import { placeOf, referenceTo, targetOf } from '../person.ts'
import { kept, type Publication, uuidOf } from '../plan/rendition.ts'
import { isContained, readWithin, signatoryOf, structureOf } from '../signatory.ts'

const TYPE = '60591-5'

export const isSynthesis = ({ type }: DocumentReference): boolean =>
  type?.coding?.some(({ system, code }) => system === 'http://loinc.org' && code === TYPE) === true

/** What is not final, masked, or not of the normal confidentiality is for those who may read it here. */
function mayLeave({ docStatus = 'final', securityLabel = [] }: DocumentReference): boolean {
  return docStatus === 'final' && securityLabel.every(({ coding = [] }) => coding.every(({ code }) => code === 'N'))
}

interface Synthesis {
  document: DocumentReference
  earlier: DocumentReference | undefined
}

/** The version before it, as it was signed. */
interface Before {
  reference: string
  identifier: string
  setId: string
  number: number
  /** `Binary/<id>` */
  content: string
}

/** In: the one it replaces, as it was deposited. Out: what was signed; undefined where nobody may sign it, or it must not leave. */
export async function signSynthesis(write: Write, draft: Draft, { document, earlier }: Synthesis): Promise<Publication | undefined> {
  if (!mayLeave(document)) return undefined
  const known = await partiesOf(write, document)
  if (known === undefined) return undefined
  const place = placeOf(draft)
  const before = earlier === undefined ? undefined : await signedBefore(write, earlier)
  const version = { documentId: editionIdentifier(place, 1), number: (before?.number ?? 0) + 1, setId: before?.setId ?? setIdOf(place), type: TYPE }
  const told = { title: titleOf(document), writtenAt: new Date(document.date ?? write.now), patient: known.patient }
  const source = await sourceOf(write, document, told)
  if (source === undefined) return undefined
  const { number, setId } = version
  const signed = await write.sign({
    ...told,
    source,
    id: uuidOf(version.documentId),
    setId,
    number,
    ...(before === undefined ? {} : { replaces: uuidOf(before.identifier) }),
    type: TYPE,
    signatory: known.signatory,
    custodian: known.custodian,
    period: { start: document.context?.period?.start ?? told.writtenAt.toISOString() },
  })
  if (signed.document === undefined) return undefined
  const replaces = before === undefined ? {} : { replaces: before.identifier }
  const { attachments, publication } = kept(write, { ...version, ...replaces, document: signed.document, pdf: signed.pdf })
  if (before !== undefined) await write.change(before.reference, { status: 'superseded' })
  const card = mapEditionToDocumentReference({
    ...known.references,
    plan: place,
    identifier: version.documentId,
    setId,
    number,
    type: TYPE,
    title: told.title,
    date: told.writtenAt,
    ...(before === undefined ? {} : { replaces: before }),
    signed: { authenticator: known.references.author, attachments },
  })
  return { ...publication, document: write.add(card) }
}

/** Of a synthesis that is taken back what was signed is taken back with it. Out: its CDA; undefined where none was signed. */
export async function withdrawSigned(write: Write, document: DocumentReference): Promise<Enclosed | undefined> {
  const signed = await signedBefore(write, document)
  if (signed === undefined) return undefined
  await write.change(signed.reference, { status: 'entered-in-error' })
  return { documentId: signed.identifier, content: signed.content, change: 'delete' }
}

interface Parties {
  signatory: Signatory
  custodian: Structure
  patient: Patient
  /** The same, as the cards name them. */
  references: Record<'author' | 'custodian' | 'subject', Reference>
}

/** Undefined where one of them is not known, or nobody may sign. */
async function partiesOf(write: Write, document: DocumentReference): Promise<Parties | undefined> {
  const { author: [author] = [], custodian: keeper, subject } = document
  const read = readWithin(reference => write.read(reference), document)
  const [signatory, custodian, patient] = await Promise.all([
    signatoryOf(read, author),
    structureOf(read, keeper),
    write.read<Patient>(targetOf(subject) ?? ''),
  ])
  if (signatory === undefined || custodian === undefined || patient === undefined || author === undefined || keeper === undefined) return undefined
  const { rpps, given = '', family } = signatory
  const references = {
    author: isContained(author) ? numbered('Practitioner', { system: SYSTEM.rpps, value: rpps }, `${given} ${family}`.trim()) : author,
    custodian: isContained(keeper) ? numbered('Organization', { system: SYSTEM.finess, value: custodian.finess }, custodian.name) : keeper,
    subject: { reference: `Patient/${patient.id}` },
  }
  return { signatory, custodian, patient, references }
}

/** What only the deposited card carries, the signed one names by its number. */
const numbered = (type: string, identifier: Identifier, display = ''): Reference => ({ type, identifier, ...(display === '' ? {} : { display }) })

const titleOf = ({ description, content }: DocumentReference): string =>
  content[0]?.attachment.title ?? description ?? J07_DOCUMENT_TYPES.get(TYPE)?.display ?? ''

async function signedBefore(write: Write, earlier: DocumentReference): Promise<Before | undefined> {
  const identifier = editionIdentifier(referenceTo(earlier), 1)
  const [card] = await write.search<DocumentReference>('DocumentReference', { identifier: `${SYSTEM.uri}|${identifier}` })
  const setId = card?.identifier?.[0]?.value
  if (card === undefined || setId === undefined) return undefined
  const number = card.extension?.find(({ url }) => url === EXTENSION.documentVersion)?.valuePositiveInt ?? 1
  return { reference: referenceTo(card), identifier, setId: uuidOf(setId), number, content: card.content[0]?.attachment.url ?? '' }
}

const IS_ARCHIVAL = '<pdfaid:part>1</pdfaid:part>'

/** What is signed: the author's own PDF/A-1, else his text. */
async function sourceOf(
  write: Write,
  { content }: DocumentReference,
  told: { title: string; patient: Patient; writtenAt: Date },
): Promise<Readable | Uint8Array | undefined> {
  for (const { attachment } of content) {
    const bytes = await attachedBytes(write, attachment)
    if (bytes === undefined) continue
    if (attachment.contentType === 'application/pdf' && bytes.includes(IS_ARCHIVAL)) return new Uint8Array(bytes)
    if (attachment.contentType?.startsWith('text/plain') === true) return mapSynthesisToReadable({ ...told, text: bytes.toString('utf8') })
  }
  return undefined
}
