/*
  What a way out of the hub is, and what every one of them knows of its delivery.
*/
import type { Receipt } from '../../../connectors/connector.ts'
import type { Delivery } from '../../ledger/deliveries/deliveries.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import type { HubParts } from '../../parts.ts'
import type { Deposit } from '../deposit.ts'

export interface Route {
  /** Connector, as metrics name it. */
  connector: string
  /** Kind of its receipts: smtp, http, kafka, hl7. */
  kind: string
  /** The breaker of who takes it; without one it is nothing that may be away. */
  dependency?: string
  /** A report will say later whether it arrived. */
  awaitsReport: boolean
  /** Renders and sends, exactly once; not asked while its dependency is known to be away. */
  send(delivery: Delivery, signal: AbortSignal): Promise<Receipt & { isSettled?: boolean }>
  /** Writes the state of the delivery into the store, where it leaves a trace there. */
  record?(delivery: Delivery): Promise<void>
}

/** What every route knows of its delivery. */
export interface Sending {
  parts: HubParts
  event: StoredEvent
  deposit: Deposit
}
