/*
  One interaction as a client asks for it: its headers, its body, what makes a repeat of it known.
    POST <Type> [If-None-Exist]      PUT | PATCH <Type>/<id> [If-Match]      PUT | PATCH <Type>?condition      each with [X-Provenance]
*/
import { createHash } from 'node:crypto'
import type { Request } from 'express'
import type { FhirResource } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import { isError, type Issue } from '../../../profiles/issues.ts'
import { type Actor, requireScope } from '../../access/callers/actor.ts'
import { actorOf, contextOf } from '../../request.ts'
import { readBody } from '../body.ts'
import { queryOf, requireJsonBody } from '../negotiate.ts'
import { requireKnown } from '../search/query.ts'
import { readStrictJson } from '../strict-json.ts'
import { requireId, requireInteraction, rowOf, type ServedType } from '../types.ts'
import type { Asked, WriteRequest } from './asked.ts'
import { readCondition } from './conditions.ts'
import { identifiersOf } from './turn.ts'
import type { CheckForm } from './parts.ts'

export function readSingle(request: Request, verb: Asked['verb'], form: CheckForm): WriteRequest {
  const type = requireInteraction(request.params['type'], verb)
  const actor = actorOf(request)
  requireScope(actor, type, verb === 'create' ? 'c' : 'u')
  const body = verb === 'patch' ? readPatchBody(request) : readResourceBody(request, { type, form })
  const asked: Asked = { verb, type, ...body, place: type, position: 0, ...addressOf(request, { type, verb, resource: body.resource }) }
  demandConditions(asked, actor)
  const provenance = readHeader(request, form)
  const { requestId, traceparent } = contextOf(request)
  const sha256 = createHash('sha256')
    .update(request.body as Uint8Array)
    .digest()
  const key = keyOf(actor.clientId, asked, sha256)
  return {
    actor,
    requestId,
    traceparent,
    now: new Date(),
    asked: provenance === undefined ? [asked] : [asked, provenance],
    sha256,
    ...(key === undefined ? {} : { key }),
  }
}

function readResourceBody(request: Request, { type, form }: { type: string; form: CheckForm }): Pick<Asked, 'text' | 'resource'> {
  requireJsonBody(request, ['application/fhir+json', 'application/json'])
  const { text, resource } = readBody(request.body as Uint8Array, type)
  refuseForm(form(resource, type))
  return { text, resource }
}

function readPatchBody(request: Request): Pick<Asked, 'text' | 'resource'> {
  requireJsonBody(request, ['application/json-patch+json'])
  return { text: readStrictJson(request.body as Uint8Array).text, resource: {} as FhirResource }
}

/** Faults of the form are answered at once: nothing else is judged. */
export function refuseForm(issues: Issue[]): void {
  if (issues.some(isError)) throw new HubError('fhir.invalid', { issues })
}

type Address = Pick<Asked, 'id' | 'condition' | 'ifMatch' | 'ifNoneMatch'>

function addressOf(request: Request, { type, verb, resource }: Pick<Asked, 'type' | 'verb' | 'resource'>): Address {
  const named = request.params['id']
  if (verb === 'create' || named !== undefined) requireKnown(queryOf(request), [])
  if (verb === 'create') {
    const condition = request.get('if-none-exist')
    return condition === undefined ? {} : { condition: readCondition(condition, type, 'If-None-Exist') }
  }
  const ifMatch = readIfMatch(request.get('if-match'))
  const version = { ...(ifMatch === undefined ? {} : { ifMatch }), ifNoneMatch: request.get('if-none-match') }
  if (named === undefined) return { ...version, condition: readCondition(queryOf(request).toString(), type, type) }
  const id = requireId(named)
  if (verb === 'update' && resource.id !== id) throw new HubError('fhir.request', { path: `${type}.id` })
  return { ...version, id }
}

/** `W/"3"`, also without the W or the quotes; the same one may stand there twice. Throws: fhir.request. */
export function readIfMatch(text: string | undefined, place = 'If-Match'): string | undefined {
  if (text === undefined) return undefined
  const versions = text.split(',').map(one => /^\s*(?:W\/)?"?([A-Za-z0-9.-]{1,64})"?\s*$/.exec(one)?.[1])
  const [version] = versions
  if (version === undefined || versions.some(one => one !== version)) throw new HubError('fhir.request', { path: place })
  return version
}

