/*
  Goes on with replays, in one process at a time: computes what is to be shown, gives to lanes what is to be committed. Live messages come first.
*/
import { setTimeout as pause } from 'node:timers/promises'
import { toHubError } from '../../profiles/errors.ts'
import { closeCommitted, endItem, feedLanes, isBehind, saveShown, settleUnchanged } from '../ledger/replay-items.ts'
import { closeComputed, type PendingItem, pendingItems } from '../ledger/replays.ts'
import type { HubParts } from '../parts.ts'
import { showMessage } from './show.ts'

const IDLE_MS = 250
const BUSY_MS = 250
/** Messages looked at together. */
const ABREAST = 2
const AT_A_TIME = 20

/** Until aborted; what was left in its middle is done again. */
export async function goOnWithReplays(parts: HubParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const done = await goOn(parts, signal).catch((error: unknown) => {
      parts.log.warn('replay.failed', { code: toHubError(error).code })
      return 0
    })
    if (done === 0) await pause(IDLE_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** Out: how much was done. */
async function goOn(parts: HubParts, signal: AbortSignal): Promise<number> {
  const { db } = parts
  await settleUnchanged(db)
  const fed = await feedLanes(db)
  await closeCommitted(db)
  const pending = await pendingItems(db, AT_A_TIME)
  const queue = [...pending]
  await Promise.all(
    Array.from({ length: ABREAST }, async () => {
      for (let item = queue.shift(); item !== undefined && !signal.aborted; item = queue.shift()) await compute(parts, item, signal)
    }),
  )
  await closeComputed(db)
  return fed + pending.length
}

/** Its dependency away, a message is looked at again later; any other failure is shown as what it is. */
async function compute(parts: HubParts, { id, messageId }: PendingItem, signal: AbortSignal): Promise<void> {
  await untilQuiet(parts, signal)
  try {
    parts.breakers.of('hapi').requireUp()
    await saveShown(parts.db, id, await showMessage(parts, messageId))
  } catch (error) {
    const { code, path, dependency } = toHubError(error)
    if (dependency !== undefined) return void (await pause(BUSY_MS, undefined, { signal }).catch(() => undefined))
    await endItem(parts.db, id, { state: code.startsWith('replay.') ? 'skipped' : 'failed', code, path })
  }
}

/** A dry run waits while messages that just came wait, but not for ever. */
async function untilQuiet({ db, workers }: HubParts, signal: AbortSignal): Promise<void> {
  for (let look = 0; look < 20 && !signal.aborted; look += 1) {
    if (workers.queued() === 0 && !(await isBehind(db))) return
    await pause(BUSY_MS, undefined, { signal }).catch(() => undefined)
  }
}
