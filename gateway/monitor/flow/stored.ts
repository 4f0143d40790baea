/*
  Reads what a message made from the store, each resource in the version it had then; contents of documents stay where they are.
*/
import type { Bundle, FhirResource } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import type { Store } from '../../store/store.ts'
import type { StoredResource } from './made.ts'

const MOST_AT_ONCE = 50
const TYPE = 'application/fhir+json'

export async function readStored(store: Pick<Store, 'forward'>, references: readonly string[]): Promise<StoredResource[]> {
  const asked = references.filter(one => !one.startsWith('Binary/'))
  const found: StoredResource[] = []
  for (let at = 0; at < asked.length; at += MOST_AT_ONCE) found.push(...(await readSome(store, asked.slice(at, at + MOST_AT_ONCE))))
  return found
}

async function readSome(store: Pick<Store, 'forward'>, references: readonly string[]): Promise<StoredResource[]> {
  const bundle: Bundle = { resourceType: 'Bundle', type: 'batch', entry: references.map(url => ({ request: { method: 'GET', url } })) }
  const body = Buffer.from(JSON.stringify(bundle))
  const answer = await store.forward({ method: 'POST', path: '', headers: { accept: TYPE, 'content-type': TYPE }, body })
  const chunks: Buffer[] = []
  for await (const chunk of answer.body as AsyncIterable<Buffer>) chunks.push(chunk)
  if (answer.status !== 200) throw new HubError('store.unavailable', { dependency: 'hapi', reply: String(answer.status) })
  const { entry = [] } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Bundle
  return entry.flatMap(({ resource }, at) => {
    const [type = '', id = '', , version = null] = (references[at] ?? '').split('/')
    return resource === undefined || resource.resourceType !== type ? [] : [{ reference: `${type}/${id}`, version, resource: resource as FhirResource }]
  })
}
