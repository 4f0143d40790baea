/*
  What a type that the ledger answers for is asked, and what it answers.
*/
import type { Db } from '../ledger/db.ts'
import type { Caller } from '../request.ts'
import type { ServedType } from './types.ts'
import type { FhirParts } from './parts.ts'

export interface LedgerAsking {
  parts: FhirParts
  db: Db
  caller: Caller
}

/** Both answer JSON texts and audit what they show. */
export interface LedgerType {
  type: ServedType
  /** Throws: fhir.scope; store.not_found, also where the caller may not see it. */
  read(asking: LedgerAsking, id: string): Promise<string>
  /** In: the parameters as they were sent, and the address of this page. */
  page(asking: LedgerAsking, sent: URLSearchParams, self: string): Promise<string>
}
