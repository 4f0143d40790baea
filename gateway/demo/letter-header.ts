/*
  The CDA header of the demo letter: invented persons and structures, under test and example OIDs only.
*/

export const LETTER = {
  type: { code: '11490-0', display: "Lettre de liaison à la sortie d'un établissement de soins" },
  ins: { root: '1.2.250.1.213.1.4.10', value: '279035121518989' },
  ipp: { root: '1.2.250.1.999.2', value: 'IPP-42' },
  stay: { root: '1.2.250.1.999.9', value: 'V-77' },
  patient: { family: 'EXEMPLE', given: 'CLAIRE', givens: 'CLAIRE ANNE', birthDate: '19790328', sex: 'F', birthPlace: '51215' },
  hospital: { id: '1540009990', finess: '540009990', name: 'Centre hospitalier Exemple' },
  author: { id: '810100000032', family: 'FICTIVE', given: 'Alice' },
  signer: { id: '810100000040', family: 'INVENTE', given: 'Hugo' },
  physician: { id: '810100000024', family: 'MODELE', given: 'Marc' },
} as const

export interface LetterFacts {
  /** Root of the document id: an OID or a UUID. */
  documentId: string
  /** TS of the letter, with its offset. */
  writtenAt: string
  admittedAt: string
  title: string
  templates: readonly { root: string; extension?: string }[]
}

const PROFESSIONAL = '1.2.250.1.71.4.2.1'
const STRUCTURE = '1.2.250.1.71.4.2.2'

/** Everything of the letter between the root element and its body. */
export function writeLetterHeader(facts: LetterFacts): string {
  return `<realmCode code="FR"/>
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
${facts.templates.map(template => `<templateId root="${template.root}"${template.extension === undefined ? '' : ` extension="${template.extension}"`}/>`).join('\n')}
<id root="${facts.documentId}"/>
<code code="${LETTER.type.code}" displayName="${LETTER.type.display}" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/>
<title>${facts.title}</title>
<effectiveTime value="${facts.writtenAt}"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25" displayName="Normal"/>
<languageCode code="fr-FR"/>
<setId root="1.2.250.1.999.3" extension="${facts.documentId}"/>
<versionNumber value="1"/>
${recordTarget()}
${author(facts)}
${informant('ECON')}
${informant('NOK')}
${custodian()}
${informationRecipient()}
${legalAuthenticator(facts)}
${attendingPhysician()}
${serviceEvent(facts)}
${encounter(facts)}`
}

function recordTarget(): string {
  const { ins, ipp, patient } = LETTER
  return `<recordTarget><patientRole>
<id root="${ins.root}" extension="${ins.value}"/>
<id root="${ipp.root}" extension="${ipp.value}"/>
<addr use="H"><houseNumber>7</houseNumber><streetName>Rue des Mirabelles</streetName><postalCode>54000</postalCode><city>NANCY</city><country>FRANCE</country></addr>
<telecom value="tel:0600000001" use="MC"/>
<patient classCode="PSN">
<name><family qualifier="BR">${patient.family}</family><given>${patient.givens}</given><given qualifier="BR">${patient.given}</given>
<family qualifier="CL">${patient.family}</family><given qualifier="CL">${patient.given}</given></name>
<administrativeGenderCode code="F" displayName="Féminin" codeSystem="2.16.840.1.113883.5.1"/>
<birthTime value="${patient.birthDate}"/>
<birthplace><place><addr><county>${patient.birthPlace}</county></addr></place></birthplace>
</patient>
</patientRole></recordTarget>`
}

function author(facts: LetterFacts): string {
  return `<author><time value="${facts.writtenAt}"/>
<assignedAuthor classCode="ASSIGNED"><id root="${PROFESSIONAL}" extension="${LETTER.author.id}"/>
<code code="G15_10/SM27" displayName="Médecin - Médecine interne (SM)" codeSystem="1.2.250.1.213.1.1.4.5"/>
${HOSPITAL_ADDRESS}
<telecom value="tel:0300000001" use="WP"/>
<assignedPerson>${personName(LETTER.author)}</assignedPerson>
<representedOrganization><id root="${STRUCTURE}" extension="${LETTER.hospital.id}"/><name>${LETTER.hospital.name}</name></representedOrganization>
</assignedAuthor></author>`
}

function informant(classCode: 'ECON' | 'NOK'): string {
  return `<informant><relatedEntity classCode="${classCode}"><code code="HUSB" displayName="Époux" codeSystem="2.16.840.1.113883.5.111"/>
<addr nullFlavor="NAV"/><telecom value="tel:0600000002" use="MC"/>
<relatedPerson><name><family>EXEMPLE</family><given>Paul</given></name></relatedPerson></relatedEntity></informant>`
}

