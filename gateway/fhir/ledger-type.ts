/*
  A type that the ledger answers for and the store does not know.
    GET <type>/<id>      GET <type>?…      POST <type>/_search
*/
import type { RequestHandler, Router } from 'express'
import type { Db } from '../ledger/db.ts'
import { callerOf } from '../request.ts'
import { AUDIT_EVENT } from './audit-event/audit-event.ts'
import { MEASURE_REPORT } from './measure-report/measure-report.ts'
import { queryOf, requireJson, sendPage } from './negotiate.ts'
import { readShape } from './search/query.ts'
import { readForm, sentParameters } from './search/sent-search.ts'
import { requireId } from './types.ts'
import type { Access, Answer } from './parts.ts'
import type { LedgerType } from './ledger-asking.ts'

export const LEDGER_TYPES: readonly LedgerType[] = [AUDIT_EVENT, MEASURE_REPORT]

type Route = (action: Access['action'], answer: Answer) => RequestHandler

export function ledgerTypeRoutes(router: Router, { type, read, page }: LedgerType, { db, route }: { db: Db; route: Route }): void {
  const search = route('search', async (parts, request, response) => {
    const sent = sentParameters(request)
    requireJson(request, sent.get('_format'))
    sendPage(response, await page({ parts, db, caller: callerOf(request) }, sent, `${parts.baseUrl()}/${type}?${sent}`))
  })
  router.get(`/${type}`, search)
  router.post(`/${type}/_search`, readForm, search)
  router.get(
    `/${type}/:id`,
    route('read', async (parts, request, response) => {
      const sent = queryOf(request)
      requireJson(request, sent.get('_format'))
      readShape(sent)
      sendPage(response, await read({ parts, db, caller: callerOf(request) }, requireId(request.params['id'])))
    }),
  )
}
