/*
  Kinds of encounter.
  Source: JDV_J142-TypeRencontre-CISIS, OID 1.2.250.1.213.1.1.5.589, CI-SIS test set of 2025-02; Agence du numérique en santé; labels unchanged.
*/
import { CodeTable } from './code-table.ts'

export const J142_ENCOUNTER_TYPES = new CodeTable({ name: 'JDV_J142-TypeRencontre-CISIS', oid: '1.2.250.1.213.1.1.5.589', version: 'CI-SIS test set of 2025-02', publisher: 'Agence du numérique en santé' }, [
  ['IMP', '2.16.840.1.113883.5.4', 'Hospitalisation (établissement, y compris HAD)'],
  ['EMER', '2.16.840.1.113883.5.4', 'Passage aux urgences (établissement)'],
  ['AMB', '2.16.840.1.113883.5.4', 'Ambulatoire (hors établissement)'],
  ['FLD', '2.16.840.1.113883.5.4', 'Terrain (voie publique, hélicoptère, ambulance, etc.)'],
  ['HH', '2.16.840.1.113883.5.4', 'Soins à domicile (hors établissement)'],
  ['VR', '2.16.840.1.113883.5.4', 'Virtuelle (exemple : RCP en l\'absence du patient)'],
  ['EXTERNE', '1.2.250.1.213.1.1.4.2.291', 'Acte et consultation externe (établissement)'],
  ['SEANCE', '1.2.250.1.213.1.1.4.2.291', 'Séance (établissement ou libéral)'],
])
