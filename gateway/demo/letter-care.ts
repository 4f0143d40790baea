/*
  The sections of the demo letter about care: treatments, follow-up, devices, allergies.
*/
import { ANS_CODES, derivedId, ENTRY, type LetterBody, PCC, SECTION, SNOMED, section } from './letter-section.ts'

interface Treatment {
  code: string
  name: string
  title: string
  templates: readonly string[]
  drug: { atc: string; name: string; shown: string; daily: string; unit: string }
  period: (body: LetterBody) => string
}

export const GIVEN: Treatment = {
  code: '18610-6',
  name: 'Traitements administrés',
  title: 'Traitements arrêtés durant le séjour',
  templates: [`${PCC}.3.21`, `${SECTION}.145`],
  drug: { atc: 'N02AA01', name: 'Morphine', shown: 'Morphine 10 mg, une gélule deux fois par jour, arrêtée avant la sortie', daily: '20', unit: 'mg/d' },
  period: body => `<low value="${body.admittedOn}"/><high value="${body.dischargedOn}"/>`,
}
export const DISCHARGE: Treatment = {
  code: '10183-2',
  name: 'Traitements à la sortie',
  title: 'Traitements à la sortie',
  templates: [`${PCC}.3.22`, `${SECTION}.146`],
  drug: { atc: 'N02BE01', name: 'Paracétamol', shown: 'Paracétamol 1 g, un comprimé trois fois par jour, selon la douleur', daily: '3', unit: 'g/d' },
  period: body => `<low value="${body.dischargedOn}"/><high value="${body.reviewOn}"/>`,
}

export function treatments(body: LetterBody, treatment: Treatment): string {
  const { drug } = treatment
  const narrative = `med-${drug.atc}`
  const entry = `<substanceAdministration classCode="SBADM" moodCode="EVN"><templateId root="${ENTRY}.42"/><templateId root="2.16.840.1.113883.10.20.1.24"/>
<templateId root="${PCC}.4.7"/><templateId root="${PCC}.4.7.1"/><id root="${derivedId(body, narrative)}"/>
<code code="DRUG" displayName="Médicament" codeSystem="2.16.840.1.113883.5.4" codeSystemName="HL7:ActCode"/>
<text><reference value="#${narrative}"/></text><statusCode code="completed"/>
<effectiveTime xsi:type="IVL_TS">${treatment.period(body)}</effectiveTime><effectiveTime xsi:type="PIVL_TS" operator="A"><period value="8" unit="h"/></effectiveTime>
<doseQuantity><low value="1" unit="{tbl}"/><high value="1" unit="{tbl}"/></doseQuantity>
<rateQuantity><low value="${drug.daily}" unit="${drug.unit}"/><high value="${drug.daily}" unit="${drug.unit}"/></rateQuantity>
<consumable><manufacturedProduct><templateId root="${ENTRY}.43"/><templateId root="2.16.840.1.113883.10.20.1.53"/><templateId root="${PCC}.4.7.2"/>
<manufacturedMaterial><code code="${drug.atc}" displayName="${drug.name}" codeSystem="2.16.840.1.113883.6.73" codeSystemName="ATC"><originalText><reference value="#${narrative}"/></originalText></code>
<name>${drug.name}</name></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>`
  return section(body, { ...treatment, text: `<list><item><content ID="${narrative}">${drug.shown}</content></item></list>`, entries: [entry] })
}

