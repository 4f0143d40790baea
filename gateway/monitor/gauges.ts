/*
  What Prometheus sees of the state of the hub, read at each scrape: depths of the ledger, health of the dependencies.
*/
import type { Breakers } from '../breaker.ts'
import type { Tx } from '../ledger/db.ts'
import type { Metrics } from '../metrics.ts'
import type { PartCheck } from '../readiness.ts'

interface Count {
  name: string
  count: string
}

export function watchLedger(metrics: Metrics, ledger: Tx): void {
  const counted = (sql: string) => async (): Promise<Record<string, number>> => {
    const { rows } = await ledger.query<Count>(sql)
    return Object.fromEntries(rows.map(({ name, count }) => [name, Number(count)]))
  }
  metrics.watch('hub_lanes', counted(`select kind || '-' || state as name, count(*) from lane where state <> 'idle' group by 1`))
  metrics.watch('hub_outbox_events', counted(`select 'hub.events' as name, count(*) from outbox`))
  metrics.watch('hub_plannings_open', counted(`select channel as name, count(*) from planning where planned_at is null group by 1`))
}

export function watchDependencies(metrics: Metrics, breakers: Breakers, checks: Record<string, PartCheck>): void {
  metrics.watch('hub_breaker_open', () => Object.fromEntries(Object.entries(breakers.states()).map(([name, state]) => [name, state === 'closed' ? 0 : 1])))
  metrics.watch('hub_dependency_up', async () => {
    const asked = Object.entries(checks).map(
      async ([name, check]) =>
        [
          name,
          await check().then(
            () => 1,
            () => 0,
          ),
        ] as const,
    )
    return Object.fromEntries(await Promise.all(asked))
  })
}
