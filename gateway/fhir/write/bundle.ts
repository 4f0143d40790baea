/*
  A transaction or batch as a client asks for it.
    POST [base]  Bundle(type transaction | batch) => { fullUrl?, resource, request { method POST | PUT | PATCH, url, ifMatch?, ifNoneMatch?, ifNoneExist? } } | { request { method GET, url } } | { request { method POST, url <Type>/<id>/$<operation> }, resource? Parameters }
    a patch is a Binary with contentType application/json-patch+json
*/
import { createHash } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Bundle, BundleEntry, BundleEntryRequest, FhirResource } from 'fhir/r4.js'
import { HubError, toHubError } from '../../../profiles/errors.ts'
import type { Issue } from '../../../profiles/issues.ts'
import { type Actor, requireScope } from '../../access/callers/actor.ts'
import type { Body } from '../body.ts'
import { elementsOf, memberOf } from '../json-text.ts'
import { isCall } from '../operation-call.ts'
import type { FhirParts } from '../parts.ts'
import type { ReadingEntry } from '../read-entry.ts'
import { readStrictJson } from '../strict-json.ts'
import { requireId, requireInteraction, requireServed, rowOf, type ServedType } from '../types.ts'
import type { Asked } from './asked.ts'
import { readCondition } from './conditions.ts'
import type { PipelineParts } from './parts.ts'
import { repeatedEntry } from './references.ts'
import { demandConditions, digest, readIfMatch, refuseForm } from './single.ts'

/** Canonicals of the national guides: their transactions carry no Provenance. */
const NATIONAL = 'https://interop.esante.gouv.fr/ig/fhir/'

const OF_CIRCLE = /^https:\/\/interop\.esante\.gouv\.fr\/ig\/fhir\/(cds|cdl)\//

/** Is it a transaction of Cercle de soins or Cahier de liaison? Asked before its form is judged. */
export function isOfCircle(resource: unknown): boolean {
  const { type, meta } = resource as { type?: unknown; meta?: { profile?: unknown } | null }
  return type === 'transaction' && [meta?.profile].flat().some(profile => typeof profile === 'string' && OF_CIRCLE.test(profile))
}

export interface AskedBundle {
  type: 'transaction' | 'batch'
  /** In the order of the entries; of a batch each may be refused by itself. */
  entries: (() => Asked)[]
  /** The entries that read, by their place. */
  reads: ReadonlyMap<number, ReadingEntry>
  /** What each asks for, below the base. */
  addresses: readonly string[]
  isNational: boolean
  key?: string
}

/** A bundle that is to be performed and answered. */
export interface BundleCall {
  parts: FhirParts
  writes: PipelineParts
  request: Request
  response: Response
  bundle: AskedBundle
}

interface Reading {
  actor: Actor
  baseUrl: string
  /** What tier 1 found. */
  issues: readonly Issue[]
}

/** In: what the strict reader has let through. Throws: fhir.invalid for what is wrong with it as a whole: its form, its type, two entries of one name. */
export function readBundle({ text, resource }: Body, { actor, baseUrl, issues }: Reading): AskedBundle {
  const bundle = resource as Bundle
  const isOwn = ({ expression = '' }: Issue): boolean => bundle.type === 'batch' && /^Bundle\.entry\[\d+\]\.resource\b/.test(expression)
  refuseForm(issues.filter(issue => !isOwn(issue)))
  if (bundle.type !== 'transaction' && bundle.type !== 'batch') throw new HubError('fhir.invalid', { issues: [refusedType()] })
  const texts = elementsOf(memberOf(text, 'entry') ?? '[]')
  const read = ({ request, fullUrl, resource: held }: BundleEntry, index: number): Asked => {
    const place = `Bundle.entry[${index}]`
    if (request === undefined) throw new HubError('fhir.request', { path: `${place}.request` })
    const asked: Asked = {
      ...readEntry({ request, resource: held as FhirResource | undefined, text: memberOf(texts[index] ?? '{}', 'resource') ?? '', place, baseUrl }),
      position: index,
    }
    // The Provenance of a write needs no scope of its own, the content of a document that of its card.
    if (asked.type !== 'Provenance' || actor.purpose === 'BTG')
      requireScope(actor, asked.type === 'Binary' ? 'DocumentReference' : asked.type, asked.verb === 'create' ? 'c' : 'u')
    demandConditions(asked, actor)
    refuseForm(issues.filter(({ expression = '' }) => expression === asked.place || expression.startsWith(`${asked.place}.`)))
    return { ...asked, ...(fullUrl === undefined ? {} : { fullUrl }) }
  }
  const entries = (bundle.entry ?? []).map((entry, index) => (): Asked => {
    try {
      return read(entry, index)
    } catch (error) {
      throw placed(error, `Bundle.entry[${index}].request.url`)
    }
  })
  refuseForm(repeatedNames(bundle))
  const { system = '', value } = bundle.identifier ?? {}
  return {
    type: bundle.type,
    entries,
    reads: new Map(readsOf(bundle)),
    addresses: (bundle.entry ?? []).map(({ request }) => (request?.url ?? '').replace(`${baseUrl}/`, '')),
    isNational: bundle.meta?.profile?.some(profile => profile.startsWith(NATIONAL)) === true,
    ...(value === undefined || bundle.type === 'batch' ? {} : { key: digest([actor.clientId, 'Bundle', system, value]) }),
  }
}

