/*
  What the store holds at this moment of many resources, asked in one batch: what is gone or never was is absent.
*/
import { createHash } from 'node:crypto'
import type { Bundle, FhirResource } from 'fhir/r4.js'
import { HubError } from '../../profiles/errors.ts'
import type { Store } from '../store/store.ts'

const BATCH = 200
const JSON_TYPE = 'application/fhir+json'

/** By `Type/<id>`. Throws: store.unavailable. */
export async function storedNow(store: Store, references: readonly string[]): Promise<Map<string, FhirResource>> {
  const found = new Map<string, FhirResource>()
  for (let from = 0; from < references.length; from += BATCH) {
    const asked = references.slice(from, from + BATCH)
    const { entry = [] } = await askBatch(store, asked)
    asked.forEach((reference, n) => {
      const { resource, response } = entry[n] ?? {}
      if (response?.status?.startsWith('200') === true && resource !== undefined) found.set(reference, resource)
      else if (response?.status?.startsWith('4') !== true) throw new HubError('store.unavailable', { dependency: 'hapi' })
    })
  }
  return found
}

async function askBatch(store: Store, references: readonly string[]): Promise<Bundle<FhirResource>> {
  const batch: Bundle = { resourceType: 'Bundle', type: 'batch', entry: references.map(url => ({ request: { method: 'GET', url } })) }
  const { status, body } = await store.forward(
    { method: 'POST', path: '', headers: { 'content-type': JSON_TYPE, accept: JSON_TYPE }, body: Buffer.from(JSON.stringify(batch)) },
    {},
  )
  const chunks: Buffer[] = []
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk)
  if (status !== 200) throw new HubError('store.unavailable', { dependency: 'hapi', reply: String(status) })
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Bundle<FhirResource>
}

/** Of content that is too large to be read as JSON: its SHA-256, undefined where there is none. */
export async function storedContent(store: Store, binaryId: string): Promise<string | undefined> {
  const { status, body } = await store.forward({ method: 'GET', path: `Binary/${binaryId}`, headers: { accept: 'application/octet-stream' } }, {})
  const hash = createHash('sha256')
  for await (const chunk of body as AsyncIterable<Buffer>) hash.update(chunk)
  if (status === 404 || status === 410) return undefined
  if (status !== 200) throw new HubError('store.unavailable', { dependency: 'hapi', reply: String(status) })
  return hash.digest('hex')
}
