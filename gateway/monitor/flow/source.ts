/*
  A message as a person looks at it: its fields by their paths, the documents it carries, and how much of it is shown.
*/
import type { Block } from '../../../mappers/readable/readable.ts'

/** One value, at the path that lineage names it by. */
export interface SourceField {
  path: string
  /** Null where it is hidden. */
  value: string | null
  /** Bytes of a value that is shown in part. */
  size?: number
}

export interface SourceSegment {
  /** `PID`, `OBX[2]` */
  path: string
  fields: SourceField[]
}

/** A picture as the address of its own bytes. */
export type ShownBlock = Exclude<Block, { kind: 'picture' }> | { kind: 'picture'; source: string }

export interface SourceDocument {
  /** Where it stands in the message; empty where the message is the document. */
  path: string
  contentType: string
  size: number
  fields: SourceField[]
  /** How many there are. */
  total: number
  /** What can be read in it; only with a reason. */
  blocks: ShownBlock[]
  /** Only its beginning is among the blocks. */
  isCut?: true
  /** What an unstructured document carries. */
  body?: { contentType: string; size: number }
  /** Why it cannot be looked into. */
  fault?: string
}

export interface SourceMessage {
  format: 'hl7v2' | 'xml' | 'text' | 'binary'
  size: number
  charset: string
  /** Are the bytes what the character set says? If not, what is unsound is shown as �. */
  isSound: boolean
  isRevealed: boolean
  segments: SourceSegment[]
  documents: SourceDocument[]
  /** What is neither HL7v2 nor XML, from its beginning. */
  text: string | null
  /** Fields there are, of those the ones shown. */
  total: number
  shown: number
}

/** More than that nobody reads on a page; the whole is for download. */
export const MOST_FIELDS = 4000
export const LONGEST_VALUE = 400

export function cut(text: string): Pick<SourceField, 'value' | 'size'> {
  return text.length > LONGEST_VALUE ? { value: `${text.slice(0, LONGEST_VALUE)}…`, size: Buffer.byteLength(text) } : { value: text }
}
