/*
  The port to the FHIR store: transaction, read, search, put, validate, and the raw pass-through of the FHIR door.
*/
import type { Readable } from 'node:stream'
import type { Bundle, FhirResource, OperationOutcome } from 'fhir/r4.js'

export interface CallOptions {
  traceparent?: string
}

/** What became of one entry, in the order of the request. */
export interface Stored {
  type: string
  id: string
  versionId: string
  /** 201 the first time, 200 afterwards, also when nothing changed. */
  status: number
  /** The store's own time, where it says one. */
  lastModified?: string
}

/** Which versions were stored: the document first, or what else it is about. */
export function versionsOf(stored: readonly Stored[], first = 'DocumentReference'): string[] {
  const inOrder = stored.toSorted((left, right) => Number(right.type === first) - Number(left.type === first))
  return inOrder.map(({ type, id, versionId }) => `${type}/${id}/_history/${versionId}`)
}

export interface TransactionResult {
  entries: Stored[]
}

export interface PutOptions extends CallOptions {
  /** Version the caller read: the put is refused with store.version_conflict if it is not the current one. */
  ifMatch?: string
}

export interface BinaryPut {
  id: string
  contentType: string
  bytes: Uint8Array
  /** `DocumentReference/<id>`: whose access rules the content follows. */
  securityContext?: string
}

export interface ForwardRequest {
  method: 'GET' | 'POST'
  /** Path and query below the store's base, as sent: `Patient/1`, `Patient?_count=20`. */
  path: string
  headers: Record<string, string>
  body?: Uint8Array
}

export interface ForwardResponse {
  status: number
  headers: Record<string, string>
  body: Readable
}

/** Every call throws store.unavailable (dependency `hapi`) when the store is away. */
export interface Store {
  /** Base URL of the store itself, never shown outside. */
  readonly baseUrl: string
  /** Throws store.conflict (409: resolve again, then again) and store.refused (other 4xx, with the path of the first issue). */
  transaction(bundle: Uint8Array, options?: CallOptions): Promise<TransactionResult>
  /** Undefined when there is none, or none any more. */
  read<R extends FhirResource>(type: R['resourceType'], id: string, options?: CallOptions): Promise<R | undefined>
  search(type: string, parameters: Record<string, string | string[]>, options?: CallOptions): Promise<Bundle>
  /** Creates or replaces under the resource's own id; the same content makes no new version. */
  put(resource: FhirResource, options?: PutOptions): Promise<Stored>
  /** For documents over 1 MiB: the bytes go as they are, without base64 in a transaction. */
  putBinary(binary: BinaryPut, options?: CallOptions): Promise<Stored>
  /** The store's own judgement, by base R4 and what the resource claims; whatever it finds, or cannot read, is in the outcome. */
  validate(resource: { type: string; text: string }, options?: CallOptions): Promise<OperationOutcome>
  /** Passes a request of the FHIR door on; the body comes back as it is, unread. The caller must consume it. */
  forward(request: ForwardRequest, options?: CallOptions): Promise<ForwardResponse>
  health(): Promise<void>
  close(): Promise<void>
}
