/*
  One business identifier, one resource of its type (fhir-fr.md 2.0 d): asked of the ledger, and of the store for types that messages create without the ledger knowing.
*/
import { HubError } from '../../../profiles/errors.ts'
import { isActor } from '../../flows/actors/claims.ts'
import type { Db } from '../../ledger/db.ts'
import { findIdentified } from '../../ledger/identity/identity-rows.ts'
import type { Identifier } from '../../ledger/intents.ts'
import type { Store } from '../../store/store.ts'
import type { WorkingDraft } from './drafts.ts'
import { identifiersOf } from './turn.ts'

const MADE_BY_MESSAGES = ['Communication', 'Composition', 'DocumentReference', 'Encounter', 'List']

const keyOf = ({ type, system, value }: Identifier): string => `${type}|${system}|${value}`

/** In: owners = what the ledger said of the creations when their identifiers were locked. Throws: fhir.duplicate at the identifier. */
export async function refuseDuplicates(
  { db, store }: { db: Db; store: Store },
  drafts: readonly WorkingDraft[],
  { owners, traceparent }: { owners: readonly (Identifier & { id: string })[]; traceparent: string },
): Promise<void> {
  const owned = new Map(owners.map(owner => [keyOf(owner), owner.id]))
  for (const draft of drafts.filter(one => one.by === 'client' && !isActor(one.type))) {
    for (const identifier of newIdentifiers(draft)) {
      const id = owned.get(keyOf(identifier)) ?? (await ownerOf(db, store, { draft, identifier, traceparent }))
      if (id !== undefined && id !== draft.id) throw new HubError('fhir.duplicate', { path: `${draft.place}.identifier` })
      owned.set(keyOf(identifier), draft.id)
    }
  }
}

function newIdentifiers(draft: WorkingDraft): Identifier[] {
  const known = draft.current === undefined ? [] : identifiersOf(draft.current).map(keyOf)
  return identifiersOf(draft).filter(identifier => !known.includes(keyOf(identifier)))
}

interface Asking {
  draft: WorkingDraft
  identifier: Identifier
  traceparent: string
}

async function ownerOf(db: Db, store: Store, { draft, identifier, traceparent }: Asking): Promise<string | undefined> {
  if (MADE_BY_MESSAGES.includes(draft.type)) {
    const { system, value } = identifier
    const found = await store.search(draft.type, { identifier: `${system}|${value}`, _elements: 'id', _count: '1' }, { traceparent })
    return found.entry?.[0]?.resource?.id
  }
  return draft.verb === 'update' ? findIdentified(db, draft.type, [identifier]) : undefined
}
