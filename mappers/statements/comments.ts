/*
  Comments on a statement (E3.32, 48767-8): notes of what it became.
*/
import type { Annotation } from 'fhir/r4.js'
import { list } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { FILLER, NOTHING, type StatementRule, type StatementScene } from './frame/contract.ts'
import { fr, hasTemplate, pcc } from './frame/templates.ts'

const COMMENT = [fr('32'), pcc('4.2')]
const COMMENT_CODE = '48767-8'

/** The comments directly in a statement; they are taken. */
export function notesOf(statement: CdaElement, at: StatementScene): { note?: Annotation[] } {
  const notes: Annotation[] = []
  for (const { statement: nested } of at.nested(statement)) {
    if (!isComment(nested)) continue
    const text = at.text(nested)
    at.take(nested, text === undefined ? 'filler' : undefined)
    if (text !== undefined) notes.push({ text })
  }
  return list('note', notes)
}

export function isComment(statement: CdaElement): boolean {
  if (statement.local !== 'act') return false
  return hasTemplate(statement, COMMENT) || statement.child('code')?.attr('code') === COMMENT_CODE
}

/** One that comments on no statement stays in the narrative of its section, which says it. */
export const commentRules: StatementRule[] = [
  {
    name: 'E3.32 comment',
    version: 1,
    templates: COMMENT,
    kinds: ['act'],
    about: 'anybody',
    map: (statement, at) => (at.text(statement) === undefined ? FILLER : { ...NOTHING, ignored: 'in-header' }),
  },
]
