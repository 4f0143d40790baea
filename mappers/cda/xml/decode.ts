/*
  The bytes of an XML document as text, by byte order mark, else by its declaration, else UTF-8; and its long base64 runs cut out.
*/
import { isUtf8 } from 'node:buffer'
import { HubError } from '../../../profiles/errors.ts'
import { Base64Run } from '../base64.ts'
import { CutText, MARK, MARK_REFERENCE } from './cut-text.ts'

const DECODERS: Record<string, string> = {
  'iso-8859-1': 'windows-1252',
  latin1: 'windows-1252',
  'windows-1252': 'windows-1252',
  'us-ascii': 'windows-1252',
  'iso-8859-15': 'iso-8859-15',
  'latin-9': 'iso-8859-15',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
}

const PROBE_STEP = 4096
const PROBE_BYTES = 32

/** Character classes of base64 text: 1 alphabet, padding and white space; 0 anything else. */
const BASE64 = new Uint8Array(256)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\n\r\t ') BASE64[char.charCodeAt(0)] = 1

/**
 * Decodes a document.
 * Throws: document.not_cda when the bytes are not in the declared encoding, or the encoding is not one we read.
 */
export function decodeDocument(bytes: Uint8Array): CutText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const encoding = encodingOf(buffer)
  if (encoding === 'utf-8') return cutText(startsWith(buffer, [0xef, 0xbb, 0xbf]) ? buffer.subarray(3) : buffer)
  const decoder = DECODERS[encoding]
  if (decoder === undefined) throw new HubError('document.not_cda', { path: 'XMLDecl/@encoding' })
  try {
    return new CutText(new TextDecoder(decoder, { fatal: true }).decode(buffer))
  } catch (cause) {
    throw new HubError('document.not_cda', { path: 'XMLDecl/@encoding', cause })
  }
}

function encodingOf(buffer: Buffer): string {
  if (startsWith(buffer, [0xef, 0xbb, 0xbf])) return 'utf-8'
  if (startsWith(buffer, [0xff, 0xfe]) || startsWith(buffer, [0x3c, 0x00])) return 'utf-16le'
  if (startsWith(buffer, [0xfe, 0xff]) || startsWith(buffer, [0x00, 0x3c])) return 'utf-16be'
  const declaration = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(buffer.toString('latin1', 0, 256))
  const declared = declaration?.[1]?.toLowerCase() ?? 'utf-8'
  return declared === 'utf8' ? 'utf-8' : declared
}

function startsWith(buffer: Buffer, signature: number[]): boolean {
  return signature.every((byte, at) => buffer[at] === byte)
}

function cutText(buffer: Buffer): CutText {
  const runs = buffer.includes(MARK) ? [] : longRunsOf(buffer)
  if (runs.length === 0) return new CutText(utf8(buffer))
  const parts: Buffer[] = []
  let done = 0
  for (const [nth, { start, end }] of runs.entries()) {
    parts.push(buffer.subarray(done, start), Buffer.from(`${MARK}${nth}${MARK}`))
    done = end
  }
  const cut = utf8(Buffer.concat([...parts, buffer.subarray(done)]))
  if (MARK_REFERENCE.test(cut)) return new CutText(utf8(buffer))
  return new CutText(
    cut,
    runs.map(({ run }) => run),
  )
}

/** Long runs of base64 between two tags. */
function longRunsOf(buffer: Buffer): { run: Base64Run; start: number; end: number }[] {
  const runs = []
  let done = 0
  for (let probe = PROBE_STEP; probe + PROBE_BYTES < buffer.length; probe += PROBE_STEP) {
    if (!isBase64(buffer, probe, probe + PROBE_BYTES)) continue
    const start = buffer.lastIndexOf(0x3e, probe) + 1
    const end = buffer.indexOf(0x3c, probe)
    if (start <= done || end < 0) continue
    const run = new Base64Run(buffer.subarray(start, end))
    if (run.bytes !== undefined || isBase64(buffer, start, end)) {
      runs.push({ run, start, end })
      done = end
    }
    probe = end
  }
  return runs
}

function isBase64(buffer: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (BASE64[buffer[at] as number] === 0) return false
  return true
}

function utf8(buffer: Buffer): string {
  if (!isUtf8(buffer)) throw new HubError('document.not_cda', { path: 'XMLDecl/@encoding' })
  return buffer.toString('utf8')
}
