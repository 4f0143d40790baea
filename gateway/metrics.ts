/*
  The metrics of the hub: one registry, every name in one place, prefix hub_, base units, no identity in any label.
*/
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  /** A message came through a door. */
  received(door: string, outcome: 'accepted' | 'repeated' | 'refused' | 'deferred'): void
  /** One run of a flow ended. */
  flowed(flow: string, outcome: 'done' | 'waiting' | 'parked', seconds: number): void
  /** One attempt to send ended. */
  sent(connector: string, outcome: 'delivered' | 'sent' | 'waiting' | 'failed' | 'stopped', seconds: number): void
  /** One recipient was decided upon. */
  decided(channel: string, level: string): void
  /** An event of care was settled, with its kinds of change: `snp.statut`, `task.hors-delai`. */
  happened(event: string, changes: readonly string[]): void
  /** Events reached Kafka. */
  announced(count: number): void
  answered(area: string, method: string, status: number, seconds: number): void
  /** A subscription went into error: to be alerted on. */
  subscriptionFailed(code: string): void
  tokenGranted(outcome: 'granted' | 'refused'): void
  /** A gauge read at each scrape; one sample per label value. A read that fails leaves its samples out. */
  watch(gauge: Watched, read: () => Promise<Record<string, number>> | Record<string, number>): void
  /** The page that Prometheus reads. */
  page(): Promise<{ contentType: string; text: string }>
}

// Each watched gauge: its help and its one label.
const WATCHED = {
  hub_lanes: { help: 'Lanes with work, by kind and state.', label: 'lanes' },
  hub_outbox_events: { help: 'Events that Kafka has not acknowledged yet.', label: 'topic' },
  hub_plannings_open: { help: 'Events whose fan-out is not planned yet.', label: 'channel' },
  hub_breaker_open: { help: '1 while the hub knows that a dependency is away.', label: 'dependency' },
  hub_dependency_up: { help: '1 while a dependency answers.', label: 'dependency' },
  hub_certificate_expiry_seconds: { help: 'Time until a certificate ends, by configuration key or partner.', label: 'certificate' },
  hub_lanes_giving_way: { help: '1 while lanes begin fewer entries so that messages are acknowledged in time.', label: 'hub' },
  hub_accept_bytes: { help: 'Bytes read by the doors and not yet durable.', label: 'door' },
} as const

export type Watched = keyof typeof WATCHED

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'hub_' })
  const registers = [registry]
  const received = new Counter({ name: 'hub_messages_received_total', help: 'Messages that came through a door.', labelNames: ['door', 'outcome'], registers })
  const flows = new Histogram({
    name: 'hub_flow_duration_seconds',
    help: 'Time of one run of a flow.',
    labelNames: ['flow', 'outcome'],
    buckets: SECONDS,
    registers,
  })
  const deliveries = new Histogram({
    name: 'hub_delivery_duration_seconds',
    help: 'Time of one attempt to send.',
    labelNames: ['connector', 'outcome'],
    buckets: SECONDS,
    registers,
  })
  const decisions = new Counter({ name: 'hub_decisions_total', help: 'Decisions, one per recipient.', labelNames: ['channel', 'level'], registers })
  const changes = new Counter({
    name: 'hub_care_changes_total',
    help: 'What happened to care paths, by event and kind of change.',
    labelNames: ['event', 'change'],
    registers,
  })
  const announced = new Counter({ name: 'hub_events_announced_total', help: 'Events acknowledged by Kafka.', registers })
  const answers = new Histogram({
    name: 'hub_http_request_duration_seconds',
    help: 'Time to answer.',
    labelNames: ['area', 'method', 'status'],
    buckets: SECONDS,
    registers,
  })
  const subscriptions = new Counter({ name: 'hub_subscriptions_failed_total', help: 'Subscriptions that went into error.', labelNames: ['code'], registers })
  const tokens = new Counter({ name: 'hub_tokens_total', help: 'Token requests.', labelNames: ['outcome'], registers })
  return {
    received: (door, outcome) => received.inc({ door, outcome }),
    flowed: (flow, outcome, seconds) => flows.observe({ flow, outcome }, seconds),
    sent: (connector, outcome, seconds) => deliveries.observe({ connector, outcome }, seconds),
    decided: (channel, level) => decisions.inc({ channel, level }),
    happened: (event, kinds) => {
      for (const change of kinds) changes.inc({ event, change })
    },
    announced: count => announced.inc(count),
    answered: (area, method, status, seconds) => answers.observe({ area, method, status }, seconds),
    subscriptionFailed: code => subscriptions.inc({ code }),
    tokenGranted: outcome => tokens.inc({ outcome }),
    watch: (gauge, read) => watch(registry, gauge, read),
    page: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}

function watch(registry: Registry, name: Watched, read: () => Promise<Record<string, number>> | Record<string, number>): void {
  const { help, label } = WATCHED[name]
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    async collect() {
      gauge.reset()
      try {
        for (const [value, count] of Object.entries(await read())) gauge.set({ [label]: value }, count)
      } catch {
        // What cannot be read now is absent from the page, which a monitor sees; the other metrics still come.
      }
    },
  })
}
