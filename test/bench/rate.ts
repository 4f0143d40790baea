/*
  How fast a piece of work runs on this thread, in wall time and in CPU.
*/
export interface Rate {
  perSecond: number
  cpuSecondsEach: number
}

/** Runs `work` for `seconds` after a warm-up of the same length. */
export function rateOf(work: () => void, seconds: number): Rate {
  for (let end = performance.now() + seconds * 1000; performance.now() < end; ) work()
  const cpu = process.cpuUsage()
  const start = performance.now()
  let runs = 0
  while (performance.now() < start + seconds * 1000) {
    work()
    runs += 1
  }
  const used = process.cpuUsage(cpu)
  return { perSecond: (runs * 1000) / (performance.now() - start), cpuSecondsEach: (used.user + used.system) / 1e6 / runs }
}
