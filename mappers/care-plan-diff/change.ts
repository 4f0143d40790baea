/*
  One difference between two versions of a plan, and what is needed to say it.
*/
import type { CarePlan, Goal, Reference } from 'fhir/r4.js'
import type { PlanChange } from '../../profiles/tables/care-plan-changes.ts'
import { WITHOUT_NAME } from '../../profiles/tables/care-plan-words.ts'

export interface Change {
  kind: PlanChange
  /** Element, in the later version; of something taken away, in the earlier one: `CarePlan.activity[2].detail.performer`. */
  path: string
  /** The values in words, as the sentence says them; the coded ones stand in the two versions. */
  from?: string
  to?: string
  /** One plain French sentence. */
  sentence: string
}

export interface PlanVersion {
  plan: CarePlan
  /** `Goal/<id>` → the goal as it stood with this version. */
  goals: ReadonlyMap<string, Goal>
}

/** The name of whoever or whatever a reference leads to; undefined when it is not known. In: `PractitionerRole/<id>`, without version. */
export type NameOf = (reference: string) => string | undefined

/** `Goal/1/_history/3` → `Goal/1` */
export const versionless = (reference: string): string => reference.replace(/\/_history\/.*$/, '')

/** What makes two references the same one. */
export function keyOf({ reference, identifier, display }: Reference): string {
  if (reference !== undefined) return versionless(reference)
  return identifier === undefined ? (display ?? '') : `${identifier.system ?? ''}|${identifier.value ?? ''}`
}

export function nameIn(nameOf: NameOf, reference: Reference): string {
  const key = reference.reference === undefined ? undefined : versionless(reference.reference)
  const name = (key === undefined ? undefined : nameOf(key)) ?? reference.display
  return name ?? WITHOUT_NAME[reference.type ?? key?.split('/').at(-2) ?? ''] ?? 'un élément du dossier'
}

export interface Listed<Item> {
  item: Item
  index: number
}

/** What entered and what left a list, each with its place; the order is no difference. */
export function listChanges<Item>(
  before: readonly Item[],
  after: readonly Item[],
  key: (item: Item) => string,
): { added: Listed<Item>[]; removed: Listed<Item>[] } {
  const missing = (these: readonly Item[], those: readonly Item[]): Listed<Item>[] => {
    const counts = new Map<string, number>()
    for (const item of those) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1)
    return these.flatMap((item, index) => {
      const left = counts.get(key(item)) ?? 0
      counts.set(key(item), left - 1)
      return left > 0 ? [] : [{ item, index }]
    })
  }
  return { added: missing(after, before), removed: missing(before, after) }
}

/** Members that are undefined are left out. */
export function change(made: { kind: PlanChange; path: string; from?: string | undefined; to?: string | undefined; sentence: string }): Change {
  const { from, to, ...rest } = made
  return { ...rest, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}
