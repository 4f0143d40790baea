/*
  Confidentiality of a document: HL7 levels and visibility marks.
  Source: JDV_J08-XdsConfidentialityCode-CISIS, OID 1.2.250.1.213.1.1.5.463, CI-SIS test set of 2025-02; Agence du numérique en santé; labels unchanged.
*/
import { CodeTable } from './code-table.ts'

export const J08_CONFIDENTIALITY = new CodeTable({ name: 'JDV_J08-XdsConfidentialityCode-CISIS', oid: '1.2.250.1.213.1.1.5.463', version: 'CI-SIS test set of 2025-02', publisher: 'Agence du numérique en santé' }, [
  ['N', '2.16.840.1.113883.5.25', 'Normal'],
  ['R', '2.16.840.1.113883.5.25', 'Restreint'],
  ['V', '2.16.840.1.113883.5.25', 'Très restreint'],
  ['INVISIBLE_PATIENT', '1.2.250.1.213.1.1.4.13', 'Non visible par le patient'],
  ['INVISIBLE_REPRESENTANTS_LEGAUX', '1.2.250.1.213.1.1.4.13', 'Non visible par les représentants légaux du patient'],
  ['MASQUE_PS', '1.2.250.1.213.1.1.4.13', 'Masqué aux professionnels de santé'],
])
