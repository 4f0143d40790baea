/*
  Whether the hub answers: noticed by every request and a heartbeat, said by the banner, and told to all who want to ask again when it is back.
*/
import { useEffect, useState } from 'preact/hooks'

export type Connection = 'there' | 'lost' | 'back'

/** Shorter than a restart of the hub, so that none passes unseen. */
const HEARTBEAT_MS = 1000
const SAID_FOR_MS = 8000

let state: Connection = 'there'
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<(state: Connection) => void>()

function become(next: Connection): void {
  if (next === state) return
  state = next
  for (const tell of [...listeners]) tell(next)
  if (next === 'back') setTimeout(() => state === 'back' && become('there'), SAID_FOR_MS)
}

/** An answer came, whichever. */
export function heard(): void {
  if (state === 'lost') become('back')
}

/** A request got none. */
export const unheard = (): void => become('lost')

function beat(): void {
  clearTimeout(timer)
  timer = setTimeout(async () => {
    if (!document.hidden) await lookAgain()
    beat()
  }, HEARTBEAT_MS)
}

/** Asks whether the hub is there; a gateway that answers in its place is no hub. */
export async function lookAgain(): Promise<void> {
  try {
    const { ok } = await fetch('/health', { cache: 'no-store' })
    if (ok) heard()
    else unheard()
  } catch {
    unheard()
  }
}

/** For the banner alone: starts the heartbeat. */
export function useConnection(): Connection {
  const [now, setNow] = useState(state)
  useEffect(() => {
    listeners.add(setNow)
    beat()
    return () => {
      listeners.delete(setNow)
      clearTimeout(timer)
    }
  }, [])
  return now
}

/** Calls `again` each time the hub is back. */
export function onceBack(again: () => void): () => void {
  const told = (next: Connection): void => {
    if (next === 'back') again()
  }
  listeners.add(told)
  return () => void listeners.delete(told)
}
