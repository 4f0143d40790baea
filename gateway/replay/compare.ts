/*
  What a message that is made again would change in the store. What somebody else told last is left as it is:
    a stay that another message told after it      anything that was written through the FHIR door since
*/
import { createHash } from 'node:crypto'
import type { FhirResource } from 'fhir/r4.js'
import type { Entry } from '../flows/bundle.ts'
import type { Tx } from '../ledger/db.ts'
import type { Store } from '../store/store.ts'
import type { LargeBinary } from '../workers/serialised.ts'
import { type Difference, differences } from './difference.ts'
import type { Remade } from './remake.ts'
import { storedContent, storedNow } from './stored-now.ts'

export type ChangeOutcome = 'created' | 'changed' | 'unchanged' | 'left'

export interface Change {
  resource: string
  outcome: ChangeOutcome
  /** The version that is stored; null: there is none. */
  version: string | null
  difference: Difference[]
  entry?: Entry
  binary?: LargeBinary
}

/** Throws: store.unavailable. */
export async function compareWithStore({ db, store }: { db: Tx; store: Store }, made: Remade): Promise<Change[]> {
  const stored = await storedNow(
    store,
    made.entries.map(({ type, id }) => `${type}/${id}`),
  )
  const others = await toldByOthers(db, made.message.id, [...stored.values()])
  const changes = made.entries.map((entry): Change => {
    const resource = `${entry.type}/${entry.id}`
    const current = stored.get(resource)
    const version = current?.meta?.versionId ?? null
    if (others.has(resource)) return { resource, outcome: 'left', version, difference: [], entry }
    const difference = differences(current, JSON.parse(Buffer.from(entry.json).toString('utf8')) as FhirResource)
    const outcome = current === undefined ? 'created' : difference.length === 0 ? 'unchanged' : 'changed'
    return { resource, outcome, version, difference, entry }
  })
  for (const binary of made.binaries) changes.push(await compareContent(store, binary))
  return changes
}

async function compareContent(store: Store, binary: LargeBinary): Promise<Change> {
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

const TOLD_BY = `
select distinct on (w.resource) w.resource, e.cause, exists (select from message where id = e.cause) as by_message
from unnest($1::text[], $2::text[]) w (resource, version) join event e on e.resources @> array[w.version]
order by w.resource, e.id desc`

async function toldByOthers(tx: Tx, messageId: string, stored: readonly FhirResource[]): Promise<Set<string>> {
  const asked = stored.flatMap(({ resourceType, id, meta }) => {
    const last = Number(meta?.versionId ?? 1)
    const versions = Array.from({ length: Math.min(last, VERSIONS_BACK) }, (_, n) => last - n)
    return versions.map(version => ({ resource: `${resourceType}/${id}`, version: `${resourceType}/${id}/_history/${version}` }))
  })
  const { rows } = await tx.query<{ resource: string; cause: string; by_message: boolean }>(TOLD_BY, [
    asked.map(one => one.resource),
    asked.map(one => one.version),
  ])
  const isOther = ({ resource, cause, by_message }: (typeof rows)[number]): boolean => cause > messageId && (!by_message || resource.startsWith('Encounter/'))
  return new Set(rows.filter(isOther).map(({ resource }) => resource))
}
