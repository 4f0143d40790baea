/*
  Indicators for the monitor, by territory, month and kind of structure: the protected numbers of `$indicateurs`, as JSON and as CSV.
    GET /monitor/api/indicators      GET /monitor/api/indicators.csv      from, to, territory, kind
*/
import type { Request, Router } from 'express'
import { INDICATORS } from '../../profiles/tables/indicators.ts'
import { STRUCTURE_KIND_CODES, STRUCTURE_KINDS } from '../../profiles/tables/structure-kinds.ts'
import { HubError } from '../../profiles/errors.ts'
import { CSV_TYPE, csvOf } from '../csv.ts'
import { findIndicators } from '../indicators/find.ts'
import type { IndicatorRow } from '../indicators/report.ts'
import type { Tx } from '../ledger/db.ts'
import { findTerritories } from '../ledger/figures/indicators.ts'
import { DAC } from '../../profiles/tables/sectors.ts'
import { type IndicatorFilter, readIndicatorFilter } from './indicator-filter.ts'
import { type Viewer, viewerOf } from './viewer.ts'

export interface IndicatorItem extends IndicatorRow {
  territory: string
  month: string
}

export function indicatorRoutes(router: Router, db: Tx): void {
  const found = (request: Request): Promise<IndicatorAnswer> => {
    const { searchParams } = new URL(request.url, 'http://hub')
    return indicatorsFor(db, viewerOf(request), readIndicatorFilter(searchParams, new Date()))
  }
  router.get('/api/indicators', async (request, response) => {
    response.set('Cache-Control', 'no-store').json(await found(request))
  })
  router.get('/api/indicators.csv', async (request, response) => {
    const { from, to, items } = await found(request)
    response.set('Cache-Control', 'no-store').set('Content-Disposition', `attachment; filename="indicateurs-${from}-${to}.csv"`)
    response.type(CSV_TYPE).send(csvOf(HEADER, items.map(lineOf)))
  })
}

export interface IndicatorAnswer {
  from: string
  to: string
  /** Those the viewer may choose from. */
  territories: string[]
  kinds: string[]
  items: IndicatorItem[]
}

/** Throws: fhir.path_unknown at `territory` for one that is not there, or not the viewer's. */
export async function indicatorsFor(db: Tx, viewer: Viewer, { from, to, territory, kind }: IndicatorFilter): Promise<IndicatorAnswer> {
  const all = (await findTerritories(db)).filter(({ type }) => type === DAC)
  const covers = (codes: readonly string[], asked: string | undefined): boolean => asked === undefined || codes.includes(asked)
  const seen = all.filter(({ codes }) => covers(codes, viewer.territory))
  const scopes = seen.filter(({ name, codes }) => name === territory || covers(codes, territory))
  if (territory !== undefined && scopes.length === 0) throw new HubError('fhir.path_unknown', { path: 'territory' })
  const months = await findIndicators(db, scopes, { from, to })
  const items = months.flatMap(({ rows, ...where }) => rows.filter(row => kind === undefined || row.structure === kind).map(row => ({ ...where, ...row })))
  return { from, to, territories: seen.map(({ name }) => name), kinds: STRUCTURE_KIND_CODES, items }
}

const HEADER = ['territoire', 'mois', 'indicateur', 'libellé', 'type de structure', 'type d’appui', 'valeur', 'unité']
const UNITS = { count: 'nombre', percent: '%', hours: 'heures' }

const lineOf = ({ territory, month, indicator, structure, support, value, unit }: IndicatorItem): (string | number | null)[] => [
  territory,
  month,
  indicator,
  INDICATORS[indicator].text.fr,
  structure === null ? null : STRUCTURE_KINDS[structure].fr,
  support,
  value ?? (unit === 'count' ? '< 11' : 'masqué'),
  UNITS[unit],
]
