/*
  Every metric of the hub, and their table on the page for operators: `npm run reference` writes it, a test holds it to the code.
*/
import { resolve } from 'node:path'
import { createMetrics, WATCHED, type Watched } from '../../gateway/metrics.ts'
import { alertRules, familiesOf, familyOf, labelsOf, metricsIn } from './promql.ts'

export const OPERATING_PAGE = resolve(import.meta.dirname, '../../gateway/monitor/OPERATING.md')

/** What Prometheus reads, with one sample of everything. */
export async function wholePage(): Promise<string> {
  const metrics = createMetrics()
  for (const name of Object.keys(WATCHED) as Watched[]) metrics.watch(name, () => ({ 'a|b': 1 }))
  metrics.received('mllp', 'accepted')
  metrics.flowed('document', 'done', 1)
  metrics.sent('mssante', 'delivered', 1)
  metrics.decided('mssante', 'complet')
  metrics.happened('snp.statut', ['task.hors-delai'])
  metrics.announced(1)
  metrics.answered('fhir', 'GET', 200, 1)
  metrics.subscriptionFailed('subscription.refused')
  metrics.tokenGranted('granted')
  return (await metrics.page()).text
}

/** What the process says of itself is not the hub's own. */
export const isOfNode = (name: string): boolean => /^hub_(process|nodejs)_/.test(name)

/** One row for each metric of the hub, with the alerts that look at it. */
export async function renderMetrics(): Promise<string> {
  const page = await wholePage()
  const families = familiesOf(page)
  const helps = new Map([...page.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = '', help = '']) => [name, help]))
  const alerts = alertRules().map(({ alert, expr }) => ({ alert, looksAt: new Set(metricsIn(expr).map(({ name }) => familyOf(name, families))) }))
  const rows = [...families]
    .filter(([name]) => !isOfNode(name))
    .map(([name, type]) => {
      const labels = [...labelsOf(page, name)].filter(label => label !== 'le').map(label => `\`${label}\``)
      const named = alerts.filter(({ looksAt }) => looksAt.has(name)).map(({ alert }) => `[${alert}](#${alert})`)
      return `| \`${name}\` | ${type} | ${labels.join(', ')} | ${helps.get(name)} | ${named.join(', ')} |`
    })
  return ['| metric | type | labels | meaning | alerts |', '|---|---|---|---|---|', ...rows.toSorted()].join('\n')
}
