/*
  One page of monthly reports, by structure and the latest month first: of the months, only those of the page are counted.
*/
import { requireScope } from '../../access/callers/actor.ts'
import { readReportSearch, reportId } from './query.ts'
import { reportsOf, territoriesSeen } from './reports.ts'
import type { LedgerAsking } from '../ledger-asking.ts'

const TYPE = 'MeasureReport'

/** In: the parameters as they were sent; `_offset` says how many come before. */
export async function reportPage({ parts, db, caller: { actor, requestId } }: LedgerAsking, sent: URLSearchParams, self: string): Promise<string> {
  requireScope(actor, TYPE, 's')
  const now = new Date()
  const { reporters, ids, months, count, offset } = readReportSearch(sent, now)
  const asked = (await territoriesSeen(parts, db, actor)).flatMap(territory =>
    reporters === undefined || reporters.includes(territory.structure) ? months.map(month => ({ territory, month })) : [],
  )
  const all = asked.filter(({ territory, month }) => ids === undefined || ids.includes(reportId(territory.structure, month)))
  const page = all.slice(offset, offset + count)
  const territories = [...new Set(page.map(({ territory }) => territory))]
  const monthsOf = (one: (typeof territories)[number]): string[] => page.flatMap(({ territory, month }) => (territory === one ? [month] : []))
  const reports = (await Promise.all(territories.map(one => reportsOf(db, one, { months: monthsOf(one), now })))).flat()
  await parts.audit({ actor, action: 'search', object: `${TYPE}?${[...new Set(sent.keys())].join('&')}`, outcome: 'shown', requestId })
  const baseUrl = parts.baseUrl()
  const further = new URLSearchParams(sent)
  further.set('_offset', String(offset + count))
  const sealed = (): string => parts.pageLinks.seal({ path: further.toString(), type: TYPE, action: 'search', offset: 0 }, actor)
  const isMore = count > 0 && all.length > offset + count
  const link = [{ relation: 'self', url: self }, ...(isMore ? [{ relation: 'next', url: `${baseUrl}?_page=${sealed()}` }] : [])]
  const entry = reports.map(resource => ({ fullUrl: `${baseUrl}/${TYPE}/${resource.id}`, resource, search: { mode: 'match' } }))
  return JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: all.length, link, ...(entry.length === 0 ? {} : { entry }) })
}
