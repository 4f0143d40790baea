/*
  What comes along with something else and is about nobody (professionals, structures, places): only what is named by what is shown, as it is shown. More would tell who is around a person, and who wrote what is hidden.
*/
import { aboutOf } from '../access/rights/thing.ts'
import type { ShownEntry } from './search/searchset.ts'

const REFERENCE = /"reference"\s*:\s*"(?:[^"]*\/)?([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/[^"]*)?"/g

const referenceTo = ({ entry }: ShownEntry): string => `${entry.type}/${entry.id}`

/** In: all that would be shown. Out: the same without what nothing else there leads to, in its order. */
export function withoutUnnamed<Entry extends ShownEntry>(shown: readonly Entry[]): Entry[] {
  const unnamed = new Map(shown.filter(({ entry }) => aboutOf(entry.type) === 'nobody').map(one => [referenceTo(one), one]))
  const open = shown.filter(one => !unnamed.has(referenceTo(one)))
  for (let one = open.pop(); one !== undefined && unnamed.size > 0; one = open.pop()) {
    for (const [, reference = ''] of one.text.matchAll(REFERENCE)) {
      const found = unnamed.get(reference)
      if (found !== undefined) open.push(found)
      unnamed.delete(reference)
    }
  }
  return shown.filter(one => !unnamed.has(referenceTo(one)))
}
