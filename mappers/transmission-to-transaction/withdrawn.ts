/*
  What the resources of a withdrawn document become: each type has its own way to say that it was stated in error. Nothing is removed.
    left as they are: the visit, bytes, provenance, and whoever is shared with other documents
*/
import type { FhirResource, Resource } from 'fhir/r4.js'

const ERROR = 'entered-in-error'

/** Those that say it by their status. */
const WITH_STATUS =
  /^(?:Appointment|CarePlan|CareTeam|Composition|Consent|Coverage|Device|DeviceRequest|DeviceUseStatement|DiagnosticReport|DocumentReference|Encounter|EpisodeOfCare|FamilyMemberHistory|Flag|ImagingStudy|Immunization|List|Media|Medication|MedicationAdministration|MedicationDispense|MedicationRequest|MedicationStatement|NutritionOrder|Observation|Procedure|QuestionnaireResponse|ServiceRequest|Specimen|Task)$/

const VERIFICATION: Partial<Record<FhirResource['resourceType'], string>> = {
  AllergyIntolerance: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
  Condition: 'http://terminology.hl7.org/CodeSystem/condition-ver-status',
}

/** A resource that the document owns, as it stands once the document is withdrawn. */
export function asWithdrawn<R extends Resource & { id: string }>(resource: R): R {
  const members = Object.entries({ ...resource, ...withdrawnMembers(resource.resourceType as FhirResource['resourceType']) })
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as unknown as R
}

/** The members of the first level by which a type says it, undefined for those that go; none where it has no way to. */
export function withdrawnMembers(type: FhirResource['resourceType']): Record<string, unknown> {
  if (type === 'Goal') return { lifecycleStatus: ERROR }
  if (WITH_STATUS.test(type)) return { status: ERROR }
  const system = VERIFICATION[type]
  // con-5, ait-2: what was stated in error has no clinical status; con-4: without one it has no end.
  return system === undefined ? {} : { clinicalStatus: undefined, abatementDateTime: undefined, verificationStatus: { coding: [{ system, code: ERROR }] } }
}
