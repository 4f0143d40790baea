/*
  The indicators of a DAC's or a CPTS's territory in one month, counted in the ledger.
    GET, POST Organization/<id>/$indicateurs      periode=2026-06
*/
import { HubError } from '../../profiles/errors.ts'
import { requireScope } from '../access/callers/actor.ts'
import { isMonth, monthOf } from '../indicators/months.ts'
import type { Caller } from '../request.ts'
import { reportsOf, territoriesSeen } from './measure-report/reports.ts'
import { requireKnown } from './search/query.ts'
import type { FhirParts } from './parts.ts'

/** Out: the report, as JSON text; a door without a ledger has none. */
export async function indicatorsText(parts: FhirParts, { actor, requestId }: Caller, { id, sent }: { id: string; sent: URLSearchParams }): Promise<string> {
  const reporter = `Organization/${id}`
  requireScope(actor, 'MeasureReport', 'r')
  const now = new Date()
  const month = readMonth(sent, monthOf(now))
  const db = parts.auditTrail
  const territory = db === undefined ? undefined : (await territoriesSeen(parts, db, actor)).find(({ structure }) => structure === reporter)
  const [report] = db === undefined || territory === undefined ? [] : await reportsOf(db, territory, { months: [month], now })
  if (report === undefined) throw new HubError('store.not_found')
  await parts.audit({ actor, action: 'indicators', object: reporter, outcome: 'shown', requestId })
  return JSON.stringify(report)
}

/** Throws: fhir.parameter_unknown; fhir.request at `periode` for what is no month, or one that has not begun. */
function readMonth(sent: URLSearchParams, current: string): string {
  requireKnown(sent, ['periode'])
  const [month = '', ...others] = sent.getAll('periode')
  if (others.length > 0 || !isMonth(month) || month > current) throw new HubError('fhir.request', { path: 'periode' })
  return month
}
