/*
  The two character sets of the French profile, from bytes to text and back.
    MSH-18 => UNICODE UTF-8 | 8859/15
  ISO 8859-15 is ISO 8859-1 with eight other characters: € Š š Ž ž Œ œ Ÿ.
*/
import { isAscii, isUtf8 } from 'node:buffer'

export type Charset = 'UNICODE UTF-8' | '8859/15'

/** The byte of ISO 8859-15, as the character of ISO 8859-1 it is there, and what it is here. */
const LATIN9: ReadonlyMap<string, string> = new Map([
  ['\u00a4', '€'],
  ['\u00a6', 'Š'],
  ['\u00a8', 'š'],
  ['\u00b4', 'Ž'],
  ['\u00b8', 'ž'],
  ['\u00bc', 'Œ'],
  ['\u00bd', 'œ'],
  ['\u00be', 'Ÿ'],
])
const LATIN1: ReadonlyMap<string, string> = new Map([...LATIN9].map(([byte, char]) => [char, byte]))
const LATIN9_AS_LATIN1 = /[\u00a4\u00a6\u00a8\u00b4\u00b8\u00bc\u00bd\u00be]/g
const NOT_LATIN1 = /[^\u0000-\u00ff]|[\u00a4\u00a6\u00a8\u00b4\u00b8\u00bc\u00bd\u00be]/gu

/** What ISO 8859-15 cannot hold, in characters it can; none of them a usual delimiter. */
const TRANSLITERATED: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '‚': ',',
  '‛': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '′': "'",
  '″': '"',
  '–': '-',
  '—': '-',
  '‐': '-',
  '‑': '-',
  '−': '-',
  '…': '...',
  '•': '-',
  '\u202f': '\u00a0',
  '\u2009': ' ',
  '\u2003': ' ',
  '\u2002': ' ',
  '\u200b': '',
  '\ufeff': '',
  ﬁ: 'fi',
  ﬂ: 'fl',
  '™': 'TM',
  '≤': '<=',
  '≥': '>=',
  '¤': '?',
  '¦': '/',
  '¨': '"',
  '´': "'",
  '¸': ',',
  '¼': '1/4',
  '½': '1/2',
  '¾': '3/4',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
  đ: 'd',
  Đ: 'D',
}

/** The character set that a value of MSH-18 names, if it is one of the two. */
export function charsetNamed(name: string): Charset | undefined {
  const wanted = name.trim().toUpperCase()
  return wanted === 'UNICODE UTF-8' || wanted === '8859/15' ? wanted : undefined
}

/**
 * Whether bytes can be text of that character set.
 * ISO 8859-15 takes any byte, so text with accents that is sound UTF-8 throughout is taken for what it is: UTF-8 under a wrong name.
 * NUL is a character of no text: the ledger could not keep it.
 */
export function isInCharset(bytes: Uint8Array, charset: Charset): boolean {
  if (bytes.includes(0)) return false
  if (charset === 'UNICODE UTF-8') return isUtf8(bytes)
  return isAscii(bytes) || !isUtf8(bytes)
}

export function decodeText(bytes: Buffer, charset: Charset, start = 0, end = bytes.length): string {
  if (charset === 'UNICODE UTF-8') return bytes.toString('utf8', start, end)
  return bytes.toString('latin1', start, end).replace(LATIN9_AS_LATIN1, char => LATIN9.get(char) ?? char)
}

/** Text as bytes; what the character set cannot hold is transliterated, at worst to a question mark. */
export function encodeText(text: string, charset: Charset): Buffer {
  return charset === 'UNICODE UTF-8' ? Buffer.from(text, 'utf8') : Buffer.from(text.replace(NOT_LATIN1, asLatin9), 'latin1')
}

function asLatin9(char: string): string {
  const byte = LATIN1.get(char)
  if (byte !== undefined) return byte
  const written = TRANSLITERATED[char]
  if (written !== undefined) return written
  const bare = char.normalize('NFKD').replace(/\p{M}/gu, '')
  return bare !== '' && /^[\u0020-\u007e]+$/.test(bare) ? bare : '?'
}
