/*
  What the event of a stay tells the planners and the routes. It stays in the ledger.
*/
import type { StoredEvent } from '../ledger/deliveries/events.ts'

export interface StayNews {
  /** `Encounter/<id>` */
  stay: string
  /** `Organization/<id>` */
  structure: string
  /** Told at `complet` alone, in French. */
  sentences: string[]
  /** When it happened; of a withdrawal, when it was taken back. An instant. */
  happenedAt: string
  /** Number of the visit; not known of events from before it was kept. */
  visit?: { system: string; value: string }
  /** Of an admission or a discharge: its one identifier. */
  alert?: { id: string; state: 'announced' | 'withdrawn' }
}

/** Undefined for an event that no stay brought. */
export function stayNewsOf({ detail }: Pick<StoredEvent, 'detail'>): StayNews | undefined {
  return typeof detail === 'object' && detail !== null && 'news' in detail ? (detail.news as StayNews) : undefined
}
