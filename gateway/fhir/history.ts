/*
  Versions of a resource, or of all resources of a type, newest first.
    GET <Type>/<id>/_history      GET CareTeam/_history      _count, _since
*/
import type { Request, Response } from 'express'
import { type Caller, callerOf } from '../request.ts'
import { answerPage } from './answer-page.ts'
import { requireVisible } from './ask-store.ts'
import { queryOf, requireJson, sendPage } from './negotiate.ts'
import { readPaging } from './query.ts'
import { requireId, requireServed, type ServedType } from './types.ts'
import { visibility } from './visibility.ts'
import type { FhirParts } from './parts.ts'

export async function history(parts: FhirParts, request: Request, response: Response): Promise<void> {
  const type = requireServed(request.params['type'])
  const id = request.params['id'] === undefined ? undefined : requireId(request.params['id'])
  const sent = queryOf(request)
  requireJson(request, sent.get('_format'))
  sendPage(response, await historyPage(parts, callerOf(request), { type, id, sent }))
}

interface Versions {
  type: ServedType
  /** Of all resources of the type where there is none. */
  id: string | undefined
  sent: URLSearchParams
}

/** Out: the Bundle, as JSON text. */
export async function historyPage(parts: FhirParts, caller: Caller, { type, id, sent }: Versions): Promise<string> {
  const paging = readPaging(sent, [])
  const view = visibility({ parts, actor: caller.actor, type, interaction: id === undefined ? 'search' : 'history' })
  // What it is about, and who that is, may have changed since the versions that are shown.
  if (id !== undefined) await requireVisible(parts.store, { type, id }, { view, traceparent: caller.traceparent })
  const path = `${type}/${id === undefined ? '' : `${id}/`}_history`
  return answerPage(parts, caller, {
    action: 'history',
    type,
    view,
    self: `${parts.baseUrl()}/${path}?${paging}`,
    asked: { method: 'GET', path: `${path}?${paging}`, headers: { accept: 'application/fhir+json' } },
    path,
    object: id === undefined ? `${type}/_history` : `${type}/${id}`,
    // Of a type the store counts what is left out here.
    ...(id === undefined ? { total: (_known: number | undefined, shown: number, isLast: boolean) => (isLast ? shown : undefined) } : {}),
  })
}
