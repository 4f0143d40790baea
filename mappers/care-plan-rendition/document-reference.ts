/*
  One edition of a plan as a document of the person: 18776-5, the text inside, in the place of the edition before it.
    masterIdentifier => urn:uuid derived from the plan and its number, so that an edition is known without being searched
*/
import type { DocumentReference, Reference } from 'fhir/r4.js'
import { PROFILE, SYSTEM } from '../../profiles/canonicals.ts'
import { derivedId } from '../transmission-to-transaction/derived-id.ts'

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
}

/** Value of the masterIdentifier, under `urn:ietf:rfc:3986`. */
export function editionIdentifier(plan: string, number: number): string {
  return `urn:uuid:${derivedId('DocumentReference', plan, String(number))}`
}

export function mapEditionToDocumentReference(edition: RenderedEdition): DocumentReference {
  const date = edition.date.toISOString()
  return {
    resourceType: 'DocumentReference',
    meta: { profile: [PROFILE.documentPublished] },
    masterIdentifier: { system: SYSTEM.uri, value: editionIdentifier(edition.plan, edition.number) },
    status: 'current',
    type: { coding: [{ system: 'http://loinc.org', code: '18776-5', display: 'Plan personnalisé de soins' }] },
    subject: edition.subject,
    date,
    author: [edition.author],
    custodian: edition.custodian,
    ...(edition.replaces === undefined ? {} : { relatesTo: [{ code: 'replaces', target: { reference: edition.replaces } }] }),
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          language: 'fr-FR',
          data: Buffer.from(edition.text, 'utf8').toString('base64'),
          title: edition.title,
          creation: date,
        },
      },
    ],
    context: { period: { start: date }, related: [{ reference: edition.plan }] },
  }
}
