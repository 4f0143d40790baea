/*
  A stay of somebody who was merged stays his, whatever is told of it meanwhile: a split finds it where it was.
*/
import { linkedPersons } from '../ledger/person-links.ts'
import type { HubParts } from '../parts.ts'
import type { Entry } from '../store/bundle.ts'
import type { Resolved } from './identities.ts'

/** What a message about the one who stays may store. */
export async function withOwnStays({ db, store }: Pick<HubParts, 'db' | 'store'>, { entries, patient, isSurvivor }: Resolved): Promise<Entry[]> {
  if (isSurvivor !== true) return entries
  const linked = await linkedPersons(db, `Patient/${patient}`)
  const owned = async (entry: Entry): Promise<Entry> => {
    const told = entry.type === 'Encounter' || entry.type === 'EpisodeOfCare' ? JSON.stringify((await store.read(entry.type, entry.id)) ?? {}) : ''
    const owner = linked.find(one => told.includes(`"${one}"`))
    return owner === undefined ? entry : { ...entry, json: Buffer.from(entry.json.toString().replaceAll(`Patient/${patient}`, owner)) }
  }
  return Promise.all(entries.map(owned))
}
