/*
  The partners' desk: who they are, how they do, what is told of incidents; held and let go.
    GET  /monitor/api/partners?from&to                  GET /monitor/api/partners/<id>?from&to
    POST /monitor/api/partners/<id>/pause {reason}      POST /monitor/api/partners/<id>/resume {reason}
    GET  /monitor/api/incidents?state=open|closed&partner&after&limit
*/
import { json, type Request, type Response, type Router } from 'express'
import { HubError } from '../../../profiles/errors.ts'
import { laneReason } from '../../../profiles/tables/lane-reasons.ts'
import { INCIDENT_KINDS } from '../../../profiles/tables/incident-kinds.ts'
import type { HubConfig } from '../../config.ts'
import type { Tx } from '../../ledger/db.ts'
import { sendersSeen } from '../../ledger/figures/feeds.ts'
import { findIncidents, type IncidentFilter } from '../../ledger/watch/incidents.ts'
import { freePartner, holdPartner, pausesOf, wakeHeldLanes } from '../../ledger/lanes/partner-pauses.ts'
import { recordRepair } from '../../ledger/watch/repairs.ts'
import { membersOf } from '../order.ts'
import { parametersOf, readIncidentFilter, readPeriod } from '../parameters.ts'
import { readReason, repairBy } from '../repairs.ts'
import { reportOn } from '../report.ts'
import { answer, mayView, reasonFor, type Viewer, viewerOf } from '../viewer.ts'
import { isSeen, type PartnerShown, partnerSeen, partnersSeen } from './overview.ts'
import { nameOfPartner, type PartnerEntry, registerOf } from './register.ts'
import type { MonitorParts } from '../parts.ts'

export type PartnerParts = Pick<MonitorParts, 'config' | 'db'>

const BODY = json({ limit: '8kb' })
const MOST_INCIDENTS = 50

export function partnerRoutes(router: Router, parts: PartnerParts): void {
  const { config, db } = parts
  router.get('/api/partners', async (request, response) => {
    const window = readPeriod(parametersOf(request))
    const viewer = viewerOf(request)
    const items = await partnersSeen({ config, tx: db, window, territory: viewer.territory })
    answer(response, { ...window, items: items.map(one => shownTo(viewer, one)) })
  })
  router.get('/api/partners/:id', async (request, response) => {
    const window = readPeriod(parametersOf(request))
    const viewer = viewerOf(request)
    const partner = await partnerSeen({ config, tx: db, window, territory: viewer.territory }, idOf(request))
    if (partner === undefined) throw new HubError('fhir.path_unknown', { path: 'id' })
    answer(response, { ...window, ...shownTo(viewer, partner), ...(await detailOf(parts, request, partner)) })
  })
  router.post('/api/partners/:id/pause', BODY, (request, response) => pause(parts, request, response))
  router.post('/api/partners/:id/resume', BODY, (request, response) => resume(parts, request, response))
  router.get('/api/incidents', async (request, response) => {
    const { territory } = viewerOf(request)
    answer(response, await incidentsShown(parts, { ...readIncidentFilter(parametersOf(request)), territory }))
  })
}

const shownTo = (viewer: Viewer, { paused, ...partner }: PartnerShown): PartnerShown => ({
  ...partner,
  paused: paused === null ? null : { ...paused, reason: reasonFor(viewer, paused.reason) },
})

async function detailOf({ config, db }: PartnerParts, request: Request, { id, conformance }: PartnerShown): Promise<object> {
  const viewer = viewerOf(request)
  const { territory } = viewer
  const language = request.acceptsLanguages('en', 'fr') === 'fr' ? 'fr' : 'en'
  const report = conformance === null ? null : await reportOn({ config, db, territory }, id, language).catch(orNothing)
  const incidents = await incidentsShown({ config, db }, { subject: id, territory, limit: MOST_INCIDENTS })
  const pauses = (await pausesOf(db, id)).map(one => ({
    ...one,
    reason: reasonFor(viewer, one.reason),
    resumeReason: reasonFor(viewer, one.resumeReason),
  }))
  return { report, incidents: incidents.items, pauses }
}

/** A sender that has sent nothing has no report. */
function orNothing(error: unknown): null {
  if (error instanceof HubError && error.code === 'fhir.path_unknown') return null
  throw error
}

async function incidentsShown({ config, db }: PartnerParts, filter: IncidentFilter): Promise<{ items: object[]; next: string | null }> {
  const { items, next } = await findIncidents(db, filter)
  return {
    items: items.map(({ code, ...incident }) => ({
      ...incident,
      name: nameOfPartner(config, incident.subject),
      code: code === '' ? null : code,
      text: INCIDENT_KINDS[incident.kind],
      reason: incident.kind === 'lane.parked' ? laneReason(code) : null,
    })),
    next,
  }
}

/** What leaves to it waits from now on; an attempt that is being made ends as it ends. */
async function pause({ config, db }: PartnerParts, request: Request, response: Response): Promise<void> {
  const reason = orderOf(request)
  if (reason === '') throw new HubError('fhir.request', { path: 'reason' })
  const entry = await requirePausable(config, db, request)
  await db.tx(async tx => {
    const isHeld = await holdPartner(tx, { partner: entry.id, by: viewerOf(request).name, reason })
    if (!isHeld) throw new HubError('partner.state', { path: 'id' })
    await noted(tx, request, { action: 'partner.pause', entry, reason })
  })
  answer(response, { id: entry.id, paused: true })
}

async function resume({ config, db }: PartnerParts, request: Request, response: Response): Promise<void> {
  const reason = orderOf(request)
  const entry = await requirePausable(config, db, request)
  await db.tx(async tx => {
    const isFree = await freePartner(tx, { partner: entry.id, by: viewerOf(request).name, reason })
    if (!isFree) throw new HubError('partner.state', { path: 'id' })
    await noted(tx, request, { action: 'partner.resume', entry, reason })
  })
  answer(response, { id: entry.id, paused: false, lanes: await wakeHeldLanes(db) })
}

function noted(tx: Tx, request: Request, { action, entry, reason }: { action: string; entry: PartnerEntry; reason: string }): Promise<void> {
  const territory = entry.territory === null ? {} : { territory: entry.territory }
  return recordRepair(tx, { ...repairBy(request), action, object: entry.id, reason, outcome: 'done', ...territory })
}

/** Throws: fhir.path_unknown, monitor.role for one that others share, fhir.request at `id` for one that nothing leaves to. */
async function requirePausable(config: HubConfig, tx: Tx, request: Request): Promise<PartnerEntry> {
  const viewer = viewerOf(request)
  const entry = registerOf(config, await sendersSeen(tx)).find(({ id }) => id === idOf(request))
  if (entry === undefined || !isSeen(entry, viewer.territory)) throw new HubError('fhir.path_unknown', { path: 'id' })
  if (!mayView(viewer, entry.territory)) throw new HubError('monitor.role', { path: 'id' })
  if (entry.takes.length === 0) throw new HubError('fhir.request', { path: 'id' })
  return entry
}

/** Throws: fhir.request at `reason`, fhir.parameter_unknown. */
const orderOf = (request: Request): string => readReason(request, membersOf(request.body, ['reason'])['reason'])

const idOf = (request: Request): string => String(request.params['id'] ?? '')
