/*
  A synthesis (60591-5) that a professional deposits through the FHIR door: signed as a CDA N1 with its PDF, it reaches the members of the circle who have only a mailbox.
    text/plain => drawn as PDF/A-1      application/pdf that says it is PDF/A-1 => as it is      everything else stays in the house
    relatesTo replaces => the next version: the one before is superseded, its mail goes on with action C
  Spec: cda.md 6.4; fhir-fr.md 2.7 (DocumentReference), 3.4 (ITI-65, ITI-105).
*/
import type { Attachment, Binary, DocumentReference, Patient } from 'fhir/r4.js'
import { editionIdentifier, mapEditionToDocumentReference, setIdOf } from '../../mappers/care-plan-rendition/document-reference.ts'
import { mapSynthesisToReadable } from '../../mappers/care-plan-rendition/synthesis-to-readable.ts'
import type { Readable } from '../../mappers/readable/readable.ts'
import { EXTENSION, SYSTEM } from '../../profiles/canonicals.ts'
import { J07_DOCUMENT_TYPES } from '../../profiles/tables/j07-document-types.ts'
import type { CareFlow, Draft, Write } from './care-flow.ts'
import { placeOf, referenceTo, targetOf } from './person.ts'
import { kept, type Publication, uuidOf } from './rendition.ts'
import { signatoryOf, structureOf } from './signatory.ts'

const TYPE = '60591-5'

export const SYNTHESIS: CareFlow = {
  name: 'synthesis',
  types: ['DocumentReference'],
  async judge(write, draft) {
    const document = draft.resource as DocumentReference
    if (draft.before !== undefined || !isSynthesis(document) || document.status !== 'current') return
    const earlier = await supersede(write, draft, document)
    if (!mayLeave(document)) return
    const publication = await publish(write, draft, { document, earlier })
    const patient = targetOf(document.subject)
    if (publication === undefined || patient === undefined) return
    write.announce({ type: 'document.depose', patient, about: placeOf(draft), changes: [publication.change], detail: { publication } })
  },
}

const isSynthesis = ({ type }: DocumentReference): boolean => type?.coding?.some(({ system, code }) => system === 'http://loinc.org' && code === TYPE) === true

/** What is not final, masked, or not of the normal confidentiality is for those who may read it here. */
function mayLeave({ docStatus = 'final', securityLabel = [] }: DocumentReference): boolean {
  return docStatus === 'final' && securityLabel.every(({ coding = [] }) => coding.every(({ code }) => code === 'N'))
}

/** The one it replaces is superseded; only the latest is, by the structure that keeps it. */
async function supersede(write: Write, draft: Draft, document: DocumentReference): Promise<DocumentReference | undefined> {
  const target = document.relatesTo?.find(({ code }) => code === 'replaces')?.target
  const earlier = target === undefined ? undefined : await write.read<DocumentReference>(targetOf(target) ?? '')
  if (earlier === undefined) return undefined
  const isSame = (name: 'subject' | 'custodian'): boolean => targetOf(earlier[name]) === targetOf(document[name])
  if (earlier.resourceType !== 'DocumentReference' || !isSynthesis(earlier) || !isSame('subject') || !isSame('custodian') || earlier.status !== 'current') {
    const text = { en: 'Only the latest version of this synthesis is replaced.', fr: 'Seule la dernière version de cette synthèse peut être remplacée.' }
    write.refuse(draft, { rule: 'synthesis.replaces', element: 'relatesTo', text })
    return undefined
  }
  await write.change(referenceTo(earlier), { status: 'superseded' })
  return earlier
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
}

async function publish(write: Write, draft: Draft, { document, earlier }: Synthesis): Promise<Publication | undefined> {
  const place = placeOf(draft)
  const [author] = document.author ?? []
  const read = <R extends Parameters<Write['add']>[0]>(reference: string): Promise<R | undefined> => write.read<R>(reference)
  const [signatory, custodian, patient] = await Promise.all([
    signatoryOf(read, author),
    structureOf(read, document.custodian),
    write.read<Patient>(targetOf(document.subject) ?? ''),
  ])
  if (author === undefined || document.custodian === undefined || signatory === undefined || custodian === undefined || patient === undefined) return undefined
  const title = titleOf(document)
  const writtenAt = new Date(document.date ?? write.now)
  const source = await sourceOf(write, document, { title, patient, writtenAt })
  if (source === undefined) return undefined
  const before = earlier === undefined ? undefined : await signedBefore(write, earlier)
  const documentId = editionIdentifier(place, 1)
  const [number, setId] = [(before?.number ?? 0) + 1, before?.setId ?? setIdOf(place)]
  const signed = await write.sign({
    source,
    id: uuidOf(documentId),
    setId,
    number,
    ...(before === undefined ? {} : { replaces: uuidOf(before.identifier) }),
    type: TYPE,
    title,
    writtenAt,
    patient,
    signatory,
    custodian,
    period: { start: document.context?.period?.start ?? writtenAt.toISOString() },
  })
  if (signed.document === undefined) return undefined
  const replaces = before === undefined ? {} : { replaces: before.identifier }
  const { attachments, publication } = kept(write, { documentId, document: signed.document, pdf: signed.pdf, setId, number, type: TYPE, ...replaces })
  if (before !== undefined) await write.change(before.reference, { status: 'superseded' })
  const card = mapEditionToDocumentReference({
    plan: place,
    identifier: documentId,
    setId,
    number,
    type: TYPE,
    subject: { reference: `Patient/${patient.id}` },
    title,
    author,
    custodian: document.custodian,
    date: writtenAt,
    ...(before === undefined ? {} : { replaces: before }),
    signed: { authenticator: author, attachments },
  })
  return { ...publication, document: write.add(card) }
}

const titleOf = ({ description, content }: DocumentReference): string =>
  content[0]?.attachment.title ?? description ?? J07_DOCUMENT_TYPES.get(TYPE)?.display ?? ''

async function signedBefore(write: Write, earlier: DocumentReference): Promise<Before | undefined> {
  const identifier = editionIdentifier(referenceTo(earlier), 1)
  const [card] = await write.search<DocumentReference>('DocumentReference', { identifier: `${SYSTEM.uri}|${identifier}` })
  const setId = card?.identifier?.[0]?.value
  if (card === undefined || setId === undefined) return undefined
  const number = card.extension?.find(({ url }) => url === EXTENSION.documentVersion)?.valuePositiveInt ?? 1
  return { reference: referenceTo(card), identifier, setId: uuidOf(setId), number }
}

const IS_ARCHIVAL = '<pdfaid:part>1</pdfaid:part>'

/** What is signed: the author's own PDF/A-1, else his text. */
async function sourceOf(
  write: Write,
  { content }: DocumentReference,
  told: { title: string; patient: Patient; writtenAt: Date },
): Promise<Readable | Uint8Array | undefined> {
  for (const { attachment } of content) {
    const bytes = await bytesOf(write, attachment)
    if (bytes === undefined) continue
    if (attachment.contentType === 'application/pdf' && bytes.includes(IS_ARCHIVAL)) return new Uint8Array(bytes)
    if (attachment.contentType?.startsWith('text/plain') === true) return mapSynthesisToReadable({ ...told, text: bytes.toString('utf8') })
  }
  return undefined
}

/** Inside (ITI-105), or in a Binary of the same write (ITI-65). */
async function bytesOf(write: Write, { data, url }: Attachment): Promise<Buffer | undefined> {
  const encoded = data ?? (url?.startsWith('Binary/') === true ? (await write.read<Binary>(url))?.data : undefined)
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64')
}
