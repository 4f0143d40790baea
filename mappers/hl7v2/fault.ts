/*
  A place in a message where something is wrong, as the ledger names it (`OBX[2]-5`) and as ERR-2 does (`OBX^2^5`).
*/
import type { ErrorCode } from '../../profiles/errors.ts'
import type { Er7Segment } from '../../profiles/hl7v2/er7-segment.ts'

export interface Fault {
  code: ErrorCode
  /** `PID-3`, `OBX[2]-5.5`, or a path in the document. */
  path: string
  /** ERR-2: segment^occurrence[^field[^repetition^component]] */
  location: string
}

export function faultAt(code: ErrorCode, segment: Er7Segment, field: number, component?: number): Fault {
  return {
    code,
    path: `${segment.path}-${field}${component === undefined ? '' : `.${component}`}`,
    location: `${segment.name}^${segment.nth}^${field}${component === undefined ? '' : `^1^${component}`}`,
  }
}

/** For a segment that is not there. */
export function faultOf(code: ErrorCode, name: string, nth = 1): Fault {
  return { code, path: nth > 1 ? `${name}[${nth}]` : name, location: name === '' ? '' : `${name}^${nth}` }
}
