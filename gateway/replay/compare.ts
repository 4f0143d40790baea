/*
  What a message that is made again would change in the store. What somebody else told last is left as it is:
    a stay that another message told after it      anything that was written through the FHIR door since
*/
import { createHash } from 'node:crypto'
import type { FhirResource } from 'fhir/r4.js'
import type { Entry } from '../store/bundle.ts'
import type { Tx } from '../ledger/db.ts'
import type { Store } from '../store/store.ts'
import type { BinaryPut } from '../store/store.ts'
import { type Difference, differences } from './difference.ts'
import type { Remade } from './remake.ts'
import { storedContent, storedNow } from '../store/stored-now.ts'

export type ChangeOutcome = 'created' | 'changed' | 'unchanged' | 'left'

export interface Change {
  resource: string
  outcome: ChangeOutcome
  /** The version that is stored; null: there is none. */
  version: string | null
  difference: Difference[]
  entry?: Entry
  binary?: BinaryPut
}

/** What each of these would change, in their order: the store and the ledger are asked once for all. Throws: store.unavailable. */
export async function compareWithStore({ db, store }: { db: Tx; store: Pick<Store, 'forward'> }, made: readonly Remade[]): Promise<Change[][]> {
  const stored = await storedNow(
    store,
    made.flatMap(({ entries }) => entries.map(nameOf)),
  )
  const tellers = await lastTold(db, [...stored.values()])
  return Promise.all(
    made.map(async one => {
      const isOthers = (resource: string): boolean => isToldByOther(one.message.id, tellers.get(resource))
      const changes = one.entries.map(entry => comparedEntry(entry, stored.get(nameOf(entry)), isOthers(nameOf(entry))))
      for (const binary of one.binaries) changes.push(await compareContent(store, binary))
      return changes
    }),
  )
}

const nameOf = ({ type, id }: Entry): string => `${type}/${id}`

function comparedEntry(entry: Entry, current: FhirResource | undefined, isOthers: boolean): Change {
  const resource = nameOf(entry)
  const version = current?.meta?.versionId ?? null
  if (isOthers) return { resource, outcome: 'left', version, difference: [], entry }
  const difference = differences(current, JSON.parse(Buffer.from(entry.json).toString('utf8')) as FhirResource)
  const outcome = current === undefined ? 'created' : difference.length === 0 ? 'unchanged' : 'changed'
  return { resource, outcome, version, difference, entry }
}

async function compareContent(store: Pick<Store, 'forward'>, binary: BinaryPut): Promise<Change> {
  const resource = `Binary/${binary.id}`
  const [was, value] = [await storedContent(store, binary.id), createHash('sha256').update(binary.bytes).digest('hex')]
  // It has no version that can be asked for without its bytes: its digest stands for it.
  const version = was ?? null
  if (was === value) return { resource, outcome: 'unchanged', version, difference: [], binary }
  const path = '/data'
  return was === undefined
    ? { resource, outcome: 'created', version, difference: [{ op: 'add', path, value }], binary }
    : { resource, outcome: 'changed', version, difference: [{ op: 'replace', path, was, value }], binary }
}

/** How far back a version is looked for: the last ones may be nobody's, written past the hub. */
const VERSIONS_BACK = 10

/** One look into the index of what events tell of, however many versions are asked for. */
const TOLD_BY = `
select distinct on (w.resource) w.resource, e.cause, exists (select from message where id = e.cause) as by_message
from event e cross join lateral unnest(e.resources) told (version) join unnest($1::text[], $2::text[]) w (resource, version) using (version)
where e.resources && $2::text[] order by w.resource, e.id desc`

interface Teller {
  resource: string
  cause: string
  by_message: boolean
}

/** Of each resource whose last versions an event tells of: who caused the last such event. */
async function lastTold(tx: Tx, stored: readonly FhirResource[]): Promise<Map<string, Teller>> {
  const asked = stored.flatMap(({ resourceType, id, meta }) => {
    const last = Number(meta?.versionId ?? 1)
    const versions = Array.from({ length: Math.min(last, VERSIONS_BACK) }, (_, n) => last - n)
    return versions.map(version => ({ resource: `${resourceType}/${id}`, version: `${resourceType}/${id}/_history/${version}` }))
  })
  const { rows } = await tx.query<Teller>(TOLD_BY, [asked.map(one => one.resource), asked.map(one => one.version)])
  return new Map(rows.map(row => [row.resource, row]))
}

/** Somebody else, after this message: what another message says of anything but a stay stands beside it. */
const isToldByOther = (messageId: string, teller: Teller | undefined): boolean =>
  teller !== undefined && teller.cause > messageId && (!teller.by_message || teller.resource.startsWith('Encounter/'))
