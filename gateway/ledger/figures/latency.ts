/*
  Latencies as counts per interval, and the percentiles read from them; pure.
*/

/** Upper bounds in seconds; the last interval has none. 60 s is one of them: a service level under a minute is exact. */
export const LATENCY_BOUNDS = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 30, 60, 300, 3600] as const

/** The columns of rollup_latency. */
export const LATENCY_COLUMNS = Array.from({ length: LATENCY_BOUNDS.length + 1 }, (_, index) => `b${index}`)

export interface Percentiles {
  /** Seconds, within an interval in proportion; null where nothing was measured. */
  p50: number | null
  p95: number | null
  p99: number | null
}

export function percentilesOf(counts: readonly number[]): Percentiles {
  return { p50: percentile(counts, 0.5), p95: percentile(counts, 0.95), p99: percentile(counts, 0.99) }
}

/** The latency that this share of all stays at or below. */
export function percentile(counts: readonly number[], share: number): number | null {
  const all = counts.reduce((sum, count) => sum + count, 0)
  if (all === 0) return null
  const wanted = share * all
  let below = 0
  for (const [index, count] of counts.entries()) {
    if (count > 0 && below + count >= wanted) return within(index, (wanted - below) / count)
    below += count
  }
  return within(counts.length - 1, 1)
}

/** Beyond the last bound nothing is known but that bound. */
function within(index: number, share: number): number {
  const from = LATENCY_BOUNDS[index - 1] ?? 0
  const to = LATENCY_BOUNDS[index] ?? from
  return Number((from + (to - from) * share).toPrecision(4))
}
