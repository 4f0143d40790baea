/*
  A signed edition of a plan, or of a synthesis, that the event of its version brought: the hub's own document.
*/
import type { Publication } from '../flows/plan/rendition.ts'
import type { StoredEvent } from '../ledger/deliveries/events.ts'

const BROUGHT_BY = ['pps.publie', 'document.depose']

/** Undefined for every other event, and for an edition that stays in the house. */
export function publicationOf({ type, detail }: Pick<StoredEvent, 'type' | 'detail'>): Publication | undefined {
  if (!BROUGHT_BY.includes(type) || typeof detail !== 'object' || detail === null || !('publication' in detail)) return undefined
  return detail.publication as Publication
}
