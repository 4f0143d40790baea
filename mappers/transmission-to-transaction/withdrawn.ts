/*
  What the resources of a withdrawn document become: each type has its own way to say that it was stated in error. Nothing is removed.
    left as they are: the visit, bytes, provenance, and whoever is shared with other documents
*/
import type { FhirResource, Resource } from 'fhir/r4.js'

const ERROR = 'entered-in-error'

/** Element that says it, where it is a plain code. */
const STATUS: Partial<Record<FhirResource['resourceType'], 'status' | 'lifecycleStatus'>> = {
  Appointment: 'status',
  CarePlan: 'status',
  CareTeam: 'status',
  Composition: 'status',
  Consent: 'status',
  Coverage: 'status',
  Device: 'status',
  DeviceRequest: 'status',
  DeviceUseStatement: 'status',
  DiagnosticReport: 'status',
  DocumentReference: 'status',
  Encounter: 'status',
  EpisodeOfCare: 'status',
  FamilyMemberHistory: 'status',
  Flag: 'status',
  Goal: 'lifecycleStatus',
  ImagingStudy: 'status',
  Immunization: 'status',
  List: 'status',
  Media: 'status',
  Medication: 'status',
  MedicationAdministration: 'status',
  MedicationDispense: 'status',
  MedicationRequest: 'status',
  MedicationStatement: 'status',
  NutritionOrder: 'status',
  Observation: 'status',
  Procedure: 'status',
  QuestionnaireResponse: 'status',
  ServiceRequest: 'status',
  Specimen: 'status',
  Task: 'status',
}

const VERIFICATION: Partial<Record<FhirResource['resourceType'], string>> = {
  AllergyIntolerance: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
  Condition: 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
}

/** A resource that the document owns, as it stands once the document is withdrawn. */
export function asWithdrawn<R extends Resource & { id: string }>(resource: R): R {
  const type = resource.resourceType as FhirResource['resourceType']
  const element = STATUS[type]
  if (element !== undefined) return { ...resource, [element]: ERROR }
  const system = VERIFICATION[type]
  if (system === undefined) return resource
  // con-5, ait-2: what was stated in error has no clinical status; con-4: without one it has no end.
  const { clinicalStatus: _, abatementDateTime: __, ...rest } = resource as R & { clinicalStatus?: unknown; abatementDateTime?: unknown }
  return { ...rest, verificationStatus: { coding: [{ system, code: ERROR }] } } as unknown as R
}
