/*
  Who wrote last what the store holds of what a message makes.
    by the door   a Provenance names a version (the door's, or that of what the hub does of its own accord) after the last one that an event of a message tells of
    an index card once changed by the door is the door's, whatever a later message changed on it
*/
import type { FhirResource, Provenance } from 'fhir/r4.js'
import type { HubParts } from '../parts.ts'
import { firstPage, type Page } from '../store/pages.ts'

export interface LastWritten {
  isByDoor: boolean
  /** The last message that told of it, by its id; empty: none did. */
  message: string
}

const AT_A_TIME = 100
/** How far back a version is looked for: the last ones may be nobody's, written past the hub. */
const VERSIONS_BACK = 10

/** One look into the index of what events tell of, however many versions are asked for. */
const TOLD_BY = `
select split_part(version, '/_history/', 1) as resource, max(split_part(version, '/_history/', 2)::int) as version, max(e.cause::text) as message
from event e cross join lateral unnest(e.resources) told (version)
where e.resources && $1::text[] and version = any($1) and exists (select from message where id = e.cause) group by 1`

/** In: as stored. Out: by `Type/<id>`. Throws: store.unavailable. */
export async function lastWritten({ db, store }: Pick<HubParts, 'db' | 'store'>, stored: readonly FhirResource[]): Promise<Map<string, LastWritten>> {
  const versions = stored.map(({ resourceType, id, meta }) => ({ resource: `${resourceType}/${id}`, last: Number(meta?.versionId ?? 1) }))
  const asked = versions.flatMap(({ resource, last }) => Array.from({ length: Math.min(last, VERSIONS_BACK) }, (_, n) => `${resource}/_history/${last - n}`))
  const names = versions.map(({ resource }) => resource)
  const telling = db.query<{ resource: string; version: number; message: string }>(TOLD_BY, [asked])
  const [{ rows }, byDoor] = await Promise.all([telling, versionsByDoor(store, names)])
  const told = new Map(rows.map(row => [row.resource, row]))
  return new Map(
    names.map(resource => {
      const { version = 0, message = '' } = told.get(resource) ?? {}
      return [resource, { isByDoor: (byDoor.get(resource) ?? 0) > (resource.startsWith('DocumentReference/') ? 0 : version), message }]
    }),
  )
}

/** The last version of each that a Provenance names: that of a message names none. */
async function versionsByDoor(store: HubParts['store'], resources: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (let from = 0; from < resources.length; from += AT_A_TIME) {
    let page: Page | undefined = await firstPage(store, 'Provenance', { target: resources.slice(from, from + AT_A_TIME).join(',') })
    for (; page !== undefined; page = await page.next?.())
      for (const { reference = '' } of (page.found as Provenance[]).flatMap(({ target }) => target)) {
        const [resource = '', version = '0'] = reference.split('/_history/')
        found.set(resource, Math.max(found.get(resource) ?? 0, Number(version)))
      }
  }
  return found
}
