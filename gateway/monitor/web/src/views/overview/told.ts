/*
  What the API says of the overview, and how the last minutes, as they stream in, change it; pure.
*/
import type { Percentiles } from '../../../../../ledger/figures/latency.ts'
import type { AttentionItem } from '../../../../attention.ts'
import type { Away, Live, LiveMinute, PartHealth } from '../../../../live.ts'
import type { Flowed as FlowedBy, FlowsTold, Series } from '../../../../overview.ts'

export type { AttentionItem as Attention, Away, Live, LiveMinute as Minute, PartHealth as Health, Percentiles, Series }

export const STAGES = ['stored', 'delivered', 'acknowledged'] as const
export type Stage = (typeof STAGES)[number]
export const PERCENTS = ['p50', 'p95', 'p99'] as const

export interface Flowed extends FlowedBy {
  partner?: string
  kind?: string
}

/** `minutes`: the last ones as they were counted in the numbers beside them. */
export type Told = FlowsTold & Live

const COUNTED = ['in', 'out', 'failures'] as const

/** What has changed in the last minutes since then is added to the totals and to the points it falls into. */
export function withLive(told: Told, live: Live): Told {
  const { step } = told
  const totals = { ...told.totals }
  const series = { ...told.series, at: [...told.series.at], in: [...told.series.in], out: [...told.series.out], failures: [...told.series.failures] }
  const latency = structuredClone(told.series.latency)
  for (const minute of live.minutes) {
    const known = told.minutes.find(one => one.at === minute.at)
    const point = pointOf(series, minute.at, step)
    for (const name of COUNTED) {
      const more = minute[name] - (known?.[name] ?? 0)
      totals[name] += more
      series[name][point] = (series[name][point] ?? 0) + more
    }
    if (step === 60) for (const stage of STAGES) for (const percent of PERCENTS) latency[stage][percent][point] = minute.latency[stage][percent]
  }
  return {
    ...told,
    to: live.at,
    at: live.at,
    totals,
    series: { ...series, latency: padded(latency, series.at.length) },
    attention: live.attention,
    health: live.health,
  }
}

/** The place of a moment in a series; a new point is begun where there is none yet. */
function pointOf(series: Series, at: string, step: number): number {
  const begin = new Date(Math.floor(Date.parse(at) / (step * 1000)) * step * 1000).toISOString()
  const known = series.at.lastIndexOf(begin)
  if (known >= 0) return known
  return series.at.push(begin) - 1
}

function padded(latency: Series['latency'], length: number): Series['latency'] {
  for (const stage of STAGES) for (const percent of PERCENTS) while (latency[stage][percent].length < length) latency[stage][percent].push(null)
  return latency
}

/** Per minute, by how long each point really lasts: the last one is not over. */
export function perMinute(counts: readonly number[], { at, step, to }: { at: readonly string[]; step: number; to: string }): number[] {
  return counts.map((count, index) => {
    const left = (Date.parse(to) - Date.parse(at[index] ?? to)) / 1000
    return (count * 60) / Math.max(Math.min(step, left), 60)
  })
}
