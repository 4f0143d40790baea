/*
  Whose content a Binary is: that of the documents that refer to it.
*/
import type { DocumentReference } from 'fhir/r4.js'
import type { RightsParts } from './search/decide-found.ts'
import { type Shown, Unseen, type View } from './visibility.ts'

/** A document's content is seen through a DocumentReference that is seen. Out: that one. Throws: store.not_found. */
export async function requireBinary(parts: RightsParts, view: View, id: string): Promise<Shown> {
  const { entry = [] } = await parts.store.search('DocumentReference', { location: `Binary/${id}`, _count: '50' })
  const found = entry
    .flatMap(({ resource }) => (resource?.resourceType === 'DocumentReference' ? [resource as DocumentReference] : []))
    .map(one => ({ type: 'DocumentReference', id: one.id ?? '', text: () => JSON.stringify(one) }))
  const [first] = found
  if (first === undefined) throw new Unseen(undefined)
  return (await view.show(found)).find(one => one !== undefined) ?? view.require(first)
}
