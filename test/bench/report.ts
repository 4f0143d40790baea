/*
  Prints figures as ratios against a baseline of the same run: never a bare time.
*/
export interface Figure {
  name: string
  ours: number
  baseline: number
  unit: string
  /** `≥ 20`: what the ratio ours / baseline should reach; empty where nothing is promised. The run reports, it does not fail. */
  wanted: string
}

export interface Report {
  title: string
  figures: Figure[]
}

export function printReport({ title, figures }: Report): void {
  process.stdout.write(`\n${title}\n`)
  for (const figure of figures) {
    const ratio = ratioOf(figure)
    const verdict = isReached(figure) === false ? 'MISSED' : ''
    process.stdout.write(
      `  ${figure.name.padEnd(50)} ×${ratio.toPrecision(3).padStart(7)}  ${(figure.wanted === '' ? '' : `wanted ${figure.wanted}`).padEnd(14)} ${verdict.padEnd(6)} ${rounded(figure.ours)} against ${rounded(figure.baseline)} ${figure.unit}\n`,
    )
  }
}

/** Undefined where nothing is promised. */
export function isReached(figure: Figure): boolean | undefined {
  const [, sign, bound] = /^([≥≤]) ([\d.]+)$/.exec(figure.wanted) ?? []
  if (sign === undefined) return undefined
  return sign === '≥' ? ratioOf(figure) >= Number(bound) : ratioOf(figure) <= Number(bound)
}

const ratioOf = ({ ours, baseline }: Figure): number => (baseline === 0 ? Number.NaN : ours / baseline)
const rounded = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
