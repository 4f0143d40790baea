/*
  Lets what arrives together share one commit: arrivals during a commit form the next batch; what is large goes alone.
*/

export interface GroupCommitOptions<In, Out> {
  /** Commits these together; answers in their order. */
  run(batch: In[]): Promise<Out[]>
  sizeOf(item: In): number
  /** Said of the failure of a batch: is each of its members to be tried by itself? */
  isWorthSplitting(error: unknown): boolean
  maxItems: number
  /** Above this an item goes alone; also the most that one batch carries. */
  maxBytes: number
  /** Batches in the air at once. */
  concurrency: number
  /** How long an item that goes in a batch waits for its outcome, and the error that says it was too long. */
  patience?: { ms: number; late(): Error }
}

export interface GroupCommit<In, Out> {
  add(item: In): Promise<Out>
  bytesInFlight(): number
}

interface Waiting<In, Out> {
  item: In
  size: number
  resolve(out: Out): void
  reject(error: unknown): void
  /** Nobody waits for it any more. */
  isGivenUp: boolean
}

/** Of items that weigh the same. */
export const byCount = (most: number) => ({ sizeOf: () => 1, maxItems: most, maxBytes: most })

export function createGroupCommit<In, Out>(options: GroupCommitOptions<In, Out>): GroupCommit<In, Out> {
  const small: Waiting<In, Out>[] = []
  const large: Waiting<In, Out>[] = []
  let running = 0
  let runningLarge = 0
  let bytes = 0

  const next = () => {
    while (running < options.concurrency && small.length > 0) {
      running += 1
      void commit(takeBatch(small, options), options).finally(() => {
        running -= 1
        next()
      })
    }
    while (runningLarge < 2 && large.length > 0) {
      runningLarge += 1
      void commit(large.splice(0, 1), options).finally(() => {
        runningLarge -= 1
        next()
      })
    }
  }

  return {
    bytesInFlight: () => bytes,
    async add(item) {
      const size = options.sizeOf(item)
      const isLarge = size > options.maxBytes
      let timer: NodeJS.Timeout | undefined
      bytes += size
      try {
        return await new Promise<Out>((resolve, reject) => {
          const waiting = { item, size, resolve, reject, isGivenUp: false }
          if (!isLarge) timer = giveUpLater(waiting, options)
          ;(isLarge ? large : small).push(waiting)
          // After this turn of the loop: what came in the same packet of events goes together.
          setImmediate(next)
        })
      } finally {
        clearTimeout(timer)
        bytes -= size
      }
    },
  }
}

function giveUpLater<In, Out>(waiting: Waiting<In, Out>, { patience }: GroupCommitOptions<In, Out>): NodeJS.Timeout | undefined {
  if (patience === undefined) return undefined
  return setTimeout(() => {
    waiting.isGivenUp = true
    waiting.reject(patience.late())
  }, patience.ms)
}

function takeBatch<In, Out>(queue: Waiting<In, Out>[], { maxItems, maxBytes }: { maxItems: number; maxBytes: number }): Waiting<In, Out>[] {
  let count = 0
  let size = 0
  for (const waiting of queue) {
    size += waiting.size
    if (count > 0 && (count === maxItems || size > maxBytes)) break
    count += 1
  }
  return queue.splice(0, count).filter(waiting => !waiting.isGivenUp)
}

async function commit<In, Out>(batch: Waiting<In, Out>[], options: GroupCommitOptions<In, Out>): Promise<void> {
  if (batch.length === 0) return
  try {
    const outs = await options.run(batch.map(waiting => waiting.item))
    batch.forEach((waiting, index) => {
      waiting.resolve(outs[index] as Out)
    })
  } catch (error) {
    if (batch.length > 1 && options.isWorthSplitting(error)) for (const one of batch) await commit([one], options)
    else for (const waiting of batch) waiting.reject(error)
  }
}
