/*
  A document as a person reads it on paper, before it is drawn: plain blocks in reading order, without fonts or places.
*/

export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; text: string }
  | { kind: 'paragraph'; text: string; isBold?: boolean }
  | { kind: 'list'; items: string[]; isOrdered?: boolean }
  | { kind: 'table'; rows: Row[] }
  | { kind: 'picture'; bytes: Uint8Array }

export interface Row {
  isHead: boolean
  cells: Cell[]
}

export interface Cell {
  text: string
  columns: number
  rows: number
}

export interface Readable {
  title: string
  author?: string
  /** When it was written; the same document always gives the same bytes. */
  writtenAt: Date
  blocks: Block[]
}

/** `Référent : Anne Durand`, each line only if it says something. */
export function facts(lines: readonly (readonly [string, string | undefined])[]): Block[] {
  return lines.flatMap(([label, words]) => (words === undefined || words === '' ? [] : [{ kind: 'paragraph' as const, text: `${label} : ${words}` }]))
}
