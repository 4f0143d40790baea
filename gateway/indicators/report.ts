/*
  The indicators of one territory and month, from what the ledger counted: the same protected numbers for FHIR, JSON and CSV; pure.
*/
import { INDICATOR_CODES, INDICATORS, type IndicatorCode, indicatorOf, SUPPORTS } from '../../profiles/tables/indicators.ts'
import { STRUCTURE_KIND_CODES, type StructureKind } from '../../profiles/tables/structure-kinds.ts'
import type { Delay, Tally } from '../ledger/figures/indicators.ts'
import { hiddenCells, SMALLEST_SHOWN, type Sum } from './protect.ts'
import { structureKindOf } from './structure-kind.ts'

export interface IndicatorRow {
  indicator: IndicatorCode
  unit: 'count' | 'percent' | 'hours'
  /** Neither: the whole territory. */
  structure: StructureKind | null
  support: string | null
  /** Null where it is masked, or where there is nothing to tell. */
  value: number | null
  isMasked: boolean
}

type Cells = Map<string, number>

const SUPPORT_CODES = Object.keys(SUPPORTS)
const SECONDS_PER_HOUR = 3600

const cellOf = (indicator: string, part = 'all'): string => `${indicator} ${part}`
const breakdowns = {
  structure: STRUCTURE_KIND_CODES.map(code => `structure ${code}`),
  // What names no kind of support is in the total alone.
  support: [...SUPPORT_CODES, 'none'].map(code => `support ${code}`),
}

/** In: what was counted of this territory and month alone. */
export function reportOf(tallies: readonly Tally[], delays: readonly Delay[]): IndicatorRow[] {
  const cells = countedCells(tallies)
  const hidden = hiddenCells(cells, SUMS)
  const isShown = (indicator: string): boolean => !hidden.has(cellOf(indicator))
  const total = (indicator: string): number => cells.get(cellOf(indicator)) ?? 0
  return INDICATOR_CODES.flatMap((indicator): IndicatorRow[] => {
    const known = indicatorOf(indicator)
    if (known.form === 'rate') {
      const { of: whole } = INDICATORS[known.part as 'snp-repondues-48h']
      return [rowOf({ indicator, unit: 'percent' }, isShown(known.part) && isShown(whole) ? Math.round((100 * total(known.part)) / total(whole)) : null)]
    }
    if (known.form === 'median') {
      const seconds = delays.find(delay => delay.indicator === indicator)?.seconds
      const isTold = seconds !== undefined && total(known.of) >= SMALLEST_SHOWN
      return [rowOf({ indicator, unit: 'hours' }, isTold ? Math.round((10 * seconds) / SECONDS_PER_HOUR) / 10 : null)]
    }
    const parts = ['all', ...known.by.flatMap(by => breakdowns[by])].filter(part => part !== 'support none')
    return parts.map(part => {
      const cell = cellOf(indicator, part)
      const [by, code = null] = part.split(' ')
      const named = { structure: by === 'structure' ? (code as StructureKind) : null, support: by === 'support' ? code : null }
      return rowOf({ indicator, unit: 'count', ...named }, hidden.has(cell) ? null : (cells.get(cell) ?? 0))
    })
  })
}

function rowOf(row: Pick<IndicatorRow, 'indicator' | 'unit'> & Partial<IndicatorRow>, value: number | null): IndicatorRow {
  return { structure: null, support: null, ...row, value, isMasked: value === null }
}

/** Every cell there is, also those of nobody; of a part also its rest, which is never told. */
function countedCells(tallies: readonly Tally[]): Cells {
  const cells: Cells = new Map()
  for (const { indicator, part } of CELLS) cells.set(cellOf(indicator, part), 0)
  const add = (cell: string, n: number): void => void cells.set(cell, (cells.get(cell) ?? 0) + n)
  for (const tally of tallies) {
    const known = indicatorOf(tally.indicator)
    if (known.form !== 'count' && known.form !== 'part') continue
    add(cellOf(tally.indicator), tally.count)
    add(cellOf(tally.indicator, `structure ${structureKindOf(tally)}`), tally.count)
    const support = tally.support !== null && SUPPORT_CODES.includes(tally.support) ? tally.support : 'none'
    if (known.by.some(by => by === 'support')) add(cellOf(tally.indicator, `support ${support}`), tally.count)
  }
  for (const { part, whole } of NESTED) add(restOf(part), (cells.get(whole) ?? 0) - (cells.get(part) ?? 0))
  return cells
}

const restOf = (part: string): string => `rest of ${part}`

const COUNTED = INDICATOR_CODES.flatMap(indicator => {
  const known = indicatorOf(indicator)
  return known.form === 'count' || known.form === 'part' ? [{ indicator, ...known }] : []
})

const CELLS = COUNTED.flatMap(({ indicator, by }) => ['all', ...by.flatMap(one => breakdowns[one])].map(part => ({ indicator, part })))

/** A part within its whole: of the territory, and of each kind of structure. */
const NESTED = COUNTED.flatMap(one =>
  one.form === 'part' ? ['all', ...breakdowns.structure].map(part => ({ part: cellOf(one.indicator, part), whole: cellOf(one.of, part) })) : [],
)

const SUMS: readonly Sum[] = [
  ...COUNTED.flatMap(({ indicator, by }) => by.map(one => ({ whole: cellOf(indicator), parts: breakdowns[one].map(part => cellOf(indicator, part)) }))),
  ...NESTED.map(({ part, whole }) => ({ whole, parts: [part, restOf(part)] })),
]
