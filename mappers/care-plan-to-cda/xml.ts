/*
  The one serialiser of the CDA that the hub writes: attributes in the order given, everything escaped, NFC, no character that XML 1.0 does not know.
*/

const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export type Attributes = Readonly<Record<string, string | undefined>>

/** An attribute without a value and a child without content are left out. */
export function element(name: string, attributes: Attributes, children: readonly (string | undefined)[] = []): string {
  const written = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${text(value).replace(/\s/g, ' ')}"`]))
    .join('')
  const inside = children.filter(child => child !== undefined).join('')
  return inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`
}

/** An element that holds text; undefined for no text. */
export function textElement(name: string, content: string | undefined, attributes: Attributes = {}): string | undefined {
  return content === undefined || content.trim() === '' ? undefined : element(name, attributes, [text(content)])
}

function text(value: string): string {
  return value
    .normalize('NFC')
    .replace(NOT_XML, '')
    .replace(/[&<>"]/g, sign => ESCAPES[sign] ?? '')
}
