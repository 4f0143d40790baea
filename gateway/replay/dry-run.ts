/*
  The dry run of some messages: each made again, all compared with the store at once, the notices of each planned.
*/
import pLimit from 'p-limit'
import { toHubError } from '../../profiles/errors.ts'
import { endItem, saveShown } from '../ledger/replays/replay-items.ts'
import type { PendingItem } from '../ledger/replays/replays.ts'
import { undone } from '../ledger/undone.ts'
import type { HubParts } from '../parts.ts'
import { compareWithStore } from './compare.ts'
import { type Remade, remake } from './remake.ts'
import { showMessage } from './show.ts'

/** Messages looked at together. */
const ABREAST = 4
/** More than that is not held at a time, so that large documents come few by few. */
const ENOUGH_BYTES = 8 * 1024 * 1024

interface Made {
  item: PendingItem
  made: Remade
}

/** Out: how many were looked at; the others stay pending. Throws: store.unavailable and others whose dependency is away. */
export async function showMessages(parts: HubParts, pending: readonly PendingItem[], signal: AbortSignal): Promise<number> {
  const { made, refused } = await remakeSome(parts, pending, signal)
  const changes = await compareWithStore(
    parts,
    made.map(one => one.made),
  )
  await pLimit(ABREAST).map(made, async (one, n) => {
    if (!signal.aborted) await saidOf(parts, one.item, async () => saveShown(parts.db, one.item.id, await showMessage(parts, one.made, changes[n] ?? [])))
  })
  return made.length + refused
}

async function remakeSome(parts: HubParts, pending: readonly PendingItem[], signal: AbortSignal): Promise<{ made: Made[]; refused: number }> {
  const made: Made[] = []
  let [bytes, refused] = [0, 0]
  await pLimit(ABREAST).map(pending, async item => {
    if (bytes >= ENOUGH_BYTES || signal.aborted) return
    const isMade = await saidOf(parts, item, async () => {
      const one = await remake(parts, { messageId: item.messageId }, work => undone(parts.db, work))
      made.push({ item, made: one })
      bytes += sizeOf(one)
    })
    if (!isMade) refused += 1
  })
  return { made, refused }
}

const sizeOf = ({ entries, binaries }: Remade): number =>
  entries.reduce((sum, { json }) => sum + json.byteLength, 0) + binaries.reduce((sum, { bytes }) => sum + bytes.byteLength, 0)

/** A failure of its own is shown as what it is. Out: false then. Throws: what is no fault of the message. */
async function saidOf({ db }: HubParts, { id }: PendingItem, work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    const fault = toHubError(error)
    const { code, path, dependency } = fault
    if (dependency !== undefined) throw fault
    await endItem(db, id, { state: code.startsWith('replay.') ? 'skipped' : 'failed', code, path })
    return false
  }
}
