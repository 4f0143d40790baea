import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { alertRules } from '../support/promql.ts'

// Prometheus' own judgement of the rules: each alert begins in the situation it names and says it, ends by itself, and none begins in a healthy hour.
// A series is what a scrape each minute saw: `1x10` eleven times 1, `0+6x10` 0, 6, … 60, `_x3` nothing, `stale` a scrape that is lost or a sample that is gone.

const hasPromtool = spawnSync('promtool', ['--version']).status === 0
if (!hasPromtool) process.stdout.write('no promtool (Debian: prometheus) on this machine: the alert rules are not judged\n')
const RULES = resolve(import.meta.dirname, '../../docker/prometheus/alerts.yaml')

interface Situation {
  alert: string
  series: Record<string, string>
  /** When it must have begun, minutes. */
  at: number
  /** When it must be silent. */
  notAt?: number[]
  labels: Record<string, string>
  summary: string
}

const HUB = { instance: 'hub:8443', job: 'hub' }
const flow = (outcome: string): string => `hub_flow_duration_seconds_count{flow="document",outcome="${outcome}"}`
const received = (door: string, outcome: string): string => `hub_messages_received_total{door="${door}",outcome="${outcome}"}`
const answers = (area: string, status: string): string => `hub_http_request_duration_seconds_count{area="${area}",status="${status}"}`
const connections = (state: string): string => `hub_ledger_server_connections{state="${state}"}`
const SENT = 'hub_delivery_duration_seconds_count{connector="mssante",outcome="sent"}'
const certificate = (name: string): string => `hub_certificate_expiry_seconds{certificate="${name}"}`
const slow = (name: string, by: string, seconds: number): Record<string, string> => ({
  [`${name}{${by},le="${seconds}"}`]: '0x60',
  [`${name}{${by},le="30"}`]: '0+60x60',
  [`${name}{${by},le="+Inf"}`]: '0+60x60',
})

