/*
  A stay of somebody who was merged stays his, whatever is told of it meanwhile: a split finds it where it was.
*/
import type { Encounter, EpisodeOfCare } from 'fhir/r4.js'
import { linkedPersons } from '../../ledger/identity/person-links.ts'
import type { HubParts } from '../../parts.ts'
import type { Entry } from '../../store/bundle.ts'
import type { Resolved } from './identities.ts'
import { personOf } from '../same-person.ts'

/** What a message about the one who stays may store. */
export async function withOwnStays(
  { db, store, breakers }: Pick<HubParts, 'db' | 'store' | 'breakers'>,
  { entries, patient, isSurvivor }: Resolved,
): Promise<Entry[]> {
  if (isSurvivor !== true) return entries
  const linked = await linkedPersons(db, `Patient/${patient}`)
  const owned = async (entry: Entry): Promise<Entry> => {
    if (entry.type !== 'Encounter' && entry.type !== 'EpisodeOfCare') return entry
    const { type, id } = entry
    const owner = personOf(await breakers.of('hapi').run(() => store.read<Encounter | EpisodeOfCare>(type, id)))
    if (owner === undefined || !linked.includes(owner)) return entry
    return { ...entry, json: Buffer.from(entry.json.toString().replaceAll(`Patient/${patient}`, owner)) }
  }
  return Promise.all(entries.map(owned))
}
