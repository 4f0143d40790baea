/*
  Statements inside a statement, in their order: in an entryRelationship or in a component.
*/
import type { CdaElement } from '../cda/element.ts'
import type { Nested } from './contract.ts'
import { isStatement } from './kinds.ts'

export function nestedIn(statement: CdaElement): Nested[] {
  return statement
    .elements()
    .filter(({ local }) => local === 'entryRelationship' || local === 'component')
    .flatMap(holder =>
      holder
        .elements()
        .filter(isStatement)
        .map(nested => ({ statement: nested, typeCode: holder.attr('typeCode') })),
    )
}
