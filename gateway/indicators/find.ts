/*
  The protected indicators of territories, month by month: what the FHIR door, the monitor and its CSV all show.
*/
import type { Tx } from '../ledger/db.ts'
import { STANDING } from '../ledger/figures/indicator-facts.ts'
import { type Scope, type Tally, tallyIndicators } from '../ledger/figures/indicators.ts'
import { monthsBetween } from './months.ts'
import { type IndicatorRow, reportOf } from './report.ts'

export interface TerritoryMonth {
  territory: string
  /** `2026-06` */
  month: string
  rows: IndicatorRow[]
}

/** Also of a month in which nothing happened. */
export async function findIndicators(tx: Tx, scopes: readonly Scope[], { from, to }: { from: string; to: string }): Promise<TerritoryMonth[]> {
  const { tallies, delays } = await tallyIndicators(tx, { scopes, from, to })
  const [counted, timed] = [groupedBy(tallies, keyOf), groupedBy(delays, keyOf)]
  const months = monthsFrom(from, monthsBetween(from, to))
  return scopes.flatMap(({ name, structure }) => {
    let standing = tallies.filter(one => one.structure === structure && one.month < from)
    return months.map(month => {
      const key = keyOf({ structure, month })
      const here = counted.get(key) ?? []
      standing = [...standing, ...here.filter(isStanding)]
      return { territory: name, month, rows: reportOf([...here.filter(one => !isStanding(one)), ...standing], timed.get(key) ?? []) }
    })
  })
}

const isStanding = ({ indicator }: Tally): boolean => STANDING.includes(indicator)

const keyOf = ({ structure, month }: { structure: string; month: string }): string => `${structure} ${month}`

function groupedBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const others = found.get(keyOf(row))
    if (others === undefined) found.set(keyOf(row), [row])
    else others.push(row)
  }
  return found
}

function monthsFrom(from: string, count: number): string[] {
  const [year = 0, month = 0] = from.split('-').map(Number)
  return Array.from({ length: count }, (_, index) => new Date(Date.UTC(year, month - 1 + index, 1)).toISOString().slice(0, 7))
}
