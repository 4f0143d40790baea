/*
  The routes of replays: what today's mappers would make of stored messages, shown before anything happens; then committed as it was shown, or stopped.
    POST /monitor/api/replays                      {filter, reason}      a dry run; the last 24 hours unless `from` or `to` is said
    GET  /monitor/api/replays   /replays/<id>      how far it is         GET /monitor/api/replays/<id>/items   message by message, values of persons hidden
    POST /monitor/api/replays/<id>/commit | stop   {reason}              POST /monitor/api/replays/<id>/items/<item>/reveal   {reason}
*/
import { json, type Request, type Response, type Router } from 'express'
import { ERRORS, HubError } from '../../profiles/errors.ts'
import { readFlowMade } from '../ledger/flows/flow-made.ts'
import { findFlowIds } from '../ledger/flows/flow-search.ts'
import { recordRepair } from '../ledger/watch/repairs.ts'
import { findItems } from '../ledger/replays/replay-items.ts'
import { beginCommit, createReplay, findReplays, readReplay, type Replay, stopReplay } from '../ledger/replays/replays.ts'
import { changedSince } from '../replay/changed-since.ts'
import { contextOf } from '../request.ts'
import { readFlowFilter, withWindow } from './flow-parameters.ts'
import { parametersOf, readListPage, requireUuid } from './parameters.ts'
import { repairBy } from './repairs.ts'
import { readItemFilter, readReplayOrder, requireReason } from './replay-parameters.ts'
import { shownItem, summaryOf } from './replay-shown.ts'
import { answer, viewerOf } from './viewer.ts'
import type { MonitorParts } from './parts.ts'

export type ReplayRouteParts = Pick<MonitorParts, 'db' | 'store' | 'auditor'>

/** More is narrowed first: an operator looks at what he commits. */
const MOST_MESSAGES = 10_000
const BODY = json({ limit: '16kb' })

export function replayRoutes(router: Router, parts: ReplayRouteParts): void {
  const { db } = parts
  router.post('/api/replays', BODY, (request, response) => begin(parts, { request, response }))
  router.get('/api/replays', async (request, response) => {
    const { limit, after } = readListPage(parametersOf(request))
    const found = await findReplays(db, { territory: viewerOf(request).territory, limit: limit + 1, after })
    const items = await Promise.all(found.slice(0, limit).map(one => summaryOf(db, one)))
    answer(response, { items, next: found.length > limit ? (found[limit - 1]?.id ?? null) : null })
  })
  router.get('/api/replays/:id', async (request, response) => answer(response, await summaryOf(db, await requireReplay(parts, request))))
  router.get('/api/replays/:id/items', async (request, response) => {
    const filter = readItemFilter(parametersOf(request))
    const found = await findItems(db, { ...filter, replay: (await requireReplay(parts, request)).id, limit: filter.limit + 1 })
    const items = found.slice(0, filter.limit)
    answer(response, { items: items.map(one => shownItem(one)), next: found.length > filter.limit ? String(items.at(-1)?.n) : null })
  })
  router.post('/api/replays/:id/items/:item/reveal', BODY, (request, response) => reveal(parts, { request, response }))
  router.post('/api/replays/:id/commit', BODY, (request, response) => commit(parts, { request, response }))
  router.post('/api/replays/:id/stop', BODY, (request, response) => stop(parts, { request, response }))
}

interface Exchange {
  request: Request
  response: Response
}

async function requireReplay({ db }: ReplayRouteParts, request: Request): Promise<Replay> {
  const replay = await readReplay(db, requireUuid(request.params['id'], 'id'), viewerOf(request).territory)
  if (replay === undefined) throw new HubError('fhir.path_unknown', { path: 'id' })
  return replay
}

async function begin(parts: ReplayRouteParts, { request, response }: Exchange): Promise<void> {
  const { filter: asked, reason } = readReplayOrder(request.body)
  const { name: who, territory } = viewerOf(request)
  const filter = withWindow(readFlowFilter(new URLSearchParams(asked)).filter, new Date())
  const chosen = filter.from === undefined ? asked : { ...asked, from: filter.from.toISOString() }
  const found = await findFlowIds(parts.db, { ...filter, within: territory }, MOST_MESSAGES + 1)
  if (found.length > MOST_MESSAGES) throw new HubError('replay.too_many', { path: 'filter' })
  const id = await parts.db.tx(async tx => {
    const made = await createReplay(tx, { filter: chosen, territory, who, reason, messageIds: found })
    await recordRepair(tx, {
      ...repairBy(request),
      action: 'replay.start',
      object: made,
      reason,
      outcome: 'done',
      territory,
      detail: { messages: found.length },
    })
    return made
  })
  const replay = await readReplay(parts.db, id)
  if (replay === undefined) throw new HubError('hub.defect', { path: 'replay' })
  response.status(201).set('Location', `/monitor/api/replays/${id}`)
  answer(response, await summaryOf(parts.db, replay))
}

/** Refused whole where nothing is as it was shown; else what has changed since is left out, and says so. */
async function commit(parts: ReplayRouteParts, { request, response }: Exchange): Promise<void> {
  const { id, territory } = await requireReplay(parts, request)
  const reason = requireReason(request.body)
  const { changed, others } = await changedSince(parts, id)
  if (changed.length > 0 && others === 0) {
    await noted(parts, request, { action: 'monitor.replay.commit', object: id, outcome: 'replay.changed', detail: { reason } })
    const { requestId } = contextOf(request)
    answer(response.status(409), { error: 'replay.changed', text: ERRORS['replay.changed'].text, requestId, items: changed })
    return
  }
  await parts.db.tx(async tx => {
    await beginCommit(tx, { id, who: viewerOf(request).name, reason })
    await recordRepair(tx, { ...repairBy(request), action: 'replay.commit', object: id, reason, outcome: 'done', territory: territory ?? undefined })
  })
  answer(response.status(202), { ...(await summaryOf(parts.db, await requireReplay(parts, request))), changedSince: changed })
}

async function stop(parts: ReplayRouteParts, { request, response }: Exchange): Promise<void> {
  const { id, territory } = await requireReplay(parts, request)
  const reason = requireReason(request.body)
  await parts.db.tx(async tx => {
    await stopReplay(tx, { id, who: viewerOf(request).name, reason })
    await recordRepair(tx, { ...repairBy(request), action: 'replay.stop', object: id, reason, outcome: 'done', territory: territory ?? undefined })
  })
  answer(response, await summaryOf(parts.db, await requireReplay(parts, request)))
}

async function reveal(parts: ReplayRouteParts, { request, response }: Exchange): Promise<void> {
  const { id } = await requireReplay(parts, request)
  const reason = requireReason(request.body)
  const [item] = await findItems(parts.db, { replay: id, id: requireUuid(request.params['item'], 'item'), limit: 1 })
  if (item === undefined) throw new HubError('fhir.path_unknown', { path: 'item' })
  const { patients } = await readFlowMade(parts.db, item.messageId)
  await noted(parts, request, { action: 'monitor.replay.reveal', object: item.messageId, outcome: 'shown', patients, detail: { reason, replay: id } })
  answer(response, shownItem(item, { isRevealed: true }))
}

interface Act {
  action: string
  object: string
  outcome: string
  /** Whom it is about. */
  patients?: readonly string[]
  detail: unknown
}

const noted = ({ auditor }: ReplayRouteParts, request: Request, act: Act): Promise<void> =>
  auditor.record({ actor: viewerOf(request).name, at: new Date(), requestId: contextOf(request).requestId, address: request.ip, ...act })
