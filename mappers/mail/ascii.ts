/*
  Text without accents and without anything outside printable ASCII.
*/

const LIGATURES: Record<string, string> = {
  œ: 'oe',
  Œ: 'OE',
  æ: 'ae',
  Æ: 'AE',
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  '’': "'",
  '‘': "'",
  '–': '-',
  '—': '-',
}

/** One line: white space is one space, what has no ASCII form is left out. */
export function toAscii(text: string): string {
  return text
    .replace(/[œŒæÆßøØłŁđĐ’‘–—]/gu, character => LIGATURES[character] ?? '')
    .normalize('NFD')
    .replace(/\s+/gu, ' ')
    .replace(/[^\x20-\x7e]/gu, '')
    .replace(/ +/g, ' ')
    .trim()
}

/** One line of printable characters, accents kept. */
export function toLine(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\s\p{Z}]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '')
    .replace(/ +/g, ' ')
    .trim()
}

/** At most so many characters, none torn. */
export function cut(text: string, length: number): string {
  return Array.from(text).slice(0, length).join('').trim()
}
