/*
  Hears the notices of PostgreSQL on one connection that comes back by itself, and sends ours, at most one per channel in 25 ms.
  The same connection holds the presence of this process: PostgreSQL knows at once when the process is killed.
*/
import pg from 'pg'
import type { LedgerLog } from './tx.ts'
import { HOLD_PRESENCE, newPresence } from './presence.ts'

interface ListenerOptions {
  config: pg.ClientConfig
  log: LedgerLog
  send(channel: string): Promise<unknown>
}

export interface Listener {
  /** Calls `wake` at each notice on the channel and after each reconnection; a slow poll must stand behind it. Returns the way to stop. */
  listen(channel: string, wake: () => void): () => void
  /** Wakes the listeners here at once and those of other processes within 25 ms, outside any transaction. */
  notify(channel: string): void
  /** The number of this process, while PostgreSQL knows that it is alive (`presence.ts`). */
  presence(): number | undefined
  close(): Promise<void>
}

const SEND_EVERY_MS = 25
const RECONNECT_MS = 500

export function createListener({ config, log, send }: ListenerOptions): Listener {
  const wakes = new Map<string, Set<() => void>>()
  const pending = new Map<string, NodeJS.Timeout>()
  let client: pg.Client | undefined
  const own = newPresence()
  let isPresent = false
  let retry: NodeJS.Timeout | undefined
  let isClosed = false
  // A connection takes one statement at a time: each waits for the one before it.
  let turn: Promise<unknown> = Promise.resolve()

  const wake = (channel: string) => {
    for (const one of wakes.get(channel) ?? []) one()
  }

  const lost = (gone: pg.Client) => {
    if (client !== gone) return
    client = undefined
    isPresent = false
    gone.end().catch(() => undefined)
    if (isClosed) return
    log.warn('ledger.listener-lost', { dependency: 'postgres' })
    retry = setTimeout(connect, RECONNECT_MS)
  }

  const connect = () => {
    retry = undefined
    const fresh = new pg.Client({ ...config, query_timeout: 10_000, application_name: 'hub-listen' })
    client = fresh
    fresh.on('error', () => lost(fresh))
    fresh.on('end', () => lost(fresh))
    fresh.on('notification', ({ channel }) => wake(channel))
    turn = fresh
      .connect()
      .then(() => fresh.query(HOLD_PRESENCE, [own]))
      .then(() => (isPresent = client === fresh))
    for (const channel of wakes.keys()) hear(fresh, channel)
    // What was said while nobody listened is found by looking.
    turn
      .then(() => {
        for (const channel of wakes.keys()) wake(channel)
      })
      .catch(() => lost(fresh))
  }

  const hear = (current: pg.Client, channel: string) => {
    turn = turn.then(() => current.query(`listen ${pg.escapeIdentifier(channel)}`))
    turn.catch(() => lost(current))
  }

  return {
    listen(channel, one) {
      const isNew = !wakes.has(channel)
      const set = wakes.get(channel) ?? new Set()
      wakes.set(channel, set.add(one))
      if (client === undefined && retry === undefined) connect()
      else if (isNew && client !== undefined) hear(client, channel)
      return () => {
        set.delete(one)
      }
    },
    notify(channel) {
      wake(channel)
      if (pending.has(channel) || isClosed) return
      pending.set(
        channel,
        setTimeout(() => {
          pending.delete(channel)
          send(channel).catch(() => undefined) // whoever sleeps there polls
        }, SEND_EVERY_MS),
      )
    },
    presence: () => (isPresent ? own : undefined),
    async close() {
      isClosed = true
      clearTimeout(retry)
      for (const timer of pending.values()) clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}
