/*
  What a message that is made again would change in the store. What somebody else told last is left as it is:
    a stay that another message told after it      anything that was written through the FHIR door since
*/
import { createHash } from 'node:crypto'
import type { FhirResource } from 'fhir/r4.js'
import { type Entry, nameOf } from '../store/bundle.ts'
import type { HubParts } from '../parts.ts'
import type { Store } from '../store/store.ts'
import type { BinaryPut } from '../store/store.ts'
import { type Difference, differences } from './difference.ts'
import type { Remade } from './remake.ts'
import { lastWritten } from '../flows/last-written.ts'
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
export async function compareWithStore({ db, store }: Pick<HubParts, 'db' | 'store'>, made: readonly Remade[]): Promise<Change[][]> {
  const stored = await storedNow(
    store,
    made.flatMap(({ entries }) => entries.map(nameOf)),
  )
  const written = await lastWritten({ db, store }, [...stored.values()])
  return Promise.all(
    made.map(async one => {
      const isOthers = (resource: string): boolean => {
        const { isByDoor = false, message = '' } = written.get(resource) ?? {}
        // What another message says of anything but a stay stands beside it.
        return isByDoor || (resource.startsWith('Encounter/') && message > one.message.id)
      }
      const changes = one.entries.map(entry => comparedEntry(entry, stored.get(nameOf(entry)), isOthers(nameOf(entry))))
      for (const binary of one.binaries) changes.push(await compareContent(store, binary))
      return changes
    }),
  )
}

/** What stands as this message says it. */
export const writtenIn = (changes: readonly Change[]): Entry[] =>
  changes.flatMap(({ entry, outcome }) => (entry === undefined || outcome === 'left' ? [] : [entry]))

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
