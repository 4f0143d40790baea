import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../gateway/metrics.ts'
import { INCIDENT_KINDS } from '../../profiles/tables/incident-kinds.ts'
import { pageWith } from '../support/fenced.ts'
import { isOfNode, OPERATING_PAGE, renderMetrics, wholePage } from '../support/metrics.ts'
import { alertRules, dashboardPanels, expressions, familiesOf, familyOf, groupedBy, labelsOf, metricsIn } from '../support/promql.ts'

// What watches the hub, held to the hub: every metric and label that a rule or a panel names is one of its own, every alert says what to do.

const page = await wholePage()
const families = familiesOf(page)
/** Prometheus’ own, of every target. */
const OF_TARGETS = { metrics: ['up'], labels: ['instance', 'job'] }

describe('names of metrics', () => {
  it('begin with hub_, in lower case, and end as their type and unit ask', () => {
    const wrong = [...families].flatMap(([name, type]) => {
      const isWellFormed = /^hub_[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)
      const isOfType = type === 'counter' ? name.endsWith('_total') : !/_(total|count|sum|bucket)$/.test(name) || name.startsWith('hub_nodejs_')
      const hasUnit = type !== 'histogram' || /_(seconds|bytes)$/.test(name)
      const isBaseUnit = !/_(ms|milliseconds|minutes|hours|days|kb|mb|kilobytes|megabytes|percent)(_|$)/.test(name)
      return isWellFormed && isOfType && hasUnit && isBaseUnit ? [] : [`${name} (${type})`]
    })
    expect(wrong).toEqual([])
  })

  it('each says in one sentence what it is', () => {
    const helps = [...page.matchAll(/^# HELP (\S+) (.*)$/gm)].filter(([, name = '']) => !isOfNode(name))
    expect(helps.filter(([, , help = '']) => !/^[A-Z0-9].*\.$/.test(help)).map(([, name]) => name)).toEqual([])
  })
})

describe('alert rules and dashboard', () => {
  it('read PromQL as it is meant: names, not functions, keywords, labels and numbers', () => {
    const expr = 'histogram_quantile(0.95, sum by (area, le) (rate(hub_a_seconds_bucket{area=~"fhir|auth", x!="y"}[10m]))) > 5e9 and on (le) hub_b offset 5m'
    expect([metricsIn(expr), groupedBy(expr)]).toEqual([
      [
        { name: 'hub_a_seconds_bucket', labels: ['area', 'x'] },
        { name: 'hub_b', labels: [] },
      ],
      ['area', 'le'],
    ])
  })

  it.each(expressions())('$place names metrics and labels that the hub has', ({ expr }) => {
    expect(metricsIn(expr).length).toBeGreaterThan(0)
    // What is matched on no label shares none.
    for (const operand of expr.split(/ (?:and|unless) on \(\) /))
      for (const { name, labels } of metricsIn(operand)) {
        if (OF_TARGETS.metrics.includes(name)) continue
        const family = familyOf(name, families)
        expect(family, name).toBeDefined()
        const known = [...labelsOf(page, family ?? ''), ...OF_TARGETS.labels]
        for (const label of [...labels, ...groupedBy(operand)]) expect(known, `${name} by ${label}`).toContain(label)
      }
  })

  it('what a rule asks the increase of is told from the start: of a counter that appears with its first event Prometheus sees no rise', async () => {
    const fresh = (await createMetrics().page()).text
    const named = alertRules().flatMap(({ expr }) => [...expr.matchAll(/increase\((\w+)/g)].map(([, name = '']) => name))
    expect(new Set(named)).toEqual(new Set(['hub_subscriptions_failed_total', 'hub_delivery_duration_seconds_count', 'hub_messages_received_total']))
    expect(fresh).toMatch(/^hub_subscriptions_failed_total\{code="subscription.given_up"\} 0$/m)
    expect(fresh).toMatch(/^hub_delivery_duration_seconds_count\{connector="mssante",outcome="sent"\} 0$/m)
    for (const door of ['mllp', 'mail'])
      for (const outcome of ['accepted', 'repeated', 'refused', 'deferred'])
        expect(fresh).toMatch(new RegExp(`^hub_messages_received_total\\{door="${door}",outcome="${outcome}"\\} 0$`, 'm'))
  })

  it('every metric of the hub is on the dashboard, but what Node tells of itself', () => {
    const shown = new Set(
      dashboardPanels().flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => metricsIn(expr).map(({ name }) => familyOf(name, families)))),
    )
    expect([...families.keys()].filter(name => !isOfNode(name) && !shown.has(name))).toEqual([])
  })

  it('legends and summaries show only labels that the expression keeps', () => {
    const kept = (expr: string): string[] => [...groupedBy(expr), ...(/\bby\b/.test(expr) ? [] : OF_TARGETS.labels)]
    const wrong = [
      ...alertRules().flatMap(({ alert, expr, annotations }) =>
        [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].filter(([, label = '']) => !kept(expr).includes(label)).map(([, label]) => `${alert}: ${label}`),
      ),
      ...dashboardPanels().flatMap(({ title, targets = [] }) =>
        targets.flatMap(({ expr, legendFormat = '' }) =>
          [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].filter(([, label = '']) => !kept(expr).includes(label)).map(([, label]) => `${title}: ${label}`),
        ),
      ),
    ]
    expect(wrong).toEqual([])
  })
})

describe('the page for operators', () => {
  const text = readFileSync(OPERATING_PAGE, 'utf8')
  const sections = new Map(
    text
      .split(/^(?=### )/m)
      .slice(1)
      .flatMap(section => [...section.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, anchor = '']) => [anchor, section] as const)),
  )

  it('has a section for each alert and each kind of incident, and for nothing else', () => {
    expect([...sections.keys()].sort()).toEqual([...alertRules().map(({ alert }) => alert), ...Object.keys(INCIDENT_KINDS)].sort())
  })

  it('each says what it means, what to look at and what to do', () => {
    const lacking = [...sections].filter(([, section]) => !['**Means.**', '**Look.**', '**Do.**'].every(part => section.includes(part)))
    expect(lacking.map(([anchor]) => anchor)).toEqual([])
  })

  it('names panels that the dashboard has', () => {
    const titles = new Set(dashboardPanels().map(({ title }) => title))
    const named = [...text.matchAll(/[Pp]anels? ((?:\*[^*]+\*(?:, | and )?)+)/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/\*([^*]+)\*/g)].map(([, title = '']) => title),
    )
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter(title => !titles.has(title))).toEqual([])
  })

  it('names log lines that the hub writes', () => {
    const root = resolve(import.meta.dirname, '../..')
    const sources = ['gateway', 'connectors'].flatMap(folder =>
      readdirSync(join(root, folder), { recursive: true })
        .filter(name => String(name).endsWith('.ts'))
        .map(name => readFileSync(join(root, folder, String(name)), 'utf8')),
    )
    const named = [...text.matchAll(/[Ll]og lines? ((?:`[a-z-]+\.[a-z-]+`(?: where something was dropped)?(?:, | and | \(elsewhere )?)+)/g)].flatMap(
      ([, list = '']) => [...list.matchAll(/`([^`]+)`/g)].map(([, event = '']) => event),
    )
    expect(named.length).toBeGreaterThan(9)
    // What is done again and again logs its name: every(parts, 'retention', …).
    const isLogged = (event: string): boolean =>
      sources.some(source => source.includes(`'${event}'`) || (event.endsWith('.failed') && source.includes(`every(parts, '${event.replace('.failed', '')}'`)))
    expect(named.filter(event => !isLogged(event))).toEqual([])
  })

  it('lists every metric as the hub has it', async () => {
    expect(pageWith(text, 'metrics', await renderMetrics())).toBe(text)
  })

  it('each alert leads to its section', () => {
    expect(alertRules().map(({ annotations }) => annotations.runbook_url)).toEqual(alertRules().map(({ alert }) => `gateway/monitor/OPERATING.md#${alert}`))
  })

  it('names commands and addresses that exist', () => {
    const commands = readFileSync(join(resolve(import.meta.dirname, '../..'), 'gateway/cli.ts'), 'utf8')
    const named = new Set([...text.matchAll(/`hub ([a-z-]+)/g)].map(([, name = '']) => name))
    expect([...named].filter(name => !commands.includes(name))).toEqual([])
    const views = [...text.matchAll(/`\/monitor(\/[a-z]+)?/g)].map(([, path = '']) => path)
    expect(views.filter(path => !['', '/flows', '/lanes', '/replay', '/partners', '/indicators', '/persons', '/api'].includes(path))).toEqual([])
  })
})
