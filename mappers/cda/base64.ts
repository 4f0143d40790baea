/*
  Strict base64 without looking at each character in our own code: the decoder skips what it does not know, so a count tells.
  The URL alphabet is refused, although the decoder would take it.
*/

/** A multiple of four characters; small, because the memory of a large text costs more than its decoding. */
const PIECE = 1 << 13
const PADDING = 0x3d

/** Undefined when the text is not base64; white space between the characters is allowed. */
export function decodeBase64(text: string): Buffer | undefined {
  return decodeExact(text) ?? decodeExact(text.replace(/\s+/g, ''))
}

/** The same without white space: the bytes must be as many as the characters promise. */
function decodeExact(text: string): Buffer | undefined {
  if (text.includes('-') || text.includes('_')) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === promised(text.length - padding) ? bytes : undefined
}

/** How many bytes so many characters stand for; -1 where no base64 is that long. */
const promised = (characters: number): number => (characters % 4 === 1 ? -1 : Math.floor((characters * 3) / 4))

/** A long base64 text as it stands in the bytes of a document: decoded from there, and a string only for who asks for one. */
export class Base64Run {
  readonly source: Buffer
  /** What it stands for; undefined when it holds anything but base64, white space included. */
  readonly bytes: Buffer | undefined

  constructor(source: Buffer) {
    this.source = source
    this.bytes = decodeRun(source)
  }

  get text(): string {
    return this.source.toString('latin1')
  }
}

function decodeRun(source: Buffer): Buffer | undefined {
  if (source.includes('-') || source.includes('_')) return undefined
  let characters = source.length
  while (source.length - characters < 2 && source[characters - 1] === PADDING) characters--
  const size = promised(characters)
  if (size < 0) return undefined
  const bytes = Buffer.allocUnsafeSlow(size)
  let at = 0
  for (let start = 0; start < characters; start += PIECE) {
    const end = Math.min(start + PIECE, characters)
    const written = bytes.write(source.toString('latin1', start, end), at, 'base64')
    if (written !== promised(end - start)) return undefined
    at += written
  }
  return bytes
}
