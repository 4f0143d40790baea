/*
  Reads by id that callers share: whoever asks while others' reads of the type are with the store goes along with the next, as one search by ids.
    nobody else waits                  a plain read
    not found, or all of them refused  a plain read of each, which says why: deleted, never there
  What is answered was read after it was asked. A search of eight costs the store half of what eight reads do.
*/
import { HubError } from '../../profiles/errors.ts'
import { createGroupCommit, type GroupCommit } from '../group-commit.ts'
import type { Store } from '../store/store.ts'
import { askStore, JSON_ONLY, type ReadAnswer, readBytes, readPath } from './ask-store.ts'
import { elementsOf, memberOf } from './json-text.ts'
import type { ServedType } from './types.ts'

export interface ReadAsked {
  type: ServedType
  id: string
  traceparent: string
}

export interface SharedReads {
  /** Throws: as `askStore`. */
  read(asked: ReadAsked): Promise<ReadAnswer>
}

interface SharingOptions {
  /** Questions about one type in the air at once. */
  concurrency?: number
  /** Ids in one search. */
  maxItems?: number
}

/** These may carry megabytes, for which nobody else waits. */
const LARGE: readonly ServedType[] = ['Binary', 'Communication', 'Composition', 'DiagnosticReport', 'DocumentReference']

type Line = GroupCommit<ReadAsked, ReadAnswer | undefined>

export function shareReads(store: Pick<Store, 'forward'>, { concurrency = 2, maxItems = 16 }: SharingOptions = {}): SharedReads {
  const lines = new Map<ServedType, Line>()
  const lineOf = (type: ServedType): Line => {
    const line =
      lines.get(type) ??
      createGroupCommit({ run: batch => readTogether(store, batch), sizeOf: () => 0, isWorthSplitting: () => false, maxItems, maxBytes: 0, concurrency })
    lines.set(type, line)
    return line
  }
  return {
    async read(asked) {
      const found = LARGE.includes(asked.type) ? undefined : await lineOf(asked.type).add(asked)
      return found ?? readAlone(store, asked)
    },
  }
}

const readAlone = (store: Pick<Store, 'forward'>, { type, id, traceparent }: ReadAsked): Promise<ReadAnswer> => readPath(store, `${type}/${id}`, traceparent)

/** Undefined for what is not among those found. */
async function readTogether(store: Pick<Store, 'forward'>, batch: readonly ReadAsked[]): Promise<(ReadAnswer | undefined)[]> {
  const [first] = batch
  if (first === undefined) return []
  if (batch.length === 1) return [await readAlone(store, first)]
  const ids = [...new Set(batch.map(({ id }) => id))]
  const found = await searchFor(store, { type: first.type, ids, traceparent: first.traceparent })
  return batch.map(({ id }) => found.get(id))
}

async function searchFor(
  store: Pick<Store, 'forward'>,
  { type, ids, traceparent }: { type: ServedType; ids: string[]; traceparent: string },
): Promise<Map<string, ReadAnswer>> {
  // Without no-store the store would keep the search, and answer the same one from it.
  const headers = { ...JSON_ONLY, 'cache-control': 'no-store' }
  try {
    const { body } = await askStore(store, { method: 'GET', path: `${type}?_id=${ids.join(',')}&_count=${ids.length}`, headers }, traceparent)
    const searchset = (await readBytes(body)).toString('utf8')
    return new Map(elementsOf(memberOf(searchset, 'entry') ?? '[]').flatMap(entry => answerIn(memberOf(entry, 'resource') ?? '{}')))
  } catch (error) {
    // Without an answer the store is away for all of them; what it answered may be about one.
    if (error instanceof HubError && (error.code !== 'store.unavailable' || error.reply !== undefined)) return new Map()
    throw error
  }
}

function answerIn(text: string): [string, ReadAnswer][] {
  const { id, meta = {} } = JSON.parse(text) as { id?: string; meta?: { versionId?: string; lastUpdated?: string } }
  const { versionId, lastUpdated } = meta
  if (id === undefined || versionId === undefined || lastUpdated === undefined) return []
  const headers = { etag: `W/"${versionId}"`, 'last-modified': new Date(lastUpdated).toUTCString() }
  return [[id, { bytes: Buffer.from(text), headers }]]
}
