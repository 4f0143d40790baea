/*
  The contents that a card names: of the same write, or of a document that the writer sees. A card of one's own must open nobody else's content.
*/
import type { DocumentReference } from 'fhir/r4.js'
import type { Issue } from '../../../profiles/issues.ts'
import { referenceOf, type WorkingDraft } from './drafts.ts'
import { unknownReference } from './references.ts'
import type { WriteSession } from './session.ts'
import type { Sight } from './sight.ts'

/** Whether such a content exists is not said. */
export async function foreignContents(session: WriteSession, sight: Sight): Promise<Issue[]> {
  const here = new Set(session.drafts().map(referenceOf))
  const named = session.drafts().flatMap(draft => (draft.by === 'client' && draft.type === 'DocumentReference' ? newContents(draft) : []))
  const found = await Promise.all(
    named
      .filter(({ url }) => !here.has(url))
      .map(async one => ({ ...one, cards: await session.search<DocumentReference>('DocumentReference', { location: one.url }) })),
  )
  const seen = await sight.levels(found.flatMap(({ cards }) => cards))
  return found
    .filter(({ cards }) => !cards.some(card => seen.has(referenceOf({ type: 'DocumentReference', id: card.id ?? '' }))))
    .map(({ expression }) => unknownReference(expression))
}

function newContents({ resource, before, place }: WorkingDraft): { url: string; expression: string }[] {
  const known = new Set(before === undefined ? [] : urlsOf(before as DocumentReference))
  return urlsOf(resource as DocumentReference).flatMap((url, index) =>
    url.startsWith('Binary/') && !known.has(url) ? [{ url, expression: `${place}.content[${index}].attachment.url` }] : [],
  )
}

const urlsOf = ({ content = [] }: Partial<DocumentReference>): string[] => content.map(({ attachment }) => attachment?.url ?? '')
