/*
  Search, by GET or POST _search, and its further pages.
    GET <Type>?…      POST <Type>/_search      GET ?_page=<sealed link>
*/
import type { Request, Response } from 'express'
import { HubError } from '../../profiles/errors.ts'
import { actorOf, contextOf } from '../request.ts'
import { askStore, readText } from './ask-store.ts'
import type { FhirParts } from './door.ts'
import { requireForm, requireJson } from './negotiate.ts'
import { FHIR_JSON } from './outcome.ts'
import { readQuery, requireShortUrl } from './query.ts'
import { rewriteSearchset } from './searchset.ts'
import { requireInteraction, type ServedType } from './types.ts'
import { type View, visibility } from './visibility.ts'

export async function search(parts: FhirParts, request: Request, response: Response): Promise<void> {
  const type = requireInteraction(request.params['type'], 'search-type')
  const sent = sentParameters(request)
  requireJson(request, sent.get('_format'))
  const query = readQuery(sent)
  const view = await visibility({ actor: actorOf(request), type, interaction: 'search', query })
  // By POST, whichever way it came: what is searched for belongs in no URL, so in no log of the store.
  const asked = { method: 'POST' as const, path: `${type}/_search`, headers: FORM_HEADERS, body: Buffer.from(view.query.toString()) }
  const self = `${parts.baseUrl()}/${type}?${query}`
  await answerPage(parts, { request, response, type, view, self, asked, names: [...new Set(sent.keys())] })
}

export async function page(parts: FhirParts, request: Request, response: Response): Promise<void> {
  const sent = new URL(request.url, 'http://hub').searchParams
  requireJson(request, sent.get('_format'))
  const sealed = sent.get('_page')
  // A search over all types at once is not served.
  if (sealed === null) throw new HubError('fhir.type_unknown')
  const actor = actorOf(request)
  const { query, type } = parts.pageLinks.open(sealed, actor.clientId)
  const view = await visibility({ actor, type, interaction: 'search' })
  const asked = { method: 'GET' as const, path: `?${query}`, headers: { accept: 'application/fhir+json' } }
  await answerPage(parts, { request, response, type, view, self: `${parts.baseUrl()}?_page=${sealed}`, asked, names: ['_page'] })
}

const FORM_HEADERS = { accept: 'application/fhir+json', 'content-type': 'application/x-www-form-urlencoded', prefer: 'handling=strict' }

function sentParameters(request: Request): URLSearchParams {
  const sent = new URL(request.url, 'http://hub').searchParams
  if (request.method !== 'POST') {
    requireShortUrl(request.originalUrl)
    return sent
  }
  requireForm(request)
  const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
  for (const [name, value] of form) sent.append(name, value)
  return sent
}

interface PageAnswer {
  request: Request
  response: Response
  type: ServedType
  view: View
  self: string
  asked: Parameters<typeof askStore>[1]
  /** Names of the parameters, never their values: for the audit. */
  names: string[]
}

async function answerPage(parts: FhirParts, { request, response, type, view, self, asked, names }: PageAnswer): Promise<void> {
  const actor = actorOf(request)
  const { requestId, traceparent } = contextOf(request)
  const answer = await askStore(parts.store, asked, traceparent)
  const seal = (query: string): string => `${parts.baseUrl()}?_page=${parts.pageLinks.seal({ query, clientId: actor.clientId, type })}`
  const { text, found } = rewriteSearchset(await readText(answer.body), { self, baseUrl: parts.baseUrl(), seal, shows: view.shows })
  await parts.audit({ actor, action: 'search', object: `${type}?${names.join('&')}`, outcome: 'shown', requestId, found })
  response.status(200).set('Cache-Control', 'private, no-store').type(FHIR_JSON).send(text)
}
