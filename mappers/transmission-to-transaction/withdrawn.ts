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
  const type = resource.resourceType as FhirResource['resourceType']
  const element = type === 'Goal' ? 'lifecycleStatus' : WITH_STATUS.test(type) ? 'status' : undefined
  if (element !== undefined) return { ...resource, [element]: ERROR }
  const system = VERIFICATION[type]
  if (system === undefined) return resource
  // con-5, ait-2: what was stated in error has no clinical status; con-4: without one it has no end.
  const { clinicalStatus: _, abatementDateTime: __, ...rest } = resource as R & { clinicalStatus?: unknown; abatementDateTime?: unknown }
  return { ...rest, verificationStatus: { coding: [{ system, code: ERROR }] } } as unknown as R
}
