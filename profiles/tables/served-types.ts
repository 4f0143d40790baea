/*
  What the FHIR door serves, per type: it drives the routes, the checks of writes and searches, and the CapabilityStatement. Source: fhir-fr.md 2.0, 3.1, 3.2, 3.5.
*/
import { HUB } from '../canonicals.ts'
import { SUBSCRIPTION_PROFILE } from './subscription-topics.ts'

export type FhirInteraction = 'create' | 'read' | 'vread' | 'update' | 'patch' | 'delete' | 'history-instance' | 'history-type' | 'search-type'

/** Condition of a write: If-Match on an update, If-None-Exist on a creation, a Provenance from partners. */
export type Demand = 'if-match' | 'if-none-exist' | 'provenance'

export interface ServedTypeRow {
  /** Where its resources are kept: what is kept in the ledger never reaches the store, and takes no part in transactions. */
  home: 'store' | 'ledger'
  interactions: readonly FhirInteraction[]
  /** Created by an entry of a transaction, also where `create` by POST is not served. */
  inTransaction: boolean
  /** Canonicals: first the profile of a resource that claims none, where the type has but one; empty for the base type. */
  profiles: readonly string[]
  demands: readonly Demand[]
  /** Members of the first level that PATCH may change; PATCH of any other is 405. */
  patchable: readonly string[]
  /** Chains of a search, each with the types it reaches: the caller needs their search scope. */
  chains: Readonly<Record<string, readonly string[]>>
  includes: readonly string[]
  revincludes: readonly string[]
  /** Beside `$validate`, which every type has. */
  operations: readonly string[]
}

const FR = 'https://hl7.fr/ig/fhir/core/StructureDefinition/'
const ANS = 'https://interop.esante.gouv.fr/ig/fhir/'
const hub = (...ids: string[]): string[] => ids.map(id => `${HUB}StructureDefinition/${id}`)
const ans = (guide: string, ...ids: string[]): string[] => ids.map(id => `${ANS}${guide}/StructureDefinition/${id}`)

const READ: FhirInteraction[] = ['read', 'vread', 'search-type']
const WRITTEN: FhirInteraction[] = ['create', 'read', 'vread', 'update', 'history-instance', 'search-type']
const EVERY_TARGET = ['Task:focus', 'Task:based-on', 'Provenance:target', 'Communication:part-of']
/** Of a type that may refer to a PractitionerRole: followed with `:iterate`. */
const BEHIND_ROLE = ['PractitionerRole:practitioner', 'PractitionerRole:organization']
const PATIENT = { 'patient.identifier': ['Patient'], 'subject:Patient.identifier': ['Patient'] }

const row = (given: Partial<ServedTypeRow>): ServedTypeRow => ({
  home: 'store',
  interactions: WRITTEN,
  inTransaction: true,
  profiles: [],
  demands: [],
  patchable: [],
  chains: {},
  includes: [],
  revincludes: EVERY_TARGET,
  operations: [],
  ...given,
})

/** What the statements of structured documents become: written by the hub alone, seen by whom the document is shown. */
const STATEMENT = row({ interactions: READ, inTransaction: false, chains: PATIENT })
const OF_PATIENT = row({ interactions: READ, inTransaction: false, chains: { 'patient.identifier': ['Patient'] } })