/** What is wrong with an entry, at this place of the bundle unless it says one itself. */
export function placed(error: unknown, place: string): HubError {
  const fault = toHubError(error)
  const { code, path, issues } = fault
  return path?.startsWith('Bundle.') === true ? fault : new HubError(code, { path: place, issues, cause: error })
}

const isRead = (request: BundleEntryRequest): boolean => request.method === 'GET' || request.method === 'HEAD' || isCall(request)

const readsOf = ({ entry = [] }: Bundle): [number, ReadingEntry][] =>
  entry.flatMap(({ request, resource }, index) =>
    request !== undefined && isRead(request) ? [[index, { ...request, body: resource as FhirResource | undefined }]] : [],
  )

interface Entry {
  request: BundleEntryRequest
  resource: FhirResource | undefined
  text: string
  place: string
  baseUrl: string
}

/** Throws: fhir.method, fhir.type_unknown, fhir.request, fhir.body_type. */
function readEntry({ request, resource, text, place, baseUrl }: Entry): Omit<Asked, 'position'> {
  const url = request.url.startsWith(`${baseUrl}/`) ? request.url.slice(baseUrl.length + 1) : request.url.replace(/^\//, '')
  const [path = '', query] = url.split('?')
  const [typeName, id, ...more] = path.split('/')
  const verb = verbOf(request.method, place)
  const type = typeOf(typeName, verb)
  // Each names what it is about in one way: a creation by neither, a change by its id or by a condition.
  const named = [id, query].filter(one => one !== undefined).length
  if (more.length > 0 || named !== (verb === 'create' ? 0 : 1)) throw new HubError('fhir.request', { path: `${place}.request.url` })
  if (resource === undefined) throw new HubError('fhir.request', { path: `${place}.resource` })
  const ifMatch = readIfMatch(request.ifMatch, `${place}.request.ifMatch`)
  const condition = verb === 'create' ? request.ifNoneExist : query
  const address = {
    ...(id === undefined ? {} : { id: requireId(id) }),
    ...(condition === undefined ? {} : { condition: readCondition(condition, type, `${place}.request.${verb === 'create' ? 'ifNoneExist' : 'url'}`) }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ifNoneMatch: request.ifNoneMatch,
  }
  const at = `${place}.resource`
  if (verb === 'patch') return { verb, type, ...address, ...readPatch(resource, at), place: at }
  if (resource.resourceType !== type) throw new HubError('fhir.body_type', { path: `${at}.resourceType` })
  if (id !== undefined && resource.id !== id) throw new HubError('fhir.request', { path: `${at}.id` })
  return { verb, type, ...address, text, resource, place: at }
}

function verbOf(method: string, place: string): Asked['verb'] {
  const verb = ({ POST: 'create', PUT: 'update', PATCH: 'patch' } as const)[method]
  if (verb === undefined) throw new HubError('fhir.method', { path: `${place}.request.method` })
  return verb
}

/** Some types are created by a transaction only. */
function typeOf(named: string | undefined, verb: Asked['verb']): ServedType {
  const type = requireServed(named)
  if (rowOf(type).home === 'ledger') throw new HubError('fhir.method', { path: type })
  return verb === 'create' && rowOf(type).inTransaction ? type : requireInteraction(type, verb)
}

function readPatch(resource: FhirResource, place: string): Pick<Asked, 'text' | 'resource'> {
  if (resource.resourceType !== 'Binary' || resource.contentType !== 'application/json-patch+json') throw new HubError('fhir.media_type', { path: place })
  try {
    return { text: readStrictJson(Buffer.from(resource.data ?? '', 'base64')).text, resource: {} as FhirResource }
  } catch (error) {
    throw placed(error, `${place}.data`)
  }
}

function refusedType(): Issue {
  const text = { en: 'Only a transaction or a batch is taken here.', fr: 'Seule une transaction ou un batch est pris ici.' }
  return { severity: 'error', code: 'value', rule: 'bundle.type', expression: 'Bundle.type', text }
}

/** Two entries under one fullUrl, or that change one resource. */
function repeatedNames({ entry = [] }: Bundle): Issue[] {
  const seen = new Set<string>()
  return entry.flatMap(({ fullUrl, request }, index) => {
    const names = [fullUrl, request === undefined || request.method === 'POST' || isRead(request) ? undefined : request.url].filter(name => name !== undefined)
    const isRepeated = names.some(name => seen.has(name))
    for (const name of names) seen.add(name)
    return isRepeated ? [repeatedEntry(`Bundle.entry[${index}]`)] : []
  })
}

export const sha256Of = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
