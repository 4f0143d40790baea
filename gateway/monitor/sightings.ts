/*
  When software was last seen at the doors of this process: kept here until it is told to the ledger, so that a request costs no write.
*/
import type { Sighting } from '../ledger/watch/outlook.ts'

export interface Sightings {
  /** A client of this id asked for something. */
  seen(clientId: string): void
  /** What was seen since the last call. */
  take(): Sighting[]
}

export function createSightings(): Sightings {
  let fresh = new Map<string, Date>()
  return {
    seen: clientId => void fresh.set(`clients.${clientId}`, new Date()),
    take() {
      const taken = fresh
      fresh = new Map()
      return [...taken].map(([name, at]) => ({ name, at, endsAt: null }))
    },
  }
}
