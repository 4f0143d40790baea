/*
  What the store holds at this moment of many resources, asked type by type, a hundred at a time: what is gone or never was is absent.
*/
import { createHash } from 'node:crypto'
import type { Bundle, FhirResource } from 'fhir/r4.js'
import { HubError } from '../../profiles/errors.ts'
import { jsonOf } from './pages.ts'
import type { Store } from './store.ts'

const AT_A_TIME = 100
/** The store keeps nothing of such a search, and answers it whole. */
const HEADERS = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/fhir+json', 'cache-control': 'no-store' }

/** By `Type/<id>`. Throws: store.unavailable. */
export async function storedNow(store: Pick<Store, 'forward'>, references: readonly string[]): Promise<Map<string, FhirResource>> {
  const asked = new Map<string, string[]>()
  for (const reference of new Set(references)) {
    const [type = '', id = ''] = reference.split('/')
    asked.set(type, [...(asked.get(type) ?? []), id])
  }
  const found = await Promise.all([...asked].map(([type, ids]) => allOf(store, type, ids)))
  return new Map(found.flat().map(one => [`${one.resourceType}/${one.id}`, one]))
}

async function allOf(store: Pick<Store, 'forward'>, type: string, ids: readonly string[]): Promise<FhirResource[]> {
  const found: FhirResource[] = []
  for (let from = 0; from < ids.length; from += AT_A_TIME) found.push(...(await someOf(store, type, ids.slice(from, from + AT_A_TIME))))
  return found
}

async function someOf(store: Pick<Store, 'forward'>, type: string, ids: readonly string[]): Promise<FhirResource[]> {
  const form = new URLSearchParams({ _id: ids.join(','), _count: String(ids.length) })
  const asked = { method: 'POST', path: `${type}/_search`, headers: HEADERS, body: Buffer.from(form.toString()) } as const
  const { entry = [] } = await jsonOf<Bundle<FhirResource>>(store, asked)
  return entry.flatMap(({ resource }) => (resource?.resourceType === type ? [resource] : []))
}

/** Of content that is too large to be read as JSON: its SHA-256, undefined where there is none. */
export async function storedContent(store: Pick<Store, 'forward'>, binaryId: string): Promise<string | undefined> {
  const { status, body } = await store.forward({ method: 'GET', path: `Binary/${binaryId}`, headers: { accept: 'application/octet-stream' } }, {})
  const hash = createHash('sha256')
  for await (const chunk of body as AsyncIterable<Buffer>) hash.update(chunk)
  if (status === 404 || status === 410) return undefined
  if (status !== 200) throw new HubError('store.unavailable', { dependency: 'hapi', reply: String(status) })
  return hash.digest('hex')
}
