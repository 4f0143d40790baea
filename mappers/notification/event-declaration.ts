/*
  The declaration of a deposited document to a notification manager: NdE flux 3, event type DOC.
*/
import type { CommunicationRequest, CommunicationRequestPayload, Organization, Patient } from 'fhir/r4.js'
import { CHANGED, declarationOf } from './declaration.ts'

export interface DocumentEvent {
  /** `DocumentReference/<id>` */
  document: string
  /** The document's own identifier (masterIdentifier). */
  documentIdentifier: { system: string; value: string }
  documentType: { system: string; code: string; display?: string }
  title: string
  /** When the document was deposited. */
  occurredAt: Date
  /** As our mapping made or the store holds it; only what may be shared is passed on. */
  patient: Patient
  /** Who deposited it. */
  organization: Organization
  /** What the platform may know; below `complet` the type and title stay here. */
  level: 'complet' | 'restreint' | 'minimal'
  /** The document was deleted: the same declaration again, revoked, at a later time. */
  isWithdrawn?: boolean
}

/**
 * Builds the declaration; the same event gives the same bytes, and a correction of it keeps the identifier.
 * Spec: NdE 3.0.0, flux 3 (EmissionEvenement); fhir-fr.md 5.2.
 */
export function mapDocumentToEventDeclaration(event: DocumentEvent): CommunicationRequest {
  const occurredAt = event.occurredAt.toISOString()
  return {
    ...declarationOf({
      code: 'DOC',
      identifier: `document.depose/${event.document.slice(event.document.lastIndexOf('/') + 1)}`,
      status: event.isWithdrawn === true ? 'revoked' : 'active',
      happenedAt: occurredAt,
      authoredOn: occurredAt,
      patient: event.patient,
      organization: event.organization,
      payload: payloadOf(event),
    }),
    ...(event.level === 'complet' ? { reasonCode: [{ coding: [event.documentType], text: event.title }] } : {}),
  }
}

function payloadOf(event: DocumentEvent): CommunicationRequestPayload {
  if (event.level === 'minimal') return CHANGED
  return { contentReference: { reference: event.document, type: 'DocumentReference', identifier: event.documentIdentifier } }
}
