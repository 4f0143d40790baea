/*
  The protected indicators of territories, month by month: what the FHIR door, the monitor and its CSV all show.
*/
import type { Tx } from '../ledger/db.ts'
import { type Scope, tallyIndicators } from '../ledger/indicators.ts'
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
  const months = monthsFrom(from, monthsBetween(from, to))
  const { tallies, delays } = await tallyIndicators(tx, { scopes, months })
  return scopes.flatMap(({ name }) =>
    months.map(month => {
      const isHere = (one: { territory: string; month: string }): boolean => one.territory === name && one.month === month
      return { territory: name, month, rows: reportOf(tallies.filter(isHere), delays.filter(isHere)) }
    }),
  )
}

function monthsFrom(from: string, count: number): string[] {
  const [year = 0, month = 0] = from.split('-').map(Number)
  return Array.from({ length: count }, (_, index) => new Date(Date.UTC(year, month - 1 + index, 1)).toISOString().slice(0, 7))
}
