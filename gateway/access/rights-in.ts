/*
  What a decision asks of the ledger; the questions of callers at the same time go there together.
*/
import { loadAuthors, loadPersons, loadWorkplaces, type PersonRights } from '../ledger/access.ts'
import type { Db } from '../ledger/db.ts'
import { linkedByIdentifier, linkedPersons } from '../ledger/person-links.ts'
import { type Candidate, findCandidates, type Population, type Reach } from '../ledger/worklist.ts'
import type { Actor } from './actor.ts'
import { askedTogether } from './asked-together.ts'
import { type Party, partyOfActor } from './party.ts'

export interface Rights {
  /** The configuration lets an emergency go before an opposition. */
  isEmergencyFirst?: boolean
  partyOf(actor: Actor): Promise<Party>
  /** In: `Patient/<id>`s. Out: at least these. */
  persons(patients: readonly string[]): Promise<Map<string, PersonRights>>
  /** Everybody who is one with this person, he among them; in: `Patient/<id>`. */
  linked(patient: string): Promise<string[]>
  /** All who are one with a person whom one of these identifiers names, where somebody was merged; nobody for most. */
  linkedByIdentifier(identifiers: readonly { system: string; value: string }[]): Promise<string[]>
  /** Structures that wrote each of these resources, or keep it; of others too. */
  authors(resources: readonly string[]): Promise<Map<string, string[]>>
  /** What a population search may mean; who asks decides on each. */
  candidates(population: Population, reach: Reach): Promise<Candidate[]>
  /** Where these professionals work: `PractitionerRole/<id>` → `Organization/<id>`. */
  workplaces(references: readonly string[]): Promise<Map<string, string[]>>
}

export function rightsIn(db: Db, { overOpposition = false }: { overOpposition?: boolean } = {}): Rights {
  return {
    isEmergencyFirst: overOpposition,
    partyOf: askedTogether(actors => partiesOf(db, actors)),
    persons: askedTogether(async questions => everyone(questions, await loadPersons(db, questions.flat()))),
    linked: patient => linkedPersons(db, patient),
    linkedByIdentifier: identifiers => linkedByIdentifier(db, identifiers),
    authors: askedTogether(async questions => everyone(questions, await loadAuthors(db, questions.flat()))),
    candidates: (population, reach) => findCandidates(db, population, reach),
    workplaces: references => loadWorkplaces(db, references),
  }
}

const everyone = <Question, Answer>(questions: readonly Question[], answer: Answer): Answer[] => questions.map(() => answer)

/** Many calls of one client are one question. */
function partiesOf(db: Db, actors: readonly Actor[]): Promise<Party[]> {
  const found = new Map<string, Promise<Party>>()
  return Promise.all(
    actors.map(actor => {
      const { clientId, kind, context, structure, user, person } = actor
      const key = JSON.stringify([clientId, kind, context, structure, user, person])
      const party = found.get(key) ?? partyOfActor(db, actor)
      found.set(key, party)
      return party
    }),
  )
}
