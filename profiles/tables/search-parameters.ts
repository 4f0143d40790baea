/*
  The search parameters that the FHIR door claims, per type: code, kind, and the canonical of their definition. Source: R4, and fhir-fr.md 2, 2.7, 5.4.
    row => kind: 'code code@base …'      without a base R4 names the definition <Type>-<code>; the bases are listed below
*/
import { HUB } from '../canonicals.ts'

export type ParameterKind = 'token' | 'reference' | 'date' | 'string' | 'number' | 'uri'

export interface SearchParameterRow {
  kind: ParameterKind
  /** Canonical of its SearchParameter. */
  definition: string
}

const R4 = 'http://hl7.org/fhir/SearchParameter/'
const ANS_IG = 'https://interop.esante.gouv.fr/ig/fhir/'

/** Where a definition stands that does not bear the name of its type. */
const BASES: Record<string, string> = {
  clinical: `${R4}clinical-`,
  individual: `${R4}individual-`,
  medications: `${R4}medications-`,
  hub: `${HUB}SearchParameter/`,
  'cds-careteam': `${ANS_IG}cds/SearchParameter/cds-careteam-`,
  'cds-patient': `${ANS_IG}cds/SearchParameter/cds-patient-`,
}

/** Those whose canonical ends otherwise than in their code. */
const DEFINITIONS: Record<string, string> = {
  'CareTeam.managingOrganization': `${ANS_IG}cds/SearchParameter/cds-careteam-managing-organization`,
  'AuditEvent.period-start': `${ANS_IG}tde/SearchParameter/tde-auditevent-period-start`,
  'CommunicationRequest.event-type': `${ANS_IG}nde/SearchParameter/NdE-CommunicationRequest-EventType`,
}

type Rows = Partial<Record<ParameterKind, string>>

