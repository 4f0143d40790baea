/*
  Reads a professional by number and name (XCN): PRT-5; PV1-7, 8, 9, 17.
    1 id      2 family      3 given      9 who numbers them (9.2 its OID, or 9 itself)      13 RPPS | IDNPS | ADELI | INS …
*/
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { OID } from '../../../profiles/oids.ts'
import { urnOf } from '../../cda/datatypes.ts'
import { present } from '../../cda/read-datatypes.ts'
import { trimmed } from './read-patient.ts'
import type { Professional } from './transmission.ts'

/** RPPS, or an idNatPs that carries one. */
const NATIONAL_NUMBER = /^8?\d{11}$/
/** What the directory is called where its OID is not said. */
const NATIONAL = 'ASIP-SANTE-PS'

/** A number without an authority is national by its type, its form or the name of who gave it, else anybody's: two hospitals may each have a DR12. */
export function readXcn(segment: Er7Segment | undefined, field: number, at = 1): Professional {
  const part = (component: number, subcomponent?: number): string | undefined => trimmed(segment, field, at, component, subcomponent)
  const [id, idType] = [part(1), part(13)]
  const said = part(9, 2) ?? (urnOf(part(9) ?? '') === undefined ? undefined : part(9))
  const isOfDirectory = part(9) === undefined ? NATIONAL_NUMBER.test(id ?? '') : part(9) === NATIONAL
  const isNational = idType === undefined ? isOfDirectory : /^(?:RPPS|IDNPS|ADELI)$/.test(idType)
  return present({ id, idType, authority: said ?? (id !== undefined && isNational ? OID.professional : undefined), family: part(2), given: part(3) })
}
