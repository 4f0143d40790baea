/*
  One flow, looked at closely.
    GET  /monitor/api/flows/<id>/journey      its steps with what each took and means, its findings, what to do
    GET  /monitor/api/flows/<id>/recipients   who received it and who did not
    GET  /monitor/api/flows/<id>/message      POST the same {reason}   its fields and documents, values hidden or shown
    GET  /monitor/api/flows/<id>/resources    POST the same {reason}   the FHIR made from it, with lineage
    POST /monitor/api/flows/<id>/document     {reason, document?, part?}   the message, or a document in it, as it was sent
*/
import { json, type Request, type Response, type Router } from 'express'
import { HubError } from '../../../profiles/errors.ts'
import { readBody, readMessage, type StoredMessage } from '../../ledger/acceptance/bodies.ts'
import { readFlowMade } from '../../ledger/flows/flow-made.ts'
import { readFlow } from '../../ledger/flows/flows.ts'
import { readLineage } from '../../ledger/flows/lineage.ts'
import { askedOf } from '../asked.ts'
import { requireUuid } from '../parameters.ts'
import { noteReveal } from '../reveal.ts'
import { readOrder } from '../order.ts'
import { sentenceOfFinding } from '../sentences.ts'
import { answer, mayView, viewerOf } from '../viewer.ts'
import { madeOf } from './made.ts'
import { recipientsOf } from './recipients.ts'
import { standingOf } from './standing.ts'
import { readStored } from './stored.ts'
import { timeLine } from './time-line.ts'
import type { MonitorParts } from '../parts.ts'

export function flowRoutes(router: Router, parts: MonitorParts): void {
  const { db } = parts
  router.get('/api/flows/:id/journey', async (request, response) => {
    answer(response, await journeyOf(parts, await requireFlow(parts, request)))
  })
  router.get('/api/flows/:id/recipients', async (request, response) => {
    const { id } = await requireFlow(parts, request)
    const { events } = await readFlowMade(db, id)
    const eventIds = events.map(one => one.id)
    answer(response, { items: await recipientsOf(db, askedOf(parts), eventIds) })
  })
  router.get('/api/flows/:id/message', async (request, response) => {
    answer(response, await sourceOf(parts, await requireFlow(parts, request), false))
  })
  router.post('/api/flows/:id/message', json({ limit: '8kb' }), async (request, response) => {
    answer(response, await sourceOf(parts, await revealed(parts, request, { what: 'message' }), true))
  })
  router.get('/api/flows/:id/resources', async (request, response) => {
    answer(response, await resourcesOf(parts, await requireFlow(parts, request), false))
  })
  router.post('/api/flows/:id/resources', json({ limit: '8kb' }), async (request, response) => {
    answer(response, await resourcesOf(parts, await revealed(parts, request, { what: 'resources' }), true))
  })
  router.post('/api/flows/:id/document', json({ limit: '8kb' }), async (request, response) => {
    const message = await revealed(parts, request, { what: 'document', takes: ['document', 'part'] })
    await download(parts, message, { request, response })
  })
}

/** Throws: fhir.path_unknown at `id` for none, and for one of another territory. */
async function requireFlow({ db }: MonitorParts, request: Request): Promise<StoredMessage> {
  const message = await readMessage(db, requireUuid(request.params['id'], 'id'))
  if (message === undefined || !mayView(viewerOf(request), message.territory)) throw new HubError('fhir.path_unknown', { path: 'id' })
  return message
}

/** Audited before anything is shown. Throws: fhir.request at `reason`. */
async function revealed(parts: MonitorParts, request: Request, { what, takes = [] }: { what: string; takes?: string[] }): Promise<StoredMessage> {
  const { reason } = readOrder(request.body, ['reason', ...takes])
  const message = await requireFlow(parts, request)
  const { patients } = await readFlowMade(parts.db, message.id)
  await noteReveal(parts.auditor, request, { object: `flow/${message.id}`, patients, reason, what })
  return message
}

async function journeyOf({ db }: MonitorParts, message: StoredMessage): Promise<object> {
  const flow = await readFlow(db, message.id)
  if (flow === undefined) throw new HubError('fhir.path_unknown', { path: 'id' })
  const { rows } = await db.query<{ code: string | null; path: string | null; size: number }>('select code, path, size from message where id = $1', [
    message.id,
  ])
  const stuckAt = rows[0] ?? { code: null, path: null, size: 0 }
  return {
    ...flow,
    door: message.door,
    format: message.format,
    receivedAt: message.receivedAt,
    size: stuckAt.size,
    standing: standingOf(message, stuckAt),
    refusals: message.refusedWith.map(({ code, path }) => ({ ...standingOf({ ...message, refusedWith: [{ code, path }] }, stuckAt), code, path })),
    steps: timeLine(flow.steps),
    findings: message.findings.map(finding => ({ ...finding, sentence: sentenceOfFinding(finding.code) ?? null })),
  }
}

async function sourceOf({ db, workers, config }: MonitorParts, { id }: StoredMessage, isRevealed: boolean): Promise<object> {
  const bytes = await bodyOf(db, id)
  return workers.run('readSource', { bytes, maxDocumentBytes: config.limits.maxDocumentBytes, isRevealed })
}

/** Throws: fhir.deleted where retention has dropped it. */
async function bodyOf(db: MonitorParts['db'], id: string): Promise<Uint8Array> {
  try {
    return await readBody(db, id)
  } catch (error) {
    if (error instanceof HubError && error.path === 'body') throw new HubError('fhir.deleted', { path: 'body' })
    throw error
  }
}

/** More than that are named, not shown. */
const MOST_RESOURCES = 250

async function resourcesOf({ db, store }: MonitorParts, { id }: StoredMessage, isRevealed: boolean): Promise<object> {
  const [{ resources }, kept] = await Promise.all([readFlowMade(db, id), readLineage(db, id)])
  const stored = await readStored(store, resources.slice(0, MOST_RESOURCES))
  const { lineage = [], unread = [], findings = [] } = kept ?? {}
  return {
    mapper: kept?.mapper ?? null,
    version: kept?.version ?? null,
    mappedAt: kept?.mappedAt ?? null,
    isRevealed,
    ...madeOf(stored, lineage, isRevealed),
    contents: resources.filter(one => one.startsWith('Binary/')),
    unread,
    findings: findings.map(finding => ({ ...finding, sentence: sentenceOfFinding(finding.code) ?? null })),
    total: resources.length,
  }
}

async function download(
  { db, workers, config }: MonitorParts,
  { id }: StoredMessage,
  { request, response }: { request: Request; response: Response },
): Promise<void> {
  const { document, part } = request.body as { document?: unknown; part?: unknown }
  if (document !== undefined && !(typeof document === 'number' && Number.isSafeInteger(document) && document >= 0))
    throw new HubError('fhir.request', { path: 'document' })
  if (part !== undefined && part !== 'body') throw new HubError('fhir.request', { path: 'part' })
  const bytes = await bodyOf(db, id)
  const limits = { maxDocumentBytes: config.limits.maxDocumentBytes }
  const found = await workers.run('readDocument', { bytes, ...limits, ...(document === undefined ? {} : { document }), isBody: part === 'body' })
  // Never shown as what the sender calls it: only a PDF is told as one, by its first bytes.
  response.set({ 'Cache-Control': 'no-store', 'Content-Disposition': 'attachment', 'X-Part-Type': found.contentType })
  response.type(found.contentType === 'application/pdf' ? 'application/pdf' : 'application/octet-stream').send(Buffer.from(found.bytes))
}
