/*
  The fall-back behind Kafka: what nobody has planned after a while is planned from the ledger, oldest first; an event that cannot be planned holds back no other.
*/
import { toHubError } from '../../profiles/errors.ts'
import { unplannedEvents } from '../ledger/deliveries/events.ts'
import type { HubParts } from '../parts.ts'
import { CHANNELS, type Channel } from './channels.ts'
import type { Planner } from './plan.ts'

const BATCH = 200

/** Out: one look. A full one is followed by the next at once; where some of it failed the next look goes on behind it, and begins anew after the last. */
export function createFallback(
  { config, db, log, rightOfWay }: Pick<HubParts, 'config' | 'db' | 'log' | 'rightOfWay'>,
  plan: Planner,
  signal: AbortSignal,
): () => Promise<void> {
  const after = new Map<Channel, string>()
  const failuresOf = async (channel: Channel, eventIds: string[]): Promise<number> => {
    let failures = 0
    for (const eventId of eventIds) {
      await rightOfWay.turn('planner', signal)
      await plan(channel, eventId).catch((error: unknown) => {
        failures += 1
        log.warn('planner.failed', { channel, eventId, code: toHubError(error).code })
      })
    }
    return failures
  }
  return async () => {
    for (const channel of CHANNELS) {
      let isMore = true
      while (isMore && !signal.aborted) {
        const late = await unplannedEvents(db, channel, config.limits.fanoutFallbackMs, { limit: BATCH, after: after.get(channel) })
        const failures = await failuresOf(channel, late)
        const last = late[BATCH - 1]
        isMore = last !== undefined && failures === 0
        if (last === undefined) after.delete(channel)
        else if (failures > 0) after.set(channel, last)
      }
    }
  }
}
