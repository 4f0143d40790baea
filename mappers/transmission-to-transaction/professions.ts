/*
  The profession and specialty of a CDA code.
    G15_10/SM26 => profession 10 of TRE_G15, specialty SM26 of TRE_R38; the composite itself stays as a third coding
*/
import type { CodeableConcept } from 'fhir/r4.js'
import { tre } from '../../profiles/oids.ts'
import { toCodeableConcept, toCoding } from '../cda/datatypes.ts'
import type { Code } from '../cda/header/header.ts'

const PROFESSIONS: Record<string, string> = {
  G15: tre('G15-ProfessionSante'),
  R94: tre('R94-ProfessionSocial'),
  R95: tre('R95-UsagerTitre'),
  R291: tre('R291-AutreProfession'),
}

export function professionOf(code: Code | undefined): { code?: CodeableConcept; specialty?: CodeableConcept } {
  const [, list = '', profession = '', specialty] = /^([GR]\d+)_(\w+)(?:\/(\w+))?/.exec(code?.code ?? '') ?? []
  const system = PROFESSIONS[list]
  if (system === undefined) {
    const plain = toCodeableConcept(code)
    return plain === undefined ? {} : { code: plain }
  }
  const composite = toCoding(code)
  return {
    code: { coding: [{ system, code: profession }, ...(composite === undefined ? [] : [composite])] },
    ...(specialty?.startsWith('SM') ? { specialty: { coding: [{ system: tre('R38-SpecialiteOrdinale'), code: specialty }] } } : {}),
  }
}
