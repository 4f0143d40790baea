/*
  Lineage both ways: what a source field became, where an element comes from. A path stands for everything below it.
    PID-5 > PID-5[1] > PID-5[1].2      ClinicalDocument/recordTarget > ClinicalDocument/recordTarget/patientRole/id/@root
*/
import type { Made } from './shapes.ts'

/** What is chosen in one column, as what is lit in the other. */
export type Chosen = { side: 'element'; key: string; sources: readonly string[] } | { side: 'source'; path: string }

/** The path itself, then each that it stands below. */
export function aboveOf(path: string): string[] {
  const above = [path]
  for (let at = path.length; at > 0; ) {
    at = Math.max(path.lastIndexOf('/', at - 1), path.lastIndexOf('.', at - 1), path.lastIndexOf('[', at - 1))
    if (at > 0) above.push(path.slice(0, at))
  }
  return above
}

const isBelow = (path: string, places: ReadonlySet<string>): boolean => aboveOf(path).some(one => places.has(one))

export interface Links {
  /** Did something become of this field? */
  isUsed(path: string): boolean
  isUnread(path: string): boolean
  /** Is this field a source of what is chosen, or chosen itself? */
  isSourceLit(path: string, chosen: Chosen | undefined): boolean
  isElementLit(key: string, sources: readonly string[], chosen: Chosen | undefined): boolean
}

export function linksOf(made: Pick<Made, 'resources' | 'unplaced' | 'unread'> | undefined): Links {
  const used = new Set([
    ...(made?.resources.flatMap(({ sources, elements }) => [...sources, ...elements.flatMap(one => one.sources)]) ?? []),
    ...(made?.unplaced.flatMap(({ sources }) => sources) ?? []),
  ])
  const unread = new Set(made?.unread)
  return {
    isUsed: path => isBelow(path, used),
    isUnread: path => isBelow(path, unread) && !isBelow(path, used),
    isSourceLit(path, chosen) {
      if (chosen === undefined) return false
      return chosen.side === 'source' ? chosen.path === path : isBelow(path, new Set(chosen.sources))
    },
    isElementLit(key, sources, chosen) {
      if (chosen === undefined) return false
      if (chosen.side === 'element') return chosen.key === key
      const above = new Set(aboveOf(chosen.path))
      return sources.some(one => above.has(one))
    },
  }
}
