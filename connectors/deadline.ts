/*
  How long an attempt may last: until whoever asked for it ends it, or for so long.
*/

/** As `AbortSignal.any` of a signal and a time-out, which a collection of garbage loses in Node 20: nothing but its listeners holds such a time-out, and it was never listened to. */
export function deadlineOf(signal: AbortSignal, ms: number): AbortSignal {
  const timeout = AbortSignal.timeout(ms)
  timeout.addEventListener('abort', () => undefined)
  return AbortSignal.any([signal, timeout])
}
