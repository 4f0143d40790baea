/*
  Strict base64 without looking at each character in our own code: the decoder skips what it does not know, so a count tells.
  The URL alphabet is refused, although the decoder would take it.
*/

/** Undefined when the text is not base64; white space between the characters is allowed. */
export function decodeBase64(text: string): Buffer | undefined {
  return decodeExact(text) ?? decodeExact(text.replace(/\s+/g, ''))
}

/** The same without white space: the bytes must be as many as the characters promise. */
export function decodeExact(text: string): Buffer | undefined {
  if (text.includes('-') || text.includes('_')) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const characters = text.length - padding
  const bytes = Buffer.from(text, 'base64')
  return characters % 4 !== 1 && bytes.length === Math.floor((characters * 3) / 4) ? bytes : undefined
}
