/*
  The plan of a write, kept in its intent before the store is asked.
  A repeat and a recovery read it again, so it is plain JSON; resources stand in it as text.
*/
import type { Issue } from '../../../profiles/issues.ts'
import type { Claimed } from '../../flows/actors/claims.ts'
import type { CareEvent } from '../../flows/care-flow.ts'
import type { DocumentVersion } from '../../ledger/documents/document-chain.ts'
import type { Identifier } from '../../ledger/intents.ts'
import type { Current } from './current.ts'

export interface PlannedEntry {
  type: string
  id: string
  /** What it will be; 1 is a creation. */
  version: number
  text: string
  /** A message is storing the same: it is not the record of who asked. */
  isJoined?: true
  /** Persons it is about. */
  persons: string[]
}

/** What one part of the request is answered: an entry of the plan, or what stood there already. */
export type PlannedAnswer = { entry: number } | { found: Omit<Current, 'resource'> }

export interface Plan {
  /** Empty when everything stands there already. */
  entries: PlannedEntry[]
  answers: PlannedAnswer[]
  events: CareEvent[]
  identifiers: (Identifier & { id: string })[]
  /** Of persons, professionals and structures. */
  claimed?: Claimed
  /** Rows of `document_version` that it claims. */
  documents?: DocumentVersion[]
  warnings: Issue[]
}
