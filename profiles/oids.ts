/*
  The OIDs the hub knows by name, and the FHIR URI of a code system or identifier space by its OID.
  Source: cda.md 6.2 and the published French terminologies (ANS); anything else is `urn:oid:…`.
*/

export const OID = {
  insNir: '1.2.250.1.213.1.4.8',
  insNia: '1.2.250.1.213.1.4.9',
  insNirTest: '1.2.250.1.213.1.4.10',
  insNirDemo: '1.2.250.1.213.1.4.11',
  insC: '1.2.250.1.213.1.4.2',
  nssNir: '1.2.250.1.213.1.4.13',
  nssNia: '1.2.250.1.213.1.4.14',
  professional: '1.2.250.1.71.4.2.1',
  structure: '1.2.250.1.71.4.2.2',
  loinc: '2.16.840.1.113883.6.1',
  documentTypeFr: '1.2.250.1.213.1.1.4.12',
  documentClass: '1.2.250.1.213.1.1.4.1',
  visibility: '1.2.250.1.213.1.1.4.13',
  practiceSetting: '1.2.250.1.213.1.1.4.9',
  facilityType: '1.2.250.1.71.4.2.4',
  authorSpecialty: '1.2.250.1.213.1.1.4.5',
  participationFunction: '2.16.840.1.113883.5.88',
  roleClass: '2.16.840.1.113883.5.110',
  roleCode: '2.16.840.1.113883.5.111',
  careRole: '1.2.250.1.213.1.6.1.107',
  functionFr: '1.2.250.1.213.1.1.4.2.280',
  actCode: '2.16.840.1.113883.5.4',
  confidentiality: '2.16.840.1.113883.5.25',
} as const

const V3 = 'http://terminology.hl7.org/CodeSystem/v3-'

/** The canonical of an ANS terminology: `tre('R85-RolePriseCharge')`. */
export function tre(name: string): string {
  return `https://mos.esante.gouv.fr/NOS/TRE_${name}/FHIR/TRE-${name}`
}

const URI_OF_OID: ReadonlyMap<string, string> = new Map([
  [OID.loinc, 'http://loinc.org'],
  ['2.16.840.1.113883.6.96', 'http://snomed.info/sct'],
  ['2.16.840.1.113883.6.3', 'http://hl7.org/fhir/sid/icd-10'],
  ['2.16.840.1.113883.6.347', 'http://id.who.int/icd/release/11/mms'],
  ['2.16.840.1.113883.6.73', 'http://www.whocc.no/atc'],
  ['2.16.840.1.113883.6.8', 'http://unitsofmeasure.org'],
  ['0.4.0.127.0.16.1.1.2.1', 'http://standardterms.edqm.eu'],
  ['2.16.840.1.113883.5.1', `${V3}AdministrativeGender`],
  [OID.actCode, `${V3}ActCode`],
  ['2.16.840.1.113883.5.7', `${V3}ActPriority`],
  [OID.confidentiality, `${V3}Confidentiality`],
  ['2.16.840.1.113883.5.83', `${V3}ObservationInterpretation`],
  [OID.participationFunction, tre('R259-HL7ParticipationFunction')],
  ['2.16.840.1.113883.5.90', `${V3}ParticipationType`],
  [OID.roleClass, tre('R260-HL7RoleClass')],
  [OID.roleCode, tre('R216-HL7RoleCode')],
  ['2.16.840.1.113883.5.1070', `${V3}substanceAdminSubstitution`],
  ['2.16.840.1.113883.4.642.1.1074', 'http://terminology.hl7.org/CodeSystem/condition-clinical'],
  ['2.16.840.1.113883.4.642.1.1075', 'http://terminology.hl7.org/CodeSystem/condition-ver-status'],
  ['2.16.840.1.113883.4.642.4.1373', 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'],
  ['2.16.840.1.113883.5.1150.1', 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips'],
  ['1.2.840.10008.2.16.4', 'http://dicom.nema.org/resources/ontology/DCM'],
  ['2.16.840.1.113883.3.26.1.1', 'http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl'],
  [OID.facilityType, tre('R02-SecteurActivite')],
  [OID.practiceSetting, tre('A01-CadreExercice')],
  [OID.documentTypeFr, tre('A05-TypeDocComplementaire')],
  ['1.2.250.1.213.1.1.4.6', tre('A00-ProducteurDocNonPS')],
  [OID.visibility, tre('A07-StatutVisibiliteDocument')],
  [OID.authorSpecialty, tre('A02-ProfessionSavFaire-CISIS')],
  [OID.documentClass, tre('A03-ClasseDocument')],
  [OID.careRole, tre('R85-RolePriseCharge')],
  ['1.2.250.1.71.1.2.7', tre('G15-ProfessionSante')],
  ['1.2.250.1.213.2.28', tre('R38-SpecialiteOrdinale')],
  ['1.2.250.1.213.1.6.1.4', tre('R94-ProfessionSocial')],
  ['1.2.250.1.213.1.6.1.109', tre('R95-UsagerTitre')],
  ['1.2.250.1.213.1.6.1.140', tre('R291-AutreProfession')],
  ['1.2.250.1.213.1.1.4.337', tre('R254-TypeEvenement')],
  ['1.2.250.1.213.1.1.4.322', 'https://smt.esante.gouv.fr/fhir/CodeSystem/terminologie-cisis'],
])

const OID_FORM = /^[0-2](?:\.(?:0|[1-9]\d*))+$/

export function isOid(text: string): boolean {
  return OID_FORM.test(text)
}

/** The FHIR system of a code system OID; undefined when the text is no OID at all. */
export function uriOfOid(oid: string | undefined): string | undefined {
  if (oid === undefined) return undefined
  return URI_OF_OID.get(oid) ?? (isOid(oid) ? `urn:oid:${oid}` : undefined)
}
