/*
  What stands in a statement and no rule has read: FHIR has no place for it, or the rule does not know it. Nothing is lost without a word: its topmost element is told.
*/
import type { CdaElement } from '../../cda/xml/element.ts'

/** Attributes that say a value, or a part of one. */
const SAYING = ['value', 'code', 'displayName', 'root', 'extension', 'representation']
/** Of a statement: other statements, and what it is known by. */
const APART = new Set(['id', 'code', 'text', 'statusCode', 'entryRelationship', 'component'])
/** Words of the narrative, and what a guide calls a part. */
const SILENT = new Set(['originalText', 'templateId', 'typeId', 'realmCode'])

/** A number of somebody or of a structure that stands where a template belongs. */
const isNumber = ({ local, attributes }: CdaElement): boolean => local === 'templateId' && /^1\.2\.250\.1\.71\.4\.2\.[12]$/.test(attributes.get('root') ?? '')

type State = 'read' | 'unread' | 'silent'

/** The parts of statements of which nothing was read. */
export function unreadIn(statements: readonly CdaElement[]): CdaElement[] {
  const found: CdaElement[] = []
  for (const statement of statements) for (const part of statement.elements()) if (!APART.has(part.local) && stateOf(part, found) === 'unread') found.push(part)
  return found
}

/** Whoever holds what is unread as a whole tells it as a whole. */
function stateOf(part: CdaElement, found: CdaElement[]): State {
  if (SILENT.has(part.local) && !isNumber(part)) return 'silent'
  if (part.number >= 0) return 'read'
  const said = SAYING.filter(name => part.attributes.get(name)?.trim())
  const speaks = said.length > 0 || part.children.some(child => typeof child === 'string' && child.trim() !== '')
  let state: State = said.some(name => part.attributes.placeOf(name, part).number >= 0) ? 'read' : speaks ? 'unread' : 'silent'
  const unread: CdaElement[] = []
  for (const child of part.elements()) {
    const inner = stateOf(child, unread)
    if (inner === 'unread') unread.push(child)
    if (inner === 'read' || state === 'silent') state = inner
  }
  if (state === 'read') found.push(...unread)
  return state
}

/** It says something, read or not; the words it points to have been looked for. */
export function speaks(element: CdaElement): boolean {
  if (SILENT.has(element.local)) return false
  if (SAYING.some(name => element.attr(name) !== undefined)) return true
  return element.children.some(child => (typeof child === 'string' ? child.trim() !== '' : speaks(child)))
}
