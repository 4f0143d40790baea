import { describe, expect, it } from 'vitest'
import { readSandbox } from '../support/sandbox.ts'
import { expressions, familiesOf, familyOf, labelsOf, metricsIn } from '../support/promql.ts'

// The page of a running hub has every metric that a rule or a panel names, and reads every gauge.

describe('the metrics of the running hub', () => {
  it('are all that alert rules and dashboard name', async () => {
    const families = familiesOf(await (await fetch(`${readSandbox().http}/metrics`)).text())
    const missing = expressions().flatMap(({ place, expr }) =>
      metricsIn(expr)
        .filter(({ name }) => name !== 'up' && familyOf(name, families) === undefined)
        .map(({ name }) => `${place}: ${name}`),
    )
    expect(missing).toEqual([])
  })

  it('have a value where there is always one: gauges without labels, dependencies, connections, the outbox', async () => {
    const page = await (await fetch(`${readSandbox().http}/metrics`)).text()
    const read = ['hub_intents_open', 'hub_partners_paused', 'hub_rollup_lag_seconds', 'hub_ledger_size_bytes', 'hub_disk_free_bytes', 'hub_accept_bytes']
    expect(read.filter(name => !new RegExp(`^${name} \\d`, 'm').test(page))).toEqual([])
    expect([...labelsOf(page, 'hub_ledger_connections')].sort()).toEqual(['pool', 'state'])
    expect(page).toMatch(/^hub_dependency_up\{dependency="store"\} 1$/m)
    expect(page).toMatch(/^hub_outbox_events\{topic="hub.events"\} \d/m)
  })
})
