/*
  All there is about a person, as far as the caller may see it.
    GET Patient/<id>/$everything      _type, _since, _count
*/
import type { Request, Response } from 'express'
import { HubError } from '../../profiles/errors.ts'
import { allows } from '../access/scopes.ts'
import { type Caller, callerOf } from '../request.ts'
import { answerPage } from './answer-page.ts'
import { requireVisible } from './ask-store.ts'
import { queryOf, requireJson, sendPage } from './negotiate.ts'
import { readPaging } from './query.ts'
import { requireId, rowOf, type ServedType, servedTypes } from './types.ts'
import { visibility } from './visibility.ts'
import type { FhirParts } from './parts.ts'

export async function everything(parts: FhirParts, request: Request, response: Response): Promise<void> {
  const id = requireId(request.params['id'])
  const sent = queryOf(request)
  requireJson(request, sent.get('_format'))
  sendPage(response, await everythingPage(parts, callerOf(request), { id, sent }))
}

/** Out: the searchset, as JSON text. */
export async function everythingPage(parts: FhirParts, caller: Caller, { id, sent }: { id: string; sent: URLSearchParams }): Promise<string> {
  const { actor, traceparent } = caller
  const view = visibility({ parts, actor, type: 'Patient', interaction: 'everything' })
  await requireVisible(parts.store, { type: 'Patient', id }, { view, traceparent })
  const types = askedTypes(sent).filter(type => allows(actor, type, 'r'))
  const paging = readPaging(sent, ['_type'])
  // No type at all would mean every type.
  paging.set('_type', types.join(',') || 'Patient')
  const linked = await parts.rights.linked(`Patient/${id}`)
  // Of persons who are one, all: the store is asked for each of them.
  const at = linked.length > 1 ? `Patient/$everything?_id=${linked.map(one => one.slice('Patient/'.length)).join(',')}&` : `Patient/${id}/$everything?`
  return answerPage(parts, caller, {
    action: 'everything',
    type: 'Patient',
    view,
    types,
    since: paging.get('_since') ?? undefined,
    self: `${parts.baseUrl()}/Patient/${id}/$everything?${paging}`,
    asked: { method: 'GET', path: `${at}${paging}`, headers: { accept: 'application/fhir+json' } },
    object: `Patient/${id}`,
    // The store counts what is left out here too: a total is known only where all stands on one page.
    total: (_known, shown, isLast) => (isLast ? shown : undefined),
  })
}

/** Throws: fhir.parameter_unknown at `_type` for a type that is not served. */
function askedTypes(sent: URLSearchParams): ServedType[] {
  const asked = sent.getAll('_type').flatMap(types => types.split(','))
  if (asked.some(type => !servedTypes.some(served => served === type))) throw new HubError('fhir.parameter_unknown', { path: '_type' })
  const stored = servedTypes.filter(type => rowOf(type).home === 'store')
  return asked.length === 0 ? stored : stored.filter(type => asked.includes(type))
}
