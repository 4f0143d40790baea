/*
  The list of flows: by filters of the address, by a person named in a body, as CSV.
    GET /monitor/api/flows   POST /monitor/api/flows/search   GET /monitor/api/flows.csv   POST /monitor/api/flows.csv
*/
import { json, type Request, type Router } from 'express'
import type { Auditor } from '../ledger/audit/audit.ts'
import type { Db } from '../ledger/db.ts'
import { countFlows, type FlowPage, type FlowTotal } from '../ledger/flows/flow-search.ts'
import { type FlowFilter, findFlows } from '../ledger/flows/flows.ts'
import { personsNumbered } from '../ledger/flows/person-journey.ts'
import { linkedPersons } from '../ledger/identity/person-links.ts'
import { lanesOfPerson } from './person/lanes.ts'
import { contextOf } from '../request.ts'
import { sendFlowsCsv } from './flow-csv.ts'
import { readFlowFilter, readFlowSearch, withWindow } from './flow-parameters.ts'
import { parametersOf } from './parameters.ts'
import { answer, viewerOf } from './viewer.ts'
import type { Flow } from '../ledger/flows/flow.ts'
import type { MonitorParts } from './parts.ts'

export type FlowListParts = Pick<MonitorParts, 'db' | 'config' | 'keys' | 'auditor'>

interface FlowList extends FlowTotal {
  items: Flow[]
  next: string | null
  /** The window that was looked at; null where none was set. */
  from: string | null
  to: string | null
}

export function flowListRoutes(router: Router, parts: FlowListParts): void {
  const { db } = parts
  router.get('/api/flows', async (request, response) => {
    const { filter, page } = readFlowFilter(parametersOf(request))
    answer(response, await listOf(db, bound(request, filter), page))
  })
  router.get('/api/flows.csv', async (request, response) => {
    const { filter } = readFlowFilter(parametersOf(request))
    await sendFlowsCsv(db, bound(request, filter), response)
  })
  router.post('/api/flows/search', json({ limit: '8kb' }), async (request, response) => {
    const { filter, page } = await searched(parts, request)
    answer(response, await listOf(db, filter, page))
  })
  router.post('/api/flows.csv', json({ limit: '8kb' }), async (request, response) => {
    const { filter } = await searched(parts, request)
    await sendFlowsCsv(db, filter, response)
  })
}

/** What a body asks for; the look for a person is written down before anything is told. */
async function searched(parts: FlowListParts, request: Request): Promise<{ filter: FlowFilter; page: FlowPage }> {
  const { filter, page, person } = readFlowSearch(request.body)
  if (person === undefined) return { filter: bound(request, filter), page }
  const named = await personNamed(parts, person)
  await noteSearch(parts.auditor, request, named.patients)
  return { filter: bound(request, { ...filter, person: named }), page }
}

async function listOf(db: Db, filter: FlowFilter, page: FlowPage): Promise<FlowList> {
  const [{ items, next }, counted] = await Promise.all([findFlows(db, filter, page), countFlows(db, filter)])
  const { from, to } = filter
  return { items, next, ...(counted ?? { total: items.length, totalIsExact: false }), from: from?.toISOString() ?? null, to: to?.toISOString() ?? null }
}

const bound = (request: Request, filter: FlowFilter): FlowFilter => withWindow({ ...filter, within: viewerOf(request).territory }, new Date())

/** Whom a number names, with all who are the same person, and the lanes in which his messages may still wait. */
async function personNamed(parts: FlowListParts, { system, value }: { system?: string; value: string }): Promise<Required<FlowFilter>['person']> {
  const numbered = await personsNumbered(parts.db, value, system)
  const linked = await Promise.all(numbered.map(({ patient }) => linkedPersons(parts.db, patient)))
  const patients = [...new Set(linked.flat())]
  return { patients, lanes: await lanesOfPerson(parts, { patients, value, system }) }
}

/** That somebody was looked for is written down; the number is not. */
function noteSearch(auditor: Auditor, request: Request, patients: readonly string[]): Promise<void> {
  const by = { actor: viewerOf(request).name, requestId: contextOf(request).requestId, address: request.ip }
  return auditor.record({ ...by, at: new Date(), action: 'monitor.search-person', object: 'flows', outcome: 'done', patients })
}
