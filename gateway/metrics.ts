/*
  The metrics of the hub: one registry, every name in one place, prefix hub_, base units, no identity in any label.
*/
import { setTimeout as pause } from 'node:timers/promises'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { ERRORS } from '../profiles/errors.ts'

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
  /** A gauge read at each scrape; a read that fails leaves its samples out. */
  watch(gauge: Watched, read: ReadGauge): void
  /** The page that Prometheus reads. */
  page(): Promise<{ contentType: string; text: string }>
}

// Each watched gauge: its help and its labels.
export const WATCHED = {
  hub_lanes: { help: 'Lanes (inbound, delivery) with work: ready, waiting for a dependency or a retry, parked.', labels: ['kind', 'state'] },
  hub_lane_entries: { help: 'Messages and deliveries that stand in lanes, by the state of their lane.', labels: ['kind', 'state'] },
  hub_lane_oldest_seconds: { help: 'How long the lane that has stood still longest has not moved.', labels: ['kind', 'state'] },
  hub_set_aside_entries: { help: 'Heads of lanes that were set aside and not taken up again.', labels: ['kind'] },
  hub_set_aside_oldest_seconds: { help: 'How long ago what is aside for longest was set aside.', labels: ['kind'] },
  hub_deliveries_open: { help: 'Deliveries that have not ended: planned, sending, sent, waiting, parked.', labels: ['channel', 'status'] },
  hub_outbox_events: { help: 'Events that Kafka has not acknowledged yet.', labels: ['topic'] },
  hub_outbox_oldest_seconds: { help: 'Age of the oldest event that Kafka has not acknowledged yet.', labels: ['topic'] },
  hub_plannings_open: { help: 'Events whose fan-out is not planned yet.', labels: ['channel'] },
  hub_planning_oldest_seconds: { help: 'Age of the oldest event whose fan-out is not planned yet.', labels: ['channel'] },
  hub_intents_open: { help: 'Writes through the FHIR door that are not decided yet.', labels: [] },
  hub_subscriptions: { help: 'Subscriptions of clients, by status.', labels: ['status'] },
  hub_incidents_open: { help: 'Incidents that are open, by kind.', labels: ['kind'] },
  hub_alerts_waiting: { help: 'News of incidents, mail or webhook, that have not left yet.', labels: ['way'] },
  hub_partners_paused: { help: 'Partners that an operator holds.', labels: [] },
  hub_sessions: { help: 'People who are logged in to the monitor, by role.', labels: ['role'] },
  hub_replay_items: { help: 'Messages of replays that are being computed or committed, by state.', labels: ['state'] },
  hub_rollup_lag_seconds: { help: 'How far the roll-ups of the monitor are behind.', labels: [] },
  hub_ledger_size_bytes: { help: 'Size of the ledger’s database.', labels: [] },
  hub_ledger_server_connections: { help: 'Connections to the server of the ledger, of everybody: used, and the most it takes.', labels: ['state'] },
  hub_ledger_connections: { help: 'Connections to the ledger, by pool: open, idle of them; and statements queued for one.', labels: ['pool', 'state'] },
  hub_clock_ahead_seconds: { help: 'How far the clock of the hub is ahead of PostgreSQL’s; below zero, behind.', labels: [] },
  hub_upkeep_late_seconds: {
    help: 'How long a task that one hub does for all (retention, rollup, …) has been due and is not done.',
    labels: ['task'],
  },
  hub_disk_free_bytes: { help: 'Free space of dataDir; under limits.freeDiskBytes doors answer AR or 503, and mails stay unread.', labels: [] },
  hub_breaker_open: { help: '1 while the hub knows that a dependency (hapi, kafka, mail, …) is away.', labels: ['dependency'] },
  hub_dependency_up: { help: '1 while a part answers that /ready asks: ledger, store, bus, structures, mllp, mailbox.', labels: ['dependency'] },
  hub_lanes_giving_way: { help: '1 while lanes begin fewer entries, because many messages wait for their commit.', labels: [] },
  hub_certificate_expiry_seconds: { help: 'Time until a certificate, or a list (…crlFile), ends, by configuration key or partner.', labels: ['certificate'] },
  hub_accept_bytes: { help: 'Bytes read by the doors and not yet durable.', labels: [] },
} as const satisfies Record<string, { help: string; labels: readonly string[] }>

export type Watched = keyof typeof WATCHED

/** Samples by their label values, joined by `|`; the key of a gauge without labels says nothing. */
export type ReadGauge = () => Promise<Record<string, number>> | Record<string, number>

const LONGEST_READ_MS = 4000
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'hub_' })
  const registers = [registry]
  const counter = (name: string, help: string, labelNames: string[]): Counter => new Counter({ name, help, labelNames, registers })
  const times = (name: string, help: string, labelNames: string[]): Histogram => new Histogram({ name, help, labelNames, buckets: SECONDS, registers })
  const received = counter('hub_messages_received_total', 'Messages at a door (mllp, mail): accepted, repeated, refused, deferred.', ['door', 'outcome'])
  const flows = times('hub_flow_duration_seconds', 'Time of one run of a flow: done, waiting (it is tried again), parked.', ['flow', 'outcome'])
  const deliveries = times(
    'hub_delivery_duration_seconds',
    'Time of one attempt to send: delivered, sent (a report is awaited), waiting (it is tried again), failed.',
    ['connector', 'outcome'],
  )
  const decisions = counter('hub_decisions_total', 'Decisions, one per recipient, by the level of what is sent; aucun: nothing.', ['channel', 'level'])
  const changes = counter('hub_care_changes_total', 'What happened to care paths, by event and kind of change.', ['event', 'change'])
  const announced = counter('hub_events_announced_total', 'Events that Kafka has acknowledged.', [])
  const answers = times('hub_http_request_duration_seconds', 'Time to answer over HTTP, by area: fhir, auth, monitor, health.', ['area', 'method', 'status'])
  const subscriptions = counter('hub_subscriptions_failed_total', 'Subscriptions that went into error, by the code of why.', ['code'])
  // Prometheus sees the first failure as a rise only if it has seen the zero before it.
  for (const code of Object.keys(ERRORS).filter(one => one.startsWith('subscription.'))) subscriptions.inc({ code }, 0)
  for (const door of ['mllp', 'mail']) for (const outcome of ['accepted', 'repeated', 'refused', 'deferred']) received.inc({ door, outcome }, 0)
  deliveries.zero({ connector: 'mssante', outcome: 'sent' })
  const tokens = counter('hub_tokens_total', 'Token requests: granted, refused.', ['outcome'])
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

function watch(registry: Registry, name: Watched, read: ReadGauge): void {
  const { help, labels } = WATCHED[name]
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    async collect() {
      gauge.reset()
      try {
        // A page that comes late is none to Prometheus: then it would be the hub that is down.
        const samples = await Promise.race([read(), pause(LONGEST_READ_MS, {}, { ref: false })])
        for (const [key, value] of Object.entries(samples)) {
          const values = key.split('|')
          gauge.set(Object.fromEntries(labels.map((label, index) => [label, values[index] ?? ''])), value)
        }
      } catch {
        // What cannot be read now is absent from the page, which a monitor sees; the other metrics still come.
      }
    },
  })
}
