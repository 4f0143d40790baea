/*
  Text of XML without its references: the five entities that every document has, and characters by their number.
*/

const REFERENCE = /&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot|apos));/y
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** Undefined when it holds a reference to anything else. */
export function plainText(written: string): string | undefined {
  let text = ''
  let done = 0
  for (let at = written.indexOf('&'); at >= 0; at = written.indexOf('&', done)) {
    REFERENCE.lastIndex = at
    const [reference = '', hexadecimal, decimal, entity = ''] = REFERENCE.exec(written) ?? []
    const char = ENTITIES[entity] ?? characterOf(hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16))
    if (char === undefined) return undefined
    text += written.slice(done, at) + char
    done = at + reference.length
  }
  return done === 0 ? written : text + written.slice(done)
}

/** Undefined where the number is of no character of XML 1.0. */
function characterOf(code: number): string | undefined {
  const isCharacter =
    code === 0x09 ||
    code === 0x0a ||
    code === 0x0d ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  return isCharacter ? String.fromCodePoint(code) : undefined
}
