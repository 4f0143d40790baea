/*
  Visibility marks of a document.
  Source: JDV_J110-StatutVisibiliteDocument-CISIS, OID 1.2.250.1.213.1.1.5.480, version 1.1.0 of 2020-04-24; Agence du numérique en santé; labels unchanged.
*/
import { CodeTable } from './code-table.ts'

export const J110_VISIBILITY = new CodeTable({ name: 'JDV_J110-StatutVisibiliteDocument-CISIS', oid: '1.2.250.1.213.1.1.5.480', version: 'version 1.1.0 of 2020-04-24', publisher: 'Agence du numérique en santé' }, [
  ['INVISIBLE_PATIENT', '1.2.250.1.213.1.1.4.13', 'Non visible par le patient'],
  ['INVISIBLE_REPRESENTANTS_LEGAUX', '1.2.250.1.213.1.1.4.13', 'Non visible par les représentants légaux du patient'],
  ['MASQUE_PS', '1.2.250.1.213.1.1.4.13', 'Masqué aux professionnels de santé'],
  ['MASQUE_PSOCIAL', '1.2.250.1.213.1.1.4.13', 'Masqué aux professionnels du domaine social'],
  ['MASQUE_PT', '1.2.250.1.213.1.1.4.13', 'Masqué aux personnes tierces'],
])
