/*
  Lets only so many run at once; the others wait in the order they came.
*/

export type FewAtOnce = <T>(work: () => Promise<T>) => Promise<T>

export function fewAtOnce(most: number): FewAtOnce {
  const waiting: (() => void)[] = []
  let running = 0
  return async work => {
    // Whoever is called has the place of whoever calls him.
    if (running < most) running += 1
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
