/*
  The ids statements carry, as identifiers only: senders repeat them on other statements and in other documents.
*/
import type { Identifier } from 'fhir/r4.js'
import { list, toIdentifier } from '../../cda/datatypes.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import { readIis } from '../../cda/read-datatypes.ts'

/** Of the statements that became one resource, each once. */
export function identifiersOf(...statements: (CdaElement | undefined)[]): { identifier?: Identifier[] } {
  const all = statements.flatMap(statement => readIis(statement).map(toIdentifier))
  const each = all.filter((one, at) => all.findIndex(other => other.system === one.system && other.value === one.value) === at)
  return list('identifier', each)
}
