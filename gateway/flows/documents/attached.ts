/*
  The content of a document that is deposited through the FHIR door: inside its card (ITI-105), or in a Binary of the same write (ITI-65).
*/
import type { Attachment, Binary } from 'fhir/r4.js'
import type { Write } from '../care-flow.ts'
import { placeOf } from '../person.ts'

/** Undefined where it is neither: a Binary of the store belongs to another document. */
export async function attachedBytes(write: Pick<Write, 'read' | 'drafts'>, { data, url = '' }: Attachment): Promise<Buffer | undefined> {
  const isHere = write.drafts().some(draft => draft.type === 'Binary' && placeOf(draft) === url)
  const encoded = data ?? (isHere ? (await write.read<Binary>(url))?.data : undefined)
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64')
}
