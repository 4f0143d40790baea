/*
  Which cells of a report are hidden so that no cell of 1 to 10 persons can be read, nor worked out from the others; pure.
    a cell under 11                             is hidden
    a sum with one hidden member                gives it away: the smallest other one goes too
    a total whose hidden parts are under 11     gives them away together: the smallest shown part goes too
  A cell of nobody is hidden as well, but to work it out gives nobody away.
*/

export const SMALLEST_SHOWN = 11

/** `whole` is the sum of its parts. Cells that are never told take part in sums like the others. */
export interface Sum {
  whole: string
  parts: readonly string[]
}

/** Out: the cells to hide. Throws nothing; it ends because every step hides one more. */
export function hiddenCells(cells: ReadonlyMap<string, number>, sums: readonly Sum[]): Set<string> {
  const count = (cell: string): number => cells.get(cell) ?? 0
  const hidden = new Set([...cells].filter(([, n]) => n > 0 && n < SMALLEST_SHOWN).map(([cell]) => cell))
  for (let next = firstToHide(sums, hidden, count); next !== undefined; next = firstToHide(sums, hidden, count)) hidden.add(next)
  for (const [cell, n] of cells) if (n === 0) hidden.add(cell)
  return hidden
}

function firstToHide(sums: readonly Sum[], hidden: ReadonlySet<string>, count: (cell: string) => number): string | undefined {
  for (const sum of sums) {
    const next = toHide(sum, hidden, count)
    if (next !== undefined) return next
  }
  return undefined
}

function toHide({ whole, parts }: Sum, hidden: ReadonlySet<string>, count: (cell: string) => number): string | undefined {
  const secret = parts.filter(cell => hidden.has(cell))
  const shown = parts.filter(cell => !hidden.has(cell) && count(cell) > 0).sort((left, right) => count(left) - count(right))
  if (hidden.has(whole)) return secret.length === 0 ? shown[0] : undefined
  if (secret.length === 0) return undefined
  const together = secret.reduce((total, cell) => total + count(cell), 0)
  return secret.length === 1 || together < SMALLEST_SHOWN ? (shown[0] ?? whole) : undefined
}
