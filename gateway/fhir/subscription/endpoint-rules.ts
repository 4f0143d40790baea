/*
  What the connector is told of endpoints: its settings, and that the hub never notifies itself or its own parts.
*/
import type { SubscriptionConfig } from '../../../connectors/subscription/config.ts'
import type { HubConfig } from '../../config.ts'

export function endpointRules({ http, ledger, store, kafka, connectors: { hospital, mssante, subscription } }: HubConfig): SubscriptionConfig {
  const urls = [ledger.url, store.url].map(url => Number(new URL(url).port))
  const brokers = kafka.brokers.map(broker => Number(broker.split(':').at(-1)))
  const own = [http.port, hospital.port, mssante.smtp.port, mssante.imap.port, ...urls, ...brokers]
  return { ...subscription, closedPorts: [...subscription.closedPorts, ...own.filter(port => port > 0)] }
}
