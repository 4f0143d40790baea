/*
  Statements inside a statement, in their order: in an entryRelationship or in a component. Asked often, so found once for each.
*/
import type { CdaElement } from '../../cda/xml/element.ts'
import type { Nested, StatementScene } from './contract.ts'
import { isStatement } from './kinds.ts'
import { isNegated, isTrue } from '../values/negation.ts'
import { hasTemplate } from './templates.ts'
import { speaks } from './unread.ts'

export function nestedIn(statement: CdaElement): readonly Nested[] {
  if (statement.statements !== undefined) return statement.statements
  const nested: Nested[] = []
  for (const holder of statement.elements()) {
    if (holder.local !== 'entryRelationship' && holder.local !== 'component') continue
    const relation = { typeCode: holder.attr('typeCode'), isInverted: isTrue(holder, 'inversionInd') }
    for (const inner of holder.elements()) if (isStatement(inner)) nested.push({ statement: inner, ...relation })
  }
  statement.statements = nested
  return nested
}

/** What the part of one of these templates says; it is taken. One that is denied, or whose value is not read, says nothing of the kind: it stays in the narrative. */
export function saidIn<T>(statement: CdaElement, templates: readonly string[], { at, read }: ReadPart<T>): T | undefined {
  const part = at.nested(statement).find(({ statement: nested }) => hasTemplate(nested, templates))?.statement
  return part === undefined ? undefined : readPart(part, { at, read })
}

/** The same of each such part. */
export function allSaidIn<T>(statement: CdaElement, templates: readonly string[], { at, read }: ReadPart<T>): T[] {
  return at.nested(statement).flatMap(({ statement: part }) => (hasTemplate(part, templates) ? (readPart(part, { at, read }) ?? []) : []))
}

interface ReadPart<T> {
  at: StatementScene
  read: (part: CdaElement) => T | undefined
}

function readPart<T>(part: CdaElement, { at, read }: ReadPart<T>): T | undefined {
  const said = isNegated(part) ? undefined : read(part)
  const isLeft = said === undefined && (isNegated(part) || part.all('value').some(speaks))
  if (isLeft) at.find('statement.unmapped', part.path)
  at.take(part, isLeft ? 'unmapped' : said === undefined ? 'filler' : undefined)
  return said
}
