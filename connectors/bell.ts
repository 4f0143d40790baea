/*
  Wakes who waits for work, before his next look.
*/
import { setTimeout as pause } from 'node:timers/promises'

export interface Bell {
  ring(): void
  /** Resolves at a ring since the last wait, or after the time. */
  wait(ms: number): Promise<void>
}

/** Remembers a ring that came while nobody waited. */
export function createBell(): Bell {
  let hasRung = false
  let answer: (() => void) | undefined
  return {
    ring() {
      hasRung = true
      answer?.()
    },
    async wait(ms) {
      const woken = new AbortController()
      answer = () => woken.abort()
      if (!hasRung) await pause(ms, undefined, { signal: woken.signal }).catch(() => undefined)
      answer = undefined
      hasRung = false
    },
  }
}
