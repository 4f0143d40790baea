/*
  One edition of a plan, or of a synthesis, as a document of the person: the text inside, in the place of the edition before it.
    id, masterIdentifier => derived from the plan and its number, so that an edition is known without being searched
*/
import type { Attachment, DocumentReference, DocumentReferenceRelatesTo, Reference } from 'fhir/r4.js'
import { EXTENSION, PROFILE, SYSTEM } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { J06_DOCUMENT_CLASSES } from '../../profiles/tables/j06-document-classes.ts'
import { J07_DOCUMENT_TYPES } from '../../profiles/tables/j07-document-types.ts'
import { classOfType } from '../../profiles/tables/x04-type-classes.ts'
import { only } from '../cda/datatypes.ts'
import { derivedId, documentReferenceId } from '../transmission-to-transaction/derived-id.ts'

export interface RenderedEdition {
  /** `CarePlan/<id>`, `DocumentReference/<id>` of the synthesis. */
  plan: string
  number: number
  /** Code of JDV_J07; a plan's where it is not said. */
  type?: string
  subject: Reference
  title: string
  author: Reference
  custodian: Reference
  date: Date
  /** Absent where who wrote it keeps it. */
  text?: string
  /** `DocumentReference/<id>` of the edition before this one, and its masterIdentifier. */
  replaces?: { reference: string; identifier: string }
  /** Common to all editions; of a plan it comes from the plan. */
  setId?: string
  /** Its masterIdentifier; of a plan it comes from plan and number. */
  identifier?: string
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
  const { identifier = editionIdentifier(plan, number), setId = setIdOf(plan) } = edition
  return {
    resourceType: 'DocumentReference',
    id: documentReferenceId(identifier),
    meta: { profile: [PROFILE.documentPublished] },
    extension: [{ url: EXTENSION.documentVersion, valuePositiveInt: number }],
    masterIdentifier: { system: SYSTEM.uri, value: identifier },
    ...(signed === undefined ? {} : { identifier: [{ system: SYSTEM.uri, value: `urn:uuid:${setId}` }] }),
    status: 'current',
    docStatus: 'final',
    ...kindOf(edition.type ?? PLAN_TYPE),
    subject: edition.subject,
    date,
    author: [edition.author],
    ...(signed === undefined ? {} : { authenticator: signed.authenticator }),
    custodian: edition.custodian,
    ...(edition.replaces === undefined ? {} : { relatesTo: [replacing(edition.replaces)] }),
    ...(title === '' ? {} : { description: title }),
    securityLabel: [{ coding: [{ system: V3_CONFIDENTIALITY, code: 'N', display: 'Normal' }] }],
    content: [
      ...(edition.text === undefined ? [] : [{ attachment: textOf(edition.text, { title, date }) }]),
      ...(signed?.attachments ?? []).map(attachment => ({
        attachment: { ...attachment, title },
        ...(attachment.contentType === 'text/xml' ? { format: PDF_IN_CDA } : {}),
      })),
    ],
    context: { period: { start: date }, related: [{ reference: plan }] },
  }
}

const PLAN_TYPE = '18776-5'
const PDF_IN_CDA = { system: tre('A11-IheFormatCode'), code: 'urn:ihe:iti:xds-sd:pdf:2008', display: 'Document à corps non structuré en Pdf/A-1' }
const V3_CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'

const textOf = (text: string, { title, date }: { title: string; date: string }): Attachment => ({
  contentType: 'text/plain; charset=utf-8',
  language: 'fr-FR',
  data: Buffer.from(text, 'utf8').toString('base64'),
  title,
  creation: date,
})

function kindOf(code: string): Pick<DocumentReference, 'type' | 'category'> {
  const documentClass = classOfType(code)
  return {
    type: { coding: [{ system: 'http://loinc.org', code, ...only('display', J07_DOCUMENT_TYPES.get(code)?.display) }] },
    ...(documentClass === undefined
      ? {}
      : {
          category: [
            { coding: [{ system: tre('A03-ClasseDocument'), code: documentClass, ...only('display', J06_DOCUMENT_CLASSES.get(documentClass)?.display) }] },
          ],
        }),
  }
}

const replacing = ({ reference, identifier }: { reference: string; identifier: string }): DocumentReferenceRelatesTo => ({
  code: 'replaces',
  target: { reference, type: 'DocumentReference', identifier: { system: SYSTEM.uri, value: identifier } },
})
