/*
  Monthly reports of territories, read and searched.
    GET MeasureReport/<structure>.<month>      GET MeasureReport?reporter&period      POST MeasureReport/_search
*/
import type { RequestHandler, Router } from 'express'
import { HubError } from '../../../profiles/errors.ts'
import { requireScope } from '../../access/actor.ts'
import type { Db } from '../../ledger/db.ts'
import { callerOf } from '../../request.ts'
import { sendPage } from '../answer-page.ts'
import type { Access, Answer } from '../door.ts'
import { queryOf, requireJson } from '../negotiate.ts'
import { readForm, sentParameters } from '../sent-search.ts'
import { requireId } from '../types.ts'
import { reportPage } from './page.ts'
import { reportId, reportNamed } from './query.ts'
import { reportsOf, territoriesSeen } from './reports.ts'

const TYPE = 'MeasureReport'

type Route = (action: Access['action'], answer: Answer) => RequestHandler

export function measureReportRoutes(router: Router, db: Db, route: Route): void {
  const search = route('search', async (parts, request, response) => {
    const sent = sentParameters(request)
    requireJson(request, sent.get('_format'))
    sendPage(response, await reportPage({ parts, db, caller: callerOf(request) }, sent, `${parts.baseUrl()}/${TYPE}?${sent}`))
  })
  router.get(`/${TYPE}`, search)
  router.post(`/${TYPE}/_search`, readForm, search)
  router.get(
    `/${TYPE}/:id`,
    route('read', async (parts, request, response) => {
      requireJson(request, queryOf(request).get('_format'))
      const { actor, requestId } = callerOf(request)
      requireScope(actor, TYPE, 'r')
      const now = new Date()
      const named = reportNamed(requireId(request.params['id']), now)
      const territory = (await territoriesSeen(parts, db, actor)).find(({ structure }) => structure === named?.reporter)
      if (named === undefined || territory === undefined) throw new HubError('store.not_found')
      const [report] = await reportsOf(db, territory, { months: [named.month], now })
      if (report === undefined) throw new HubError('store.not_found')
      await parts.audit({ actor, action: 'read', object: `${TYPE}/${reportId(named.reporter, named.month)}`, outcome: 'shown', requestId })
      sendPage(response, JSON.stringify(report))
    }),
  )
}
