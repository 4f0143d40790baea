/*
  Transactions of the ledger that lanes share: what is to be written while one is being committed goes together in the next.
    what is about the same          one after the other, in the order it came
    what is about something else    side by side: statements of the same moment leave in one packet
    one of them fails               each goes by itself, and gets its own answer
*/
import { toHubError } from '../../profiles/errors.ts'
import { byCount, createGroupCommit } from '../group-commit.ts'
import type { Db, Tx } from './db.ts'

/** As the work of `Db.tx`: it may run again, and touches nothing but the ledger. */
type Work = (tx: Tx) => Promise<unknown>

export interface SharedLedger {
  /** Committed when it resolves. In: what the work is about: beside another about the same it would not see what that one locks. */
  tx<T>(about: string, work: (tx: Tx) => Promise<T>): Promise<T>
}

/** Enough to share a commit, few enough to hold nothing for long. */
const MOST_TOGETHER = 16

export function shareLedger(db: Pick<Db, 'tx'>): SharedLedger {
  const commits = createGroupCommit<{ about: string; work: Work }, unknown>({
    run: batch => db.tx(tx => sideBySide(tx, batch)),
    ...byCount(MOST_TOGETHER),
    isWorthSplitting: error => toHubError(error).dependency !== 'postgres',
    concurrency: 1,
  })
  return { tx: <T>(about: string, work: (tx: Tx) => Promise<T>) => commits.add({ about, work }) as Promise<T> }
}

/** Throws the first failure, once nobody asks anything of this transaction any more. */
async function sideBySide(tx: Tx, batch: readonly { about: string; work: Work }[]): Promise<unknown[]> {
  const last = new Map<string, Promise<unknown>>()
  const failures: unknown[] = []
  const running = batch.map(({ about, work }) => {
    const before = last.get(about)
    const run = (before === undefined ? work(tx) : before.then(() => work(tx))).catch((error: unknown) => {
      failures.push(error)
      throw error
    })
    last.set(about, run)
    return run
  })
  const outcomes = await Promise.allSettled(running)
  if (failures.length > 0) throw failures[0]
  return outcomes.map(outcome => (outcome.status === 'fulfilled' ? outcome.value : undefined))
}
