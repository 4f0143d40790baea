/*
  Doors first: while messages stand between their arrival and their answer, work that can wait steps back, for a bounded time.
  Acknowledgements stay quick under load, and no lane is held up for long: each entry waits once, at most `longestMs`.
*/
export interface DoorsFirst {
  /** A message has arrived; call what is returned once it is answered. */
  arrived(): () => void
  /** Resolves at once while no message is in hand, else when the last one is answered, at the latest after `longestMs`. */
  stepBack(): Promise<void>
}

export function createDoorsFirst(longestMs: number): DoorsFirst {
  let inHand = 0
  const waiting = new Set<() => void>()
  return {
    arrived() {
      inHand += 1
      let isAnswered = false
      return () => {
        if (isAnswered) return
        isAnswered = true
        inHand -= 1
        if (inHand === 0) for (const go of waiting) go()
      }
    },
    stepBack() {
      if (inHand === 0 || longestMs === 0) return Promise.resolve()
      return new Promise(resolve => {
        const go = (): void => {
          clearTimeout(timer)
          waiting.delete(go)
          resolve()
        }
        const timer = setTimeout(go, longestMs)
        waiting.add(go)
      })
    },
  }
}
