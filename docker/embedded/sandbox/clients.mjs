/*
  The registered clients of the sandbox: kind, structure, scopes (SMART v2).
*/
import { STRUCTURES } from './addresses.mjs'

const system = (types, letters) => types.map(type => `system/${type}.${letters}`)
const scopes = (...lists) => lists.flat().join(' ')

const CARE = [
  'Patient',
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'RelatedPerson',
  'CarePlan',
  'CareTeam',
  'Task',
  'ServiceRequest',
  'Consent',
  'Goal',
  'Communication',
  'Observation',
  'QuestionnaireResponse',
]
/** What the statements of structured documents become. */
const STATEMENTS = [
  'AdverseEvent',
  'AllergyIntolerance',
  'Appointment',
  'Device',
  'DeviceRequest',
  'DeviceUseStatement',
  'DiagnosticReport',
  'FamilyMemberHistory',
  'Immunization',
  'ImmunizationRecommendation',
  'Medication',
  'MedicationRequest',
  'MedicationStatement',
  'Procedure',
  'Specimen',
]
const RECORD = ['DocumentReference', 'Binary', 'Encounter', 'EpisodeOfCare', 'Location', 'Condition', 'Composition', 'List', ...STATEMENTS]
/** All types of the FHIR door: what a human may read through his portal. */
const READABLE = [...CARE, ...RECORD, 'CommunicationRequest', 'Subscription', 'AuditEvent', 'Provenance', 'MeasureReport']

const FOLLOWING = ['system/Subscription.cruds', 'system/AuditEvent.rs']
const CARE_TEAM = [...system(CARE, 'crus'), ...system(RECORD, 'rs'), 'system/Provenance.rs', ...FOLLOWING]
const user = READABLE.map(type => `user/${type}.rs`)
/** He writes to his circle, and says himself what he agrees to and what he opposes. */
const patient = [...READABLE.map(type => `patient/${type}.rs`), 'patient/Communication.c', 'patient/Consent.cu']

const SCOPES = {
  hospital: scopes(
    system(['Patient', 'Encounter', 'DocumentReference'], 'crs'),
    system(['Encounter', 'DocumentReference'], 'cu'),
    system(['CommunicationRequest', 'AuditEvent'], 'c'),
  ),
  dac: scopes(CARE_TEAM, 'system/MeasureReport.rs'),
  'gp-portal': scopes(CARE_TEAM, user),
  social: scopes(system(['CarePlan', 'Task', 'Communication'], 'rs'), 'system/QuestionnaireResponse.cr', FOLLOWING),
  cpts: scopes(system(['ServiceRequest', 'Task', 'Consent'], 'crus'), system(['Communication', 'Patient'], 'crs'), FOLLOWING, 'system/MeasureReport.rs'),
  'citizen-portal': scopes(patient),
  observatory: 'system/MeasureReport.rs',
  operator: 'hub/monitor system/AuditEvent.rs',
}

const client = (name, kind, structure, rest) => ({
  name,
  kind,
  ...(structure === undefined ? {} : { structure: structure.finess }),
  scopes: SCOPES[kind],
  clientId: `sandbox-${name}`,
  ...rest,
})

export const CLIENTS = [
  client('hospital', 'hospital', STRUCTURES.hospital),
  client('hospital-2', 'hospital', STRUCTURES.secondHospital),
  client('dac', 'dac', STRUCTURES.dac),
  client('dac-2', 'dac', STRUCTURES.secondDac),
  client('gp-portal', 'gp-portal', STRUCTURES.practice),
  client('gp-portal-expired', 'gp-portal', STRUCTURES.practice, { certificate: 'expired' }),
  client('social', 'social', STRUCTURES.social),
  client('cpts', 'cpts', STRUCTURES.cpts),
  client('citizen-portal', 'citizen-portal'),
  client('observatory', 'observatory'),
  client('operator', 'operator'),
]
