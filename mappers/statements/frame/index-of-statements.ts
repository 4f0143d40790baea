/*
  Finds the statement that another points to (E3.36): an id of a CDA statement is no identity, so it must have the same id and the same code.
    act E3.36 => id code        the one meant: id, and the code of what it is, of its value, or of the agent or product it is about
*/
import type { CdaElement } from '../../cda/xml/element.ts'
import { isStatement } from './kinds.ts'
import { nestedIn } from './nested.ts'
import { fr, hasTemplate } from './templates.ts'

const INTERNAL_REFERENCE = [fr('36')]

export class IndexOfStatements {
  readonly #byId = new Map<string, CdaElement[]>()

  constructor(body: CdaElement) {
    this.#collect(body)
  }

  /** Undefined when none has this id and this code. */
  meantBy(act: CdaElement): CdaElement | undefined {
    const code = act.child('code')?.attr('code')
    const same = idsOf(act).flatMap(id => (this.#byId.get(id) ?? []).filter(one => one !== act))
    if (code === undefined) return same.length === 1 ? same[0] : undefined
    return same.find(one => codesOf(one).includes(code)) ?? same.find(one => codesInside(one).includes(code))
  }

  #collect(element: CdaElement): void {
    if (isStatement(element) && !hasTemplate(element, INTERNAL_REFERENCE))
      for (const id of idsOf(element)) this.#byId.set(id, [...(this.#byId.get(id) ?? []), element])
    for (const child of element.children) if (typeof child !== 'string' && child.local !== 'text') this.#collect(child)
  }
}

function idsOf(statement: CdaElement): string[] {
  return statement.all('id').flatMap(id => {
    const root = id.attributes.get('root')
    return root === undefined ? [] : [`${root.toLowerCase()}^${id.attributes.get('extension') ?? ''}`]
  })
}

/** Where a statement says what it is about. */
export const CODED = [
  ['code'],
  ['value'],
  ['consumable', 'manufacturedProduct', 'manufacturedMaterial', 'code'],
  ['participant', 'participantRole', 'playingEntity', 'code'],
  ['participant', 'participantRole', 'playingDevice', 'code'],
]

function codesOf(statement: CdaElement): string[] {
  return CODED.flatMap(way => statement.at(...way)?.attributes.get('code') ?? [])
}

/** A concern is named by the problem in it. */
function codesInside(statement: CdaElement): string[] {
  return nestedIn(statement).flatMap(nested => codesOf(nested.statement))
}
