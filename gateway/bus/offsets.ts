/*
  Where a consumer stands in its partitions, told to the broker a few times a second, all partitions in one request. What is not told yet comes again after a crash.
*/
import type { EachBatchPayload, OffsetsByTopicPartition } from 'kafkajs'

export interface Offsets {
  /** Of a record that was taken. */
  taken(payload: EachBatchPayload, offset: string): void
  /** Tells what is not told yet; where the broker refuses it, whoever has the partition now takes those records again. */
  tell(): Promise<void>
}

const TELL_EVERY_MS = 200

export function createOffsets(): Offsets {
  let untold = new Map<string, Map<number, string>>()
  let commit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined
  let timer: NodeJS.Timeout | undefined
  const tell = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    if (untold.size === 0) return
    const next = nextOf(untold)
    untold = new Map()
    await commit?.(next).catch(() => undefined)
  }
  return {
    taken({ batch: { topic, partition }, commitOffsetsIfNecessary }, offset) {
      commit = commitOffsetsIfNecessary
      const partitions = untold.get(topic) ?? new Map<number, string>()
      untold.set(topic, partitions.set(partition, offset))
      timer ??= setTimeout(() => void tell(), TELL_EVERY_MS)
    },
    tell,
  }
}

/** The broker is told the next record to take. */
function nextOf(taken: ReadonlyMap<string, ReadonlyMap<number, string>>): OffsetsByTopicPartition {
  const next = (offset: string): string => String(BigInt(offset) + 1n)
  return {
    topics: [...taken].map(([topic, partitions]) => ({
      topic,
      partitions: [...partitions].map(([partition, offset]) => ({ partition, offset: next(offset) })),
    })),
  }
}
