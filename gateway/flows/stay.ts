/*
  A movement of a stay: accepted message → the stay as all its movements make it → Encounter → event.
*/
import { HubError } from '../../profiles/errors.ts'
import type { LaneClaim } from '../ledger/lanes.ts'
import type { HubParts } from '../parts.ts'

/** Throws: mapping.impossible. */
export async function executeMovement(_parts: HubParts, _claim: LaneClaim): Promise<void> {
  throw new HubError('mapping.impossible', { path: 'MSH-9' })
}
