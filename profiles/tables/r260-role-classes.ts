/*
  Contact roles around a person (QUAL closed on 2024-03-29, NOK since).
  Source: TRE_R260-HL7RoleClass, OID 2.16.840.1.113883.5.110, version 20240426120000; Agence du numérique en santé; labels unchanged.
*/
import { CodeTable } from './code-table.ts'

export const R260_ROLE_CLASSES = new CodeTable({ name: 'TRE_R260-HL7RoleClass', oid: '2.16.840.1.113883.5.110', version: 'version 20240426120000', publisher: 'Agence du numérique en santé' }, [
  ['ECON', '2.16.840.1.113883.5.110', 'personne à prévenir en cas d\'urgence'],
  ['GUARD', '2.16.840.1.113883.5.110', 'Responsable légal'],
  ['QUAL', '2.16.840.1.113883.5.110', 'Personne de confiance', 'closed'],
  ['POLHOLD', '2.16.840.1.113883.5.110', 'Assuré ouvrant droit'],
  ['CON', '2.16.840.1.113883.5.110', 'Informateur'],
  ['CAREGIVER', '2.16.840.1.113883.5.110', 'Aidant'],
  ['PAT', '2.16.840.1.113883.5.110', 'aidé'],
  ['PROV', '2.16.840.1.113883.5.110', 'Professionnel de santé'],
  ['AGNT', '2.16.840.1.113883.5.110', 'Professionnel caractérisé par son rôle'],
  ['NOK', '2.16.840.1.113883.5.110', 'personne de confiance'],
])
