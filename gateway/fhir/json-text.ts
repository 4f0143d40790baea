/*
  Cuts JSON text at its first level without parsing what is inside, so that decimals and order stay as they were written.
    object => { key : value , … }     array => [ value , … ]     a value ends where its brackets close, outside strings
*/

export interface Member {
  key: string
  /** The value, as written. */
  text: string
}

/** In: sound JSON text of an object. */
export function membersOf(object: string): Member[] {
  const members: Member[] = []
  let at = skipBlank(object, object.indexOf('{') + 1)
  while (at < object.length && object[at] !== '}') {
    const keyEnd = endOfValue(object, at)
    const from = skipBlank(object, skipBlank(object, keyEnd) + 1)
    const to = endOfValue(object, from)
    members.push({ key: String(JSON.parse(object.slice(at, keyEnd))), text: object.slice(from, to) })
    at = skipSeparator(object, to)
  }
  return members
}

/** The text of one member of the first level. */
export function memberOf(object: string, key: string): string | undefined {
  return membersOf(object).find(member => member.key === key)?.text
}

/** In: sound JSON text of an array. */
export function elementsOf(array: string): string[] {
  const elements: string[] = []
  let at = skipBlank(array, array.indexOf('[') + 1)
  while (at < array.length && array[at] !== ']') {
    const to = endOfValue(array, at)
    elements.push(array.slice(at, to))
    at = skipSeparator(array, to)
  }
  return elements
}

export function writeObject(members: Member[]): string {
  return `{${members.map(member => `${JSON.stringify(member.key)}:${member.text}`).join(',')}}`
}

function skipBlank(text: string, from: number): number {
  let at = from
  while (/\s/.test(text[at] ?? '')) at += 1
  return at
}

function skipSeparator(text: string, from: number): number {
  const at = skipBlank(text, from)
  return text[at] === ',' ? skipBlank(text, at + 1) : at
}

/** A number, however long, or a word. */
const BARE = /[^\s,\]}]*/y

function endOfValue(text: string, from: number): number {
  const first = text[from]
  if (first === '"') return endOfString(text, from)
  if (first !== '{' && first !== '[') {
    BARE.lastIndex = from
    return from + (BARE.exec(text)?.[0].length ?? 0)
  }
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x22) at = endOfString(text, at) - 1
    else if (code === 0x7b || code === 0x5b) depth += 1
    else if ((code === 0x7d || code === 0x5d) && --depth === 0) return at + 1
  }
  return text.length
}

/** In: the place of an opening quote. Out: the place behind the closing one; the end of the text when there is none. */
export function endOfString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0
    while (text.charCodeAt(quote - 1 - escapes) === 0x5c) escapes += 1
    if (escapes % 2 === 0) return quote + 1
  }
  return text.length
}

/** As JSON writes a character that no text of FHIR holds. */
export const NUMBER_MARK = '\\u0001'

/** Numbers become strings behind a mark, so that 1.00 stays 1.00 whatever is done to it. */
export function withQuotedNumbers(text: string): string {
  let written = ''
  for (let from = 0; from < text.length; ) {
    const quote = text.indexOf('"', from)
    const to = quote === -1 ? text.length : quote
    const end = endOfString(text, to)
    written += text.slice(from, to).replace(/-?\d[\d.eE+-]*/g, number => `"${NUMBER_MARK}${number}"`) + text.slice(to, end)
    from = end
  }
  return written
}
