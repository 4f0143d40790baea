/*
  The port to the event bus: what the hub asks of Kafka, and nothing more.
*/

/** The internal topic that tells every connector what happened. */
export const EVENTS_TOPIC = 'hub.events'

/** The topic of one partner that wants its events from Kafka. */
export const partnerTopic = (partner: string): string => `hub.partner.${partner}`

export interface BusMessage {
  topic: string
  /** Decides the partition, so the order: the pseudonym of the person. */
  key: string
  value: string | Uint8Array
  headers?: Record<string, string>
}

export interface BusRecord {
  topic: string
  partition: number
  offset: string
  key: string
  value: Uint8Array
  headers: Record<string, string>
}

export interface Consumption {
  /** Consumer group: replicas of the hub that name the same group share the partitions. */
  group: string
  topics: string[]
  /**
   * Takes one record; the offset is committed after it resolves. Records of one partition come one after the other.
   * Throws: an error of kind `retry` holds the partition and the record comes again; with any other it is skipped: again would be the same.
   */
  take(record: BusRecord): Promise<void>
}

export interface EventBus {
  /** Makes the topics that are missing. Waits for the broker as long as it takes, unless aborted. */
  ensureTopics(topics: string[], signal?: AbortSignal): Promise<void>
  /**
   * Resolves once the broker has all messages; messages of one key keep their order within and between calls.
   * Throws: bus.too_large for a message that the broker never takes, published alone. bus.unavailable when the broker is away, too much is in flight, or no acknowledgement came in time (the messages may then arrive all the same).
   */
  publish(messages: BusMessage[]): Promise<void>
  /** Begins as soon as the broker is there, makes the topics if need be, and runs until the returned function is called, which resolves after the record in hand. */
  consume(consumption: Consumption): () => Promise<void>
  /** Throws bus.unavailable while the broker does not answer. */
  health(): Promise<void>
  close(): Promise<void>
}
