/*
  What every declaration to a notification manager is made of: NdE flux 3, profile nde-eventdeclaration.
    POST /CommunicationRequest => contained Patient, requester; event-type; event-time; status; subject; payload (exactly one)
*/
import type { CommunicationRequest, CommunicationRequestPayload, Organization, Patient } from 'fhir/r4.js'
import { EXTENSION, HUB, PROFILE } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { J46_EVENTS } from '../../profiles/tables/j46-events.ts'
import { shareablePatient } from './shareable-patient.ts'

export interface Declaration {
  /** Of JDV_J46. */
  code: 'DOC' | 'ADM' | 'SOR'
  /** One for each event, also where it is corrected or taken back. */
  identifier: string
  status: 'active' | 'revoked'
  /** Instants. */
  happenedAt: string
  authoredOn: string
  /** As our mapping made or the store holds it; only what may be shared is passed on. */
  patient: Patient
  organization: Organization
  payload: CommunicationRequestPayload
}

/** All that is said at `minimal`. */
export const CHANGED: CommunicationRequestPayload = { contentString: 'Un changement est intervenu. Contactez le référent de la personne.' }

export function declarationOf({ code, identifier, status, happenedAt, authoredOn, patient, organization, payload }: Declaration): CommunicationRequest {
  return {
    resourceType: 'CommunicationRequest',
    meta: { profile: [PROFILE.eventDeclaration] },
    contained: [shareablePatient(patient), requesterOf(organization)],
    extension: [
      {
        url: EXTENSION.eventType,
        valueCodeableConcept: { coding: [{ system: tre('R254-TypeEvenement'), code, display: J46_EVENTS.get(code)?.display ?? code }] },
      },
      { url: EXTENSION.eventTime, valueDateTime: happenedAt },
    ],
    identifier: [{ system: `${HUB}NamingSystem/evenement`, value: identifier }],
    status,
    subject: { reference: '#patient' },
    authoredOn,
    requester: { reference: '#requester' },
    payload: [payload],
  }
}

function requesterOf(organization: Organization): Organization {
  return {
    resourceType: 'Organization',
    id: 'requester',
    ...(organization.identifier === undefined ? {} : { identifier: organization.identifier }),
    ...(organization.name === undefined ? {} : { name: organization.name }),
  }
}
