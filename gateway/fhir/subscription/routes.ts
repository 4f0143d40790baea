/*
  The routes of subscriptions, which the ledger keeps; they stand before those of the store.
    POST Subscription      PUT | GET | DELETE Subscription/<id>      GET Subscription[?…]      POST Subscription/_search      GET Subscription/<id>/$status
*/
import type { Request, RequestHandler, Response, Router } from 'express'
import { HubError } from '../../../profiles/errors.ts'
import type { Subscription } from 'fhir/r4.js'
import { requireScope } from '../../access/callers/actor.ts'
import type { StoredSubscription } from '../../ledger/deliveries/subscriptions.ts'
import { actorOf, callerOf, contextOf } from '../../request.ts'
import { readBody } from '../body.ts'
import { readLargeBody } from '../large-body.ts'
import { isUnchanged, knownIn, queryOf, requireJson, requireJsonBody, sendFhir } from '../negotiate.ts'
import { issuesOutcome, languageOf } from '../outcome.ts'
import { readShape } from '../search/query.ts'
import { isLenient, readForm, sentParameters } from '../search/sent-search.ts'
import { requireId } from '../types.ts'
import { readPreference } from '../write/answer.ts'
import { readIfMatch, refuseForm } from '../write/single.ts'
import { findAmong } from './find.ts'
import { readText, searchText, statusText } from './read.ts'
import { shownText } from './shown.ts'
import { createSubscription, deleteSubscription, ownSubscriptions, replaceSubscription, type SubscriptionParts } from './write.ts'
import type { Access, Answer, FhirParts } from '../parts.ts'
import type { CheckForm } from '../write/parts.ts'

const TYPE = 'Subscription'

type Route = (action: Access['action'], answer: Answer) => RequestHandler

export function subscriptionRoutes(router: Router, own: SubscriptionParts & { form: CheckForm }, route: Route): void {
  const on = (action: Access['action'], answer: (exchange: Exchange) => Promise<void>): RequestHandler =>
    route(action, (parts, request, response) => answer({ parts, own, request, response }))
  router.get(`/${TYPE}`, on('search', answerSearch))
  router.post(`/${TYPE}/_search`, readForm, on('search', answerSearch))
  router.post(`/${TYPE}`, readLargeBody, on('create', answerCreate))
  router.put([`/${TYPE}`, `/${TYPE}/:id`], readLargeBody, on('update', answerUpdate))
  router.get(`/${TYPE}/:id`, on('read', answerRead))
  router.get(`/${TYPE}/:id/$status`, on('read', answerStatus))
  router.delete(`/${TYPE}/:id`, on('delete', answerDelete))
}

interface Exchange {
  parts: FhirParts
  own: SubscriptionParts & { form: CheckForm }
  request: Request
  response: Response
}

const audit = ({ parts, request }: Exchange, said: Pick<Access, 'action' | 'object' | 'outcome'> & Partial<Access>): Promise<void> =>
  parts.audit({ actor: actorOf(request), requestId: contextOf(request).requestId, ...said })

async function answerSearch(exchange: Exchange): Promise<void> {
  const { own, request, response } = exchange
  const sent = sentParameters(request)
  requireJson(request, sent.get('_format'))
  const page = await searchText(own, callerOf(request), { sent, isLenient: isLenient(request) })
  const names = [...new Set(sent.keys())].join('&')
  await audit(exchange, { action: 'search', object: names === '' ? TYPE : `${TYPE}?${names}`, outcome: 'shown', found: page.found })
  response.set('Cache-Control', 'private, no-store')
  sendFhir(response, page.text)
}

async function answerRead(exchange: Exchange): Promise<void> {
  const { own, request, response } = exchange
  const sent = queryOf(request)
  requireJson(request, sent.get('_format'))
  readShape(sent)
  const { text: shown, stored } = await readText(own, callerOf(request), requireId(request.params['id']))
  await audit(exchange, { action: 'read', object: `${TYPE}/${stored.id}`, outcome: 'shown' })
  setVersion(response, stored)
  const validators = { etag: `W/"${stored.version}"`, 'last-modified': stored.changedAt.toUTCString() }
  if (isUnchanged(knownIn(request), validators)) response.status(304).end()
  else sendFhir(response, shown)
}

async function answerStatus(exchange: Exchange): Promise<void> {
  const { own, request, response } = exchange
  requireJson(request, queryOf(request).get('_format'))
  const id = requireId(request.params['id'])
  const shown = await statusText(own, callerOf(request), id)
  await audit(exchange, { action: 'read', object: `${TYPE}/${id}`, outcome: 'shown' })
  response.set('Cache-Control', 'private, no-store')
  sendFhir(response, shown)
}

