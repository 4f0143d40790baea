/*
  The messages of a person's circle: the store alone knows them, and neither their flow nor its territory.
    territory => that of the structures their sender works for; of what the person, a relative or the hub wrote, the person's: that of the home, else the one where everything happened
*/
import type { Bundle, Communication, Patient } from 'fhir/r4.js'
import { overlaps } from '../../../profiles/tables/communes.ts'
import type { HubConfig } from '../../config.ts'
import { targetOf } from '../../flows/person.ts'
import { communeOf } from '../../flows/requests/territory.ts'
import type { Tx } from '../../ledger/db.ts'
import { structuresOf } from '../../ledger/rights/structures-of.ts'
import type { Store } from '../../store/store.ts'
import { territoryOfStructure } from '../../territory.ts'
import { territoryOfPersons } from '../territory.ts'
import type { SentMessage } from './journey.ts'

export interface MessageParts {
  db: Tx
  store: Store
  config: Pick<HubConfig, 'organizations' | 'partners'>
}

/** In: the territory whoever looks is bound to. Without the store the journey is still the ledger's. */
export async function messagesAbout(parts: MessageParts, patients: readonly string[], territory: string | undefined): Promise<SentMessage[]> {
  if (patients.length === 0) return []
  const { entry = [] } = await parts.store
    .search('Communication', { subject: patients.join(','), _count: '200', _include: 'Communication:subject' })
    .catch((): Bundle => ({ resourceType: 'Bundle', type: 'searchset' }))
  const messages = entry.flatMap(({ resource }) => (resource?.resourceType === 'Communication' ? [resource as Communication] : []))
  if (territory === undefined) return messages.flatMap(sentOf)
  const persons = entry.flatMap(({ resource }) => (resource?.resourceType === 'Patient' ? [resource as Patient] : []))
  const home = homeTerritory(parts.config, persons) ?? (await territoryOfPersons(parts.db, patients))
  const structures = await structuresOf(parts.db, [...new Set(messages.flatMap(({ sender }) => targetOf(sender) ?? []))])
  const isSeen = ({ sender }: Communication): boolean => {
    const from = (structures.get(targetOf(sender) ?? '') ?? []).flatMap(finess => territoryOfStructure(parts.config, finess) ?? [])
    return from.length === 0 ? home === territory : from.every(one => one === territory)
  }
  return messages.filter(isSeen).flatMap(sentOf)
}

/** Of the one structure that answers for the commune of the home. */
function homeTerritory({ organizations, partners }: MessageParts['config'], patients: readonly Patient[]): string | undefined {
  const commune = patients.map(one => communeOf(one, new Date())).find(one => one !== undefined)
  const answering = organizations.find(({ territoire }) => commune !== undefined && territoire.some(code => overlaps(code, commune)))
  return territoryOfStructure({ organizations, partners }, answering?.finess)
}

function sentOf({ id, sent, status, category, meta }: Communication): SentMessage[] {
  const at = sent ?? meta?.lastUpdated
  const named = { reference: `Communication/${id}`, status, category: category?.[0]?.coding?.[0]?.code ?? '' }
  return at === undefined ? [] : [{ ...named, at: new Date(at).toISOString() }]
}
