/*
  What one document of a message says of itself as a version: the ledger judges it against the documents it has accepted.
*/
import { createHash } from 'node:crypto'
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import { isFiness, isInsRoot } from '../../../profiles/identity.ts'
import { type CdaVersion, versionIn } from '../../cda/header/header-reader.ts'
import type { ReadDocument } from '../checks/check-document.ts'
import { faultAt } from '../fault.ts'
import type { Action, Transmission } from './transmission.ts'

/** A place in the message, as ledger and ERR-2 name it. */
type Place = { path: string; location: string }

export interface VersionClaim extends CdaVersion {
  action: Action
  /** SHA-256 of the CDA, hexadecimal. */
  digest: string
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
  return {
    ...versionIn(header),
    action: transmission.action,
    digest: createHash('sha256').update(bytes).digest('hex'),
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
