/*
  Ends a connection on which the operator talks and nothing comes of it; one that is silent ends by its time-out.
*/
import type { ImapFlow } from 'imapflow'

const LOOK_MS = 1000
/** Longer than the hub itself takes for any mail. */
const LONGEST_MS = 600_000
/** Said beside what was asked for: the folders, five hundred sizes. To read a line costs the whole hub some microseconds. */
const MOST_BESIDE = 1 << 18

/** Something was achieved; so many bytes are asked for next. */
export type Renew = (bytes?: number) => void

/** Until the connection is closed. In: how long nothing may come of it, where that is longer than usual. */
export function patienceWith(client: ImapFlow, atLeastMs: number): Renew {
  const longestMs = Math.max(LONGEST_MS, atLeastMs)
  let [since, most] = [performance.now(), MOST_BESIDE]
  const timer = setInterval(() => {
    if (client.stats().received > most || performance.now() > since + longestMs) client.close()
  }, LOOK_MS)
  client.once('close', () => clearInterval(timer))
  return (bytes = 0) => {
    since = performance.now()
    most = client.stats().received + bytes + MOST_BESIDE
  }
}
