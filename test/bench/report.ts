/*
  Prints figures as ratios against a baseline of the same run: never a bare time.
*/
export interface Figure {
  name: string
  ours: number
  baseline: number
  unit: string
  /** `≥ 20` : what the ratio ours / baseline should reach; the run reports, it does not fail. */
  wanted: string
}

export function printFigures(title: string, figures: Figure[]): void {
  process.stdout.write(`\n${title}\n`)
  for (const figure of figures) {
    const ratio = figure.baseline === 0 ? Number.NaN : figure.ours / figure.baseline
    process.stdout.write(
      `  ${figure.name.padEnd(52)} ×${ratio.toFixed(2).padStart(7)}   wanted ${figure.wanted.padEnd(8)} (${rounded(figure.ours)} against ${rounded(figure.baseline)} ${figure.unit})\n`,
    )
  }
}

const rounded = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

/** Runs `work` for `seconds` after a warm-up of the same length. Out: runs per second of wall time and CPU seconds per run. */
export function rateOf(work: () => void, seconds: number): { perSecond: number; cpuSecondsEach: number } {
  for (let end = performance.now() + seconds * 1000; performance.now() < end; ) work()
  const cpu = process.cpuUsage()
  const start = performance.now()
  let runs = 0
  while (performance.now() < start + seconds * 1000) {
    work()
    runs += 1
  }
  const used = process.cpuUsage(cpu)
  return { perSecond: (runs * 1000) / (performance.now() - start), cpuSecondsEach: (used.user + used.system) / 1e6 / runs }
}
