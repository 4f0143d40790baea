/*
  Reliability of an identity, French codes of HL7 table 0445; systems are FHIR canonicals here.
  Source: fr-core-cs-v2-0445, read 2026-11; Interop'Santé, FR Core; labels unchanged.
*/
import { CodeTable } from './code-table.ts'

export const FRC_IDENTITY_RELIABILITY = new CodeTable({ name: 'fr-core-cs-v2-0445', version: 'read 2026-11', publisher: 'Interop\'Santé, FR Core' }, [
  ['VIDE', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité non encore qualifiée'],
  ['PROV', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité provisoire'],
  ['VALI', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité validée'],
  ['DOUB', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Doublon'],
  ['DESA', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité désactivée'],
  ['DPOT', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Doublon potentiel'],
  ['DOUA', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Doublon avéré'],
  ['COLP', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Collision potentielle'],
  ['COLV', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Collision avérée'],
  ['FILI', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Filiation'],
  ['CACH', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité cachée'],
  ['ANOM', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Anonyme'],
  ['IDVER', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité vérifiée par le patient'],
  ['RECD', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité reçue d\'un autre domaine'],
  ['IDRA', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité rapprochée dans un autre domaine'],
  ['USUR', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité usurpée'],
  ['HOMD', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Homonyme détecté'],
  ['INVA', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité invalidée'],
  ['HOMA', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Homonyme avéré (attribut d\'identité homonyme)'],
  ['FICT', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité fictive (attribut d\'identité fictive)'],
  ['DOUT', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité douteuse (attribut d\'identité douteuse)'],
  ['RECUP', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité récupérée'],
  ['QUAL', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445', 'Identité qualifiée'],
])
