/*
  At which level a search sees what it finds, where it names one person: before the store is asked.
*/
import type { Actor } from '../../access/callers/actor.ts'
import { decide } from '../../access/rights/decide.ts'
import type { Party } from '../../access/rights/party.ts'
import { factsOf } from '../../access/rights/rights.ts'
import { askedBy } from '../../access/rights/rights-in.ts'
import { aboutOf } from '../../access/rights/thing.ts'
import type { ServedType } from '../types.ts'
import { NOBODY, type RightsParts, SINGULAR } from './decide-found.ts'
import type { Decided } from '../visibility.ts'

/** The level at which a caller sees the resources of one type about one person, and whether it is that of each of them. */
export interface SearchLevel extends Decided {
  isOfEach: boolean
}

/**
 * In: the person a search names; what is about nobody is open to everybody.
 * Out: undefined where a search names no single person: each match has a level of its own.
 */
export async function levelOfSearch(
  parts: RightsParts,
  { type, patient, actor, party }: { type: ServedType; patient?: string; actor: Actor; party: Party },
): Promise<SearchLevel | undefined> {
  if (aboutOf(type) === 'nobody') return { ...NOBODY, isOfEach: true }
  const person = patient === undefined ? undefined : (await parts.rights.persons([patient])).get(patient)
  if (patient === undefined || person === undefined) return undefined
  const thing = { type, reference: type === 'Patient' ? patient : type, authors: [] }
  const { level, rule } = decide(factsOf({ party, person, thing, asked: askedBy(actor, parts.rights) }))
  return { level, rule, patient, isOfEach: !SINGULAR.includes(type) && !person.rows.some(row => row.kind === 'consent' && row.detail.isDeny) }
}
