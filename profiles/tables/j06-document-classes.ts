/*
  Document classes.
  Source: JDV_J06-XdsClassCode-CISIS, OID 1.2.250.1.213.1.1.5.462, version 20230922120000; Agence du numérique en santé; labels unchanged.
*/
import { CodeTable } from './code-table.ts'

export const J06_DOCUMENT_CLASSES = new CodeTable({ name: 'JDV_J06-XdsClassCode-CISIS', oid: '1.2.250.1.213.1.1.5.462', version: 'version 20230922120000', publisher: 'Agence du numérique en santé' }, [
  ['10', '1.2.250.1.213.1.1.4.1', 'Compte rendu'],
  ['11', '1.2.250.1.213.1.1.4.1', 'Synthèse'],
  ['31', '1.2.250.1.213.1.1.4.1', 'Imagerie médicale'],
  ['42', '1.2.250.1.213.1.1.4.1', 'Prescription'],
  ['43', '1.2.250.1.213.1.1.4.1', 'Dispensation'],
  ['44', '1.2.250.1.213.1.1.4.1', 'Plan de soins, protocole de soins'],
  ['45', '1.2.250.1.213.1.1.4.1', 'Traitement administré'],
  ['52', '1.2.250.1.213.1.1.4.1', 'Certificat, déclaration'],
  ['60', '1.2.250.1.213.1.1.4.1', 'Données de remboursement'],
  ['90', '1.2.250.1.213.1.1.4.1', 'Autres documents déposés par le patient'],
  ['95', '1.2.250.1.213.1.1.4.1', 'Document de gestion'],
  ['99', '1.2.250.1.213.1.1.4.1', 'Document technique'],
  ['urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1', '', 'Digital Signature'],
])
