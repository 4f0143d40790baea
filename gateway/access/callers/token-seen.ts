/*
  Which assertions were used: kept in the ledger, so that none is used twice on two replicas.
*/
import { createHash } from 'node:crypto'
import type { Db } from '../../ledger/db.ts'
import { useToken } from '../../ledger/lease.ts'
import type { UseOnce } from './assertion.ts'

/** Two clients may draw the same jti: what is kept is a digest of both. */
export function useOnceIn(db: Db): UseOnce {
  return ({ clientId, jti, expiresAt }) => useToken(db, createHash('sha256').update(`${clientId}\n${jti}`).digest('base64url'), expiresAt)
}
