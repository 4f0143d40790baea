/*
  French identifier types, beside HL7 table 0203; systems are FHIR canonicals here.
  Source: fr-core-cs-v2-0203, read 2026-11; Interop'Santé, FR Core; labels unchanged.
*/
import { CodeTable } from './code-table.ts'

export const FRC_IDENTIFIER_TYPES = new CodeTable({ name: 'fr-core-cs-v2-0203', version: 'read 2026-11', publisher: 'Interop\'Santé, FR Core' }, [
  ['ADELI', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'N° ADELI'],
  ['RPPS', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'N° RPPS'],
  ['RPPSRG', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'N° RPPS Rang'],
  ['IDNPS', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'Identifiant National de Professionnel de Santé'],
  ['NNFRA', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'National Person Identifier where the FRA is the ISO table 3166 3-character (alphabetic) country code'],
  ['NDP', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'Identifiant du patient au Dossier Pharmaceutique'],
  ['INS-C', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'Identifiant National de Santé Calculé'],
  ['INS-NIA', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'NIR temporaire'],
  ['INS-NIR', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'NIR définitif'],
  ['INS-NIR-TEST', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'NIR TEST'],
  ['INS-NIR-DEMO', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'NIR DEMO'],
  ['FINEJ', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'FINESS d\'entité juridique'],
  ['FINEG', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'FINESS d\'entité géographique'],
  ['SIREN', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'Identification de l\'organisation au SIREN'],
  ['SIRET', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'Identification de l\'organisation au SIRET'],
  ['IDNST', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'Identification nationale de structure définie par l’ANS dans le CI_SIS'],
  ['INTRN', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'Identifiant interne'],
  ['EXTRN', 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', 'Identifiant externe'],
])
