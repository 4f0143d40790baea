/*
  The declaration of an admission or a discharge to a notification manager, and of its withdrawal: NdE flux 3, event types ADM and SOR.
*/
import type { CommunicationRequest, CommunicationRequestPayload, Organization, Patient } from 'fhir/r4.js'
import { CHANGED, declarationOf } from './declaration.ts'

export interface StayEvent {
  kind: 'ADM' | 'SOR'
  /** The one id of what is announced, also in its withdrawal. */
  alert: string
  isWithdrawn: boolean
  /** An instant; of a withdrawal a later one. */
  happenedAt: string
  announcedAt: Date
  /** `Encounter/<id>` */
  encounter: string
  /** The visit number. */
  visit: { system: string; value: string }
  /** Where, which service, when, how: told at `complet` alone. */
  sentences: readonly string[]
  patient: Patient
  organization: Organization
  level: 'complet' | 'restreint' | 'minimal'
}

/**
 * Builds the declaration; the same event gives the same bytes.
 * Spec: NdE 3.0.0, flux 3 (EmissionEvenement); fhir-fr.md 5.1, 5.2.
 */
export function mapStayToEventDeclaration(event: StayEvent): CommunicationRequest {
  const { kind, alert, isWithdrawn, happenedAt, announcedAt, patient, organization } = event
  return declarationOf({
    code: kind,
    identifier: `${kind === 'ADM' ? 'encounter.adm' : 'encounter.sor'}/${alert}`,
    status: isWithdrawn ? 'revoked' : 'active',
    happenedAt,
    authoredOn: announcedAt.toISOString(),
    patient,
    organization,
    payload: payloadOf(event),
  })
}

function payloadOf({ level, encounter, visit, sentences }: StayEvent): CommunicationRequestPayload {
  if (level === 'minimal') return CHANGED
  const display = level === 'complet' && sentences.length > 0 ? { display: sentences.join(' · ') } : {}
  return { contentReference: { reference: encounter, type: 'Encounter', identifier: visit, ...display } }
}
