/*
  Looks for what time alone brings, every ten seconds in one process, and writes it under the hub's own name.
*/
import { toHubError } from '../../../profiles/errors.ts'
import { CARE_FLOWS } from '../../flows/care-flows.ts'
import { careDeadlines } from '../../flows/deadlines.ts'
import type { HubParts } from '../../parts.ts'
import { writeAsHub } from './hub-write.ts'
import type { PipelineParts } from './pipeline.ts'

/** One that cannot be written now holds back no other. Throws: store.unavailable, ledger.*. */
export async function sweepDeadlines({ config, db, store, keys, metrics, log }: HubParts): Promise<void> {
  const parts: PipelineParts = { config, db, store, keys, metrics, flows: CARE_FLOWS, baseUrl: () => store.baseUrl, validator: NOTHING_TO_VALIDATE }
  for (const deadline of careDeadlines({ store })) {
    for (const due of await deadline.due(new Date())) {
      await writeAsHub(parts, due).catch((error: unknown) => log.warn('deadline.failed', { code: toHubError(error).code }))
    }
  }
}

/** The hub's own drafts are valid by its tests. */
const NOTHING_TO_VALIDATE: PipelineParts['validator'] = { form: () => [], profile: async () => [] }
