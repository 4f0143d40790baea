/*
  One business identifier, one resource of its type (fhir-fr.md 2.0 d), as far as its writer sees: what he may not see is, to him, not there (design 7).
  Asked of the ledger; of the store where it knows of one, and for types that messages create without the ledger knowing.
*/
import type { FhirResource } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import { isActor } from '../../flows/actors/claims.ts'
import type { Db } from '../../ledger/db.ts'
import { findIdentified } from '../../ledger/identity/identity-rows.ts'
import type { Identifier } from '../../ledger/intents.ts'
import type { Store } from '../../store/store.ts'
import { asksOpenElements } from '../search/matches.ts'
import { referenceOf, type WorkingDraft } from './drafts.ts'
import type { Sight } from './sight.ts'
import { identifiersOf } from './turn.ts'

const MADE_BY_MESSAGES = ['Communication', 'Composition', 'DocumentReference', 'Encounter', 'List']

const keyOf = ({ type, system, value }: Identifier): string => `${type}|${system}|${value}`

interface Asking {
  /** What the ledger said of the creations when their identifiers were locked. */
  owners: readonly Identifier[]
  /** Of the writer; undefined of the hub itself. */
  sight: Sight | undefined
  traceparent: string
}

/** Throws: fhir.duplicate at the identifier. */
export async function refuseDuplicates({ db, store }: { db: Db; store: Store }, drafts: readonly WorkingDraft[], asking: Asking): Promise<void> {
  const owned = new Set(asking.owners.map(keyOf))
  const here = new Set<string>()
  for (const draft of drafts.filter(one => one.by === 'client' && !isActor(one.type))) {
    for (const identifier of newIdentifiers(draft)) {
      const isKnown =
        owned.has(keyOf(identifier)) ||
        MADE_BY_MESSAGES.includes(draft.type) ||
        (draft.verb === 'update' && (await findIdentified(db, draft.type, [identifier])) !== undefined)
      if (here.has(keyOf(identifier)) || (isKnown && (await isTaken(store, draft.id, { ...asking, identifier }))))
        throw new HubError('fhir.duplicate', { path: `${draft.place}.identifier` })
      here.add(keyOf(identifier))
    }
  }
}

function newIdentifiers(draft: WorkingDraft): Identifier[] {
  const known = draft.current === undefined ? [] : identifiersOf(draft.current).map(keyOf)
  return identifiersOf(draft).filter(identifier => !known.includes(keyOf(identifier)))
}

const MOST_HOLDERS = '50'

/** By one that the writer sees, and whose identifier he sees of it. */
async function isTaken(store: Store, own: string, { identifier, sight, traceparent }: Pick<Asking, 'sight' | 'traceparent'> & { identifier: Identifier }) {
  const { type, system, value } = identifier
  const query = { identifier: [system, value].map(part => part.replace(/[\\,$|]/g, '\\$&')).join('|') }
  const { entry = [] } = await store.search(type, { ...query, _count: MOST_HOLDERS }, { traceparent })
  const holders = entry.flatMap(({ resource }) => (resource === undefined || resource.id === own ? [] : [resource as FhirResource]))
  const levels = await sight?.levels(holders)
  return holders.some(({ id = '' }) => {
    const level = levels === undefined ? 'complet' : levels.get(referenceOf({ type, id }))
    return level !== undefined && asksOpenElements(level, type, new URLSearchParams(query))
  })
}
