/*
  Search, by GET or POST _search.
    GET <Type>?…      POST <Type>/_search (form)
*/
import type { Request, Response } from 'express'
import type { BundleEntry, OperationOutcome } from 'fhir/r4.js'
import { actorOf, contextOf } from '../request.ts'
import { answerPage } from './answer-page.ts'
import { askStore, readBytes } from './ask-store.ts'
import type { FhirParts } from './door.ts'
import { queryOf, requireForm, requireJson } from './negotiate.ts'
import { readSearch, requireShortUrl, type SearchRequest } from './query.ts'
import { requireServed } from './types.ts'
import { visibility } from './visibility.ts'

export async function search(parts: FhirParts, request: Request, response: Response): Promise<void> {
  const type = requireServed(request.params['type'])
  const sent = sentParameters(request)
  requireJson(request, sent.get('_format'))
  const search = readSearch(type, sent, { isLenient: isLenient(request), baseUrl: parts.baseUrl() })
  const view = await visibility({ origins: parts, actor: actorOf(request), type, interaction: 'search', search })
  const asked = storeSearch(type, view.query)
  const count = async (): Promise<number | undefined> => counted(parts, { type, query: view.query, traceparent: contextOf(request).traceparent })
  await answerPage(
    parts,
    { request, response },
    {
      action: 'search',
      type,
      view,
      self: `${parts.baseUrl()}/${type}?${search.query}`,
      asked,
      object: `${type}?${[...new Set(sent.keys())].join('&')}`,
      total: known => (known === undefined && search.query.get('_total') !== 'none' ? count() : known),
      outcomes: passedOver(search),
    },
  )
}

/** By POST, whichever way it came: what is searched for belongs in no URL, so in no log of the store. */
function storeSearch(type: string, query: URLSearchParams): Parameters<typeof askStore>[1] {
  const headers = { accept: 'application/fhir+json', 'content-type': 'application/x-www-form-urlencoded', prefer: 'handling=strict' }
  return { method: 'POST', path: `${type}/_search`, headers, body: Buffer.from(query.toString()) }
}

/** The store leaves the total out while it is still collecting what it found. */
async function counted(
  parts: FhirParts,
  { type, query, traceparent }: { type: string; query: URLSearchParams; traceparent: string },
): Promise<number | undefined> {
  const counting = new URLSearchParams([...query].filter(([name]) => !/^_(count|sort|elements|summary|total|(rev)?include(:iterate)?)$/.test(name)))
  counting.set('_summary', 'count')
  const { body } = await askStore(parts.store, storeSearch(type, counting), traceparent)
  return (JSON.parse((await readBytes(body)).toString('utf8')) as { total?: number }).total
}

function sentParameters(request: Request): URLSearchParams {
  const sent = new URLSearchParams(queryOf(request))
  if (request.method !== 'POST') {
    requireShortUrl(request.originalUrl)
    return sent
  }
  requireForm(request)
  const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
  for (const [name, value] of form) sent.append(name, value)
  return sent
}

const isLenient = (request: Request): boolean => /(^|[\s,;])handling\s*=\s*"?lenient"?/i.test(request.get('prefer') ?? '')

/** What was passed over under `handling=lenient`, said in an entry of its own. */
function passedOver({ ignored }: SearchRequest): string[] {
  if (ignored.length === 0) return []
  const entry: BundleEntry<OperationOutcome> = {
    resource: {
      resourceType: 'OperationOutcome',
      issue: ignored.map(name => ({
        severity: 'warning',
        code: 'not-supported',
        details: { text: 'This search parameter is not served; it was passed over.' },
        expression: [name],
      })),
    },
    search: { mode: 'outcome' },
  }
  return [JSON.stringify(entry)]
}
