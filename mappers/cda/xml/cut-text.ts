/*
  The text of a document without its long base64 runs: a mark stands for each while it is parsed, since a run holds nothing for a parser.
  A run is all that stands between a `>` and a `<`, so it is never in an attribute; it may be part of a text where it stands in a CDATA section.
*/
import type { Base64Run } from '../base64.ts'

/** A letter of Latin-1, which keeps the text at one byte a character, that French does not have; a document that holds it is parsed without cuts. */
export const MARK = '\u00FE'

/** The mark as a numeric reference, which is told as the letter itself. */
export const MARK_REFERENCE = /&#(?:0*254|x0*[Ff][Ee]);/

export class CutText {
  readonly text: string
  readonly #runs: readonly Base64Run[]

  /** `text`: with the number of each run, between two marks, in its place. */
  constructor(text: string, runs: readonly Base64Run[] = []) {
    this.text = text
    this.#runs = runs
  }

  get isWhole(): boolean {
    return this.#runs.length === 0
  }

  restored(text: string): string {
    if (this.isWhole || !text.includes(MARK)) return text
    const parts = text.split(MARK)
    return parts.map((part, at) => (at % 2 === 1 ? (this.#runs[Number(part)]?.text ?? '') : part)).join('')
  }

  /** The run that a text is as a whole. */
  runOf(text: string): Base64Run | undefined {
    if (this.isWhole || !text.startsWith(MARK)) return undefined
    const [, nth, ...rest] = text.split(MARK)
    return rest.join() === '' ? this.#runs[Number(nth)] : undefined
  }
}
