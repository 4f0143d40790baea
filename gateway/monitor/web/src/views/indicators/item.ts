/*
  One number of the indicators as the API gives it, and how it is read.
*/
import { INDICATORS as NAMES, SUPPORTS } from '../../../../../../profiles/tables/indicators.ts'
import { STRUCTURE_KINDS } from '../../../../../../profiles/tables/structure-kinds.ts'
import type { IndicatorAnswer, IndicatorItem } from '../../../../indicators.ts'
import { count, month as monthIn, share } from '../../formats.ts'
import { language, textsIn, type Texts } from '../../language.ts'
import { INDICATORS } from '../../texts/indicators.ts'

export type { IndicatorAnswer, IndicatorItem }

export const indicatorName = (code: string): string => (NAMES as Record<string, { text: Texts<string> }>)[code]?.text[language()] ?? code
export const kindName = (code: string): string => (STRUCTURE_KINDS as Record<string, Texts<string>>)[code]?.[language()] ?? code
export const supportName = (code: string): string => (SUPPORTS as Record<string, string>)[code] ?? code

/** `2026-06` as « juin 2026 », whatever the clock of the browser. */
export const monthName = (month: string): string => monthIn(`${month}-15`)

export function valueText({ unit, value }: Pick<IndicatorItem, 'unit' | 'value'>): string {
  if (value === null) return unit === 'count' ? '< 11' : textsIn(INDICATORS).masked
  if (unit === 'percent') return share(value / 100)
  return unit === 'hours' ? `${count(value)} ${textsIn(INDICATORS).hours}` : count(value)
}

/** What is drawn of one indicator: its months where there are several, else the kinds of structure it is broken down by, as far as they are told. */
export function barsOf(items: readonly IndicatorItem[]): { label: string; item: IndicatorItem }[] {
  const totals = items.filter(item => item.structure === null && item.support === null)
  if (totals.length > 1) return totals.map(item => ({ label: monthName(item.month), item }))
  const parts = items.filter(item => item.structure !== null && item.value !== null)
  const months = new Set(parts.map(item => item.month))
  return parts.map(item => ({ label: months.size > 1 ? `${monthName(item.month)} · ${kindName(item.structure ?? '')}` : kindName(item.structure ?? ''), item }))
}
