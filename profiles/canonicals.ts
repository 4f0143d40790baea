/*
  FHIR systems, profiles and extensions the hub writes, by name. Source: fhir-fr.md 1 and 2; hub resources stand under `HUB` only.
*/

const FR = 'https://hl7.fr/ig/fhir/core/'
const ANS_IG = 'https://interop.esante.gouv.fr/ig/fhir/'
export const HUB = 'https://hub.e-parcours.example/fhir/'

export const SYSTEM = {
  rpps: 'https://rpps.esante.gouv.fr',
  adeli: 'https://adeli.esante.gouv.fr',
  idNatPs: 'urn:oid:1.2.250.1.71.4.2.1',
  idNatSt: 'urn:oid:1.2.250.1.71.4.2.2',
  finess: 'https://finess.esante.gouv.fr',
  sirene: 'https://sirene.fr',
  uri: 'urn:ietf:rfc:3986',
  fr0203: `${FR}CodeSystem/fr-core-cs-v2-0203`,
  fr0445: `${FR}CodeSystem/fr-core-cs-v2-0445`,
  methodCollection: `${FR}CodeSystem/fr-core-cs-method-collection`,
  proofOfIdentity: `${FR}CodeSystem/fr-core-cs-mode-validation-identity`,
  v20203: 'http://terminology.hl7.org/CodeSystem/v2-0203',
  v20131: 'http://terminology.hl7.org/CodeSystem/v2-0131',
  v3ActCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  v3ParticipationType: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  v3RoleClass: 'http://terminology.hl7.org/CodeSystem/v3-RoleClass',
  v3RoleCode: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode',
  v3DataOperation: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation',
  v3Confidentiality: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality',
  dataAbsentReason: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  provenanceParticipant: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
  hub: `${HUB}CodeSystem/hub-cs`,
  hubIdentity: `${HUB}CodeSystem/hub-cs-identite`,
  hubSupport: `${HUB}CodeSystem/hub-cs-appui`,
  hubStructureKind: `${HUB}CodeSystem/hub-cs-type-structure`,
  hubIndicator: `${HUB}CodeSystem/hub-cs-indicateur`,
  hubStatusReason: `${HUB}CodeSystem/hub-cs-motif-statut`,
  hubBusinessStatus: `${HUB}CodeSystem/hub-cs-statut-metier`,
  participationFunction: 'https://mos.esante.gouv.fr/NOS/TRE_R259-HL7ParticipationFunction/FHIR/TRE-R259-HL7ParticipationFunction',
  establishmentCategory: 'https://mos.esante.gouv.fr/NOS/TRE_R66-CategorieEtablissement/FHIR/TRE-R66-CategorieEtablissement',
  commune: 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM',
  hubMapping: `${HUB}CodeSystem/hub-cs-mapping`,
  /** Of a tag: the DocumentReference a resource was made from. */
  document: `${HUB}NamingSystem/source-document`,
} as const

export const PROFILE = {
  patient: `${FR}StructureDefinition/fr-core-patient`,
  patientIns: `${FR}StructureDefinition/fr-core-patient-ins`,
  communicationCircle: `${HUB}StructureDefinition/hub-communication-cercle`,
  communicationMssante: `${HUB}StructureDefinition/hub-communication-mssante`,
  taskSupport: `${HUB}StructureDefinition/hub-task-demande-appui`,
  taskValidation: `${HUB}StructureDefinition/hub-task-validation-mt`,
  taskUnscheduled: `${HUB}StructureDefinition/hub-task-snp`,
  observation: `${HUB}StructureDefinition/hub-observation`,
  documentPublished: `${ANS_IG}pdsm/StructureDefinition/pdsm-simplified-publish`,
  esmsPlan: `${ANS_IG}tddui/StructureDefinition/tddui-careplan-projet-personnalise`,
  auditEvent: `${ANS_IG}tde/StructureDefinition/tde-auditevent`,
  eventDeclaration: `${ANS_IG}nde/StructureDefinition/nde-eventdeclaration`,
} as const

export const EXTENSION = {
  identityReliability: `${FR}StructureDefinition/fr-core-identity-reliability`,
  birthListGivenName: `${FR}StructureDefinition/fr-core-patient-birth-list-given-name`,
  addressInseeCode: `${FR}StructureDefinition/fr-core-address-insee-code`,
  emailType: `${FR}StructureDefinition/fr-core-contact-point-email-type`,
  birthPlace: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
  dataAbsentReason: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason',
  narrativeLink: 'http://hl7.org/fhir/StructureDefinition/narrativeLink',
  compositionVersion: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Composition.version',
  insStatus: `${HUB}StructureDefinition/hub-ext-ins-statut`,
  territoire: `${HUB}StructureDefinition/hub-ext-territoire`,
  sha256: `${HUB}StructureDefinition/hub-ext-sha256`,
  documentVersion: `${HUB}StructureDefinition/hub-ext-version-document`,
  recipient: `${HUB}StructureDefinition/hub-ext-destinataire`,
  sourceCode: `${HUB}StructureDefinition/hub-ext-code-source`,
  negation: `${HUB}StructureDefinition/hub-ext-negation`,
  mssAddress: `${HUB}StructureDefinition/hub-ext-mss-address`,
  mssMessageId: `${HUB}StructureDefinition/hub-ext-mss-message-id`,
  eventType: `${ANS_IG}nde/StructureDefinition/event-type`,
  eventTime: `${ANS_IG}nde/StructureDefinition/event-time`,
  nextReassessment: `${HUB}StructureDefinition/hub-ext-prochaine-reevaluation`,
  accessLevel: `${HUB}StructureDefinition/hub-ext-niveau-acces`,
  rhythm: `${HUB}StructureDefinition/hub-ext-rythme`,
  unwantedEvent: `${HUB}StructureDefinition/hub-ext-evenement-ecarte`,
  planVersion: `${HUB}StructureDefinition/hub-ext-version-plan`,
  stayParticulars: `${HUB}StructureDefinition/hub-ext-complement-sejour`,
  identityParticulars: `${HUB}StructureDefinition/hub-ext-complement-identite`,
  mailboxMetadata: `${ANS_IG}annuaire/StructureDefinition/as-ext-mailbox-mss-metadata`,
} as const