export const SERVED_TYPES = {
  AdverseEvent: row({ interactions: READ, inTransaction: false, chains: { 'subject:Patient.identifier': ['Patient'] } }),
  AllergyIntolerance: OF_PATIENT,
  Appointment: OF_PATIENT,
  AuditEvent: row({ home: 'ledger', interactions: ['read', 'search-type'], inTransaction: false, profiles: ans('tde', 'tde-auditevent'), revincludes: [] }),
  Binary: row({ interactions: ['read'], revincludes: [] }),
  CarePlan: row({
    profiles: hub('hub-careplan-ppcs', 'hub-careplan-pps'),
    demands: ['if-match', 'provenance'],
    chains: PATIENT,
    includes: ['CarePlan:care-team', 'CarePlan:goal', 'CarePlan:subject'],
    operations: ['diff'],
  }),
  CareTeam: row({
    interactions: [...WRITTEN, 'history-type'],
    profiles: hub('hub-careteam'),
    demands: ['if-match', 'provenance'],
    chains: {
      ...PATIENT,
      'participant:PractitionerRole.practitioner.identifier': ['PractitionerRole', 'Practitioner'],
      'participant:Organization.identifier': ['Organization'],
      'participant:RelatedPerson.name': ['RelatedPerson'],
    },
    includes: ['CareTeam:participant', 'CareTeam:participant:PractitionerRole', ...BEHIND_ROLE],
    revincludes: [...EVERY_TARGET, 'CarePlan:care-team'],
  }),
  Communication: row({ profiles: hub('hub-communication-cercle', 'hub-communication-mssante'), demands: ['provenance'], chains: PATIENT }),
  CommunicationRequest: row({ interactions: ['read', 'search-type'], profiles: ans('nde', 'nde-eventdeclaration'), chains: PATIENT }),
  Composition: row({ interactions: READ, chains: PATIENT }),
  Condition: row({ chains: PATIENT }),
  Consent: row({ profiles: hub('hub-consent'), demands: ['if-match', 'provenance'], chains: { 'patient.identifier': ['Patient'] } }),
  Device: row({ interactions: ['read', 'vread'], inTransaction: false, revincludes: [] }),
  DeviceRequest: STATEMENT,
  DeviceUseStatement: row({ interactions: READ, inTransaction: false, chains: PATIENT, includes: ['DeviceUseStatement:device'] }),
  DiagnosticReport: row({ interactions: READ, inTransaction: false, chains: PATIENT, includes: ['DiagnosticReport:result', 'DiagnosticReport:specimen'] }),
  DocumentReference: row({
    interactions: ['create', 'patch', ...READ, 'history-instance'],
    patchable: ['status', 'securityLabel', 'extension'],
    profiles: ans('pdsm', 'pdsm-comprehensive-document-reference', 'pdsm-simplified-publish'),
    chains: PATIENT,
    includes: ['DocumentReference:subject', 'DocumentReference:author', ...BEHIND_ROLE],
  }),
  Encounter: row({
    profiles: hub('hub-encounter'),
    demands: ['provenance'],
    chains: PATIENT,
    includes: ['Encounter:service-provider', 'Encounter:location', 'Encounter:episode-of-care'],
  }),
  EpisodeOfCare: OF_PATIENT,
  FamilyMemberHistory: OF_PATIENT,
  Goal: row({ profiles: hub('hub-goal'), demands: ['provenance'], chains: PATIENT }),
  ImagingStudy: STATEMENT,
  Immunization: OF_PATIENT,
  ImmunizationRecommendation: OF_PATIENT,
  List: row({ interactions: READ, profiles: ans('pdsm', 'pdsm-submissionset-comprehensive'), chains: PATIENT }),
  Location: row({ interactions: READ, inTransaction: false, revincludes: [] }),
  MeasureReport: row({ home: 'ledger', interactions: ['read', 'search-type'], inTransaction: false, revincludes: [] }),
  Medication: row({ interactions: ['read', 'vread'], inTransaction: false, revincludes: [] }),
  MedicationRequest: row({ interactions: READ, inTransaction: false, chains: PATIENT, includes: ['MedicationRequest:medication'] }),
  MedicationStatement: row({ interactions: READ, inTransaction: false, chains: PATIENT, includes: ['MedicationStatement:medication'] }),
  Observation: row({ profiles: hub('hub-observation'), demands: ['provenance'], chains: PATIENT }),
  Organization: row({
    interactions: [...WRITTEN, 'patch'],
    profiles: ans('cds', 'cds-organization'),
    demands: ['if-none-exist'],
    patchable: ['telecom'],
    operations: ['indicateurs'],
  }),
  Patient: row({ profiles: [`${FR}fr-core-patient`, `${FR}fr-core-patient-ins`], demands: ['if-none-exist'], operations: ['everything'] }),
  Practitioner: row({
    interactions: [...WRITTEN, 'patch'],
    profiles: ans('annuaire', 'as-practitioner'),
    demands: ['if-none-exist'],
    patchable: ['telecom'],
  }),
  PractitionerRole: row({
    profiles: ans('annuaire', 'as-practitionerrole'),
    demands: ['if-none-exist'],
    chains: { 'practitioner.identifier': ['Practitioner'], 'organization.identifier': ['Organization'] },
    includes: BEHIND_ROLE,
  }),
  Procedure: STATEMENT,
  Provenance: row({ interactions: ['create', 'read', 'search-type'], profiles: hub('hub-provenance'), chains: { 'patient.identifier': ['Patient'] } }),
  QuestionnaireResponse: row({ profiles: ans('tddui', 'tddui-questionnaire-response'), demands: ['provenance'], chains: PATIENT }),
  RelatedPerson: row({ profiles: ans('cds', 'cds-fr-related-person'), demands: ['if-none-exist'], chains: { 'patient.identifier': ['Patient'] } }),
  ServiceRequest: row({
    profiles: hub('hub-servicerequest-demande-appui', 'hub-servicerequest-snp'),
    demands: ['if-match', 'provenance'],
    chains: PATIENT,
    includes: ['ServiceRequest:requester', ...BEHIND_ROLE],
  }),
  Specimen: STATEMENT,
  Subscription: row({
    home: 'ledger',
    interactions: ['create', 'read', 'update', 'delete', 'search-type'],
    inTransaction: false,
    profiles: [SUBSCRIPTION_PROFILE.subscription],
    revincludes: [],
    operations: ['status'],
  }),
  Task: row({
    interactions: [...WRITTEN, 'patch'],
    profiles: hub('hub-task-demande-appui', 'hub-task-validation-mt', 'hub-task-snp', 'hub-task-action-ppcs'),
    demands: ['if-match', 'provenance'],
    patchable: ['status', 'businessStatus', 'statusReason', 'output', 'note', 'owner'],
    chains: PATIENT,
    includes: ['Task:focus', 'Task:owner', ...BEHIND_ROLE],
  }),
} as const satisfies Record<string, ServedTypeRow>

/** Types of resources that may come from a structured document. */
export const STATEMENT_TYPES: readonly string[] = [
  'AdverseEvent',
  'AllergyIntolerance',
  'Appointment',
  'CarePlan',
  'Condition',
  'Device',
  'DeviceRequest',
  'DeviceUseStatement',
  'DiagnosticReport',
  'FamilyMemberHistory',
  'Goal',
  'ImagingStudy',
  'Immunization',
  'ImmunizationRecommendation',
  'Medication',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Procedure',
  'ServiceRequest',
  'Specimen',
]
