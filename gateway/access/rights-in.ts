/*
  What a decision asks of the ledger.
*/
import { loadAuthors, loadPersons, loadWorkplaces, type PersonRights } from '../ledger/access.ts'
import type { Db } from '../ledger/db.ts'
import { type Candidate, findCandidates, type Population, type Reach } from '../ledger/worklist.ts'
import type { Actor } from './actor.ts'
import { type Party, partyOfActor } from './party.ts'

export interface Rights {
  /** The configuration lets an emergency go before an opposition. */
  isEmergencyFirst?: boolean
  partyOf(actor: Actor): Promise<Party>
  /** In: `Patient/<id>`s. */
  persons(patients: readonly string[]): Promise<Map<string, PersonRights>>
  /** Structures that wrote each of these resources, or keep it. */
  authors(resources: readonly string[]): Promise<Map<string, string[]>>
  /** What a population search may mean; who asks decides on each. */
  candidates(population: Population, reach: Reach): Promise<Candidate[]>
  /** Where these professionals work: `PractitionerRole/<id>` → `Organization/<id>`. */
  workplaces(references: readonly string[]): Promise<Map<string, string[]>>
}

export function rightsIn(db: Db, { overOpposition = false }: { overOpposition?: boolean } = {}): Rights {
  return {
    isEmergencyFirst: overOpposition,
    partyOf: actor => partyOfActor(db, actor),
    persons: patients => loadPersons(db, patients),
    authors: resources => loadAuthors(db, resources),
    candidates: (population, reach) => findCandidates(db, population, reach),
    workplaces: references => loadWorkplaces(db, references),
  }
}
