/*
  One edition of a plan as a document of the person: 18776-5, the text inside, in the place of the edition before it.
    id, masterIdentifier => derived from the plan and its number, so that an edition is known without being searched
*/
import type { Attachment, DocumentReference, DocumentReferenceRelatesTo, Reference } from 'fhir/r4.js'
import { EXTENSION, PROFILE, SYSTEM } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { J06_DOCUMENT_CLASSES } from '../../profiles/tables/j06-document-classes.ts'
import { only } from '../cda/datatypes.ts'
import { derivedId, documentReferenceId } from '../transmission-to-transaction/derived-id.ts'

export interface RenderedEdition {
  /** `CarePlan/<id>` */
  plan: string
  number: number
  subject: Reference
  title: string
  author: Reference
  custodian: Reference
  date: Date
  text: string
  /** `DocumentReference/<id>` of the edition before this one. */
  replaces?: string
  /** The CDA N1 and its PDF, where it is signed; they come after the text. */
  signed?: { authenticator: Reference; attachments: [cda: Attachment, pdf: Attachment] }
}

/** Common to all editions: setId of their documents. */
export const setIdOf = (plan: string): string => derivedId('DocumentReference', plan, 'set')

/** Value of the masterIdentifier, under `urn:ietf:rfc:3986`. */
export function editionIdentifier(plan: string, number: number): string {
  return `urn:uuid:${derivedId('DocumentReference', plan, String(number))}`
}

export function mapEditionToDocumentReference(edition: RenderedEdition): DocumentReference {
  const { plan, number, signed, title } = edition
  const date = edition.date.toISOString()
  const identifier = editionIdentifier(plan, number)
  return {
    resourceType: 'DocumentReference',
    id: documentReferenceId(identifier),
    meta: { profile: [PROFILE.documentPublished] },
    extension: [{ url: EXTENSION.documentVersion, valuePositiveInt: number }],
    masterIdentifier: { system: SYSTEM.uri, value: identifier },
    ...(signed === undefined ? {} : { identifier: [{ system: SYSTEM.uri, value: `urn:uuid:${setIdOf(plan)}` }] }),
    status: 'current',
    docStatus: 'final',
    type: { coding: [{ system: 'http://loinc.org', code: '18776-5', display: 'Plan personnalisé de soins' }] },
    category: [{ coding: [{ system: tre('A03-ClasseDocument'), code: '44', ...only('display', J06_DOCUMENT_CLASSES.get('44')?.display) }] }],
    subject: edition.subject,
    date,
    author: [edition.author],
    ...(signed === undefined ? {} : { authenticator: signed.authenticator }),
    custodian: edition.custodian,
    ...(edition.replaces === undefined ? {} : { relatesTo: [replacing(edition.replaces, editionIdentifier(plan, number - 1))] }),
    ...(title === '' ? {} : { description: title }),
    securityLabel: [{ coding: [{ system: V3_CONFIDENTIALITY, code: 'N', display: 'Normal' }] }],
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          language: 'fr-FR',
          data: Buffer.from(edition.text, 'utf8').toString('base64'),
          title,
          creation: date,
        },
      },
      ...(signed?.attachments ?? []).map(attachment => ({
        attachment: { ...attachment, title },
        ...(attachment.contentType === 'text/xml' ? { format: PDF_IN_CDA } : {}),
      })),
    ],
    context: { period: { start: date }, related: [{ reference: plan }] },
  }
}

const PDF_IN_CDA = { system: tre('A11-IheFormatCode'), code: 'urn:ihe:iti:xds-sd:pdf:2008', display: 'Document à corps non structuré en Pdf/A-1' }
const V3_CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'

const replacing = (reference: string, identifier: string): DocumentReferenceRelatesTo => ({
  code: 'replaces',
  target: { reference, type: 'DocumentReference', identifier: { system: SYSTEM.uri, value: identifier } },
})
