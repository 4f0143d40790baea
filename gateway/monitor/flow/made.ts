/*
  The FHIR made from a message, element by element, each with the source paths it was made from.
    lineage names an element   Patient.name      Observation/<id>.value      and a whole resource   Practitioner      Observation/<id>
    value[x] is named without its type: `value` is valueQuantity
*/
import type { FhirResource } from 'fhir/r4.js'
import { isElementShown, withoutNames } from './hidden.ts'
import type { Lineage } from '../../../mappers/lineage.ts'

export interface MadeElement {
  /** As lineage names it, where it does. */
  path: string
  name: string
  /** Null where it is hidden. */
  value: unknown
  isHidden: boolean
  /** Made with the whole resource: its sources are those of the resource. */
  isOfWhole: boolean
  sources: string[]
  rule?: string
  version?: number
}

export interface MadeResource {
  /** `Type/<id>` */
  reference: string
  /** Null of what this message did not write. */
  version: string | null
  /** The path of the whole resource, with its sources. */
  path: string
  sources: string[]
  elements: MadeElement[]
}

export interface Made {
  resources: MadeResource[]
  /** What was made of sources and is in none of these resources. */
  unplaced: Lineage[]
}

/** Nothing of the source makes these. */
const OWN = new Set(['resourceType', 'id', 'meta'])

export interface StoredResource {
  reference: string
  version: string | null
  resource: FhirResource
}

export function madeOf(stored: readonly StoredResource[], lineage: readonly Lineage[], isRevealed: boolean): Made {
  const placed = new Set<Lineage>()
  const rows = new Map(lineage.map(row => [row.element, row]))
  const resources = stored.map(one => {
    const named = rows.has(one.reference) || lineage.some(({ element }) => element.startsWith(`${one.reference}.`)) ? one.reference : one.resource.resourceType
    const whole = rows.get(named)
    if (whole !== undefined) placed.add(whole)
    const elements = Object.entries(one.resource).map(([name, value]) => {
      const row = rowOf(name, named, rows)
      if (row !== undefined) placed.add(row)
      const isOfWhole = row === undefined && whole !== undefined && !OWN.has(name)
      return elementOf({ type: one.resource.resourceType, name, value, named, row, isOfWhole }, isRevealed)
    })
    return { reference: one.reference, version: one.version, path: named, sources: whole?.sources ?? [], elements }
  })
  return { resources, unplaced: lineage.filter(row => !placed.has(row)) }
}

/** The row of an element by its name, or by its name without the type of its value. */
function rowOf(name: string, named: string, rows: ReadonlyMap<string, Lineage>): Lineage | undefined {
  for (let at = name.length; at > 0; at = name.slice(0, at).search(/[A-Z][^A-Z]*$/)) {
    const row = rows.get(`${named}.${name.slice(0, at)}`)
    if (row !== undefined) return row
  }
  return undefined
}

interface Given {
  type: string
  name: string
  value: unknown
  named: string
  row: Lineage | undefined
  isOfWhole: boolean
}

function elementOf({ type, name, value, named, row, isOfWhole }: Given, isRevealed: boolean): MadeElement {
  const isHidden = !isRevealed && !isElementShown(type, name)
  return {
    path: row?.element ?? `${named}.${name}`,
    name,
    value: isHidden ? null : isRevealed ? value : withoutNames(value),
    isHidden,
    isOfWhole,
    sources: row?.sources ?? [],
    ...(row?.rule === undefined ? {} : { rule: row.rule }),
    ...(row?.version === undefined ? {} : { version: row.version }),
  }
}
