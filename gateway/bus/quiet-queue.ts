/*
  Keeps kafkajs from asking itself at every millisecond and connection whether something waits to be sent (tulios/kafkajs#1704): with nine connections five thousand timers a second, idle or not.
*/
import { createRequire } from 'node:module'

interface RequestQueue {
  pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

/** Of 2.2.4, which is the last one: a part that the package does not offer, so a version that has it elsewhere breaks the start. */
const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue }
const schedule = prototype.scheduleCheckPendingRequests

/** To be called before the first connection; again changes nothing. Whatever is queued later asks for its own look. */
export function quietQueues(): void {
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this)
  }
}
