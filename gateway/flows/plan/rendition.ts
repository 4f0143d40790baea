/*
  Each edition of a plan in plain words, as a document of the person, in the same transaction; the edition before it is superseded.
  Signed by a professional it is a CDA N1 with its PDF as well, which may leave the house.
  Spec: fhir-fr.md 2.1, 2.7 (DocumentReference); cda.md 6.4.
*/
import { createHash } from 'node:crypto'
import type { Attachment, CarePlan, CareTeam, DocumentReference, Goal, Patient } from 'fhir/r4.js'
import type { NameOf } from '../../../mappers/care-plan-diff/change.ts'
import { editionIdentifier, mapEditionToDocumentReference, setIdOf } from '../../../mappers/care-plan-rendition/document-reference.ts'
import { mapEditionToReadable } from '../../../mappers/care-plan-rendition/edition-to-readable.ts'
import { type Edition, renderCarePlan } from '../../../mappers/care-plan-rendition/rendition.ts'
import { derivedId, documentReferenceId } from '../../../mappers/transmission-to-transaction/derived-id.ts'
import { EXTENSION, SYSTEM } from '../../../profiles/canonicals.ts'
import type { Draft, Write } from '../care-flow.ts'
import { withNames } from '../names.ts'
import { placeOf, referenceTo, targetOf } from '../person.ts'
import { withGoals } from './plan-changes.ts'
import { signatoryOf, structureOf } from '../signatory.ts'

/** What left with an edition: for those who are mailed it, and for the ledger, which knows it again if it comes back. */
export interface Publication {
  /** `DocumentReference/<id>` */
  document: string
  /** `Binary/<id>` of the CDA. */
  content: string
  change: 'create' | 'replace'
  /** Its unique id, `urn:uuid:…`, and that of the edition it replaces. */
  documentId: string
  replaces?: string
  setId: string
  version: number
  /** Code of JDV_J07. */
  type: string
  /** SHA-256 of the CDA, hexadecimal. */
  digest: string
}

/** The structure that manages the circle keeps the document. Out: what may be mailed, if it is signed. */
export async function addRendition(write: Write, draft: Draft, number: number): Promise<Publication | undefined> {
  const plan = draft.resource as CarePlan
  const circle = await write.read<CareTeam>(targetOf(plan.careTeam?.[0]) ?? '')
  const custodian = circle?.managingOrganization?.[0]
  if (circle === undefined || custodian === undefined) return undefined
  const place = placeOf(draft)
  const version = await withGoals({ plan, goal: reference => write.read<Goal>(reference) })
  const edition = { version, number, date: write.now.toISOString() }
  const replaces = await supersede(write, place, number - 1)
  const signed = await sign(write, { place, edition, circle, replaces })
  const text = await withNames(
    reference => write.read(reference),
    nameOf => renderCarePlan({ ...edition, nameOf }),
  )
  const document = write.add(
    mapEditionToDocumentReference({
      plan: place,
      number,
      subject: plan.subject,
      title: plan.title ?? '',
      author: plan.author ?? custodian,
      custodian,
      date: write.now,
      text,
      ...(replaces === undefined ? {} : { replaces: { reference: replaces, identifier: editionIdentifier(place, number - 1) } }),
      ...(signed === undefined || plan.author === undefined ? {} : { signed: { authenticator: plan.author, attachments: signed.attachments } }),
    }),
  )
  return signed === undefined ? undefined : { ...signed.publication, document }
}

interface Signing {
  /** `CarePlan/<id>` */
  place: string
  edition: Omit<Edition, 'nameOf'>
  circle: CareTeam
  replaces: string | undefined
}

export interface Signed {
  publication: Omit<Publication, 'document'>
  attachments: [cda: Attachment, pdf: Attachment]
}

