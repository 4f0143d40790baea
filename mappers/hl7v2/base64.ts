/*
  Decodes the base64 of an ED value from the bytes of the message, piece by piece: a document of 25 MB costs its own size, not three times it.
    one unbroken run of A-Z a-z 0-9 + /, its padding may be missing; a length of 4n+1 is no base64
*/
import { HubError } from '../../profiles/errors.ts'

/** A multiple of four characters; small, because the memory of a large text costs more than its decoding. */
const PIECE = 1 << 15
const PADDING = 0x3d

/**
 * Decodes.
 * Throws: document.base64 (any other character, line breaks included; a wrong length), document.too_large.
 */
export function decodeBase64(text: Buffer, maxBytes: number): Uint8Array {
  let length = text.length
  while (length > 0 && text.length - length < 2 && text[length - 1] === PADDING) length--
  if (length % 4 === 1 || (length < text.length && text.length % 4 !== 0)) throw new HubError('document.base64')
  const size = Math.floor((length * 3) / 4)
  if (size > maxBytes) throw new HubError('document.too_large')
  // A buffer of its own, not a slice of Node's pool: it may be moved to another thread.
  const out = Buffer.from(new ArrayBuffer(size))
  let at = 0
  for (let start = 0; start < length; start += PIECE) {
    const piece = text.toString('latin1', start, Math.min(start + PIECE, length))
    const written = out.write(piece, at, 'base64')
    // The decoder skips what it does not know, so a count tells; it also knows the two letters of the other alphabet.
    if (written !== Math.floor((piece.length * 3) / 4) || piece.includes('-') || piece.includes('_')) throw new HubError('document.base64')
    at += written
  }
  return new Uint8Array(out.buffer, 0, size)
}
