/*
  What a decision asks of the ledger.
*/
import { loadAuthors, loadPersons, type PersonRights, personsAround } from '../ledger/access.ts'
import type { Db } from '../ledger/db.ts'
import type { Actor } from './actor.ts'
import { type Party, partyOfActor } from './party.ts'

export interface Rights {
  partyOf(actor: Actor): Promise<Party>
  /** In: `Patient/<id>`s. */
  persons(patients: readonly string[]): Promise<Map<string, PersonRights>>
  /** Structures that wrote each of these resources, or keep it. */
  authors(resources: readonly string[]): Promise<Map<string, string[]>>
  /** `Patient/<id>`s with whom one of these references has to do. */
  around(references: readonly string[]): Promise<string[]>
}

export function rightsIn(db: Db): Rights {
  return {
    partyOf: actor => partyOfActor(db, actor),
    persons: patients => loadPersons(db, patients),
    authors: resources => loadAuthors(db, resources),
    around: references => personsAround(db, references),
  }
}
