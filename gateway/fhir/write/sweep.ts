/*
  Looks for what time alone brings, every ten seconds in one process, and writes it under the hub's own name.
*/
import { toHubError } from '../../../profiles/errors.ts'
import type { Deadline } from '../../flows/care-flow.ts'
import { careDeadlines } from '../../flows/requests/deadlines.ts'
import { emergencyNotices } from '../../flows/consent/emergency.ts'
import type { HubParts } from '../../parts.ts'
import { hubWritesOf, writeAsHub } from './hub-write.ts'

/** One that cannot be written now holds back no other. Throws: store.unavailable, ledger.*. */
export async function sweepDeadlines(hub: HubParts): Promise<void> {
  const { db, store, config, log } = hub
  const parts = hubWritesOf(hub)
  const failed = (error: unknown): void => log.warn('deadline.failed', { code: toHubError(error).code })
  const look = async (deadline: Deadline): Promise<void> => {
    for (const due of await deadline.due(new Date())) {
      await writeAsHub(parts, due)
        .then(() => due.written?.())
        .catch(failed)
    }
  }
  for (const deadline of [emergencyNotices(db, config.emergency.privacyOfficer), ...careDeadlines({ store })]) await look(deadline)
}