const SITUATIONS: Situation[] = [
  {
    alert: 'HubDown',
    series: { 'up{instance="hub:8443",job="hub"}': '1x5 0x10 1x20' },
    at: 9,
    notAt: [5, 17],
    labels: HUB,
    summary: 'The hub at hub:8443 does not answer Prometheus.',
  },
  {
    alert: 'HubRestarts',
    series: { 'hub_process_start_time_seconds{instance="hub:8443",job="hub"}': '100x5 500 stale 900 1300 1300x60' },
    at: 12,
    notAt: [5, 50],
    labels: HUB,
    summary: 'The hub at hub:8443 has started 3 times in half an hour.',
  },
  {
    alert: 'HubDependencyDown',
    series: { 'hub_dependency_up{dependency="store"}': '1x5 0x10 1x20' },
    at: 9,
    notAt: [5, 25],
    labels: { dependency: 'store' },
    summary: 'store does not answer the hub.',
  },
  {
    alert: 'HubBreakerOpen',
    // In between somebody tries.
    series: { 'hub_breaker_open{dependency="mail"}': '0x5 1 1 0 1 1 1 0 1 1 1 0x20' },
    at: 13,
    notAt: [5, 20],
    labels: { dependency: 'mail' },
    summary: 'The hub holds back what is for mail, which is away.',
  },
  {
    alert: 'HubDiskLow',
    series: { 'hub_disk_free_bytes{instance="hub:8443"}': '9e9x5 4e9x10 9e9x20', 'hub_disk_free_bytes{instance="other:8443"}': '9e9x35' },
    at: 13,
    notAt: [5, 20],
    labels: { instance: 'hub:8443' },
    summary:
      'Less than 5 GB are left on the disk of dataDir of hub:8443: below limits.freeDiskBytes the MLLP door answers AR, a write at the FHIR door 503, and mails stay unread.',
  },
  {
    alert: 'HubMemoryHigh',
    series: { 'hub_process_resident_memory_bytes{instance="hub:8443"}': '4e8x5 1.6e9x30 4e8x20' },
    at: 25,
    notAt: [15, 40],
    labels: { instance: 'hub:8443' },
    summary: 'hub:8443 holds more than 1.5 GB of memory.',
  },
  {
    alert: 'HubEventLoopBlocked',
    series: { 'hub_nodejs_eventloop_lag_p99_seconds{instance="hub:8443"}': '0.02x5 0.8x10 0.02x20' },
    at: 13,
    notAt: [8, 20],
    labels: { instance: 'hub:8443' },
    summary: 'hub:8443 is busy for half a second at a time.',
  },
  {
    alert: 'HubClocksApart',
    series: { 'hub_clock_ahead_seconds{instance="hub:8443"}': '0x5 -300x10 0x20' },
    at: 13,
    notAt: [8, 20],
    labels: { instance: 'hub:8443' },
    summary: 'The clocks of hub:8443 and of PostgreSQL are 5m 0s apart.',
  },
  {
    alert: 'HubCertificateExpiring',
    series: { [certificate('http.certFile')]: '1000000x90 90000000x20' },
    at: 70,
    notAt: [30, 100],
    labels: { certificate: 'http.certFile' },
    summary: 'The certificate http.certFile ends within 14 days.',
  },
  {
    alert: 'HubRevocationListExpiring',
    series: { [certificate('http.clientCrlFile')]: '20000x20 90000000x20' },
    at: 10,
    notAt: [2, 30],
    labels: { certificate: 'http.clientCrlFile' },
    summary: 'The lists of revoked certificates of http.clientCrlFile end within eight hours: then nobody is taken there.',
  },
  {
    alert: 'HubCertificateExpired',
    series: { [certificate('partners.CH-1')]: '-60x20 90000000x20' },
    at: 2,
    notAt: [30],
    labels: { certificate: 'partners.CH-1' },
    summary: 'The certificate or list partners.CH-1 has expired.',
  },
  {
    alert: 'HubMessagesRefused',
    series: { [received('mllp', 'accepted')]: '0+90x120', [received('mllp', 'refused')]: '0+10x40 400x80' },
    at: 35,
    notAt: [10, 70],
    labels: { door: 'mllp' },
    summary: 'More than 5 % of what comes through the door mllp is refused.',
  },
  {
    alert: 'HubMessagesDeferred',
    series: { [received('mllp', 'deferred')]: '0x5 1+1x15 16x20' },
    at: 15,
    notAt: [5, 30],
    labels: { door: 'mllp' },
    summary: 'The door mllp asks senders to come again: nothing can be made durable.',
  },
  {
    alert: 'HubAnswersFail',
    series: { [answers('fhir', '200')]: '0+95x60', [answers('fhir', '503')]: '0+5x30 150x30' },
    at: 15,
    notAt: [4, 45],
    labels: { area: 'fhir' },
    summary: 'More than 2 % of the answers of fhir are 5xx.',
  },
  {
    alert: 'HubAnswersSlow',
    series: slow('hub_http_request_duration_seconds_bucket', 'area="fhir"', 1),
    at: 30,
    notAt: [8],
    labels: { area: 'fhir' },
    summary: 'One answer in twenty of fhir takes more than a second.',
  },
  {
    alert: 'HubTokensRefused',
    series: { 'hub_tokens_total{outcome="refused"}': '0+20x40 800x40' },
    at: 35,
    notAt: [10, 70],
    labels: {},
    summary: 'Token requests are refused, more than one in five seconds.',
  },
  {
    alert: 'HubIntentsUndecided',
    series: { hub_intents_open: '3x5 60x15 0x10' },
    at: 17,
    notAt: [10, 25],
    labels: {},
    summary: 'More than 50 writes through the FHIR door are not decided.',
  },
  {
    alert: 'HubLanesParked',
    // Of two hubs both say the same; a scrape is lost; the hub that starts again has not looked yet.
    series: {
      'hub_lanes{instance="a",kind="inbound",state="parked"}': '0x5 2x15 stale _ 2x10 0x20',
      'hub_lanes{instance="b",kind="inbound",state="parked"}': '0x5 2x15 stale _ 2x10 0x20',
    },
    at: 21,
    notAt: [10, 45],
    labels: { kind: 'inbound' },
    summary: 'Parked lanes (inbound): 2.',
  },
  {
    alert: 'HubLaneStandsStill',
    series: { 'hub_lane_oldest_seconds{kind="delivery",state="waiting"}': '0+60x90 0x20' },
    at: 70,
    notAt: [55, 105],
    labels: { kind: 'delivery' },
    summary: 'Nobody has moved a lane (delivery) for 1h 10m 0s.',
  },
  {
    alert: 'HubLaneStandsStill',
    series: { 'hub_lane_oldest_seconds{kind="inbound",state="ready"}': '0+60x40 0x20' },
    at: 25,
    notAt: [14, 55],
    labels: { kind: 'inbound' },
    summary: 'Nobody has moved a lane (inbound) for 25m 0s.',
  },
  {
    alert: 'HubLaneBacklog',
    series: { 'hub_lane_entries{kind="inbound",state="ready"}': '10x5 6000x30 10x10' },
    at: 25,
    notAt: [15, 40],
    labels: { kind: 'inbound' },
    summary: 'More than 5000 entries wait in inbound lanes.',
  },
  {
    alert: 'HubLanesGivingWay',
    series: { hub_lanes_giving_way: '0x5 1x30 0x10' },
    at: 25,
    notAt: [15, 40],
    labels: {},
    summary: 'For a quarter of an hour more messages come than are made durable at once: lanes are slowed down.',
  },
  {
    alert: 'HubFlowSlow',
    series: slow('hub_flow_duration_seconds_bucket', 'flow="stay",outcome="done"', 5),
    at: 35,
    notAt: [12],
    labels: { flow: 'stay' },
    summary: 'One run in twenty of stay takes more than five seconds.',
  },
  {
    alert: 'HubFlowsFail',
    series: { [flow('done')]: '0+60x10 600x40 660+60x60', [flow('waiting')]: '0x10 30+30x40 1230x60' },
    at: 35,
    notAt: [10, 100],
    labels: { flow: 'document' },
    summary: 'More than half of the runs of document end without an effect: what is accepted is not stored.',
  },
  {
    alert: 'HubSetAsideForgotten',
    // The hub is started again each hour: what was set aside is as old as before.
    series: { 'hub_set_aside_oldest_seconds{kind="inbound"}': '80000+60x50 stale _ 83120+60x50 stale _ 86240+60x50' },
    at: 125,
    notAt: [60],
    labels: { kind: 'inbound' },
    summary: 'What was set aside more than a day ago (inbound) was never taken up again.',
  },
  {
    alert: 'HubOutboxLate',
    series: { 'hub_outbox_oldest_seconds{topic="hub.events"}': '0x5 130+60x10 0x10' },
    at: 14,
    notAt: [8, 25],
    labels: { topic: 'hub.events' },
    summary: 'Events wait for Kafka for more than two minutes.',
  },
  {
    alert: 'HubPlanningLate',
    series: { 'hub_plannings_open{channel="mssante"}': '10x5 600x20 10x10' },
    at: 20,
    notAt: [10, 30],
    labels: { channel: 'mssante' },
    summary: 'Events are planned late for mssante: more than 500 wait, or they are left to the ledger.',
  },
  {
    alert: 'HubPlanningLate',
    // One event in ten minutes, each planned from the ledger after one.
    series: { 'hub_planning_oldest_seconds{channel="mssante"}': '_x9 55 stale _x8 55 stale _x8 55 stale _x60' },
    at: 28,
    notAt: [8, 60],
    labels: { channel: 'mssante' },
    summary: 'Events are planned late for mssante: more than 500 wait, or they are left to the ledger.',
  },
  {
    alert: 'HubDeliveriesFail',
    series: {
      'hub_delivery_duration_seconds_count{connector="platform",outcome="delivered"}': '0+80x120',
      'hub_delivery_duration_seconds_count{connector="platform",outcome="failed"}': '0+20x40 800x80',
    },
    at: 35,
    notAt: [10, 70],
    labels: { connector: 'platform' },
    summary: 'More than 10 % of what platform sends fails.',
  },
  {
    alert: 'HubReportsMissing',
    series: { [SENT]: '0+1x200', [received('mail', 'accepted')]: '0+1x20 20x90 21+1x90' },
    at: 105,
    notAt: [30, 60, 130],
    labels: {},
    summary: 'Mails leave, and for an hour no report of any has come back.',
  },
  {
    alert: 'HubSubscriptionFailed',
    series: { 'hub_subscriptions_failed_total{code="subscription.given_up"}': '0x5 1x40' },
    at: 8,
    notAt: [5, 30],
    labels: { code: 'subscription.given_up' },
    summary: 'A subscription went into error (subscription.given_up).',
  },
  {
    alert: 'HubIncidentOpen',
    series: { 'hub_incidents_open{kind="feed.silent"}': '_x5 3x10 stale _x20' },
    at: 8,
    notAt: [5, 25],
    labels: { kind: 'feed.silent' },
    summary: 'Open incidents of kind feed.silent: 3.',
  },
  {
    alert: 'HubAlertsWaiting',
    series: { 'hub_alerts_waiting{way="mail"}': '_x5 2x30 stale _x20' },
    at: 25,
    notAt: [15, 45],
    labels: { way: 'mail' },
    summary: 'News of incidents does not leave by mail.',
  },
  {
    alert: 'HubRollupLate',
    series: { hub_rollup_lag_seconds: '120x5 120+60x30 100x10' },
    at: 28,
    notAt: [12, 40],
    labels: {},
    summary: 'The counters of the monitor are more than ten minutes behind.',
  },
  {
    alert: 'HubUpkeepLate',
    series: { 'hub_upkeep_late_seconds{task="retention"}': '0x5 0+60x30 0x10' },
    at: 27,
    notAt: [18, 40],
    labels: { task: 'retention' },
    summary: 'The task retention, which one hub does for all, has been due for 21m 0s.',
  },
  {
    alert: 'HubLedgerQueues',
    series: { 'hub_ledger_connections{pool="lanes",state="queued"}': '0x5 30x10 0x10' },
    at: 12,
    notAt: [8, 20],
    labels: { pool: 'lanes' },
    summary: 'Statements queue for a connection to PostgreSQL (lanes).',
  },
  {
    alert: 'HubLedgerServerFull',
    series: { [connections('used')]: '50x5 95x10 50x10', [connections('most')]: '100x25' },
    at: 12,
    notAt: [8, 20],
    labels: {},
    summary: 'More than 90 % of the connections that PostgreSQL takes are in use.',
  },
]

