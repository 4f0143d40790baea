/*
  What a write works with, as a whole and by its steps.
*/
import type { Issue } from '../../../profiles/issues.ts'
import type { Rights } from '../../access/rights/rights-in.ts'
import type { HubConfig } from '../../config.ts'
import type { CareFlow } from '../../flows/care-flow.ts'
import type { Keys } from '../../keys.ts'
import type { Db } from '../../ledger/db.ts'
import type { Metrics } from '../../metrics.ts'
import type { Store } from '../../store/store.ts'
import type { Workers } from '../../workers/pool.ts'
import type { Validator } from '../validate/validator.ts'

export interface SightParts {
  db: Db
  store: Store
  /** Of all writers: what they ask at the same time goes to the ledger together. An emergency lets nobody write. */
  rights: Rights
}

export interface IdentifyParts extends SightParts {
  config: HubConfig
  baseUrl(): string
}

export interface JudgeParts extends SightParts {
  validator: Pick<Validator, 'form' | 'profile'>
  flows: readonly CareFlow[]
}

export interface SessionParts {
  config: HubConfig
  db: Db
  keys: Keys
  store: Store
  workers: Workers
}

export interface SettleParts {
  db: Db
  keys: Keys
  metrics: Metrics
}

export interface PipelineParts extends IdentifyParts, JudgeParts, SessionParts, SettleParts {}

/** Of the door, which also answers $validate. */
export type WriteParts = PipelineParts & { validator: Validator }

/** Tier 1, and what a header or an address must say. Throws: fhir.*. */
export type CheckForm = (resource: unknown, place: string) => Issue[]
