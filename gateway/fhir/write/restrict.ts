/*
  A write that restricts somebody does so before the store is asked; if nothing is stored after all, what the store holds counts again.
*/
import type { FhirResource } from 'fhir/r4.js'
import { RESTRICTING } from '../../access/rights/access-rows.ts'
import { forgetAccess, projectAccess } from '../../ledger/rights/access.ts'
import type { Db } from '../../ledger/db.ts'
import type { Store } from '../../store/store.ts'
import { referenceOf } from './drafts.ts'
import type { Plan } from './planned.ts'

/** What of a plan may take something away; of a document that is new nothing is on its way yet. */
export function restricting({ entries }: Plan): FhirResource[] {
  return entries
    .filter(({ type, version }) => RESTRICTING.some(one => one === type) && !(type === 'DocumentReference' && version === 1))
    .map(({ text }) => JSON.parse(text) as FhirResource)
}

/** Throws: store.unavailable; then the restriction stays until the next look. */
export async function giveBackAccess({ db, store }: { db: Db; store: Store }, plan: Plan): Promise<void> {
  for (const entry of plan.entries) {
    const type = RESTRICTING.find(one => one === entry.type)
    if (type === undefined) continue
    const stored = await store.read<FhirResource>(type, entry.id)
    await db.tx(tx => (stored === undefined ? forgetAccess(tx, referenceOf(entry)) : projectAccess(tx, [stored])))
  }
}
