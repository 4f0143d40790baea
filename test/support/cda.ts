/*
  The smallest N1 document with everything the header needs; each part can be said otherwise.
*/

export interface CdaChange {
  /** root, or root^extension */
  id?: string
  patientIds?: { root: string; extension: string }[]
  type?: { code: string; system: string; display: string }
  /** relatedDocument RPLC: root of the parent. */
  replaces?: string
  body?: string
  /** Last change to the text. */
  edit?: (text: string) => string
}

export const TEST_INS = { root: '1.2.250.1.213.1.4.10', extension: '279035121518989' }
export const TEST_IPP = { root: '1.2.250.1.999.2', extension: 'IPP-1' }
export const LETTER_TYPE = { code: '11490-0', system: '2.16.840.1.113883.6.1', display: 'Lettre de liaison' }

const STRUCTURE = '<id root="1.2.250.1.71.4.2.2" extension="1540009990"/><name>Centre hospitalier Exemple</name>'
const AUTHOR = '<id root="1.2.250.1.71.4.2.1" extension="810100000032"/>'
const PERSON = '<assignedPerson><name><given>Alice</given><family>FICTIVE</family></name></assignedPerson>'

export function writeCda(change: CdaChange = {}): Uint8Array {
  const { id = '1.2.250.1.999.1.1', patientIds = [TEST_INS, TEST_IPP], type = LETTER_TYPE, replaces, body = 'JVBERi0xLjQK' } = change
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.2.8.2.1"/><templateId root="1.2.250.1.213.1.1.1.1"/><templateId root="1.3.6.1.4.1.19376.1.2.20"/>
  ${ii(id)}<code code="${type.code}" codeSystem="${type.system}" displayName="${type.display}"/><title>Lettre de liaison</title>
  <effectiveTime value="20260602143000+0200"/><confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="fr-FR"/>
  <setId root="1.2.250.1.999.1.100"/><versionNumber value="1"/>
  <recordTarget><patientRole>${patientIds.map(({ root, extension }) => `<id root="${root}" extension="${extension}"/>`).join('')}
    <patient><name><family qualifier="BR">EXEMPLE</family><given>CLAIRE ANNE</given><given qualifier="BR">CLAIRE</given></name>
      <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19790328"/>
      <birthplace><place><addr><county>51215</county></addr></place></birthplace></patient></patientRole></recordTarget>
  <author><time value="20260602143000+0200"/><assignedAuthor>${AUTHOR}${PERSON}<representedOrganization>${STRUCTURE}</representedOrganization></assignedAuthor></author>
  <custodian><assignedCustodian><representedCustodianOrganization>${STRUCTURE}</representedCustodianOrganization></assignedCustodian></custodian>
  <legalAuthenticator><time value="20260602143000+0200"/><signatureCode code="S"/><assignedEntity>${AUTHOR}${PERSON}</assignedEntity></legalAuthenticator>
  <documentationOf><serviceEvent><effectiveTime><low value="20260526"/></effectiveTime><performer typeCode="PRF"><assignedEntity>${AUTHOR}</assignedEntity></performer></serviceEvent></documentationOf>
  ${replaces === undefined ? '' : `<relatedDocument typeCode="RPLC"><parentDocument>${ii(replaces)}</parentDocument></relatedDocument>`}
  <componentOf><encompassingEncounter><effectiveTime><low value="20260526"/></effectiveTime></encompassingEncounter></componentOf>
  <component><nonXMLBody><text mediaType="application/pdf" representation="B64">${body}</text></nonXMLBody></component>
</ClinicalDocument>`
  return Buffer.from(change.edit?.(text) ?? text, 'utf8')
}

/** For `edit`: the same document with one section instead of its N1 body. */
export function asStructured(text: string): string {
  const section = '<component><section><title>Conclusion</title><text>Rien à signaler.</text></section></component>'
  return text.replace(/<nonXMLBody>.*<\/nonXMLBody>/s, `<structuredBody>${section}</structuredBody>`)
}

function ii(id: string): string {
  const [root, extension] = id.split('^')
  return extension === undefined ? `<id root="${root}"/>` : `<id root="${root}" extension="${extension}"/>`
}
