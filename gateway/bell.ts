/*
  Wakes who waits for work, before his next look.
*/

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
      if (!hasRung) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, ms)
          answer = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      answer = undefined
      hasRung = false
    },
  }
}
