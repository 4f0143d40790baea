/*
  What a decision asks of the ledger; the questions of callers at the same time go there together.
*/
import { loadWorkplaces, type PersonRights } from '../../ledger/rights/access.ts'
import type { Db } from '../../ledger/db.ts'
import { linkedByIdentifier, linkedPersons } from '../../ledger/identity/person-links.ts'
import { type Candidate, findCandidates, type Population, type Reach } from '../../ledger/rights/worklist.ts'
import type { Actor } from '../callers/actor.ts'
import { askedTogether } from './asked-together.ts'
import type { Party } from './party.ts'
import type { Asked } from './rights.ts'
import { askRights, type RightsAnswer, type RightsQuestion } from './rights-asked.ts'

export interface Rights {
  /** The configuration lets an emergency go before an opposition. */
  isEmergencyFirst?: boolean
  partyOf(actor: Actor): Promise<Party>
  /** For a resource that is still being read, `Type/<id>`: rights that are asked for meanwhile, good for one look at it. */
  ahead(actor: Actor, reference: string): Rights
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

/** How a caller asks, at this moment, whichever door he stands at. */
export const askedBy = ({ purpose, reason }: Actor, { isEmergencyFirst = false }: Pick<Rights, 'isEmergencyFirst'>): Asked => ({
  purpose,
  at: new Date(),
  reason,
  isEmergencyFirst,
})

/** Resources of which it is remembered whom they are about. */
const REMEMBERED = 20_000

export function rightsIn(db: Db, { overOpposition = false }: { overOpposition?: boolean } = {}): Rights {
  const { ask, askAhead } = askedTogether<RightsQuestion, RightsAnswer>(async questions => {
    const answer = await askRights(db.rights, questions)
    return questions.map(() => answer)
  })
  const subjects = new Map<string, readonly string[]>()
  const rights: Rights = {
    isEmergencyFirst: overOpposition,
    partyOf: async actor => (await ask({ actor })).partyOf(actor),
    persons: async patients => (patients.length === 0 ? new Map() : (await ask({ patients })).persons),
    linked: patient => linkedPersons(db, patient),
    linkedByIdentifier: identifiers => linkedByIdentifier(db, identifiers),
    authors: async resources => (resources.length === 0 ? new Map() : (await ask({ resources })).authors),
    candidates: (population, reach) => findCandidates(db, population, reach),
    workplaces: references => loadWorkplaces(db, references),
    ahead(actor, reference) {
      // Only a guess of what will be asked: what the resource says itself counts.
      const guessed = reference.startsWith('Patient/') ? [reference] : (subjects.get(reference) ?? [])
      const answer = askAhead({ actor, patients: guessed, resources: [reference] })
      return {
        ...rights,
        partyOf: async one => (one === actor ? (await answer()).partyOf(actor) : rights.partyOf(one)),
        async persons(patients) {
          rememberIn(subjects, reference, patients)
          return patients.every(patient => guessed.includes(patient)) ? (await answer()).persons : rights.persons(patients)
        },
        authors: async resources => (resources.every(one => one === reference) ? (await answer()).authors : rights.authors(resources)),
      }
    },
  }
  return rights
}

/** The oldest goes first. */
function rememberIn(subjects: Map<string, readonly string[]>, reference: string, patients: readonly string[]): void {
  const [oldest] = subjects.keys()
  if (subjects.size >= REMEMBERED && oldest !== undefined) subjects.delete(oldest)
  subjects.set(reference, patients)
}
