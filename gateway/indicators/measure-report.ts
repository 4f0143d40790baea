/*
  The indicators of a structure's territory in FHIR; pure.
    month of a territory => MeasureReport (summary): one group per indicator, a stratifier per breakdown
    masked cell          => no value, data-absent-reason `masked`
  Spec: fhir-fr.md 4.6.
*/
import type { Element, MeasureReport, MeasureReportGroup, MeasureReportGroupPopulation, MeasureReportGroupStratifier, Quantity } from 'fhir/r4.js'
import { EXTENSION, HUB, SYSTEM } from '../../profiles/canonicals.ts'
import { INDICATOR_CODES, type IndicatorCode, indicatorOf, SUPPORTS, type Support } from '../../profiles/tables/indicators.ts'
import { STRUCTURE_KINDS } from '../../profiles/tables/structure-kinds.ts'
import type { TerritoryMonth } from './find.ts'
import { daysOf } from './months.ts'
import type { IndicatorRow } from './report.ts'

export const INDICATORS_MEASURE = `${HUB}Measure/hub-indicateurs-territoire`

export interface Reported {
  id: string
  /** `Organization/<id>` */
  reporter: string
  at: Date
  /** The month is over. */
  isComplete: boolean
}

export function measureReportOf({ month, rows }: Pick<TerritoryMonth, 'month' | 'rows'>, { id, reporter, at, isComplete }: Reported): MeasureReport {
  return {
    resourceType: 'MeasureReport',
    id,
    status: isComplete ? 'complete' : 'pending',
    type: 'summary',
    measure: INDICATORS_MEASURE,
    date: at.toISOString(),
    reporter: { reference: reporter },
    period: daysOf(month),
    group: INDICATOR_CODES.map(indicator =>
      groupOf(
        indicator,
        rows.filter(row => row.indicator === indicator),
      ),
    ),
  }
}

function groupOf(indicator: IndicatorCode, rows: readonly IndicatorRow[]): MeasureReportGroup {
  const code = { coding: [{ system: SYSTEM.hubIndicator, code: indicator, display: indicatorOf(indicator).text.fr }] }
  const total = rows.find(row => row.structure === null && row.support === null)
  if (total === undefined) return { code }
  if (total.unit !== 'count') return { code, measureScore: scoreOf(total) }
  const stratifier = (['structure', 'support'] as const).flatMap(by => stratifierOf(by, rows))
  return { code, population: [populationOf(total)], ...(stratifier.length === 0 ? {} : { stratifier }) }
}

const BY = {
  structure: {
    system: SYSTEM.hubStructureKind,
    title: 'Type de structure',
    display: (row: IndicatorRow) => row.structure && STRUCTURE_KINDS[row.structure].fr,
  },
  support: { system: SYSTEM.hubSupport, title: 'Type d’appui', display: (row: IndicatorRow) => SUPPORTS[row.support as Support] },
}

function stratifierOf(by: keyof typeof BY, rows: readonly IndicatorRow[]): MeasureReportGroupStratifier[] {
  const { system, title, display } = BY[by]
  const stratum = rows.flatMap(row => {
    const code = row[by]
    return code === null ? [] : [{ value: { coding: [{ system, code }], text: display(row) ?? code }, population: [populationOf(row)] }]
  })
  return stratum.length === 0 ? [] : [{ code: [{ coding: [{ system: SYSTEM.hubIndicator, code: by, display: title }] }], stratum }]
}

const MASKED: Element = { extension: [{ url: EXTENSION.dataAbsentReason, valueCode: 'masked' }] }

function populationOf({ value }: IndicatorRow): MeasureReportGroupPopulation {
  const code = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/measure-population', code: 'initial-population' }] }
  return value === null ? { code, _count: MASKED } : { code, count: value }
}

const UCUM = { percent: { unit: '%', code: '%' }, hours: { unit: 'h', code: 'h' }, count: { unit: '1', code: '1' } }

function scoreOf({ value, unit }: IndicatorRow): Quantity {
  return value === null ? MASKED : { value, system: 'http://unitsofmeasure.org', ...UCUM[unit] }
}
