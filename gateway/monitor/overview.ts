/*
  The morning's first look: what flowed, what failed, how long it took, over a stretch of time; what needs a human; how each part is.
    step   the range chooses it: 15 minutes are shown by the minute, 13 months by the day
*/
import { HubError } from '../../profiles/errors.ts'
import type { Tx } from '../ledger/db.ts'
import { LATENCY_COLUMNS, type Percentiles, percentilesOf } from '../ledger/figures/latency.ts'
import { FAILURES } from '../ledger/figures/rollup-facts.ts'
import { type CountRow, type FlowsAsked, flowsOver, type LatencyRow, pointsOver } from '../ledger/figures/rollup-read.ts'
import { KINDS, readWindow } from './flow-parameters.ts'
import { oneOf, requireKnown, textOf } from './parameters.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Thirteen months and the trace that may still be there. */
const LONGEST_MS = 400 * DAY_MS

/** Up to so long a range, seconds a point. */
const STEPS: readonly (readonly [number, number])[] = [
  [2 * 60 * MINUTE_MS, 60],
  [6 * 60 * MINUTE_MS, 300],
  [DAY_MS + MINUTE_MS, 900],
  [8 * DAY_MS, 3600],
]

export const STAGES = ['acknowledged', 'stored', 'delivered'] as const
type Stage = (typeof STAGES)[number]
type Direction = 'in' | 'out'

export interface Flowed extends Percentiles {
  direction: Direction
  flows: number
  failures: number
}

export interface Series {
  at: string[]
  in: number[]
  out: number[]
  failures: number[]
  latency: Record<Stage, { p50: (number | null)[]; p95: (number | null)[]; p99: (number | null)[] }>
}

export interface FlowsTold {
  from: string
  to: string
  /** Seconds of a point. */
  step: number
  /** Up to here the numbers come from roll-ups; what is younger is counted. */
  rolledUntil: string
  totals: { in: number; out: number; failures: number; outcomes: Record<Direction, Record<string, number>>; latency: Record<Stage, Percentiles> }
  series: Series
  partners: (Flowed & { partner: string })[]
  kinds: (Flowed & { kind: string })[]
}

/** The last 24 hours unless said. Throws: fhir.request, fhir.parameter_unknown, at the parameter's name. */
export function readOverview(sent: URLSearchParams, now: Date): FlowsAsked {
  requireKnown(sent, ['from', 'to', 'partner', 'kind', 'direction'])
  const window = readWindow(sent)
  const to = window.to ?? now
  const from = window.from ?? new Date(to.getTime() - DAY_MS)
  if (to <= from) throw new HubError('fhir.request', { path: window.to === undefined ? 'from' : 'to' })
  if (to.getTime() - from.getTime() > LONGEST_MS) throw new HubError('fhir.request', { path: 'from' })
  return {
    from,
    to,
    step: stepOf(to.getTime() - from.getTime()),
    partner: textOf(sent, 'partner'),
    kind: oneOf(sent, 'kind', KINDS),
    direction: oneOf(sent, 'direction', ['in', 'out']),
  }
}

export const stepOf = (rangeMs: number): number => STEPS.find(([most]) => rangeMs <= most)?.[1] ?? 86_400

export async function tellFlows(tx: Tx, asked: FlowsAsked): Promise<FlowsTold> {
  const { counts, latencies, until } = await flowsOver(tx, asked)
  const { from, to, step } = asked
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    step,
    rolledUntil: until.toISOString(),
    totals: totalsOf(counts, latencies),
    series: seriesOf(pointsOf(asked), counts, latencies),
    partners: byName('partner', counts, latencies).map(({ name, ...flowed }) => ({ partner: name, ...flowed })),
    kinds: byName('kind', counts, latencies).map(({ name, ...flowed }) => ({ kind: name, ...flowed })),
  }
}

/** The points alone. */
export async function tellSeries(tx: Tx, asked: FlowsAsked): Promise<Series> {
  const { counts, latencies } = await pointsOver(tx, asked)
  return seriesOf(pointsOf(asked), counts, latencies)
}