/** If-None-Exist is answered from what the client has. */
async function answerCreate(exchange: Exchange): Promise<void> {
  const { own, request } = exchange
  const actor = actorOf(request)
  requireScope(actor, TYPE, 'c')
  const body = readResource(exchange)
  const condition = request.get('if-none-exist')
  const known = condition === undefined ? undefined : await findOne(exchange, condition)
  if (known !== undefined) return answerWritten(exchange, { stored: known, status: 200, action: 'create' })
  await answerWritten(exchange, { stored: await createSubscription(own, actor, body), status: 201, action: 'create' })
}

async function answerUpdate(exchange: Exchange): Promise<void> {
  const { own, request } = exchange
  const actor = actorOf(request)
  requireScope(actor, TYPE, 'u')
  const body = readResource(exchange)
  const ifMatch = readIfMatch(request.get('if-match'))
  const named = request.params['id']
  if (named === undefined) {
    const known = await findOne(exchange, queryOf(request).toString())
    if (known === undefined) return answerWritten(exchange, { stored: await createSubscription(own, actor, body), status: 201, action: 'update' })
    return answerWritten(exchange, { stored: await replaceSubscription(own, actor, { ...body, id: known.id, ifMatch }), status: 200, action: 'update' })
  }
  const id = requireId(named)
  if (body.resource.id !== id) throw new HubError('fhir.request', { path: `${TYPE}.id` })
  await answerWritten(exchange, { stored: await replaceSubscription(own, actor, { ...body, id, ifMatch }), status: 200, action: 'update' })
}

/** Spec: NdE 3.0.0, flux 2: 200. */
async function answerDelete(exchange: Exchange): Promise<void> {
  const { own, request, response } = exchange
  const actor = actorOf(request)
  requireScope(actor, TYPE, 'd')
  requireJson(request, queryOf(request).get('_format'))
  const id = requireId(request.params['id'])
  await deleteSubscription(own, actor, id)
  await audit(exchange, { action: 'delete', object: `${TYPE}/${id}`, outcome: 'written' })
  sendFhir(response, JSON.stringify(issuesOutcome([], { requestId: contextOf(request).requestId, language: languageOf(response) })))
}

function readResource({ own, request }: Exchange): { text: string; resource: Subscription } {
  requireJson(request, queryOf(request).get('_format'))
  requireJsonBody(request, ['application/fhir+json', 'application/json'])
  const body = readBody(request.body as Uint8Array, TYPE)
  refuseForm(own.form(body.resource, TYPE))
  return { text: body.text, resource: body.resource as Subscription }
}

/** Throws: fhir.multiple_matches. */
async function findOne({ own, request }: Exchange, condition: string): Promise<StoredSubscription | undefined> {
  const actor = actorOf(request)
  requireScope(actor, TYPE, 's')
  const query = new URLSearchParams(condition.slice(condition.indexOf('?') + 1))
  if ([...query].length === 0) throw new HubError('fhir.request', { path: TYPE })
  const all = (await ownSubscriptions(own, actor)).map(stored => ({ ...stored, text: shownText(stored) }))
  const { items, total } = findAmong(all, query)
  if (total > 1) throw new HubError('fhir.multiple_matches', { path: TYPE })
  return items[0]
}

interface Outcome {
  stored: StoredSubscription
  status: 200 | 201
  action: 'create' | 'update'
}

async function answerWritten(exchange: Exchange, { stored, status, action }: Outcome): Promise<void> {
  const { parts, request, response } = exchange
  await audit(exchange, { action, object: `${TYPE}/${stored.id}`, outcome: 'written', patients: stored.patient === undefined ? [] : [stored.patient] })
  setVersion(response, stored)
  response.set('Location', `${parts.baseUrl()}/${TYPE}/${stored.id}`)
  const preference = readPreference(request.get('prefer'))
  if (preference === 'minimal') response.status(status).end()
  else if (preference === 'representation') sendFhir(response, shownText(stored), status)
  else sendFhir(response, JSON.stringify(issuesOutcome([], { requestId: contextOf(request).requestId, language: languageOf(response) })), status)
}

function setVersion(response: Response, { version, changedAt }: StoredSubscription): void {
  response.set({ ETag: `W/"${version}"`, 'Last-Modified': changedAt.toUTCString(), 'Cache-Control': 'private, no-store' })
}