/** Only an active plan whose référent is a professional with an RPPS leaves the house. */
async function sign(write: Write, { place, edition, circle, replaces }: Signing): Promise<Signed | undefined> {
  const { plan } = edition.version
  const read = <R extends Parameters<Write['add']>[0]>(reference: string): Promise<R | undefined> => write.read<R>(reference)
  const [signatory, custodian, patient] = await Promise.all([
    signatoryOf(read, plan.author),
    structureOf(read, circle.managingOrganization?.[0]),
    write.read<Patient>(targetOf(plan.subject) ?? ''),
  ])
  if (plan.status !== 'active' || signatory === undefined || custodian === undefined || patient === undefined) return undefined
  const documentId = editionIdentifier(place, edition.number)
  const before = replaces === undefined ? undefined : editionIdentifier(place, edition.number - 1)
  const setId = setIdOf(place)
  const readable = await withNames(read, (nameOf: NameOf) => mapEditionToReadable({ ...edition, nameOf, patient, circle, writtenAt: write.now }))
  const { document, pdf } = await write.sign({
    source: readable,
    id: uuidOf(documentId),
    setId,
    number: edition.number,
    ...(before === undefined ? {} : { replaces: uuidOf(before) }),
    type: '18776-5',
    title: plan.title ?? '',
    writtenAt: write.now,
    patient,
    signatory,
    custodian,
    period: { start: plan.period?.start ?? edition.date, ...(plan.period?.end === undefined ? {} : { end: plan.period.end }) },
  })
  if (document === undefined) return undefined
  return kept(write, { documentId, document, pdf, setId, number: edition.number, type: '18776-5', ...(before === undefined ? {} : { replaces: before }) })
}

interface SignedDocument {
  /** `urn:uuid:…` */
  documentId: string
  document: Uint8Array
  pdf: Uint8Array
  setId: string
  number: number
  type: string
  /** `urn:uuid:…` of the one before. */
  replaces?: string
}

/** The bytes beside the card, and what may be mailed. */
export function kept(write: Write, { document, pdf, setId, number, ...known }: SignedDocument): Signed {
  const { documentId, replaces } = known
  const attachments: Signed['attachments'] = [
    keep(write, { documentId, bytes: document, contentType: 'text/xml', part: 'cda' }),
    keep(write, { documentId, bytes: pdf, contentType: 'application/pdf', part: 'copy' }),
  ]
  const publication = {
    ...known,
    content: attachments[0].url ?? '',
    change: replaces === undefined ? ('create' as const) : ('replace' as const),
    setId: `urn:uuid:${setId}`,
    version: number,
    digest: createHash('sha256').update(document).digest('hex'),
  }
  return { publication, attachments }
}

export const uuidOf = (urn: string): string => urn.replace('urn:uuid:', '')

interface Kept {
  documentId: string
  bytes: Uint8Array
  contentType: string
  part: 'cda' | 'copy'
}

/** Under the ids that a message with the same document would give, so that it never stands in the store twice. */
function keep(write: Write, { documentId, bytes, contentType, part }: Kept): Attachment {
  const url = write.add({
    resourceType: 'Binary',
    id: derivedId('Binary', documentId, part),
    contentType,
    data: Buffer.from(bytes).toString('base64'),
    securityContext: { reference: `DocumentReference/${documentReferenceId(documentId)}` },
  })
  const digest = (by: 'sha1' | 'sha256'): string => createHash(by).update(bytes).digest('base64')
  const extension = [{ url: EXTENSION.sha256, valueBase64Binary: digest('sha256') }]
  return { extension, contentType, language: 'fr-FR', url, size: bytes.byteLength, hash: digest('sha1'), creation: write.now.toISOString() }
}

async function supersede(write: Write, plan: string, number: number): Promise<string | undefined> {
  if (number < 1) return undefined
  const [previous] = await write.search<DocumentReference>('DocumentReference', { identifier: `${SYSTEM.uri}|${editionIdentifier(plan, number)}` })
  if (previous === undefined) return undefined
  await write.change(referenceTo(previous), { status: 'superseded' })
  return referenceTo(previous)
}
