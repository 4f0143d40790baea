/*
  A draft as the door works on it: the client's text beside its value, what the flows change, the version it will have.
*/
import type { FhirResource } from 'fhir/r4.js'
import type { Draft } from '../../flows/care-flow.ts'
import type { Asked } from './asked.ts'
import type { Current } from './current.ts'
import { asStored, isSameContent } from './splice.ts'
import type { Met } from '../../flows/actors/met.ts'

export interface WorkingDraft extends Draft {
  resource: FhirResource
  /** With the references of this write; ids and `changes` are spliced in at the end. */
  text: string
  asked?: Asked
  current?: Current
  before?: FhirResource
  identity?: Met
  /** A message is just storing the same: it is not the client's doing. */
  isJoined?: boolean
  /** Members of the first level that the hub sets. */
  changes: Map<string, unknown>
}

export const referenceOf = ({ type, id }: { type: string; id: string }): string => `${type}/${id}`

/** The version the store will give it. */
export const versionOf = (draft: WorkingDraft): number => (draft.current?.version ?? 0) + 1

export function changeDraft(draft: WorkingDraft, members: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(members)) draft.changes.set(key, value)
  const resource: Record<string, unknown> = { ...draft.resource, ...members }
  for (const [key, value] of Object.entries(members)) if (value === undefined) delete resource[key]
  draft.resource = resource as unknown as FhirResource
}

/** As the store is to hold it. */
export function finalText(draft: WorkingDraft): string {
  const changes = Object.fromEntries([...draft.changes].map(([key, value]) => [key, value === undefined ? undefined : JSON.stringify(value)]))
  return asStored(draft.text, draft.id, changes)
}

/** The store holds this content already: no new version. */
export function isUnchanged(draft: WorkingDraft): boolean {
  return draft.current !== undefined && isSameContent(finalText(draft), draft.current.text)
}
