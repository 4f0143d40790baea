/*
  Looks for what time alone brings, every ten seconds in one process, and writes it under the hub's own name.
*/
import { toHubError } from '../../../profiles/errors.ts'
import { CARE_FLOWS } from '../../flows/care-flows.ts'
import type { Deadline } from '../../flows/care-flow.ts'
import { careDeadlines } from '../../flows/deadlines.ts'
import { emergencyNotices } from '../../flows/emergency.ts'
import type { HubParts } from '../../parts.ts'
import { writeAsHub } from './hub-write.ts'
import type { PipelineParts } from './pipeline.ts'

/** One that cannot be written now holds back no other. Throws: store.unavailable, ledger.*. */
export async function sweepDeadlines({ config, db, store, keys, metrics, log }: HubParts): Promise<void> {
  const parts: PipelineParts = { config, db, store, keys, metrics, flows: CARE_FLOWS, baseUrl: () => store.baseUrl, validator: NOTHING_TO_VALIDATE }
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

/** The hub's own drafts are valid by its tests. */
const NOTHING_TO_VALIDATE: PipelineParts['validator'] = { form: () => [], profile: async () => [] }
