/*
  What one document of a message says of itself as a version: the ledger judges it against the documents it has accepted.
*/
import { createHash } from 'node:crypto'
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import { isFiness, isInsRoot } from '../../../profiles/identity.ts'
import { uniqueIdOf } from '../../cda/header/header-reader.ts'
import type { ReadDocument } from '../checks/check-document.ts'
import { faultAt } from '../fault.ts'
import type { Action, Transmission } from './transmission.ts'

/** A place in the message, as ledger and ERR-2 name it. */
type Place = { path: string; location: string }

export interface VersionClaim {
  documentId: string
  action: Action
  /** SHA-256 of the CDA, hexadecimal. */
  digest: string
  /** Unique id of the predecessor that the CDA names (RPLC). */
  replaces?: string
  /** Unique id of the set; absent where it only repeats the document's own. */
  setId?: string
  version?: number
  /** Type and form: versions of one set that differ in it are not versions of each other. */
  kind: string
  /** FINESS of the custodian, as 9 characters or behind the 1 of an idNatSt. */
  keeper: string | undefined
  /** PID-3: `ins|…` and `ipp|…` */
  persons: string[]
  /** Where the id stands, the predecessor, and the person. */
  places: { id: Place; parent: Place; person: Place }
}

export function versionClaimOf(message: Er7Message, transmission: Transmission, { obx, bytes, header }: ReadDocument): VersionClaim {
  const txa = message.first('TXA')
  const place = (segment: typeof txa, field: number, component?: number): Place => {
    const { path, location } = faultAt('hub.defect', segment ?? obx, field, component)
    return { path, location }
  }
  const setId = header.setId === undefined ? undefined : uniqueIdOf(header.setId)
  return {
    documentId: header.uniqueId,
    action: transmission.action,
    digest: createHash('sha256').update(bytes).digest('hex'),
    ...(header.replaces === undefined ? {} : { replaces: uniqueIdOf(header.replaces) }),
    ...(setId === undefined || setId === header.uniqueId ? {} : { setId }),
    ...(header.versionNumber === undefined ? {} : { version: header.versionNumber }),
    kind: `${header.code.code ?? ''} ${header.body?.kind ?? ''}`,
    keeper: header.custodian.ids.map(({ extension = '' }) => extension.replace(/^1(?=.{9}$)/, '')).find(isFiness),
    persons: transmission.patient.identifiers
      .filter(one => one.authority !== '')
      .map(({ authority, value }) => `${isInsRoot(authority) ? 'ins' : 'ipp'}|${authority}|${value}`),
    places: {
      id: txa === undefined ? place(obx, 5, 5) : place(txa, 12),
      parent: txa === undefined ? place(obx, 5, 5) : place(txa, 13),
      person: place(message.first('PID'), 3),
    },
  }
}
