/*
  Text of XML without its references: the five entities that every document has, and characters by their number.
*/

const REFERENCE = /&(?:#x([0-9a-fA-F]+);|#([0-9]+);|(lt|gt|amp|quot|apos);)?/g
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** Undefined when it holds a reference to anything else. */
export function plainText(written: string): string | undefined {
  if (!written.includes('&')) return written
  let isKnown = true
  const text = written.replace(REFERENCE, (_, hexadecimal?: string, decimal?: string, entity?: string) => {
    const char = entity === undefined ? characterOf(hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16)) : ENTITIES[entity]
    if (char === undefined) isKnown = false
    return char ?? ''
  })
  return isKnown ? text : undefined
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
