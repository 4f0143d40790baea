/*
  Takes a judged message for good: its row, its bytes, its place in its lane and its entry in `seen` in one commit, shared with those that arrive meanwhile.
  An answer is given only after that commit. When its outcome is unknown (time-out, lost server) the same insert is made again: it is idempotent by id and by `seen`.
*/
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '../../../profiles/errors.ts'
import type { Fault } from '../../../mappers/hl7v2/fault.ts'
import { keepJudged } from './accept-judged.ts'
import { insertBatch } from './accept-statement.ts'
import type { Db, Tx } from '../db.ts'
import { isLikelyFirst, judgeBatch, judgeFirsts, loadKnown } from '../documents/document-versions.ts'
import { createGroupCommit } from '../../group-commit.ts'
import { laneChannel } from '../lanes/lanes.ts'
import { isRefusedForGood } from '../sql-errors.ts'
import type { Accepted, Arrival, ArrivedMessage } from './arrival.ts'

export { newMessageId } from '../ids.ts'

export interface AcceptorOptions {
  /** Messages in one commit. */
  maxBatch?: number
  /** Bytes in one commit; a larger message goes alone. */
  maxBatchBytes?: number
  /** Commits in the air at once. */
  concurrency?: number
  /** How long an unknown outcome is tried again before the door says AR, in ms. */
  timeoutMs?: number
  /** The longest that a message below `maxBatchBytes` waits for its answer, in ms: a sender's own time-out is not far above. */
  patienceMs?: number
}

export interface Acceptor {
  /** Throws: ledger.unavailable, ledger.disk_full: nothing is promised, the sender repeats. */
  accept(message: ArrivedMessage): Promise<Accepted>
  bytesInFlight(): number
}

const MOST_CROSSINGS = 12

export function createAcceptor(db: Db, options: AcceptorOptions = {}): Acceptor {
  const timeoutMs = options.timeoutMs ?? 4000
  const inFlight = new Map<string, Promise<Accepted>>()
  const shared = {
    sizeOf: ({ message }: Arrival) => message.bytes.length,
    isWorthSplitting: (error: unknown) => !(error instanceof HubError),
    maxBytes: options.maxBatchBytes ?? 1024 * 1024,
    concurrency: options.concurrency ?? 2,
    patience: { ms: options.patienceMs ?? 8000, late: () => new HubError('ledger.unavailable', { dependency: 'postgres' }) },
  }
  const kept = async (batch: Arrival[], work: () => Promise<Accepted[]>): Promise<Accepted[]> => {
    const accepted = await untilKnown(work, Date.now() + timeoutMs)
    if (accepted.some((one, index) => !one.isRepeat && one.isRefused !== true && batch[index]?.isRefused === false)) db.notify(laneChannel('inbound'))
    return accepted
  }
  const commits = createGroupCommit<Arrival, Accepted>({
    ...shared,
    run: batch => kept(batch, () => keepBatch(db.doors, batch)),
    maxItems: options.maxBatch ?? 64,
  })
  // What the ledger judges goes alone: its answer rests on all that was taken before it.
  const judged = createGroupCommit<Arrival, Accepted>({
    ...shared,
    run: batch => kept(batch, () => Promise.all(batch.map(arrival => keepJudged(db, arrival)))),
    maxItems: 1,
  })

  const accept = async (message: ArrivedMessage): Promise<Accepted> => {
    const arrival = arrivalOf(message)
    if (arrival.isRefused) return commits.add(arrival)
    const key = seenKey(arrival)
    const first = inFlight.get(key)
    if (first !== undefined) return { ...(await first), isRepeat: true }
    const mine = (message.rule === undefined ? commits : judged)
      .add(arrival)
      .catch((error: unknown) => commits.add(refusedForGood(message, error)))
      .finally(() => inFlight.delete(key))
    inFlight.set(key, mine)
    return mine
  }

  return { accept, bytesInFlight: () => commits.bytesInFlight() + judged.bytesInFlight() }
}

export function arrivalOf(message: ArrivedMessage): Arrival {
  return { message, sha256: createHash('sha256').update(message.bytes).digest(), isRefused: (message.refusedWith?.length ?? 0) > 0 }
}

/** Of what the ledger cannot hold it keeps the bytes, and that it was refused: "later" would be for ever. Throws: any other error. */
function refusedForGood(message: ArrivedMessage, error: unknown): Arrival {
  const { refuse } = message
  if (refuse === undefined || !isRefusedForGood(error)) throw error
  const { documentId: _, documentType: _type, versions: _versions, ...rest } = message
  const fault: Fault = { code: 'hl7v2.unstorable', path: 'MSH', location: 'MSH^1' }
  return arrivalOf({ ...rest, findings: [], refusedWith: [{ code: fault.code, path: fault.path }], answer: refuse([fault]) })
}

/** What makes two messages the same. */
function seenKey({ message, sha256 }: Arrival): string {
  return `${message.sender}\n${message.controlId}\n${sha256.toString('base64')}`
}

/** The documents of a batch are judged by what was accepted before; if that is not what it was judged on when the batch is written, it is judged again. */
async function keepBatch(tx: Tx, batch: Arrival[]): Promise<Accepted[]> {
  if (batch.every(isLikelyFirst)) {
    const { batch: answered, judged } = judgeFirsts(batch)
    const accepted = await insertBatch(tx, answered, judged).catch((error: unknown) => (isCrossed(error) ? undefined : Promise.reject(error)))
    if (accepted !== undefined) return accepted
  }
  const { batch: answered, judged } = judgeBatch(batch, await loadKnown(tx, batch))
  return insertBatch(tx, answered, judged)
}

/** Another batch took the same locks, or changed a version that this one was judged on. */
function isCrossed(error: unknown): boolean {
  return error instanceof Error && 'sqlState' in error && (error.sqlState === '40P01' || error.sqlState === '40001')
}

async function untilKnown<T>(work: () => Promise<T>, deadline: number): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const isUnknown = error instanceof HubError && error.code === 'ledger.unavailable'
      if (isCrossed(error) && attempt < MOST_CROSSINGS) {
        await sleep(Math.random() * 10 * attempt)
        continue
      }
      if (!isUnknown || Date.now() > deadline) throw error
      await sleep(Math.min(50 * 2 ** attempt, 500))
    }
  }
}
