/*
  Which rows of a long table are near the window, and which row a key leads to.
*/
export interface Rows {
  from: number
  /** The first that is not shown any more. */
  to: number
}

/** Drawn beyond each edge of the window, in blocks, so that not every pixel of scrolling draws anew. */
const BLOCK = 50

/** `top`: how far the first row lies above the window; `height` of one row. */
export function visibleRows({ top, window, height, total }: { top: number; window: number; height: number; total: number }): Rows {
  const first = Math.floor(top / height / BLOCK) - 1
  const last = Math.ceil((top + window) / height / BLOCK) + 1
  const from = Math.min(Math.max(first * BLOCK, 0), Math.max(total - 2 * BLOCK, 0))
  return { from, to: Math.min(Math.max(last * BLOCK, from + 2 * BLOCK), total) }
}

/** Undefined for a key that leads nowhere, and from outside of the rows. */
export function nextRow(key: string, row: number, total: number): number | undefined {
  if (!Number.isInteger(row)) return undefined
  const next = { ArrowDown: row + 1, ArrowUp: row - 1, Home: 0, End: total - 1 }[key]
  return next === undefined || next < 0 || next >= total ? undefined : next
}
