/*
  The monthly reports of territories as the FHIR door knows them: counted in the ledger when they are asked for, named by the structure and the month.
  Who may: the observatory, of every territory; any other client with the scope, of its own structure; of another's it learns nothing, as of one that does not exist.
*/
import type { MeasureReport } from 'fhir/r4.js'
import type { Actor } from '../../access/callers/actor.ts'
import { findIndicators } from '../../indicators/find.ts'
import { measureReportOf } from '../../indicators/measure-report.ts'
import { monthOf } from '../../indicators/months.ts'
import type { Db } from '../../ledger/db.ts'
import { findTerritories } from '../../ledger/figures/indicators.ts'
import { reportId } from './query.ts'
import type { FhirParts } from '../parts.ts'

export type Territory = Awaited<ReturnType<typeof findTerritories>>[number]

/** The territories whose reports the caller may see. */
export async function territoriesSeen({ rights }: Pick<FhirParts, 'rights'>, db: Db, actor: Actor): Promise<Territory[]> {
  const all = await findTerritories(db)
  if (actor.kind === 'observatory') return all
  const [own] = (await rights.partyOf(actor)).structures
  return all.filter(({ structure }) => structure === own)
}

/** Of one territory, a report for each month. In: months in any order. */
export async function reportsOf(db: Db, territory: Territory, { months, now }: { months: readonly string[]; now: Date }): Promise<MeasureReport[]> {
  const [from, to] = [[...months].sort()[0], [...months].sort().at(-1)]
  if (from === undefined || to === undefined) return []
  const reporter = territory.structure
  const found = new Map((await findIndicators(db, [territory], { from, to })).map(one => [one.month, one]))
  return months.flatMap(month => {
    const counted = found.get(month)
    const said = { id: reportId(reporter, month), reporter, at: now, isComplete: month < monthOf(now) }
    return counted === undefined ? [] : [measureReportOf(counted, said)]
  })
}
