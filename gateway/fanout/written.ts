/*
  What the event of a document deposited through the FHIR door tells the planners and the routes. It stays in the ledger.
*/
import type { Publication } from '../flows/plan/rendition.ts'
import type { StoredEvent } from '../ledger/deliveries/events.ts'
import { publicationOf } from './publication.ts'

export interface WrittenDocument {
  /** `DocumentReference/<id>` */
  document: string
  /** Its unique id (masterIdentifier), `urn:…`; else its card. */
  documentId: string
  documentType?: string
  /** `Organization/<id>` */
  custodian?: string
  /** Confidentiality and visibility codes. */
  flags: string[]
  change: 'create' | 'replace' | 'delete'
  /** A synthesis that the hub signed. */
  publication?: Publication
  /** The CDA that came with it. */
  enclosed?: Enclosed
  /** The CDA that a hospital holds of a document taken back. */
  withdrawn?: Enclosed
}

/** A CDA as a partner wrote it, or the hub signed it: it leaves with its bytes untouched. */
export interface Enclosed {
  /** Of the CDA itself, `urn:…`. */
  documentId: string
  /** `Binary/<id>`, or `DocumentReference/<id>#<index of the content>`. */
  content: string
  change: WrittenDocument['change']
  /** Unsaid of one that the hub signed. */
  isInsQualified?: boolean
}

/** Undefined for every other event. */
export function writtenOf({ detail }: Pick<StoredEvent, 'detail'>): WrittenDocument | undefined {
  return typeof detail === 'object' && detail !== null && 'flags' in detail ? (detail as WrittenDocument) : undefined
}

/** What a member who has only a mailbox is mailed at `complet`; undefined where a notice must do. */
export const mailedOf = (event: StoredEvent): Publication | Enclosed | undefined => publicationOf(event) ?? writtenOf(event)?.enclosed
