/*
  A change of identity: A28 and A31, A24 and A37, A40 and A47.
*/
import { HubError } from '../../profiles/errors.ts'
import type { LaneClaim } from '../ledger/lanes.ts'
import type { HubParts } from '../parts.ts'

/** Throws: mapping.impossible. */
export async function executeIdentity(_parts: HubParts, _claim: LaneClaim): Promise<void> {
  throw new HubError('mapping.impossible', { path: 'MSH-9' })
}
