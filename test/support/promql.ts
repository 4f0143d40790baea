/*
  Which metrics and labels the alert rules and the dashboard name, read from their PromQL: names that are no function, no keyword and no label.
*/
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'

const docker = resolve(import.meta.dirname, '../../docker')
const read = (name: string): string => readFileSync(join(docker, name), 'utf8')

export interface Rule {
  alert: string
  expr: string
  for: string
  labels: { severity: string }
  annotations: { summary: string; runbook_url: string }
}

export const alertRules = (): Rule[] => (parse(read('prometheus/alerts.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(group => group.rules)

interface Panel {
  title: string
  targets?: { expr: string; legendFormat?: string }[]
}

export const dashboardPanels = (): Panel[] => (JSON.parse(read('grafana/dashboards/hub.json')) as { panels: Panel[] }).panels

/** Every expression, with where it stands. */
export const expressions = (): { place: string; expr: string }[] => [
  ...alertRules().map(rule => ({ place: rule.alert, expr: rule.expr })),
  ...dashboardPanels().flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ place: title, expr }))),
]

const KEYWORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan'])

/** Metrics with the labels by which they are chosen; of a histogram its parts. */
export function metricsIn(expr: string): { name: string; labels: string[] }[] {
  const bare = expr
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\b\d[\d.]*(e[+-]?\d+|[smhdwy])?\b/gi, ' ')
  return [...bare.matchAll(/([A-Za-z_:][\w:]*)\s*(\{[^}]*\}|\()?/g)].flatMap(([, name = '', after = '']) =>
    after === '(' || KEYWORDS.has(name.toLowerCase()) ? [] : [{ name, labels: [...after.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(match => match[1] ?? '') }],
  )
}

/** Labels by which an expression groups. */
export const groupedBy = (expr: string): string[] => [
  ...new Set([...expr.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(',').map(name => name.trim()))),
]

/** Families of a page of Prometheus, with their type. */
export const familiesOf = (page: string): Map<string, string> =>
  new Map([...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]))

/** The family that a name of PromQL belongs to. */
export const familyOf = (name: string, families: ReadonlyMap<string, string>): string | undefined =>
  families.has(name) ? name : [name.replace(/_(bucket|count|sum)$/, '')].find(one => families.get(one) === 'histogram')

/** Labels that samples of a family carry on the page. */
export function labelsOf(page: string, family: string): Set<string> {
  const lines = page.split('\n').filter(line => new RegExp(`^${family}(_bucket|_count|_sum)?\\{`).test(line))
  return new Set(lines.flatMap(line => [...line.slice(line.indexOf('{')).matchAll(/(\w+)="/g)].map(match => match[1] ?? '')))
}
