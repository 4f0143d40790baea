/*
  The monitor's API, for the operator: flows, events, lanes.
    GET /monitor/api/flows   GET /monitor/api/flows/<id>   GET /monitor/api/flows/<id>/lineage   GET /monitor/api/events   GET /monitor/api/lanes   POST /monitor/api/lanes/<key>/resume
*/
import { Router } from 'express'
import { HubError } from '../../profiles/errors.ts'
import { toCloudEvent } from '../bus/cloud-event.ts'
import { findEvents } from '../ledger/deliveries/events.ts'
import { readFlow } from '../ledger/flows/flows.ts'
import { readLineage } from '../ledger/flows/lineage.ts'
import { askedOf } from './asked.ts'
import { flowRoutes } from './flow/routes.ts'
import { personRoutes } from './person/routes.ts'
import { flowListRoutes } from './flow-list.ts'
import { identityRoutes } from './identities.ts'
import { indicatorRoutes } from './indicators.ts'
import { entrance } from './login/entrance.ts'
import { laneRoutes } from './lanes.ts'
import { overviewRoutes } from './overview-routes.ts'
import { partnerRoutes } from './partners/routes.ts'
import { questionRoutes } from './questions.ts'
import { replayRoutes } from './replays.ts'
import { parametersOf, readEventFilter, requireUuid } from './parameters.ts'
import { repairRoutes } from './repairs.ts'
import { answer, viewerOf } from './viewer.ts'
import type { MonitorParts } from './parts.ts'

export function monitorDoor(parts: MonitorParts): Router {
  const { config, db, store, keys, auditor } = parts
  const router = Router({ caseSensitive: true })
  entrance(router, parts)
  overviewRoutes(router, parts)
  flowListRoutes(router, parts)
  router.get('/api/flows/:id', async (request, response) => {
    const flow = await readFlow(db, requireUuid(request.params['id'], 'id'), viewerOf(request).territory)
    if (flow === undefined) throw new HubError('fhir.path_unknown', { path: 'id' })
    answer(response, flow)
  })
  router.get('/api/flows/:id/lineage', async (request, response) => {
    const lineage = await readLineage(db, requireUuid(request.params['id'], 'id'), viewerOf(request).territory)
    if (lineage === undefined) throw new HubError('fhir.path_unknown', { path: 'id' })
    answer(response, lineage)
  })
  flowRoutes(router, parts)
  personRoutes(router, parts)
  router.get('/api/events', async (request, response) => {
    const { items, next } = await findEvents(db, { ...readEventFilter(parametersOf(request)), territory: viewerOf(request).territory })
    answer(response, { events: items.map(toCloudEvent), next })
  })
  questionRoutes(router, { askedBy: request => askedOf({ config, db, store }, viewerOf(request).territory), db, config, keys, auditor })
  identityRoutes(router, parts)
  laneRoutes(router, parts)
  partnerRoutes(router, parts)
  replayRoutes(router, parts)
  repairRoutes(router, db)
  indicatorRoutes(router, db)
  return router
}
