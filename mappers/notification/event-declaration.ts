/*
  The declaration of a deposited document to a notification manager: NdE flux 3, profile nde-eventdeclaration.
    POST /CommunicationRequest => contained Patient, requester; event-type = DOC; event-time; status; subject; payload (exactly one)
*/
import type { CommunicationRequest, CommunicationRequestPayload, Organization, Patient } from 'fhir/r4.js'
import { EXTENSION, HUB, PROFILE } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { J46_EVENTS } from '../../profiles/tables/j46-events.ts'
import { shareablePatient } from './shareable-patient.ts'

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
}

/**
 * Builds the declaration; the same event gives the same bytes, and a correction of it keeps the identifier.
 * Spec: NdE 3.0.0, flux 3 (EmissionEvenement); fhir-fr.md 5.2.
 */
export function mapDocumentToEventDeclaration(event: DocumentEvent): CommunicationRequest {
  const occurredAt = event.occurredAt.toISOString()
  return {
    resourceType: 'CommunicationRequest',
    meta: { profile: [PROFILE.eventDeclaration] },
    contained: [shareablePatient(event.patient), requesterOf(event.organization)],
    extension: [
      { url: EXTENSION.eventType, valueCodeableConcept: { coding: [eventType()] } },
      { url: EXTENSION.eventTime, valueDateTime: occurredAt },
    ],
    identifier: [{ system: `${HUB}NamingSystem/evenement`, value: `document.depose/${event.document.slice(event.document.lastIndexOf('/') + 1)}` }],
    status: 'active',
    subject: { reference: '#patient' },
    authoredOn: occurredAt,
    requester: { reference: '#requester' },
    ...(event.level === 'complet' ? { reasonCode: [{ coding: [event.documentType], text: event.title }] } : {}),
    payload: [payloadOf(event)],
  }
}

function eventType(): { system: string; code: string; display: string } {
  return { system: tre('R254-TypeEvenement'), code: 'DOC', display: J46_EVENTS.get('DOC')?.display ?? 'DOC' }
}

function payloadOf(event: DocumentEvent): CommunicationRequestPayload {
  if (event.level === 'minimal') return { contentString: 'Un changement est intervenu. Contactez le référent de la personne.' }
  return { contentReference: { reference: event.document, type: 'DocumentReference', identifier: event.documentIdentifier } }
}

function requesterOf(organization: Organization): Organization {
  return {
    resourceType: 'Organization',
    id: 'requester',
    ...(organization.identifier === undefined ? {} : { identifier: organization.identifier }),
    ...(organization.name === undefined ? {} : { name: organization.name }),
  }
}
