/*
  The audit as FHIR, answered from the ledger: by the person, the privacy officer, the structure that acted.
    GET AuditEvent/<id>      GET AuditEvent?date=…      POST AuditEvent/_search
*/
import type { RequestHandler, Router } from 'express'
import { HubError } from '../../../profiles/errors.ts'
import { requireScope } from '../../access/actor.ts'
import { findAudit } from '../../ledger/audit-search.ts'
import type { Db } from '../../ledger/db.ts'
import { callerOf } from '../../request.ts'
import type { Access, Answer } from '../door.ts'
import { queryOf, requireJson, sendFhir } from '../negotiate.ts'
import { sendPage } from '../answer-page.ts'
import { readForm, sentParameters } from '../sent-search.ts'
import { requireId } from '../types.ts'
import { auditPage, narrowed, shownTo } from './page.ts'
import { toAuditEvent } from './resource.ts'

const TYPE = 'AuditEvent'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

type Route = (action: Access['action'], answer: Answer) => RequestHandler

export function auditEventRoutes(router: Router, db: Db, route: Route): void {
  const search = route('search', async (parts, request, response) => {
    const sent = sentParameters(request)
    requireJson(request, sent.get('_format'))
    sendPage(response, await auditPage({ parts, db, caller: callerOf(request) }, sent, `${parts.baseUrl()}/${TYPE}?${sent}`))
  })
  router.get(`/${TYPE}`, search)
  router.post(`/${TYPE}/_search`, readForm, search)
  router.get(
    `/${TYPE}/:id`,
    route('read', async (parts, request, response) => {
      requireJson(request, queryOf(request).get('_format'))
      const { actor, requestId } = callerOf(request)
      requireScope(actor, TYPE, 'r')
      const id = requireId(request.params['id'])
      const filter = UUID.test(id) ? await narrowed(parts, callerOf(request), { id, dates: [] }) : undefined
      const [row] = filter === undefined ? [] : await findAudit(db, filter, { limit: 1 })
      if (row === undefined) throw new HubError('store.not_found')
      await parts.audit({ actor, action: 'read', object: `${TYPE}/${id}`, outcome: 'shown', requestId, patients: row.patients })
      response.setHeader('Cache-Control', 'private, no-store')
      const [shown = row] = await shownTo(parts, callerOf(request), [row])
      sendFhir(response, JSON.stringify(toAuditEvent(shown, { showsReason: actor.kind === 'operator' })))
    }),
  )
}
