/*
  Practice settings (AMBULATOIRE, ETABLISSEMENT …).
  Source: JDV_J04-XdsPracticeSettingCode-CISIS, OID 1.2.250.1.213.1.1.5.467, CI-SIS test set of 2025-02; Agence du numérique en santé; labels unchanged.
*/
import { CodeTable } from './code-table.ts'

export const J04_PRACTICE_SETTINGS = new CodeTable({ name: 'JDV_J04-XdsPracticeSettingCode-CISIS', oid: '1.2.250.1.213.1.1.5.467', version: 'CI-SIS test set of 2025-02', publisher: 'Agence du numérique en santé' }, [
  ['EXP_PATIENT', '1.2.250.1.213.1.1.4.6', 'Expression personnelle du patient'],
  ['SNR', '1.2.250.1.213.1.1.4.6', 'Service numérique référencé'],
  ['AMBULATOIRE', '1.2.250.1.213.1.1.4.9', 'Ambulatoire'],
  ['AMO', '1.2.250.1.213.1.1.4.9', 'Organisme d\'assurance maladie obligatoire'],
  ['DEPISTAGE', '1.2.250.1.213.1.1.4.9', 'Dépistage'],
  ['ESSMS', '1.2.250.1.213.1.1.4.9', 'Etablissement ou Service Social ou Médico-Social'],
  ['ETABLISSEMENT', '1.2.250.1.213.1.1.4.9', 'Etablissement de santé'],
  ['HAD', '1.2.250.1.213.1.1.4.9', 'Hospitalisation à domicile'],
  ['MAD', '1.2.250.1.213.1.1.4.9', 'Maintien à domicile'],
  ['PALLIATIF', '1.2.250.1.213.1.1.4.9', 'Soins palliatifs'],
  ['SAD', '1.2.250.1.213.1.1.4.9', 'Soins à domicile'],
  ['SAMU_SMUR', '1.2.250.1.213.1.1.4.9', 'SAMU/SMUR'],
])
