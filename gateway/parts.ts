/*
  The parts of the hub that flows and fan-out join: made once at the start, handed down as they are.
*/
import type { Connector } from '../connectors/connector.ts'
import type { connector as directory } from '../connectors/directory/index.ts'
import type { HospitalConfig } from '../connectors/hospital/config.ts'
import type { HospitalPayload } from '../connectors/hospital/wire.ts'
import type { MssanteConfig } from '../connectors/mssante/config.ts'
import type { MailPayload } from '../connectors/mssante/wire.ts'
import type { PlatformConfig } from '../connectors/platform/config.ts'
import type { PlatformPayload } from '../connectors/platform/wire.ts'
import type { SubscriptionConfig } from '../connectors/subscription/config.ts'
import type { NotificationPayload } from '../connectors/subscription/wire.ts'
import type { Breakers } from './breaker.ts'
import type { EventBus } from './bus/bus.ts'
import type { HubConfig } from './config.ts'
import type { Keys } from './keys.ts'
import type { Chains } from './ledger/audit/audit.ts'
import type { Db } from './ledger/db.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { RightOfWay } from './right-of-way.ts'
import type { SharedLedger } from './ledger/shared-transaction.ts'
import type { SharedTransactions } from './store/shared.ts'
import type { Store } from './store/store.ts'
import type { Workers } from './workers/pool.ts'

export interface Connectors {
  hospital: Sending<HospitalConfig, HospitalPayload>
  mssante: Sending<MssanteConfig, MailPayload>
  platform: Sending<PlatformConfig, PlatformPayload>
  subscription: Sending<SubscriptionConfig, NotificationPayload>
  /** Asked, never sent to. */
  directory: Pick<typeof directory, 'ask'>
}

type Sending<Config, Payload> = Pick<Required<Connector<Config, Payload>>, 'send'>

export interface HubParts {
  config: HubConfig
  db: Db
  /** For what is audited with its cause. */
  chains: Chains
  store: Store
  /** Of the store, for what an accepted message puts there. */
  transactions: SharedTransactions
  /** Of the ledger: who is meant by what is about to be stored. */
  resolutions: SharedLedger
  /** Of the ledger: what follows from what is stored. */
  settlements: SharedLedger
  /** Of the ledger: what became of deliveries. */
  outcomes: SharedLedger
  bus: EventBus
  workers: Workers
  breakers: Breakers
  keys: Keys
  log: Log
  metrics: Metrics
  rightOfWay: RightOfWay
  connectors: Connectors
}
