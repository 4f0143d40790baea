/*
  What a resource is for a decision: whom it is about, who it was sent to, what hides it; pure.
*/
import type { CodeableConcept, FhirResource, Reference } from 'fhir/r4.js'
import type { Thing } from './rights.ts'
import { storedReference } from './reference.ts'

/** The element that says whom a resource is about; professionals and structures are about nobody. */
type About = 'id' | 'subject' | 'patient' | 'for' | 'participant' | 'nobody'

const ABOUT: Record<string, About> = {
  Patient: 'id',
  Task: 'for',
  Consent: 'patient',
  RelatedPerson: 'patient',
  AllergyIntolerance: 'patient',
  FamilyMemberHistory: 'patient',
  Device: 'patient',
  Immunization: 'patient',
  ImmunizationRecommendation: 'patient',
  Appointment: 'participant',
  EpisodeOfCare: 'patient',
  Location: 'nobody',
  Medication: 'nobody',
  Organization: 'nobody',
  Practitioner: 'nobody',
  PractitionerRole: 'nobody',
}

export const aboutOf = (type: string): About => ABOUT[type] ?? 'subject'

export interface Content extends Omit<Thing, 'authors'> {
  /** `Patient/<id>`; undefined where it says of nobody. */
  patient?: string
}

type Members = Record<string, unknown>

/** In: a resource as it is stored. */
export function contentOf(resource: FhirResource): Content {
  const { resourceType: type, id } = resource
  const members = resource as unknown as Members
  const about = aboutOf(type)
  const patient =
    about === 'id'
      ? `Patient/${id}`
      : about === 'nobody'
        ? undefined
        : about === 'participant'
          ? patientAmong(resource)
          : bare(members[about] as Reference | undefined)
  const documentType = type === 'DocumentReference' ? documentTypeOf((members['type'] ?? {}) as CodeableConcept) : undefined
  return {
    type,
    reference: `${type}/${id}`,
    ...(patient?.startsWith('Patient/') === true ? { patient } : {}),
    ...(documentType === undefined ? {} : { documentType }),
    flags: ((members['securityLabel'] ?? []) as CodeableConcept[]).flatMap(({ coding = [] }) =>
      coding.flatMap(({ code }) => (code === undefined ? [] : [code])),
    ),
    addressedTo:
      type === 'Communication' ? [members['sender'], ...((members['recipient'] ?? []) as unknown[])].flatMap(one => bare(one as Reference) ?? []) : [],
    collectedBy: type === 'Consent' ? ((members['organization'] ?? []) as Reference[]).flatMap(one => bare(one) ?? []) : [],
  }
}

/** The one of those who take part who is the patient. */
const patientAmong = (resource: FhirResource): string | undefined =>
  resource.resourceType === 'Appointment' ? resource.participant.flatMap(({ actor }) => bare(actor) ?? []).find(one => one.startsWith('Patient/')) : undefined

/** Consents are narrowed to the LOINC one, wherever it stands. */
const documentTypeOf = ({ coding = [] }: CodeableConcept): string | undefined =>
  (coding.find(({ system, code }) => system === 'http://loinc.org' && code !== undefined) ?? coding.find(({ code }) => code !== undefined))?.code

/** `Type/<id>` of a reference into the store. */
const bare = (link: Reference | undefined): string | undefined => storedReference(link?.reference)
