/*
  Transactions of the store that messages share: what is to be put while others are on their way goes together in the next one.
    a resource that two of them put      once, where the content is the same; else each goes by itself
    the store refuses what goes together  each goes by itself, and gets its own answer
    the store is away                     none of them is stored
*/
import { HubError, toHubError } from '../../profiles/errors.ts'
import { type Entry, nameOf, writeTransaction } from './bundle.ts'
import { createGroupCommit } from '../group-commit.ts'
import type { Store, Stored } from './store.ts'

/** What one message puts. */
export interface Put {
  entries: readonly Entry[]
  traceparent: string
  /** Not beside others: it has failed before, and must not take them with it. */
  isAlone?: boolean
  /** Asked right before it is sent, and not sent where it throws: who stood still for longer than his lease would write over what was stored meanwhile. */
  requireHeld?(): Promise<void>
}

export interface SharedTransactions {
  /** Out: one for each entry, in their order. Throws: as `Store.transaction`. */
  put(put: Put): Promise<Stored[]>
}

export interface SharingOptions {
  /** Transactions in the air at once, beside two of what goes alone. */
  concurrency?: number
  /** Messages in one transaction. */
  maxItems?: number
  /** Bytes in one transaction. */
  maxBytes?: number
}

export function shareTransactions(
  store: Pick<Store, 'transaction'>,
  { concurrency = 2, maxItems = 16, maxBytes = 2 * 1024 * 1024 }: SharingOptions = {},
): SharedTransactions {
  const commits = createGroupCommit<Put, Stored[]>({
    run: batch => putTogether(store, batch),
    sizeOf: ({ entries, isAlone }) => (isAlone === true ? maxBytes + 1 : entries.reduce((size, { json }) => size + json.length, 0)),
    isWorthSplitting: error => toHubError(error).dependency === undefined,
    maxItems,
    maxBytes,
    concurrency,
  })
  return { put: put => commits.add(put) }
}

async function putTogether(store: Pick<Store, 'transaction'>, batch: readonly Put[]): Promise<Stored[][]> {
  await Promise.all(batch.map(put => put.requireHeld?.()))
  const [first] = batch
  const distinct = distinctOf(batch.flatMap(({ entries }) => entries))
  const { entries: answers } = await store.transaction(writeTransaction(distinct), first === undefined ? {} : { traceparent: first.traceparent })
  const stored = new Map(distinct.map((entry, at) => [nameOf(entry), answers[at]]))
  return batch.map(({ entries }) => entries.flatMap(entry => stored.get(nameOf(entry)) ?? []))
}

/** Throws: store.conflict where two of them put one resource, each with a content of its own. */
function distinctOf(entries: readonly Entry[]): Entry[] {
  const distinct = new Map<string, Entry>()
  for (const entry of entries) {
    const other = distinct.get(nameOf(entry))
    if (other !== undefined && (other.ifMatch !== entry.ifMatch || Buffer.compare(other.json, entry.json) !== 0))
      throw new HubError('store.conflict', { path: entry.type })
    distinct.set(nameOf(entry), entry)
  }
  return [...distinct.values()]
}
