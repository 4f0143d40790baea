/*
  The routes of lanes that stand still: seen with reason, age and what waits behind; resumed, tried again, relieved of their head.
    GET  /monitor/api/lanes                    POST /monitor/api/lanes/<key>/resume | retry | set-aside   {reason, version?}
    GET  /monitor/api/set-aside                POST /monitor/api/set-aside/<id>/take-up                   {reason}
  409 says what happened meanwhile: the lane as it is now, and who did what last.
*/
import { json, type Request, type Response, type Router } from 'express'
import { ERRORS, HubError } from '../../profiles/errors.ts'
import { laneReason } from '../../profiles/tables/lane-reasons.ts'
import { findLanes, type LaneItem, readLane, shownRecipient } from '../ledger/lanes/lane-list.ts'
import { findSetAside, lastActOn, type LaneOrder, repairLane, type SetAsideItem, takeUp } from '../ledger/lanes/lane-repairs.ts'
import { recordRepair } from '../ledger/watch/repairs.ts'
import { contextOf } from '../request.ts'
import { membersOf } from './order.ts'
import { readLaneFilter, requireUuid } from './parameters.ts'
import { readReason, repairBy } from './repairs.ts'
import { answer, reasonFor, viewerOf } from './viewer.ts'
import type { MonitorParts } from './parts.ts'

export type LaneParts = Pick<MonitorParts, 'db' | 'auditor'>

const BODY = json({ limit: '8kb' })
const MOST_ASIDE = 500

export function laneRoutes(router: Router, parts: LaneParts): void {
  const { db } = parts
  router.get('/api/lanes', async (request, response) => {
    const { items, next } = await findLanes(db, { ...readLaneFilter(new URL(request.url, 'http://hub').searchParams), territory: viewerOf(request).territory })
    answer(response, { items: items.map(shownLane), next })
  })
  router.post('/api/lanes/:key/resume', BODY, (request, response) => repair(parts, { request, response }, 'resume'))
  router.post('/api/lanes/:key/retry', BODY, (request, response) => repair(parts, { request, response }, 'retry'))
  router.post('/api/lanes/:key/set-aside', BODY, (request, response) => repair(parts, { request, response }, 'set-aside'))
  router.get('/api/set-aside', async (request, response) => {
    const viewer = viewerOf(request)
    const items = await findSetAside(db, { territory: viewer.territory, limit: MOST_ASIDE })
    const shown = ({ recipient, reason, ...one }: SetAsideItem): object => ({
      ...one,
      recipient: recipient === null ? null : shownRecipient(recipient),
      reason: reasonFor(viewer, reason),
      ...why(one.code),
    })
    answer(response, { items: items.map(shown) })
  })
  router.post('/api/set-aside/:id/take-up', BODY, (request, response) => takeUpAgain(parts, { request, response }))
}

const why = (code: string | null): { text: { en: string; fr: string } | null } => ({ text: code === null ? null : laneReason(code) })

function shownLane(lane: LaneItem): object {
  return { ...lane, ...why(lane.code), ageSeconds: Math.max(0, Math.round((Date.now() - lane.since.getTime()) / 1000)) }
}

const DONE: Record<LaneOrder['act'], object> = { resume: { resumed: true }, retry: { retried: true }, 'set-aside': { setAside: true } }

interface Exchange {
  request: Request
  response: Response
}

async function repair(parts: LaneParts, { request, response }: Exchange, act: LaneOrder['act']): Promise<void> {
  const key = String(request.params['key'] ?? '')
  const { reason: said, version } = readOrder(request.body, ['reason', 'version'])
  const reason = readReason(request, said)
  if (act === 'set-aside' && reason === '') throw new HubError('fhir.request', { path: 'reason' })
  const { name: who, territory } = viewerOf(request)
  try {
    const lane = await repairLane(parts.db, { key, act, version: version === '' ? undefined : version, who, reason, territory }, (tx, seen) =>
      recordRepair(tx, { ...repairBy(request), action: `lane.${act}`, object: key, reason, outcome: 'done', ...ofLane(seen) }),
    )
    answer(response, { ...DONE[act], entryId: lane.entryId })
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    await noted(parts, request, { action: `monitor.lane.${act}`, object: key, outcome: error.code, detail: { reason } })
    if (ERRORS[error.code].http !== 409) throw error
    await conflict(parts, { request, response }, { error, key })
  }
}

const ofLane = ({ territory, entryId }: { territory: string | null; entryId: string | null }): { territory?: string; detail: { entryId: string | null } } => ({
  detail: { entryId },
  ...(territory === null ? {} : { territory }),
})

async function takeUpAgain(parts: LaneParts, { request, response }: Exchange): Promise<void> {
  const id = requireUuid(request.params['id'], 'id')
  const { reason } = readOrder(request.body, ['reason'])
  if (reason === '') throw new HubError('fhir.request', { path: 'reason' })
  const { name: who, territory } = viewerOf(request)
  const aside = await takeUp(parts.db, { id, who, reason, territory }, (tx, found) =>
    recordRepair(tx, { ...repairBy(request), action: 'lane.take-up', object: found.laneKey, reason, outcome: 'done', ...ofLane({ ...found, entryId: id }) }),
  )
  answer(response, { takenUp: true, key: aside.laneKey })
}

/** What the second of two operators is told. */
async function conflict({ db }: LaneParts, { request, response }: Exchange, { error, key }: { error: HubError; key: string }): Promise<void> {
  const { territory } = viewerOf(request)
  const [lane, last] = [await readLane(db, key, territory), await lastActOn(db, key, territory)]
  const { requestId } = contextOf(request)
  const { text } = ERRORS[error.code]
  answer(response.status(409), { error: error.code, text, requestId, lane: lane === undefined ? null : shownLane(lane), last: last ?? null })
}

function readOrder(body: unknown, takes: readonly ('reason' | 'version')[]): { reason: string; version: string } {
  const sent = membersOf(body, takes)
  const text = (name: string): string => {
    const value = sent[name] ?? ''
    if (typeof value !== 'string' || value.length > 500) throw new HubError('fhir.request', { path: name })
    return value.trim()
  }
  return { reason: text('reason'), version: text('version') }
}

interface Act {
  action: string
  object: string
  outcome: string
  detail: unknown
}

function noted({ auditor }: LaneParts, request: Request, act: Act): Promise<void> {
  return auditor.record({ actor: viewerOf(request).name, at: new Date(), requestId: contextOf(request).requestId, address: request.ip, ...act })
}
