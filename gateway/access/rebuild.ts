/*
  Makes the rows of rights anew from the store, type by type, while the hub runs; then once more what was written meanwhile.
*/
import type { Bundle, FhirResource } from 'fhir/r4.js'
import { HubError } from '../../profiles/errors.ts'
import { forgetAccess, knownSources, projectAccess } from '../ledger/access.ts'
import type { Db } from '../ledger/db.ts'
import type { Store } from '../store/store.ts'

/** Professionals and structures first: the others refer to them. */
const TYPES = ['Organization', 'PractitionerRole', 'RelatedPerson', 'CareTeam', 'Consent', 'Task', 'ServiceRequest', 'DocumentReference', 'Provenance'] as const
const PAGE = '200'

export interface Rebuilt {
  type: string
  resources: number
}

/** Throws: store.unavailable, ledger.*; run again it begins anew. */
export async function rebuildAccess({ db, store }: { db: Db; store: Store }, onType: (done: Rebuilt) => void = () => undefined): Promise<void> {
  const startedAt = new Date()
  const seen = new Set<string>()
  for (const type of TYPES) {
    let resources = 0
    for await (const page of pagesOf(store, type, {})) {
      await db.tx(tx => projectAccess(tx, page))
      for (const { resourceType, id } of page) seen.add(`${resourceType}/${id}`)
      resources += page.length
    }
    onType({ type, resources })
  }
  // A version read before a newer one was settled must not stand above it.
  for (const type of TYPES) {
    for await (const page of pagesOf(store, type, { _lastUpdated: `ge${startedAt.toISOString()}` })) {
      await db.tx(tx => projectAccess(tx, page))
      for (const { resourceType, id } of page) seen.add(`${resourceType}/${id}`)
    }
  }
  for (const source of await knownSources(db, startedAt)) if (!seen.has(source)) await db.tx(tx => forgetAccess(tx, source))
}

async function* pagesOf(store: Store, type: string, parameters: Record<string, string>): AsyncGenerator<FhirResource[]> {
  let page: Bundle = await store.search(type, { ...parameters, _count: PAGE })
  for (;;) {
    const resources = (page.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === type ? [resource as FhirResource] : []))
    if (resources.length > 0) yield resources
    const next = page.link?.find(({ relation }) => relation === 'next')?.url
    if (next === undefined) return
    page = await follow(store, next)
  }
}

async function follow(store: Store, url: string): Promise<Bundle> {
  const { status, body } = await store.forward({ method: 'GET', path: url.slice(url.indexOf('?')), headers: { accept: 'application/fhir+json' } }, {})
  const chunks: Buffer[] = []
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk)
  if (status !== 200) throw new HubError('store.unavailable', { dependency: 'hapi', reply: String(status) })
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Bundle
}
