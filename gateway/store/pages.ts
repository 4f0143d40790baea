/*
  Reads everything of one type that a search finds, or all there is about a person, page by page.
*/
import { buffer } from 'node:stream/consumers'
import type { Bundle, FhirResource } from 'fhir/r4.js'
import { HubError, toHubError } from '../../profiles/errors.ts'
import type { Store } from './store.ts'

const PAGE = '100'

/** One page of what was found, and the way to the next. */
export interface Page {
  found: FhirResource[]
  next?: () => Promise<Page>
}

export const firstPage = async (store: Store, type: string, parameters: Record<string, string>): Promise<Page> =>
  pageOf(store, type, await store.search(type, { ...parameters, _count: PAGE }))

/** Every version of everything of one type, the newest first. */
export const firstVersions = async (store: Store, type: string): Promise<Page> => pageOf(store, type, await bundleAt(store, `${type}/_history?_count=${PAGE}`))

/** In: `Type/<id>`. Out: nothing where the store has that version no more. */
export const firstVersion = (store: Store, reference: string): Promise<FhirResource | undefined> =>
  unlessGone(jsonAt<FhirResource>(store, `${reference}/_history/1`))

/** `Type/<id>` of all that the store holds about a person, he himself first; nothing where he was deleted behind the hub. */
export async function aboutPerson(store: Store, patient: string): Promise<string[]> {
  const found: string[] = [patient]
  let page = await unlessGone(bundleAt(store, `${patient}/$everything?_count=${EVERYTHING}`))
  if (page === undefined) return []
  while (page !== undefined) {
    for (const { resource } of page.entry ?? []) if (resource !== undefined) found.push(`${resource.resourceType}/${resource.id}`)
    const next: string | undefined = page.link?.find(({ relation }) => relation === 'next')?.url
    page = next === undefined ? undefined : await bundleAt(store, next.slice(next.indexOf('?')))
  }
  return [...new Set(found)].filter(reference => !NOBODY.test(reference))
}

async function unlessGone<R>(read: Promise<R>): Promise<R | undefined> {
  try {
    return await read
  } catch (error) {
    if (GONE.has(toHubError(error).reply ?? '')) return undefined
    throw error
  }
}

const EVERYTHING = 500
const GONE: ReadonlySet<string> = new Set(['404', '410'])
/** What the store brings along because somebody's resources name it. */
const NOBODY = /^(Practitioner|PractitionerRole|Organization|Location|Device|Medication|Binary)\//

function pageOf(store: Store, type: string, { entry = [], link }: Bundle): Page {
  const found = entry.flatMap(({ resource }) => (resource?.resourceType === type ? [resource as FhirResource] : []))
  const url = link?.find(({ relation }) => relation === 'next')?.url
  return { found, ...(url === undefined ? {} : { next: async () => pageOf(store, type, await bundleAt(store, pathOf(url, type))) }) }
}

/** Of a search the next page is a query alone, of a history it has its path. */
function pathOf(url: string, type: string): string {
  const { pathname, search } = new URL(url)
  return pathname.endsWith(`/${type}/_history`) ? `${type}/_history${search}` : search
}

const bundleAt = (store: Store, path: string): Promise<Bundle> => jsonAt<Bundle>(store, path)

const jsonAt = <R>(store: Store, path: string): Promise<R> => jsonOf<R>(store, { method: 'GET', path, headers: { accept: 'application/fhir+json' } })

/** Throws: store.unavailable for any other answer than 200. */
export async function jsonOf<R>(store: Pick<Store, 'forward'>, asked: Parameters<Store['forward']>[0]): Promise<R> {
  const { status, body } = await store.forward(asked, {})
  const bytes = await buffer(body)
  if (status !== 200) throw new HubError('store.unavailable', { dependency: 'hapi', reply: String(status) })
  return JSON.parse(bytes.toString('utf8')) as R
}
