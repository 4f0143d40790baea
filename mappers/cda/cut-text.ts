/*
  The text of a document without its long base64 runs: a mark stands for each while it is parsed, since a run holds nothing for a parser.
  A run is all that stands between a `>` and a `<`, so it is never in an attribute; it may be part of a text where it stands in a CDATA section.
*/
import type { Base64Run } from './base64.ts'
import type { Piece } from './decode.ts'

/** A private character; a document that holds it is parsed without cuts. */
const MARK = '\uE0F1'

export class CutText {
  readonly text: string
  readonly #runs: Base64Run[] = []

  constructor(pieces: readonly Piece[]) {
    const mayCut = !pieces.some(piece => typeof piece === 'string' && piece.includes(MARK))
    this.text = pieces.map(piece => (typeof piece === 'string' ? piece : mayCut ? this.#cut(piece) : piece.text)).join('')
  }

  get isWhole(): boolean {
    return this.#runs.length === 0
  }

  restored(text: string): string {
    if (this.isWhole || !text.includes(MARK)) return text
    return text
      .split(MARK)
      .map((part, at) => (at % 2 === 1 ? (this.#runs[Number(part)]?.text ?? '') : part))
      .join('')
  }

  /** The run that a text is as a whole. */
  runOf(text: string): Base64Run | undefined {
    if (this.isWhole || !text.startsWith(MARK)) return undefined
    const [, nth, ...rest] = text.split(MARK)
    return rest.join() === '' ? this.#runs[Number(nth)] : undefined
  }

  #cut(run: Base64Run): string {
    this.#runs.push(run)
    return `${MARK}${this.#runs.length - 1}${MARK}`
  }
}