export const isFailure = ({ direction, outcome }: { direction: Direction; outcome: string }): boolean =>
  (FAILURES[direction] as readonly string[]).includes(outcome)

function totalsOf(counts: readonly CountRow[], latencies: readonly LatencyRow[]): FlowsTold['totals'] {
  const kinds = counts.filter(row => row.grouped === 'kind')
  const outcomes: Record<Direction, Record<string, number>> = { in: {}, out: {} }
  for (const { direction, outcome, flows } of kinds) outcomes[direction][outcome] = (outcomes[direction][outcome] ?? 0) + flows
  const measured = latencies.filter(row => row.grouped === 'kind')
  return {
    in: sum(kinds.filter(row => row.direction === 'in')),
    out: sum(kinds.filter(row => row.direction === 'out')),
    failures: sum(kinds.filter(isFailure)),
    outcomes,
    latency: byStage(stage => percentilesOf(added(measured.filter(row => row.stage === stage)))),
  }
}

/** The begin of each point. */
function pointsOf({ from, to, step }: FlowsAsked): number[] {
  const ms = step * 1000
  const first = Math.floor(from.getTime() / ms) * ms
  return Array.from({ length: Math.ceil((to.getTime() - first) / ms) }, (_, index) => first + index * ms)
}

function seriesOf(points: readonly number[], counts: readonly CountRow[], latencies: readonly LatencyRow[]): Series {
  const at = new Map(points.map((point, index) => [point, index]))
  const counted = (is: (row: CountRow) => boolean): number[] => {
    const values = points.map(() => 0)
    for (const row of counts) {
      const index = row.at === null ? undefined : at.get(row.at.getTime())
      if (row.grouped === 'time' && index !== undefined && is(row)) values[index] = (values[index] ?? 0) + row.flows
    }
    return values
  }
  const measured = (stage: Stage): Series['latency'][Stage] => {
    const rows = new Map(latencies.filter(row => row.grouped === 'time' && row.stage === stage).map(row => [row.at?.getTime(), row.counts]))
    const all = points.map(point => percentilesOf(rows.get(point) ?? []))
    return { p50: all.map(one => one.p50), p95: all.map(one => one.p95), p99: all.map(one => one.p99) }
  }
  return {
    at: points.map(point => new Date(point).toISOString()),
    in: counted(row => row.direction === 'in'),
    out: counted(row => row.direction === 'out'),
    failures: counted(isFailure),
    latency: byStage(measured),
  }
}

/** Most failures first, then most flows. What came is measured until it is stored, what went out until it is delivered. */
function byName(by: 'partner' | 'kind', counts: readonly CountRow[], latencies: readonly LatencyRow[]): (Flowed & { name: string })[] {
  const keyOf = (row: CountRow | LatencyRow): string => `${row.direction} ${row[by] ?? ''}`
  const rows = new Map<string, CountRow[]>()
  for (const row of counts) if (row.grouped === by) rows.set(keyOf(row), [...(rows.get(keyOf(row)) ?? []), row])
  const measured = new Map(latencies.filter(row => row.grouped === by && row.stage !== 'acknowledged').map(row => [keyOf(row), row.counts]))
  const named = [...rows].map(([key, own]) => ({
    name: own[0]?.[by] ?? '',
    direction: own[0]?.direction ?? ('in' as const),
    flows: sum(own),
    failures: sum(own.filter(isFailure)),
    ...percentilesOf(measured.get(key) ?? []),
  }))
  return named.sort((one, other) => other.failures - one.failures || other.flows - one.flows || (one.name < other.name ? -1 : 1))
}

const byStage = <Value>(of: (stage: Stage) => Value): Record<Stage, Value> => ({
  acknowledged: of('acknowledged'),
  stored: of('stored'),
  delivered: of('delivered'),
})

const sum = (rows: readonly { flows: number }[]): number => rows.reduce((all, { flows }) => all + flows, 0)

function added(rows: readonly LatencyRow[]): number[] {
  return LATENCY_COLUMNS.map((_, index) => rows.reduce((all, { counts }) => all + (counts[index] ?? 0), 0))
}
