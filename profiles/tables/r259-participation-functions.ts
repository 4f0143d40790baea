/*
  Functional roles around a person (PCP: médecin traitant).
  Source: TRE_R259-HL7ParticipationFunction, OID 2.16.840.1.113883.5.88, version 20231215120000; Agence du numérique en santé; labels unchanged.
*/
import { CodeTable } from './code-table.ts'

export const R259_PARTICIPATION_FUNCTIONS = new CodeTable({ name: 'TRE_R259-HL7ParticipationFunction', oid: '2.16.840.1.113883.5.88', version: 'version 20231215120000', publisher: 'Agence du numérique en santé' }, [
  ['ADMPHYS', '2.16.840.1.113883.5.88', 'Responsable de l\'admission'],
  ['ATTPHYS', '2.16.840.1.113883.5.88', 'Référent - Responsable du patient dans la structure de soins'],
  ['DISPHYS', '2.16.840.1.113883.5.88', 'Responsable de la sortie'],
  ['PCP', '2.16.840.1.113883.5.88', 'Médecin traitant'],
])
