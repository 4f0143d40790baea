/*
  What a client asks to write: one interaction of a request, or of an entry of its bundle.
*/
import type { FhirResource } from 'fhir/r4.js'
import type { Actor } from '../../access/callers/actor.ts'
import type { Write } from '../../flows/care-flow.ts'
import type { ServedType } from '../types.ts'

export interface Asked {
  verb: 'create' | 'update' | 'patch'
  type: ServedType
  /** Of an update or patch by id. */
  id?: string
  /** Of If-None-Exist, of a conditional update or patch: a query without `?`. */
  condition?: string
  /** The version the client read. */
  ifMatch?: string
  /** Versions it is not for: `*` where nothing may stand there yet. */
  ifNoneMatch?: string | undefined
  /** Of the resource as the client wrote it; of a patch, the patch. */
  text: string
  /** Empty for a patch. */
  resource: FhirResource
  /** `CarePlan`, `Bundle.entry[2].resource`, `X-Provenance`. */
  place: string
  fullUrl?: string
  /** Its place among the answers. */
  position: number
  /** Not asked by itself: what the header says of the resource beside it. */
  isHeader?: boolean
}

export interface WriteRequest {
  actor: Actor
  requestId: string
  traceparent: string
  now: Date
  asked: Asked[]
  /** What makes a repeat known; undefined where nothing does. */
  key?: string
  sha256: Buffer
  /** A bundle of a national guide carries no Provenance. */
  isNational?: boolean
  /** A write of the hub's own: whom it holds, and what it does. */
  byHub?: { patients: readonly string[]; act(write: Write): Promise<void> }
}
