/*
  The AGGIR grid of TDDUI and its result, the GIR. Source: fhir-fr.md 1.8, 2.7 (CISIS, OID 1.2.250.1.213.1.1.4.322).
*/

export const AGGIR = {
  questionnaire: 'https://interop.esante.gouv.fr/ig/fhir/tddui/Questionnaire/tddui-questionnaire-aggir-pa-ssiad',
  /** linkId of the item that holds the result. */
  result: 'resultat-eval',
  system: 'https://smt.esante.gouv.fr/fhir/CodeSystem/terminologie-cisis',
  code: 'MED-1293',
  display: 'Evaluation AGGIR PA SSIAD',
  category: 'http://terminology.hl7.org/CodeSystem/observation-category',
} as const

export interface Gir {
  code: string
  display: string
}

export const GIR: readonly Gir[] = [
  { code: 'MED-339', display: 'GIR-1' },
  { code: 'MED-340', display: 'GIR-2' },
  { code: 'MED-341', display: 'GIR-3' },
  { code: 'MED-342', display: 'GIR-4' },
  { code: 'MED-343', display: 'GIR-5' },
  { code: 'MED-344', display: 'GIR-6' },
]