/** What a client that speaks one national guide alone changes without If-Match, since the guide does not ask for it (fhir-fr.md 3.1). */
const WITHOUT_IF_MATCH: Readonly<Record<NonNullable<Actor['guide']>, readonly ServedType[]>> = { cds: ['CareTeam'] }

/** Of a change by condition If-Match is demanded once it is known to be one. Throws: fhir.if_match_missing, fhir.if_none_exist_missing. */
export function demandConditions(asked: Asked, actor: Pick<Actor, 'guide'>): void {
  const { verb, type, id, condition, place } = asked
  if (id !== undefined) demandIfMatch(asked, actor)
  if (verb === 'create' && condition === undefined && rowOf(type).demands.includes('if-none-exist'))
    throw new HubError('fhir.if_none_exist_missing', { path: placeOf(place, 'If-None-Exist') })
}

/** Throws: fhir.if_match_missing. */
export function demandIfMatch({ type, ifMatch, place }: Asked, { guide }: Pick<Actor, 'guide'>): void {
  const isSpared = guide !== undefined && WITHOUT_IF_MATCH[guide].includes(type)
  if (ifMatch === undefined && rowOf(type).demands.includes('if-match') && !isSpared)
    throw new HubError('fhir.if_match_missing', { path: placeOf(place, 'If-Match') })
}

/** Of an entry its own request; else the header. */
function placeOf(place: string, header: string): string {
  const entry = /^(Bundle\.entry\[\d+\])\.resource$/.exec(place)?.[1]
  return entry === undefined ? header : `${entry}.request.${header === 'If-Match' ? 'ifMatch' : 'ifNoneExist'}`
}

/** Throws: fhir.request where it is no ASCII JSON of a Provenance, fhir.invalid where its form is wrong or it names a target. */
export function readHeader(request: Request, form: CheckForm): Asked | undefined {
  const text = request.get('x-provenance')
  if (text === undefined) return undefined
  if (!/^[\x20-\x7e]*$/.test(text)) throw new HubError('fhir.request', { path: 'X-Provenance' })
  const resource = readHeaderBody(text)
  if ('target' in resource) throw new HubError('fhir.invalid', { issues: [targetIssue()] })
  // Its targets are known only when the ids are: one stands in for them.
  refuseForm(form({ ...resource, target: [{ display: '-' }] }, 'Provenance'))
  return { verb: 'create', type: 'Provenance', text, resource, place: 'Provenance', position: -1, isHeader: true }
}

function readHeaderBody(text: string): FhirResource {
  try {
    return readBody(Buffer.from(text), 'Provenance').resource
  } catch (cause) {
    throw new HubError('fhir.request', { path: 'X-Provenance', cause })
  }
}

function targetIssue(): Issue {
  const text = { en: 'X-Provenance carries no target: the hub fills it in.', fr: 'X-Provenance ne porte pas de target : le hub la remplit.' }
  return { severity: 'error', code: 'structure', rule: 'provenance.header-target', expression: 'Provenance.target', text }
}

/** By what a repeat is known: a creation by its first identifier, an update by the version it is based on. */
export function keyOf(clientId: string, { verb, type, id, ifMatch, resource }: Asked, sha256: Buffer): string | undefined {
  if (verb !== 'create') return id === undefined || ifMatch === undefined ? undefined : digest([clientId, verb, type, id, ifMatch, sha256.toString('hex')])
  const own = identifiersOf({ type, resource })[0]
  // A card of a document may bear its unique id instead.
  const { system, value } = own ?? (resource.resourceType === 'DocumentReference' ? resource.masterIdentifier : undefined) ?? {}
  if (system === undefined || value === undefined) return undefined
  // A person whose traits differ is no repeat and no duplicate: he stands apart. Of a document's unique id alone nothing says that it stands once.
  const isByBytes = type === 'Patient' || own === undefined
  return digest([clientId, verb, type, system, value, ...(isByBytes ? [sha256.toString('hex')] : [])])
}

/** No identity stands in a key. */
export const digest = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
