/*
  The ids a statement carries, as identifiers only: senders repeat them on other statements and in other documents.
*/
import type { Identifier } from 'fhir/r4.js'
import { list, toIdentifier } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/element.ts'
import { readIis } from '../cda/read-datatypes.ts'

export function identifiersOf(statement: CdaElement): { identifier?: Identifier[] } {
  return list('identifier', readIis(statement).map(toIdentifier))
}
