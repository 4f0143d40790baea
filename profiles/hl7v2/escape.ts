/*
  HL7 escape sequences of text.
    \F\ | \S\ ^ \T\ & \R\ ~ \E\ \ \P\ truncation \Xhh…\ bytes; any other sequence is kept as it stands
*/
import { type Charset, decodeText, isInCharset } from './charset.ts'
import type { Delimiters } from './delimiters.ts'

export function unescapeText(text: string, delimiters: Delimiters, charset: Charset): string {
  const mark = delimiters.escape
  if (mark === undefined || !text.includes(mark)) return text
  let out = ''
  let done = 0
  for (let open = text.indexOf(mark); open >= 0; open = text.indexOf(mark, done)) {
    const close = text.indexOf(mark, open + mark.length)
    if (close < 0) break
    const plain = plainOf(text.slice(open + mark.length, close), delimiters, charset)
    if (plain === undefined) {
      out += text.slice(done, close)
      done = close
      // The closing mark of what is no sequence may open one.
      const next = text.indexOf(mark, close + mark.length)
      if (next < 0 || plainOf(text.slice(close + mark.length, next), delimiters, charset) === undefined) {
        out += mark
        done += mark.length
      }
      continue
    }
    out += text.slice(done, open) + plain
    done = close + mark.length
  }
  return out + text.slice(done)
}

/** What ends a segment, and what begins and ends a frame of MLLP. */
const ENDS = ['\r', '\n', '\u000b', '\u001c']

/** Escapes what would be read as a delimiter, or as an end. */
export function escapeText(text: string, delimiters: Delimiters): string {
  const mark = delimiters.escape
  if (mark === undefined) return text.replaceAll(/[\r\n\u000b\u001c]/g, ' ')
  const { field, component, subcomponent, repetition } = delimiters
  // Character by character a document of 20 MB would take a gigabyte: what needs no escape stays as it is.
  if ([mark, field, component, subcomponent, repetition, ...ENDS].every(one => one === undefined || !text.includes(one))) return text
  let out = ''
  for (const char of text) out += escapedOf(char, delimiters, mark)
  return out
}

function escapedOf(char: string, delimiters: Delimiters, mark: string): string {
  switch (char) {
    case mark:
      return `${mark}E${mark}`
    case delimiters.field:
      return `${mark}F${mark}`
    case delimiters.component:
      return `${mark}S${mark}`
    case delimiters.subcomponent:
      return `${mark}T${mark}`
    case delimiters.repetition:
      return `${mark}R${mark}`
    default:
      return ENDS.includes(char) ? `${mark}X${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}${mark}` : char
  }
}

function plainOf(code: string, delimiters: Delimiters, charset: Charset): string | undefined {
  switch (code) {
    case 'F':
      return delimiters.field
    case 'S':
      return delimiters.component
    case 'T':
      return delimiters.subcomponent
    case 'R':
      return delimiters.repetition
    case 'E':
      return delimiters.escape
    case 'P':
      return delimiters.truncation
    default:
      return /^X(?:[0-9A-Fa-f]{2})+$/.test(code) ? textOfHex(code.slice(1), charset) : undefined
  }
}

function textOfHex(hex: string, charset: Charset): string | undefined {
  const bytes = Buffer.from(hex, 'hex')
  return bytes.includes(0) || (charset === 'UNICODE UTF-8' && !isInCharset(bytes, charset)) ? undefined : decodeText(bytes, charset)
}
