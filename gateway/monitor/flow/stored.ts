/*
  Reads what a message made from the store, each resource in the version it had then; contents of documents stay where they are.
*/
import type { Bundle, FhirResource } from 'fhir/r4.js'
import { jsonOf } from '../../store/pages.ts'
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
  const { entry = [] } = await jsonOf<Bundle>(store, { method: 'POST', path: '', headers: { accept: TYPE, 'content-type': TYPE }, body })
  return entry.flatMap(({ resource }, at) => {
    const [type = '', id = '', , version = null] = (references[at] ?? '').split('/')
    return resource === undefined || resource.resourceType !== type ? [] : [{ reference: `${type}/${id}`, version, resource: resource as FhirResource }]
  })
}
