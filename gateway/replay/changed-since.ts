/*
  A first look before a commit: of which messages something was changed since it was shown. The last look is each message's own, at its turn.
*/
import { MOVEMENT_MAPPING_VERSION } from '../../mappers/adt-to-transaction/map-movement.ts'
import { MAPPING_VERSION } from '../../mappers/transmission-to-transaction/provenance.ts'
import type { Tx } from '../ledger/db.ts'
import { committable } from '../ledger/replays/replay-items.ts'
import type { Store } from '../store/store.ts'
import { storedNow } from '../store/stored-now.ts'

const VERSIONS: Readonly<Record<string, number>> = { 'transmission-to-transaction': MAPPING_VERSION, 'adt-to-transaction': MOVEMENT_MAPPING_VERSION }

/** More would keep the operator waiting. */
const LOOKED_AT = 100

export interface ChangedSince {
  id: string
  messageId: string
  /** Empty where it is the mapper that changed. */
  resources: string[]
}

/** Out: those that changed, and how many others there are to commit. Throws: store.unavailable. */
export async function changedSince({ db, store }: { db: Tx; store: Store }, replay: string): Promise<{ changed: ChangedSince[]; others: number }> {
  const found = await committable(db, replay, LOOKED_AT)
  const isContent = (version: string | null): boolean => version !== null && version.length === 64
  const seen = found.map(({ seen }) => Object.entries(seen).filter(([, version]) => !isContent(version)))
  const now = await storedNow(store, [...new Set(seen.flatMap(one => one.map(([resource]) => resource)))])
  const changed = found.flatMap(({ id, messageId, mapper, version }, n): ChangedSince[] => {
    const resources = (seen[n] ?? []).filter(([resource, was]) => (now.get(resource)?.meta?.versionId ?? null) !== was).map(([resource]) => resource)
    return resources.length > 0 || VERSIONS[mapper] !== version ? [{ id, messageId, resources }] : []
  })
  return { changed, others: found.length - changed.length }
}
