/*
  The rows by which rights are decided, made anew from the store, type by type, while the hub runs: no version read here ever stands above a newer one.
    rows about persons    one page at a time, read under a lock that holds back only who would change such rows
    facts of indicators   every version, in any order
    directory, authors    pages as they come, then once more what was written meanwhile
*/
import type { FhirResource, Provenance } from 'fhir/r4.js'
import { FACT_TYPES } from '../../indicators/care-facts.ts'
import { forgetAccess, holdAccess, knownSources, projectAccess, remakeAccess, remakeAuthors } from '../../ledger/rights/access.ts'
import type { Db, Tx } from '../../ledger/db.ts'
import { projectCareFacts } from '../../ledger/figures/care-facts.ts'
import { firstPage, firstVersion, firstVersions, type Page } from '../../store/pages.ts'
import type { Store } from '../../store/store.ts'
import { ROW_TYPES } from './access-rows.ts'

/** Professionals and structures first: the others refer to them. */
const NAMING_TYPES = ['Organization', 'PractitionerRole', 'Patient', 'Provenance', 'DocumentReference']
export interface Rebuilt {
  type: string
  resources: number
}

export interface RebuildParts {
  db: Db
  store: Store
}

/** Throws: store.unavailable, ledger.*; run again it begins anew. */
export async function rebuildAccess(parts: RebuildParts, onType: (done: Rebuilt) => void = () => undefined): Promise<void> {
  const { rows } = await parts.db.query<{ now: Date }>('select clock_timestamp() as now')
  const startedAt = rows[0]?.now ?? new Date()
  for (const type of NAMING_TYPES) onType({ type, resources: await projectAll(parts, type, {}) })
  for (const type of NAMING_TYPES) await projectAll(parts, type, { _lastUpdated: `ge${startedAt.toISOString()}` })
  const seen = new Set<string>()
  for (const type of ROW_TYPES) onType({ type, resources: await remakeAll(parts, { type }, seen) })
  for (const source of await knownSources(parts.db, startedAt)) if (!seen.has(source)) await forgetIfGone(parts, source)
  for (const type of FACT_TYPES) onType({ type: `${type} versions`, resources: await projectVersions(parts, type) })
}

/** A version says what happened when: the indicators need each. */
async function projectVersions({ db, store }: RebuildParts, type: string): Promise<number> {
  let versions = 0
  for (let page: Page | undefined = await firstVersions(store, type); page !== undefined; page = await page.next?.()) {
    const { found } = page
    await db.tx(tx => projectCareFacts(tx, found))
    versions += found.length
  }
  return versions
}

async function projectAll({ db, store }: RebuildParts, type: string, parameters: Record<string, string>): Promise<number> {
  let resources = 0
  for (let page: Page | undefined = await firstPage(store, type, { ...parameters, _sort: '_lastUpdated' }); page !== undefined; page = await page.next?.()) {
    const { found } = page
    const authored: Provenance[] = []
    for (const one of found) if (one.resourceType === 'Provenance') authored.push(await withoutPresented(store, one))
    await db.tx(tx => (type === 'Provenance' ? remakeAuthors(tx, authored) : projectAccess(tx, found)))
    resources += found.length
  }
  return resources
}

/** A person whom a message brought has no Provenance of his own: who presented him later wrote nothing of him, and was stored at another moment. */
async function withoutPresented(store: Store, provenance: Provenance): Promise<Provenance> {
  const isWritten = async ({ reference = '' }: Provenance['target'][0]): Promise<boolean> => {
    const [, patient] = /^(Patient\/[^/]+)(?:\/_history\/1)?$/.exec(reference) ?? []
    const first = patient === undefined ? undefined : await firstVersion(store, patient)
    return first === undefined || first.meta?.lastUpdated === provenance.meta?.lastUpdated
  }
  const written = await Promise.all(provenance.target.map(isWritten))
  return { ...provenance, target: provenance.target.filter((_, index) => written[index]) }
}

/** In: those of a type that a search finds. Out: how many; the references of all of them in `seen`. */
export async function remakeAll(
  { db, store }: RebuildParts,
  { type, parameters = {} }: { type: string; parameters?: Record<string, string> },
  seen: Set<string>,
): Promise<number> {
  let resources = 0
  for (let read: (() => Promise<Page>) | undefined = () => firstPage(store, type, parameters); read !== undefined; ) {
    const page: Page = await db.tx(tx => remakePage(tx, read as () => Promise<Page>))
    for (const { resourceType, id } of page.found) seen.add(`${resourceType}/${id}`)
    resources += page.found.length
    read = page.next
  }
  return resources
}

async function remakePage(tx: Tx, read: () => Promise<Page>): Promise<Page> {
  await holdAccess(tx)
  const page = await read()
  await remakeAccess(tx, page.found)
  return page
}

/** What no search found is asked for once more, by its id. */
async function forgetIfGone({ db, store }: RebuildParts, source: string): Promise<void> {
  const [type = '', id = ''] = source.split('/')
  if ((await store.read<FhirResource>(type as FhirResource['resourceType'], id)) === undefined) await db.tx(tx => forgetAccess(tx, source))
}
