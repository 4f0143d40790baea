/*
  Reads the delimiters and the character set of a message from the raw bytes of its MSH, before anything is decoded.
    MSH-1 = field separator, one code point
    MSH-2 = component, repetition, escape, sub-component [, truncation]: one code point each
*/
import { isUtf8 } from 'node:buffer'
import { HubError } from '../errors.ts'
import { type Charset, charsetNamed, decodeText, isInCharset } from './charset.ts'

export interface Delimiters {
  field: string
  component: string
  repetition: string
  /** Absent when MSH-2 is shorter: the message then has no escapes, no sub-components. */
  escape?: string
  subcomponent?: string
  truncation?: string
}

export const STANDARD_DELIMITERS: Delimiters = { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' }

export interface MessageHead {
  delimiters: Delimiters
  charset: Charset
}

const MSH_18 = 17

/**
 * Reads how the message is written.
 * In:     the bytes of the MSH segment, without its terminator; the bytes of the whole message.
 * Out:    an MSH-18 that is absent or names another set leaves the choice to the bytes: UTF-8 if they are, else 8859/15.
 * Throws: hl7v2.not_hl7 at MSH-1 or MSH-2.
 */
export function readHead(msh: Buffer, message: Buffer): MessageHead {
  if (msh.length < 5 || msh.toString('latin1', 0, 3) !== 'MSH') throw new HubError('hl7v2.not_hl7', { path: 'MSH' })
  const asUtf8 = separatorBytes(msh)
  const named = charsetNamed(rawField(msh, asUtf8, MSH_18))
  const charset = named ?? charsetNamed(rawField(msh, msh.subarray(3, 4), MSH_18)) ?? (isInCharset(message, 'UNICODE UTF-8') ? 'UNICODE UTF-8' : '8859/15')
  const separator = charset === 'UNICODE UTF-8' ? asUtf8 : msh.subarray(3, 4)
  const start = 3 + separator.length
  const end = msh.indexOf(separator, start)
  return { charset, delimiters: delimitersOf(decodeText(msh, charset, 3, start), decodeText(msh, charset, start, end < 0 ? msh.length : end)) }
}

/** The bytes of the code point behind `MSH`, read as UTF-8; a byte that begins none stands for itself. */
function separatorBytes(msh: Buffer): Buffer {
  const lead = msh[3] as number
  const length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  const bytes = msh.subarray(3, 3 + length)
  return length > 1 && isUtf8(bytes) ? bytes : msh.subarray(3, 4)
}

function rawField(msh: Buffer, separator: Buffer, nth: number): string {
  let start = 0
  for (let count = 0; count < nth; count++) {
    const at = msh.indexOf(separator, start)
    if (at < 0) return ''
    start = at + separator.length
  }
  const end = msh.indexOf(separator, start)
  const value = msh.toString('latin1', start, end < 0 ? msh.length : end)
  return /^[A-Za-z0-9/ -]*/.exec(value)?.[0] ?? ''
}

function delimitersOf(field: string, encoding: string): Delimiters {
  if (field === '|' && encoding === '^~\\&') return STANDARD_DELIMITERS
  if (/[\p{L}\p{N}\s\u0000-\u001f\ufffd]/u.test(field)) throw new HubError('hl7v2.not_hl7', { path: 'MSH-1' })
  const [component, repetition, mark, subcomponent, truncation, ...more] = [...encoding]
  const all = [field, ...encoding]
  if (
    component === undefined ||
    repetition === undefined ||
    more.length > 0 ||
    new Set(all).size !== all.length ||
    /[\p{L}\p{N}\s\u0000-\u001f\ufffd]/u.test(encoding)
  ) {
    throw new HubError('hl7v2.not_hl7', { path: 'MSH-2' })
  }
  return {
    field,
    component,
    repetition,
    ...(mark === undefined ? {} : { escape: mark }),
    ...(subcomponent === undefined ? {} : { subcomponent }),
    ...(truncation === undefined ? {} : { truncation }),
  }
}
