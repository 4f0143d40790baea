/*
  A type that the ledger answers for and the store does not know.
    GET <type>/<id>      GET <type>?…      POST <type>/_search
*/
import type { RequestHandler, Router } from 'express'
import type { Db } from '../ledger/db.ts'
import { type Caller, callerOf } from '../request.ts'
import { AUDIT_EVENT } from './audit-event/audit-event.ts'
import type { Access, Answer, FhirParts } from './door.ts'
import { MEASURE_REPORT } from './measure-report/measure-report.ts'
import { queryOf, requireJson, sendPage } from './negotiate.ts'
import { readShape } from './query.ts'
import { readForm, sentParameters } from './sent-search.ts'
import { requireId, type ServedType } from './types.ts'

export interface LedgerAsking {
  parts: FhirParts
  db: Db
  caller: Caller
}

/** Both answer JSON texts and audit what they show. */
export interface LedgerType {
  type: ServedType
  /** Throws: fhir.scope; store.not_found, also where the caller may not see it. */
  read(asking: LedgerAsking, id: string): Promise<string>
  /** In: the parameters as they were sent, and the address of this page. */
  page(asking: LedgerAsking, sent: URLSearchParams, self: string): Promise<string>
}

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
