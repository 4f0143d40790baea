/*
  What Prometheus sees of the state of the hub, read at each scrape: depths of the ledger, health of the dependencies. Every hub of one ledger tells the same of it.
*/
import type { Breakers } from '../breaker.ts'
import type { Db } from '../ledger/db.ts'
import type { Metrics, Watched } from '../metrics.ts'
import type { Readiness } from '../readiness.ts'

const STATE = "case when l.state = 'ready' and l.code is not null then 'waiting' else l.state end"
const AGE = (since: string): string => `greatest(0, extract(epoch from clock_timestamp() - ${since}))`
/** What waits for its hour (a daily mail) does not stand still before it. */
const STILL_SINCE = 'min(case when l.holder is null and l.code is null then greatest(l.moved_at, l.due_at) else l.moved_at end)'

/** Rows `name`, the label values joined by `|`, and `value`. */
const OF_LEDGER = {
  hub_lanes: `select l.kind || '|' || ${STATE} as name, count(*) as value from lane l where l.state <> 'idle' group by 1`,
  hub_lane_entries: `select l.kind || '|' || ${STATE} as name, count(*) as value from lane_entry e join lane l on l.key = e.lane_key where l.state <> 'idle' group by 1`,
  hub_lane_oldest_seconds: `select l.kind || '|' || ${STATE} as name, ${AGE(STILL_SINCE)} as value from lane l where l.state <> 'idle' group by 1`,
  hub_set_aside_entries: 'select kind as name, count(*) as value from set_aside where taken_at is null group by 1',
  hub_deliveries_open: `select channel || '|' || status as name, count(*) as value from delivery where status in ('planned', 'sending', 'sent', 'waiting', 'parked') group by 1`,
  hub_set_aside_oldest_seconds: `select kind as name, ${AGE('min(at)')} as value from set_aside where taken_at is null group by 1`,
  hub_outbox_events: `select 'hub.events' as name, count(*) as value from outbox`,
  hub_outbox_oldest_seconds: `select 'hub.events' as name, coalesce(${AGE('min(at)')}, 0) as value from outbox`,
  hub_plannings_open: 'select channel as name, count(*) as value from planning where planned_at is null group by 1',
  hub_planning_oldest_seconds: `select channel as name, ${AGE('min(at)')} as value from planning where planned_at is null group by 1`,
  hub_intents_open: `select '' as name, count(*) as value from intent where state = 'open'`,
  hub_subscriptions: `select status as name, count(*) as value from subscription where origin = 'client' and status <> 'deleted' group by 1`,
  hub_incidents_open: `select kind as name, count(*) as value from incident where state = 'open' group by 1`,
  hub_alerts_waiting: `select way as name, count(*) as value from alert where state = 'waiting' group by 1`,
  hub_partners_paused: `select '' as name, count(*) as value from partner_pause where resumed_at is null`,
  hub_sessions: 'select role as name, count(*) as value from monitor_session where idle_at > clock_timestamp() and ends_at > clock_timestamp() group by 1',
  hub_replay_items: `select i.state as name, count(*) as value from replay r join replay_item i on i.replay_id = r.id where r.state in ('computing', 'committing') group by 1`,
  hub_rollup_lag_seconds: `select '' as name, ${AGE('until')} as value from rollup_until`,
  hub_ledger_server_connections: `select 'used' as name, count(*) as value from pg_stat_activity where datid is not null union all select 'most', current_setting('max_connections')::int`,
  hub_ledger_size_bytes: `select '' as name, pg_database_size(current_database()) as value`,
} as const satisfies Partial<Record<Watched, string>>

export function watchLedger(metrics: Metrics, ledger: Pick<Db, 'query' | 'connections'>): void {
  // Before the others, which this page itself queues.
  metrics.watch('hub_ledger_connections', () => ledger.connections())
  for (const [gauge, sql] of Object.entries(OF_LEDGER) as [Watched, string][])
    metrics.watch(gauge, async () => {
      const { rows } = await ledger.query<{ name: string; value: string | number }>(sql, [], `gauge-${gauge}`)
      return Object.fromEntries(rows.map(({ name, value }) => [name, Number(value)]))
    })
}

export function watchDependencies(metrics: Metrics, breakers: Breakers, readiness: () => Promise<Readiness>): void {
  metrics.watch('hub_breaker_open', () => Object.fromEntries(Object.entries(breakers.states()).map(([name, state]) => [name, state === 'open' ? 1 : 0])))
  metrics.watch('hub_dependency_up', async () => Object.fromEntries(Object.entries((await readiness()).parts).map(([name, one]) => [name, one.ready ? 1 : 0])))
}