const ROWS = {
  AdverseEvent: { token: 'event category actuality severity', reference: 'subject resultingcondition substance recorder', date: 'date' },
  AllergyIntolerance: {
    token: 'identifier@clinical code@clinical clinical-status verification-status category type@clinical criticality manifestation',
    reference: 'patient@clinical recorder asserter',
    date: 'date@clinical onset last-date',
  },
  Appointment: { token: 'identifier status service-type appointment-type', reference: 'patient actor practitioner', date: 'date' },
  AuditEvent: { token: 'type subtype outcome altid agent-role', string: 'agent-name', reference: 'patient agent entity', date: 'date period-start' },
  CarePlan: {
    token: 'identifier@clinical status category intent activity-code',
    reference: 'patient@clinical subject care-team goal activity-reference replaces encounter condition performer author@hub',
    date: 'date@clinical activity-date prochaine-reevaluation@hub',
    number: 'version-plan@hub',
  },
  CareTeam: {
    token: 'identifier@clinical status category',
    reference: 'patient@clinical subject participant encounter managingOrganization',
    date: 'date@clinical start@cds-careteam end@cds-careteam participant-start@cds-careteam participant-end@cds-careteam',
  },
  Communication: {
    token: 'identifier status category medium message-id@hub',
    reference: 'patient subject sender recipient part-of encounter based-on',
    date: 'sent received',
  },
  CommunicationRequest: {
    token: 'identifier status category medium priority event-type',
    reference: 'patient subject requester sender recipient encounter',
    date: 'authored occurrence',
  },
  Composition: {
    token: 'identifier@clinical status type@clinical category confidentiality',
    reference: 'patient@clinical subject author encounter@clinical',
    date: 'date@clinical period',
    string: 'title',
  },
  Condition: {
    token: 'identifier@clinical code@clinical category clinical-status verification-status severity',
    reference: 'patient@clinical subject encounter asserter',
    date: 'onset-date abatement-date recorded-date',
  },
  Consent: {
    token: 'identifier@clinical status category purpose scope action security-label',
    reference: 'patient@clinical actor organization consentor data source-reference',
    date: 'date@clinical period',
  },
  DeviceRequest: { token: 'identifier@clinical status intent code@clinical', reference: 'patient@clinical subject requester encounter@clinical', date: 'authored-on event-date' },
  DeviceUseStatement: { token: 'identifier', reference: 'patient@clinical subject device' },
  DiagnosticReport: {
    token: 'identifier@clinical status category code@clinical conclusion',
    reference: 'patient@clinical subject performer result specimen encounter@clinical',
    date: 'date@clinical issued',
  },
  DocumentReference: {
    token: 'identifier@clinical status type@clinical category security-label format facility setting event contenttype relation language',
    reference: 'patient@clinical subject author custodian authenticator encounter@clinical related relatesto',
    date: 'date period',
    string: 'description',
  },
  Encounter: {
    token: 'identifier@clinical status class type@clinical reason-code participant-type',
    reference: 'patient@clinical subject service-provider participant practitioner location part-of episode-of-care',
    date: 'date@clinical location-period',
  },
  EpisodeOfCare: { token: 'identifier@clinical status type@clinical', reference: 'patient@clinical organization', date: 'date@clinical' },
  FamilyMemberHistory: { token: 'identifier@clinical code@clinical relationship status', reference: 'patient@clinical', date: 'date@clinical' },
  Goal: {
    token: 'identifier@clinical lifecycle-status achievement-status category',
    reference: 'patient@clinical subject',
    date: 'start-date target-date',
  },
  ImagingStudy: { token: 'identifier@clinical status modality series instance dicom-class', reference: 'patient@clinical subject encounter', date: 'started' },
  Immunization: { token: 'identifier@clinical status vaccine-code', string: 'lot-number', reference: 'patient@clinical performer', date: 'date@clinical' },
  ImmunizationRecommendation: { token: 'identifier status vaccine-type', reference: 'patient', date: 'date' },
  List: {
    token: 'identifier@clinical code@clinical status',
    reference: 'patient@clinical subject source item encounter@clinical',
    date: 'date@clinical',
    string: 'title',
  },
  Location: { token: 'identifier status type', reference: 'organization partof', string: 'name' },
  MeasureReport: { reference: 'reporter', date: 'period' },
  MedicationRequest: {
    token: 'identifier@clinical code@clinical status@medications intent category',
    reference: 'patient@clinical subject requester encounter@medications medication@medications',
    date: 'authoredon date@medications',
  },
  MedicationStatement: {
    token: 'identifier@clinical code@clinical status@medications category',
    reference: 'patient@clinical subject context medication@medications source',
    date: 'effective',
  },
  Observation: {
    token: 'identifier@clinical code@clinical category status value-concept component-code data-absent-reason',
    reference: 'patient@clinical subject performer encounter@clinical derived-from has-member',
    date: 'date@clinical value-date',
    string: 'value-string',
  },
  Organization: {
    token: 'identifier active type territoire@hub',
    reference: 'partof',
    string: 'name address address-city address-postalcode',
  },
  Patient: {
    token: 'identifier active deceased gender@individual telecom@individual phone@individual email@individual',
    reference: 'link general-practitioner organization',
    date: 'birthdate@individual death-date',
    string:
      'name family@individual given@individual address@individual address-city@individual address-postalcode@individual birthplace@cds-patient',
  },
  Practitioner: {
    token: 'identifier active gender@individual telecom@individual phone@individual email@individual',
    string: 'name family@individual given@individual address-city@individual address-postalcode@individual',
  },
  PractitionerRole: {
    token: 'identifier active role specialty telecom@individual email@individual phone@individual',
    reference: 'practitioner organization location',
    date: 'date',
  },
  Procedure: {
    token: 'identifier@clinical code@clinical status category reason-code',
    reference: 'patient@clinical subject performer encounter@clinical based-on part-of',
    date: 'date@clinical',
  },
  Provenance: { token: 'agent-role agent-type', reference: 'target agent patient entity', date: 'recorded when' },
  QuestionnaireResponse: {
    token: 'identifier status',
    reference: 'patient subject author questionnaire encounter source based-on part-of',
    date: 'authored',
  },
  RelatedPerson: {
    token: 'identifier active relationship gender@individual telecom@individual phone@individual email@individual',
    reference: 'patient',
    date: 'birthdate@individual',
    string: 'name',
  },
  ServiceRequest: {
    token: 'identifier@clinical status category code@clinical priority intent requisition',
    reference: 'patient@clinical subject requester performer replaces based-on encounter@clinical',
    date: 'authored occurrence',
  },
  Specimen: { token: 'identifier type status', reference: 'patient subject', date: 'collected' },
  Subscription: { token: 'status type payload', string: 'criteria', uri: 'url' },
  Task: {
    token: 'identifier code status business-status priority intent group-identifier territoire@hub',
    reference: 'patient subject owner requester focus based-on part-of encounter',
    date: 'authored-on modified period echeance@hub',
  },
} satisfies Record<string, Rows>

/** Claimed on every searchable type; of what the ledger counts together by itself `_id` alone. */
export const COMMON_PARAMETERS: Readonly<Record<string, SearchParameterRow>> = {
  _id: { kind: 'token', definition: `${R4}Resource-id` },
  _lastUpdated: { kind: 'date', definition: `${R4}Resource-lastUpdated` },
  _tag: { kind: 'token', definition: `${R4}Resource-tag` },
  _profile: { kind: 'uri', definition: `${R4}Resource-profile` },
  _security: { kind: 'token', definition: `${R4}Resource-security` },
}

/** By type, then by code; those of every type are `COMMON_PARAMETERS`. */
export const SEARCH_PARAMETERS: Readonly<Record<string, Readonly<Record<string, SearchParameterRow>>>> = Object.fromEntries(
  Object.entries(ROWS).map(([type, rows]) => [type, expanded(type, rows)]),
)

function expanded(type: string, rows: Rows): Record<string, SearchParameterRow> {
  const named = (Object.entries(rows) as [ParameterKind, string][]).flatMap(([kind, codes]) => codes.split(' ').map(code => [kind, code] as const))
  return Object.fromEntries(
    named.map(([kind, written]) => {
      const [code = '', base] = written.split('@')
      const prefix = base === undefined ? `${R4}${type}-` : (BASES[base] ?? '')
      return [code, { kind, definition: DEFINITIONS[`${type}.${code}`] ?? `${prefix}${code}` }]
    }),
  )
}
