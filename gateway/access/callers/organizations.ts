/*
  Which Organization a structure's identifier leads to, by the identities of the ledger.
*/
import type { Db } from '../../ledger/db.ts'
import { findIdentified } from '../../ledger/identity/identity-rows.ts'
import type { ActingLookups } from '../rights/acts-for.ts'

export function organizationsIn(db: Db): ActingLookups['organizationOf'] {
  return async identifiers => {
    const id = await findIdentified(db, 'Organization', identifiers)
    return id === undefined ? undefined : `Organization/${id}`
  }
}
