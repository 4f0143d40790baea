/*
  A GET of a batch or a transaction, or an operation that is called there by POST, answered as the door itself would.
    <Type>/<id>      <Type>/<id>/_history[/<version>]      <Type>[?…]      <Type>/_history      <Type>/<id>/$<operation>      metadata
    ifNoneMatch, ifModifiedSince: 304 and no resource for who has that version already
*/
import type { BundleEntryRequest, FhirResource } from 'fhir/r4.js'
import { HubError, toHubError } from '../../profiles/errors.ts'
import type { Caller } from '../request.ts'
import { askStore, readBytes } from './ask-store.ts'
import { objectAt, personsNamed } from './audit.ts'
import { requireBinary } from './document-content.ts'
import { historyPage } from './search/history.ts'
import { LEDGER_TYPES } from './ledger-type.ts'
import { metadataText } from './metadata.ts'
import { isUnchanged } from './negotiate.ts'
import { withParameters } from './operation-call.ts'
import { OPERATIONS } from './operations.ts'
import { readShape } from './search/query.ts'
import { readResource } from './read.ts'
import { searchPage } from './search/search.ts'
import { readText, searchText, statusText } from './subscription/read.ts'
import { allowedMethods, requireId, requireServed } from './types.ts'
import { refusalOf, visibility } from './visibility.ts'
import type { FhirParts } from './parts.ts'

interface EntryAnswer {
  /** Of the resource or Bundle. */
  text: string
  etag?: string
  lastModified?: string
}

/** Its request, and the resource beside it. */
export interface ReadingEntry extends BundleEntryRequest {
  body?: FhirResource | undefined
}

interface Reading {
  action: 'batch' | 'transaction'
  asked: ReadingEntry
}

/** The entry of the answer. What is shown is audited where it is read, what is refused here. Throws: as the interaction does. */
export async function readEntry(parts: FhirParts, caller: Caller, { action, asked }: Reading): Promise<string> {
  const { actor, requestId } = caller
  try {
    const { text, ...validators } = await answerEntry(parts, caller, asked)
    const { etag, lastModified } = validators
    if (etag !== undefined && isUnchanged(asked, { etag, 'last-modified': lastModified }))
      return JSON.stringify({ response: { status: '304 Not Modified', ...validators } })
    return `{"resource":${text},"response":${JSON.stringify({ status: '200 OK', ...validators })}}`
  } catch (error) {
    const fault = toHubError(error)
    const [path = '', query] = asked.url.replace(`${parts.baseUrl()}/`, '').split('?')
    const { patients = [], ...refusal } = refusalOf(error)
    const named = [...patients, ...personsNamed(path, new URLSearchParams(query))]
    await parts.audit({ actor, action, object: objectAt(path), outcome: fault.code, requestId, patients: named, ...refusal })
    throw fault
  }
}

/** In: the address of an entry, whole or below the base. Throws: as the interaction does. */
async function answerEntry(parts: FhirParts, caller: Caller, { url, method, body }: ReadingEntry): Promise<EntryAnswer> {
  const { steps, sent } = readAddress(url, parts.baseUrl())
  if (steps.join('/') === 'metadata' && method !== 'POST') return { text: metadataText(parts) }
  if (method === 'POST' && body !== undefined) withParameters(sent, body)
  if (!allowedMethods(steps.join('/')).includes('GET')) throw new HubError('fhir.method')
  const [named, second, third, version] = steps
  const type = requireServed(named)
  const ofLedger = LEDGER_TYPES.find(one => one.type === type)
  if (type === 'Subscription') return answerSubscription(parts, caller, { id: second, operation: third, sent })
  if (ofLedger !== undefined) {
    if (parts.auditTrail === undefined) throw new HubError('fhir.type_unknown')
    const asking = { parts, db: parts.auditTrail, caller }
    return { text: await (second === undefined ? ofLedger.page(asking, sent, `${parts.baseUrl()}/${type}?${sent}`) : ofLedger.read(asking, requireId(second))) }
  }
  if (second === undefined) return { text: await searchPage(parts, caller, { type, sent }) }
  if (second === '_history') return { text: await historyPage(parts, caller, { type, id: undefined, sent }) }
  const id = requireId(second)
  if (third === '_history' && version === undefined) return { text: await historyPage(parts, caller, { type, id, sent }) }
  const operation = OPERATIONS[third ?? '']
  if (operation !== undefined) return { text: await operation.text(parts, caller, { id, sent }) }
  if (type === 'Binary') return withValidators(await binaryBytes(parts, caller, { id, sent }))
  return withValidators(await readResource(parts, caller, { type, id, version: version === undefined ? undefined : requireId(version), sent }))
}

/** Throws: fhir.request for what is no address. */
function readAddress(url: string, baseUrl: string): { steps: string[]; sent: URLSearchParams } {
  const local = url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length + 1) : url.replace(/^\//, '')
  const [path = '', ...query] = local.split('?')
  try {
    return {
      steps: path
        .split('/')
        .filter(step => step !== '')
        .map(decodeURIComponent),
      sent: new URLSearchParams(query.join('?')),
    }
  } catch (cause) {
    throw new HubError('fhir.request', { path: 'request.url', cause })
  }
}

type Read = Awaited<ReturnType<typeof readResource>>

function withValidators({ bytes, headers: { etag, 'last-modified': lastModified } }: Read): EntryAnswer {
  return {
    text: bytes.toString('utf8'),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified: new Date(lastModified).toISOString() }),
  }
}

/** A content is seen through its document, here as well. */
async function binaryBytes(parts: FhirParts, { actor, requestId, traceparent }: Caller, { id, sent }: { id: string; sent: URLSearchParams }): Promise<Read> {
  readShape(sent)
  const seen = await requireBinary(parts, visibility({ parts, actor, type: 'Binary', interaction: 'read' }), id)
  const { body, headers } = await askStore(parts.store, { method: 'GET', path: `Binary/${id}`, headers: { accept: 'application/fhir+json' } }, traceparent)
  await parts.audit({ actor, action: 'read', object: `Binary/${id}`, outcome: 'shown', requestId, decided: [seen] })
  return { bytes: await readBytes(body), headers }
}

/** What the ledger keeps is read there. */
async function answerSubscription(
  { subscriptions, audit }: FhirParts,
  caller: Caller,
  { id, operation, sent }: { id: string | undefined; operation: string | undefined; sent: URLSearchParams },
): Promise<EntryAnswer> {
  if (subscriptions === undefined) throw new HubError('fhir.type_unknown')
  const shown = (action: 'search' | 'read', object: string): Promise<void> =>
    audit({ actor: caller.actor, action, object, outcome: 'shown', requestId: caller.requestId })
  if (id === undefined) {
    const { text } = await searchText(subscriptions, caller, { sent })
    await shown('search', 'Subscription')
    return { text }
  }
  const { text, stored } = await readText(subscriptions, caller, requireId(id))
  await shown('read', `Subscription/${stored.id}`)
  if (operation === '$status') return { text: await statusText(subscriptions, caller, stored.id) }
  return { text, etag: `W/"${stored.version}"`, lastModified: stored.changedAt.toISOString() }
}
