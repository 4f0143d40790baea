/*
  Goes on with replays, in one process at a time: computes what is to be shown, gives to lanes what is to be committed. Live messages come first.
*/
import { setTimeout as pause } from 'node:timers/promises'
import { closeCommitted, feedLanes, isBehind, settleUnchanged } from '../ledger/replays/replay-items.ts'
import { closeComputed, isReplaying, pendingItems } from '../ledger/replays/replays.ts'
import { warning } from '../log.ts'
import type { HubParts } from '../parts.ts'
import { showMessages } from './dry-run.ts'

const IDLE_MS = 250
/** Messages looked at before live ones are asked after again. */
const AT_A_TIME = 20
const LOOK_MS = 250
/** Live messages that wait hold up each twenty of a replay for so many looks, but not for ever. */
const LOOKS = 8

/** Until aborted; what was left in its middle is done again. */
export async function goOnWithReplays(parts: HubParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const done = await goOn(parts, signal).catch(warning(parts.log, 'replay.failed'))
    if (!done) await pause(IDLE_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** Out: how much was done. */
async function goOn(parts: HubParts, signal: AbortSignal): Promise<number> {
  const { db } = parts
  if (!(await isReplaying(db))) return 0
  await settleUnchanged(db)
  const fed = await feedLanes(db)
  await closeCommitted(db)
  const pending = await pendingItems(db, AT_A_TIME)
  if (pending.length === 0) return fed
  await untilQuiet(parts, signal)
  parts.breakers.of('hapi').requireUp()
  const shown = await showMessages(parts, pending, signal)
  await closeComputed(db)
  return fed + shown
}

/** A dry run waits while messages that just came wait. */
async function untilQuiet({ db, workers, rightOfWay }: HubParts, signal: AbortSignal): Promise<void> {
  await rightOfWay.turn('replay', signal)
  for (let look = 0; look < LOOKS && !signal.aborted; look += 1) {
    if (workers.queued() === 0 && !(await isBehind(db))) return
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}
