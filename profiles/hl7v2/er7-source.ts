/*
  How the segments of one message are written: what they need to find their parts in its bytes.
*/
import type { Charset } from './charset.ts'
import type { Delimiters } from './delimiters.ts'

export interface Er7Source {
  bytes: Buffer
  charset: Charset
  delimiters: Delimiters
  /** The delimiters as bytes of the message; none for one that MSH-2 does not name. */
  marks: { field: Buffer; component: Buffer; repetition: Buffer; subcomponent: Buffer | undefined }
  onRead: ((path: string) => void) | undefined
  /** How many segments of each name there are. */
  counts: Map<string, number>
}