/** A quiet night: little comes, one message is refused, one answer fails, a subscriber is away, the hub is started again once and its counters begin anew. */
const HEALTHY: Record<string, string> = {
  'up{instance="hub:8443",job="hub"}': '1x30 0 1x60',
  'hub_process_start_time_seconds{instance="hub:8443",job="hub"}': '100x30 stale 2000x60',
  'hub_dependency_up{dependency="store"}': '1x30 stale 0 1x60',
  'hub_dependency_up{dependency="structures"}': '1x30 stale 0 1x60',
  'hub_breaker_open{dependency="subscription:one"}': '1x2 0x28 stale 1x2 0x60',
  'hub_clock_ahead_seconds{instance="hub:8443"}': '0.02x30 stale -0.01x60',
  [received('mllp', 'accepted')]: '40x9 41x9 42x11 stale 0x9 1x50',
  [received('mllp', 'refused')]: '0x12 1x17 stale 0x60',
  [received('mllp', 'deferred')]: '0x30 stale 0x60',
  [received('mail', 'accepted')]: '20x30 stale 0x60',
  [SENT]: '20x9 21x20 stale 0x9 1x50',
  [answers('fhir', '200')]: '500+2x29 stale 0+2x60',
  [answers('fhir', '500')]: '0x8 1x21 stale 0x60',
  [answers('health', '503')]: '0x30 stale 0+20x3 60x60',
  [flow('done')]: '40x9 41x20 stale 0x9 1x50',
  'hub_flow_duration_seconds_count{flow="delivery",outcome="waiting"}': '40+1x29 stale 0+1x60',
  'hub_flow_duration_seconds_count{flow="delivery",outcome="done"}': '10x30 stale 0x60',
  'hub_planning_oldest_seconds{channel="mssante"}': '_x9 0.4 _x20 stale 2 _x60',
  'hub_plannings_open{channel="mssante"}': '_x9 1 _x20 stale 1 _x60',
  'hub_lane_oldest_seconds{kind="delivery",state="waiting"}': '0+60x29 stale 0+60x50',
  hub_rollup_lag_seconds: '100x30 stale 160x60',
  'hub_upkeep_late_seconds{task="retention"}': '0x30 stale 0x60',
  'hub_subscriptions_failed_total{code="subscription.given_up"}': '1x30 stale 0x60',
  'hub_set_aside_oldest_seconds{kind="inbound"}': '40000+60x29 stale 41860+60x60',
  [connections('used')]: '40x30 stale 45x60',
  [connections('most')]: '100x30 stale 100x60',
  [certificate('http.certFile')]: '9000000x30 stale 9000000x60',
}

