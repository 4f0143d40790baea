/*
  Monthly reports of territories: read and searched by whoever sees the territory.
*/
import { HubError } from '../../../profiles/errors.ts'
import { requireScope } from '../../access/callers/actor.ts'
import { reportPage } from './page.ts'
import { reportId, reportNamed } from './query.ts'
import { reportsOf, territoriesSeen } from './reports.ts'
import type { LedgerType } from '../ledger-asking.ts'

export const MEASURE_REPORT: LedgerType = {
  type: 'MeasureReport',
  page: reportPage,
  async read({ parts, db, caller: { actor, requestId } }, id) {
    requireScope(actor, 'MeasureReport', 'r')
    const now = new Date()
    const named = reportNamed(id, now)
    const territory = (await territoriesSeen(parts, db, actor)).find(({ structure }) => structure === named?.reporter)
    if (named === undefined || territory === undefined) throw new HubError('store.not_found')
    const [report] = await reportsOf(db, territory, { months: [named.month], now })
    if (report === undefined) throw new HubError('store.not_found')
    await parts.audit({ actor, action: 'read', object: `MeasureReport/${reportId(named.reporter, named.month)}`, outcome: 'shown', requestId })
    return JSON.stringify(report)
  },
}