function custodian(): string {
  return `<custodian typeCode="CST"><assignedCustodian><representedCustodianOrganization><id root="${STRUCTURE}" extension="${LETTER.hospital.id}"/>
<name>${LETTER.hospital.name}</name><telecom value="tel:0300000001" use="WP"/>
${HOSPITAL_ADDRESS}</representedCustodianOrganization></assignedCustodian></custodian>`
}

function informationRecipient(): string {
  return `<informationRecipient typeCode="PRCP"><intendedRecipient><id root="${PROFESSIONAL}" extension="${LETTER.physician.id}"/>
<informationRecipient>${personName(LETTER.physician)}</informationRecipient>
<receivedOrganization><name>Cabinet du docteur Modele</name></receivedOrganization></intendedRecipient></informationRecipient>`
}

function legalAuthenticator(facts: LetterFacts): string {
  return `<legalAuthenticator><time value="${facts.writtenAt}"/><signatureCode code="S"/>
<assignedEntity><id root="${PROFESSIONAL}" extension="${LETTER.signer.id}"/><assignedPerson>${personName(LETTER.signer)}</assignedPerson>
<representedOrganization><id root="${STRUCTURE}" extension="${LETTER.hospital.id}"/><name>${LETTER.hospital.name}</name>${SECTOR}</representedOrganization>
</assignedEntity></legalAuthenticator>`
}

function attendingPhysician(): string {
  return `<participant typeCode="INF"><functionCode code="PCP" displayName="Médecin Traitant" codeSystem="2.16.840.1.113883.5.88"/><time nullFlavor="NA"/>
<associatedEntity classCode="PROV"><id root="${PROFESSIONAL}" extension="${LETTER.physician.id}"/>
<code code="G15_10/SM26" displayName="Médecin - Qualifié en Médecine Générale (SM)" codeSystem="1.2.250.1.213.1.1.4.5"/>
<addr><houseNumber>2</houseNumber><streetName>Place du Kiosque</streetName><postalCode>54000</postalCode><city>NANCY</city></addr>
<telecom value="tel:0300000002" use="WP"/><associatedPerson>${personName(LETTER.physician)}</associatedPerson>
<scopingOrganization><name>Cabinet du docteur Modele</name></scopingOrganization></associatedEntity></participant>`
}

function serviceEvent(facts: LetterFacts): string {
  return `<documentationOf typeCode="DOC"><serviceEvent classCode="ACT" moodCode="EVN">
<code code="IMP" displayName="Hospitalisation (établissement, y compris HAD)" codeSystem="2.16.840.1.113883.5.4" codeSystemName="HL7:ActCode"/>
<effectiveTime><low value="${facts.admittedAt}"/><high value="${facts.writtenAt}"/></effectiveTime>
<performer typeCode="PRF"><assignedEntity><id root="${PROFESSIONAL}" extension="${LETTER.signer.id}"/><assignedPerson>${personName(LETTER.signer)}</assignedPerson>
<representedOrganization><id root="${STRUCTURE}" extension="${LETTER.hospital.id}"/><name>${LETTER.hospital.name}</name>${SECTOR}</representedOrganization>
</assignedEntity></performer></serviceEvent></documentationOf>`
}

function encounter(facts: LetterFacts): string {
  return `<componentOf><encompassingEncounter><id root="${LETTER.stay.root}" extension="${LETTER.stay.value}"/>
<code code="IMP" displayName="Hospitalisation (établissement, y compris HAD)" codeSystem="2.16.840.1.113883.5.4"/>
<effectiveTime><low value="${facts.admittedAt}"/><high value="${facts.writtenAt}"/></effectiveTime>
<responsibleParty><assignedEntity><id root="${PROFESSIONAL}" extension="${LETTER.signer.id}"/><assignedPerson>${personName(LETTER.signer)}</assignedPerson></assignedEntity></responsibleParty>
<location><healthCareFacility><code code="SA01" displayName="Etablissement public de santé" codeSystem="1.2.250.1.71.4.2.4"/></healthCareFacility></location>
</encompassingEncounter></componentOf>`
}

function personName(person: { family: string; given: string }): string {
  return `<name><given>${person.given}</given><family>${person.family}</family><suffix>DR</suffix></name>`
}

const HOSPITAL_ADDRESS = '<addr><houseNumber>1</houseNumber><streetName>Avenue du Parc</streetName><postalCode>54000</postalCode><city>NANCY</city></addr>'
const SECTOR =
  '<standardIndustryClassCode code="ETABLISSEMENT" displayName="Etablissement de santé" codeSystem="1.2.250.1.213.1.1.4.9" codeSystemName="practiceSettingCode"/>'