export function followUp(body: LetterBody): string {
  const procedure = `<procedure classCode="PROC" moodCode="INT"><templateId root="2.16.840.1.113883.10.20.1.25"/><templateId root="${PCC}.4.19"/><templateId root="${ENTRY}.62"/>
<id root="${derivedId(body, 'acte')}"/><code code="NEQK010" displayName="Radiographie de l'articulation coxofémorale selon 1 ou 2 incidences" codeSystem="1.2.250.1.215.300.1" codeSystemName="CCAM"/>
<text><reference value="#acte"/></text><statusCode code="active"/><effectiveTime value="${body.reviewOn}"/></procedure>`
  const request = `<observation classCode="OBS" moodCode="INT"><templateId root="2.16.840.1.113883.10.20.1.25"/><templateId root="${PCC}.1.20.3.1"/><templateId root="${ENTRY}.27"/>
<id root="${derivedId(body, 'suivi')}"/><code code="ORG-064" displayName="Demande d'examen ou de suivi" ${ANS_CODES}/>
<text><reference value="#suivi"/></text><statusCode code="active"/><effectiveTime value="${body.reviewOn}"/><value xsi:type="ST">Rééducation à domicile</value></observation>`
  const visit = `<encounter classCode="ENC" moodCode="ARQ"><templateId root="2.16.840.1.113883.10.20.1.21"/><templateId root="2.16.840.1.113883.10.20.1.25"/><templateId root="${PCC}.4.14"/><templateId root="${ENTRY}.58"/>
<id root="${derivedId(body, 'visite')}"/><code code="AMB" displayName="Ambulatoire (hors établissement)" codeSystem="2.16.840.1.113883.5.4"/>
<text><reference value="#visite"/></text><effectiveTime value="${body.reviewOn}"/></encounter>`
  return section(body, {
    code: '18776-5',
    name: 'Plan de soins',
    title: 'Suites à donner',
    templates: ['2.16.840.1.113883.10.20.1.10', `${PCC}.3.36`, `${SECTION}.158`],
    text: '<list><item><content ID="acte">Radiographie de contrôle de la hanche droite</content></item><item><content ID="suivi">Rééducation à domicile</content></item><item><content ID="visite">Consultation du médecin traitant</content></item></list>',
    entries: [procedure, request, visit],
  })
}

export function devices(body: LetterBody): string {
  const entry = `<supply classCode="SPLY" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.1.34"/><templateId root="${ENTRY}.20"/><id root="${derivedId(body, 'hanche')}"/>
<effectiveTime xsi:type="IVL_TS"><low value="${body.admittedOn}"/></effectiveTime>
<participant typeCode="DEV"><participantRole classCode="MANU"><id root="1.2.250.1.999.4" extension="DM-1"/><playingDevice classCode="DEV" determinerCode="INSTANCE">
<code code="P0908" displayName="PROTHÈSES DE HANCHE" codeSystem="1.2.250.1.213.2.68" codeSystemName="EMDN"><originalText><reference value="#hanche"/></originalText></code></playingDevice></participantRole></participant></supply>`
  return section(body, {
    code: '46264-8',
    name: 'Dispositifs médicaux',
    title: 'Dispositifs médicaux',
    templates: ['2.16.840.1.11383.10.20.1.7', `${PCC}.1.5.3.5`, `${SECTION}.1`],
    text: '<content ID="hanche">Prothèse totale de hanche droite</content>',
    entries: [entry],
  })
}

export function allergies(body: LetterBody): string {
  const entry = `<act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.1.27"/><templateId root="${PCC}.4.5.1"/><templateId root="${PCC}.4.5.3"/><templateId root="${ENTRY}.40"/>
<id root="${derivedId(body, 'allergie-acte')}"/><code nullFlavor="NA"/><statusCode code="active"/><effectiveTime><low value="${body.admittedOn}"/></effectiveTime>
<entryRelationship typeCode="SUBJ" inversionInd="false"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.1.28"/><templateId root="2.16.840.1.113883.10.20.1.18"/>
<templateId root="${PCC}.4.5"/><templateId root="${PCC}.4.6"/><templateId root="${ENTRY}.41"/><id root="${derivedId(body, 'allergie')}"/>
<code code="416098002" displayName="allergie médicamenteuse" ${SNOMED}/><text><reference value="#allergie"/></text><statusCode code="completed"/>
<effectiveTime xsi:type="IVL_TS"><low nullFlavor="UNK"/></effectiveTime><value xsi:type="CD"><originalText><reference value="#allergie"/></originalText></value>
<participant typeCode="CSM"><participantRole classCode="MANU"><playingEntity classCode="MMAT"><code code="764146007" displayName="pénicilline" ${SNOMED}/></playingEntity></participantRole></participant>
</observation></entryRelationship></act>`
  return section(body, {
    code: '48765-2',
    name: 'Allergies et hypersensibilités',
    title: 'Allergies identifiées',
    templates: ['2.16.840.1.113883.10.20.1.2', `${PCC}.3.13`, `${SECTION}.137`],
    text: '<content ID="allergie">Allergie à la pénicilline</content>',
    entries: [entry],
  })
}
