/*
  Statements inside a statement, in their order: in an entryRelationship or in a component. Asked often, so found once for each.
*/
import type { CdaElement } from '../cda/element.ts'
import type { Nested } from './contract.ts'
import { isStatement } from './kinds.ts'

export function nestedIn(statement: CdaElement): readonly Nested[] {
  if (statement.statements !== undefined) return statement.statements
  const nested: Nested[] = []
  for (const holder of statement.elements()) {
    if (holder.local !== 'entryRelationship' && holder.local !== 'component') continue
    for (const inner of holder.elements()) if (isStatement(inner)) nested.push({ statement: inner, typeCode: holder.attr('typeCode') })
  }
  statement.statements = nested
  return nested
}
