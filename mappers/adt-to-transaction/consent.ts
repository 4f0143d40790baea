/*
  What a person said of the national record, as Consent (hub-consent): one of its feeding, one of its consultation.
    INO IC => permit      IO INC => deny      They act on the national record alone, not on the circle.
*/
import type { Consent, Reference } from 'fhir/r4.js'
import { HUB, SYSTEM } from '../../profiles/canonicals.ts'
import type { DmpChoice } from '../hl7v2/adt/read-consent.ts'

export const CONSENT_SYSTEM = `${HUB}NamingSystem/consentement-dmp`

/** In: the candidate id, which becomes that of the person's one Consent of this nature. */
export function mapDmpChoice(
  choice: DmpChoice,
  { id, patient, structure }: { id: string; patient: Reference; structure: Reference },
): Consent & { id: string } {
  return {
    resourceType: 'Consent',
    id,
    meta: { profile: [`${HUB}StructureDefinition/hub-consent`] },
    identifier: [{ system: CONSENT_SYSTEM, value: id }],
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }, { coding: [{ system: SYSTEM.hub, code: choice.nature }] }],
    patient,
    dateTime: choice.saidAt,
    performer: [patient],
    organization: [structure],
    policyRule: { coding: [{ system: `${HUB}CodeSystem/hub-cs-regle`, code: 'dmp' }] },
    provision: {
      type: choice.isDenied ? 'deny' : 'permit',
      period: { start: choice.saidAt },
      purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
    },
  }
}
