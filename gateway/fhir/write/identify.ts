/*
  Finds out what each part of a write is: what its condition means, under which id it will stand, where its references lead.
*/
import { randomUUID } from 'node:crypto'
import type { FhirResource } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import type { Store } from '../../store/store.ts'
import type { Asked, WriteRequest } from './asked.ts'
import { findMatch, readCondition } from './conditions.ts'
import type { Current } from './current.ts'
import { referenceOf, type WorkingDraft } from './drafts.ts'
import { isConditional, linksIn, relinked } from './references.ts'

/** A creation that meets an existing resource: nothing is written, the answer shows it. */
export interface Met {
  asked: Asked
  current: Current
}

export interface Identified {
  /** Also the id of the Provenance. */
  intentId: string
  drafts: WorkingDraft[]
  met: Met[]
}

export interface IdentifyParts {
  store: Store
  baseUrl(): string
}

/** Throws: fhir.multiple_matches, fhir.reference_unknown, store.not_found (a conditional patch that meets nothing), fhir.request. */
export async function identify(parts: IdentifyParts, request: WriteRequest, intentId: string): Promise<Identified> {
  const options = { traceparent: request.traceparent }
  const matches = await Promise.all(
    request.asked.map(({ type, condition, place }) => (condition === undefined ? undefined : findMatch(parts.store, { type, condition, place }, options))),
  )
  const targets = new Map<string, string>()
  // The first Provenance stands under the id of the intent: found in the store, it says that the write was stored.
  const proof = request.asked.find(({ type, verb }) => type === 'Provenance' && verb === 'create')
  const named = request.asked.map((asked, index) => {
    const id = asked.id ?? matches[index]?.id ?? (asked === proof ? intentId : newId(asked))
    if (asked.fullUrl !== undefined) targets.set(asked.fullUrl, referenceOf({ type: asked.type, id }))
    return { asked, id, current: matches[index] }
  })
  await findConditional(parts, request, targets)
  const identified: Identified = { intentId, drafts: [], met: [] }
  for (const { asked, id, current } of named) {
    if (asked.verb === 'create' && current !== undefined) identified.met.push({ asked, current })
    else identified.drafts.push(draftOf(asked, { id, current, targets, baseUrl: parts.baseUrl() }))
  }
  return identified
}

function newId({ verb }: Asked): string {
  if (verb === 'patch') throw new HubError('store.not_found')
  return randomUUID()
}

/** `Patient?identifier=…` as a reference: the one it means. */
async function findConditional({ store }: IdentifyParts, { asked, traceparent }: WriteRequest, targets: Map<string, string>): Promise<void> {
  const links = asked.flatMap(one => linksIn(one.resource).map(link => ({ ...link, place: `${one.place}.${link.element}` })))
  for (const { value, place } of links.filter(link => isConditional(link.value))) {
    if (targets.has(value)) continue
    const type = value.slice(0, value.indexOf('?'))
    const found = await findMatch(store, { type, condition: readCondition(value, type, place), place }, { traceparent })
    if (found === undefined) throw new HubError('fhir.reference_unknown', { path: place })
    targets.set(value, referenceOf(found))
  }
}

interface Naming {
  id: string
  current: Current | undefined
  targets: ReadonlyMap<string, string>
  baseUrl: string
}

function draftOf(asked: Asked, { id, current, targets, baseUrl }: Naming): WorkingDraft {
  const target = (value: string): string | undefined => targets.get(value) ?? (value.startsWith(`${baseUrl}/`) ? value.slice(baseUrl.length + 1) : undefined)
  const isLinked = targets.size > 0 || asked.text.includes(`"${baseUrl}/`)
  const text = isLinked ? relinked(asked.text, target) : asked.text
  const resource = isLinked ? (JSON.parse(text) as FhirResource) : asked.resource
  const isUpdate = asked.verb !== 'create' && (asked.id !== undefined || current !== undefined)
  const { type, place } = asked
  return {
    type,
    id,
    verb: isUpdate ? 'update' : 'create',
    by: 'client',
    place,
    resource: { ...resource, id },
    text,
    asked,
    changes: new Map(),
    ...(isUpdate && current !== undefined ? { current } : {}),
  }
}
