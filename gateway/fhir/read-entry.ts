/*
  A GET of a batch or a transaction, answered as the door itself would.
    <Type>/<id>      <Type>/<id>/_history[/<version>]      <Type>[?…]      <Type>/_history      Patient/<id>/$everything
*/
import { HubError, toHubError } from '../../profiles/errors.ts'
import type { Caller } from '../request.ts'
import type { FhirParts } from './door.ts'
import { everythingPage } from './everything.ts'
import { historyPage } from './history.ts'
import { readResource } from './read.ts'
import { searchPage } from './search.ts'
import { readText, searchText, statusText } from './subscription/read.ts'
import { allowedMethods, requireId, requireServed } from './types.ts'
import { refusalOf } from './visibility.ts'

interface EntryAnswer {
  /** Of the resource or Bundle. */
  text: string
  etag?: string
  lastModified?: string
}

/** The entry of the answer. What is shown is audited where it is read, what is refused here. Throws: as the interaction does. */
export async function readEntry(parts: FhirParts, caller: Caller, { action, address }: { action: 'batch' | 'transaction'; address: string }): Promise<string> {
  const { actor, requestId } = caller
  try {
    const { text, ...validators } = await answerEntry(parts, caller, address)
    return `{"resource":${text},"response":${JSON.stringify({ status: '200 OK', ...validators })}}`
  } catch (error) {
    const fault = toHubError(error)
    await parts.audit({ actor, action, object: '', outcome: fault.code, requestId, ...refusalOf(error) })
    throw fault
  }
}

/** In: the address of an entry, whole or below the base. Throws: as the interaction does. */
async function answerEntry(parts: FhirParts, caller: Caller, url: string): Promise<EntryAnswer> {
  const baseUrl = parts.baseUrl()
  const local = url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length) : `/${url.replace(/^\//, '')}`
  const { pathname, searchParams: sent } = new URL(local, 'http://hub')
  if (!allowedMethods(pathname).includes('GET')) throw new HubError('fhir.method')
  const [named, second, third, version] = pathname.split('/').slice(1).map(decodeURIComponent)
  const type = requireServed(named)
  if (type === 'Subscription') return answerSubscription(parts, caller, { id: second, operation: third, sent })
  if (second === undefined || second === '') return { text: await searchPage(parts, caller, { type, sent }) }
  if (second === '_history') return { text: await historyPage(parts, caller, { type, id: undefined, sent }) }
  const id = requireId(second)
  if (third === '_history' && version === undefined) return { text: await historyPage(parts, caller, { type, id, sent }) }
  if (third === '$everything') return { text: await everythingPage(parts, caller, { id, sent }) }
  if (third !== undefined && third !== '_history') throw new HubError('fhir.method')
  const { bytes, headers } = await readResource(parts, caller, { type, id, version: version === undefined ? undefined : requireId(version), sent })
  const { etag, 'last-modified': lastModified } = headers
  return {
    text: bytes.toString('utf8'),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified: new Date(lastModified).toISOString() }),
  }
}

/** What the ledger keeps is read there. */
async function answerSubscription(
  { subscriptions, audit }: FhirParts,
  caller: Caller,
  { id = '', operation, sent }: { id: string | undefined; operation: string | undefined; sent: URLSearchParams },
): Promise<EntryAnswer> {
  if (subscriptions === undefined) throw new HubError('fhir.type_unknown')
  const shown = (action: 'search' | 'read', object: string): Promise<void> =>
    audit({ actor: caller.actor, action, object, outcome: 'shown', requestId: caller.requestId })
  if (id === '') {
    const { text } = await searchText(subscriptions, caller, { sent })
    await shown('search', 'Subscription')
    return { text }
  }
  const { text, stored } = await readText(subscriptions, caller, requireId(id))
  await shown('read', `Subscription/${stored.id}`)
  if (operation === '$status') return { text: await statusText(subscriptions, caller, stored.id) }
  return { text, etag: `W/"${stored.version}"`, lastModified: stored.changedAt.toISOString() }
}