function judged(tests: object[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'hub-rules-'))
  try {
    const file = join(folder, 'tests.json')
    writeFileSync(file, stringify({ rule_files: [RULES], evaluation_interval: '1m', tests }))
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })
    return status === 0 ? '' : `${stdout}${stderr}`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const inputs = (series: Record<string, string>): object[] => Object.entries(series).map(([name, values]) => ({ series: name, values }))

describe('every alert', () => {
  it('has a situation here', () => {
    expect(new Set(SITUATIONS.map(({ alert }) => alert))).toEqual(new Set(alertRules().map(({ alert }) => alert)))
  })

  it.runIf(hasPromtool)('is a rule that Prometheus takes', () => {
    expect(() => execFileSync('promtool', ['check', 'rules', RULES])).not.toThrow()
  })

  it.runIf(hasPromtool).each(SITUATIONS)('$alert begins in its situation, says it, and ends with it', ({ alert, series, at, notAt = [], labels, summary }) => {
    const severity = alertRules().find(rule => rule.alert === alert)?.labels.severity
    const told = {
      exp_labels: { ...labels, severity },
      exp_annotations: { summary, runbook_url: `gateway/monitor/OPERATING.md#${alert}` },
    }
    const moments = [
      { eval_time: `${at}m`, alertname: alert, exp_alerts: [told] },
      ...notAt.map(minute => ({ eval_time: `${minute}m`, alertname: alert, exp_alerts: [] })),
    ]
    expect(judged([{ interval: '1m', input_series: inputs(series), alert_rule_test: moments }])).toBe('')
  })

  it.runIf(hasPromtool)('HubFlowsFail leaves it to HubDependencyDown while the store is away', () => {
    const series = {
      [flow('done')]: '100x60',
      [flow('waiting')]: '0+60x60',
      'hub_dependency_up{dependency="store"}': '0x60',
      'hub_dependency_up{dependency="bus"}': '1x60',
    }
    const moments = [20, 40].map(minute => ({ eval_time: `${minute}m`, alertname: 'HubFlowsFail', exp_alerts: [] }))
    expect(judged([{ interval: '1m', input_series: inputs(series), alert_rule_test: moments }])).toBe('')
  })

  it.runIf(hasPromtool)('is silent in a healthy hour and over a restart', () => {
    const moments = alertRules().flatMap(({ alert }) =>
      Array.from({ length: 92 }, (_, minute) => ({ eval_time: `${minute}m`, alertname: alert, exp_alerts: [] })),
    )
    expect(judged([{ interval: '1m', input_series: inputs(HEALTHY), alert_rule_test: moments }])).toBe('')
  })
})
