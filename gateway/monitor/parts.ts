/*
  What the monitor works with.
*/
import type { Tokens } from '../access/callers/tokens.ts'
import type { Auditor } from '../ledger/audit/audit.ts'
import type { Db } from '../ledger/db.ts'
import type { HubConfig } from '../config.ts'
import type { Keys } from '../keys.ts'
import type { Readiness } from '../readiness.ts'
import type { Store } from '../store/store.ts'
import type { Workers } from '../workers/pool.ts'
import type { PipelineParts } from '../fhir/write/parts.ts'

export interface MonitorParts {
  db: Db
  tokens: Tokens
  auditor: Auditor
  config: HubConfig
  store: Store
  /** What looks into whole messages runs in a thread. */
  workers: Workers
  keys: Keys
  /** How what is decided here is written. */
  writes: PipelineParts
  /** How each part of the hub is. */
  readiness(): Promise<Readiness>
  /** Aborted when the hub ends: nobody waits for a stream. */
  closing: AbortSignal
}
