/*
  Looks into the bytes of a message for the monitor: its fields, its documents, or one of them to be downloaded. Whatever the bytes are, something is shown.
*/
import { isUtf8 } from 'node:buffer'
import { readCdaHeader } from '../../mappers/cda/header/header-reader.ts'
import { documentMedium } from '../../mappers/cda/media.ts'
import { CDA_LIMITS, readCda } from '../../mappers/cda/xml/tree.ts'
import { decodeBase64 } from '../../mappers/hl7v2/base64.ts'
import { HubError, toHubError } from '../../profiles/errors.ts'
import { type Er7Message, readEr7 } from '../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../profiles/hl7v2/er7-segment.ts'
import { cut, type SourceDocument, type SourceMessage } from '../monitor/flow/source.ts'
import { fieldsOf } from '../monitor/flow/source-hl7.ts'
import { documentOf } from '../monitor/flow/source-xml.ts'

export interface ReadSource {
  bytes: Uint8Array
  maxDocumentBytes: number
  /** Are values shown that name the person or tell of him? */
  isRevealed: boolean
}

const TEXT_SHOWN = 64_000
const MOST_DOCUMENTS = 20

export function readSource({ bytes, maxDocumentBytes, isRevealed }: ReadSource): SourceMessage {
  const buffer = bufferOf(bytes)
  const whole = { size: bytes.byteLength, isRevealed, segments: [], documents: [], text: null, total: 0, shown: 0 }
  const message = er7Of(bytes)
  if (message !== undefined) {
    const carriers = message.all('OBX').filter(isDocument).slice(0, MOST_DOCUMENTS)
    const documents = carriers.map(obx => carried(obx, { maxBytes: maxDocumentBytes, isRevealed }))
    const isSound = message.charset !== 'UNICODE UTF-8' || isUtf8(bytes)
    return { ...whole, format: 'hl7v2', charset: message.charset, isSound, ...fieldsOf(message, isRevealed), documents }
  }
  const isSound = isUtf8(bytes)
  if (/^\s*(?:\ufeff)?</.test(buffer.toString('utf8', 0, 64))) {
    const document = documentOf({ path: '', bytes, maxBytes: maxDocumentBytes, isRevealed })
    const text = document.fault === undefined || !isRevealed ? null : buffer.toString('utf8', 0, TEXT_SHOWN)
    return { ...whole, format: 'xml', charset: 'UTF-8', isSound, documents: [document], text, total: document.total, shown: document.fields.length }
  }
  const isBinary = buffer.subarray(0, TEXT_SHOWN).includes(0)
  return { ...whole, format: isBinary ? 'binary' : 'text', charset: isSound ? 'UTF-8' : '', isSound, text: isRevealed ? beginning(buffer, isBinary) : null }
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const beginning = (buffer: Buffer, isBinary: boolean): string =>
  isBinary ? (buffer.toString('hex', 0, 1024).match(/.{1,32}/g) ?? []).join('\n') : buffer.toString('utf8', 0, TEXT_SHOWN)

/** A message in another character set than it says is read as UTF-8, with a mark for what is none. */
function er7Of(bytes: Uint8Array): Er7Message | undefined {
  for (const options of [{}, { charset: 'UNICODE UTF-8' as const }]) {
    try {
      return readEr7(bytes, options)
    } catch (error) {
      if (toHubError(error).code !== 'hl7v2.charset') return undefined
    }
  }
  return undefined
}

const isDocument = (obx: Er7Segment): boolean => obx.text(2) === 'ED' && obx.bytes(5, 1, 5).length > 0

function carried(obx: Er7Segment, { maxBytes, isRevealed }: { maxBytes: number; isRevealed: boolean }): SourceDocument {
  const path = obx.pathOf(5, 1, 5)
  const empty = { path, contentType: 'text/plain', size: obx.bytes(5, 1, 5).length, fields: [], total: 0, blocks: [] }
  try {
    const bytes = bytesOf(obx, maxBytes)
    if (isMarkup(bytes)) return documentOf({ path, bytes, maxBytes, isRevealed })
    const { value } = cut(bufferOf(bytes).toString('utf8', 0, TEXT_SHOWN))
    return { ...empty, size: bytes.byteLength, blocks: isRevealed ? [{ kind: 'paragraph', text: value ?? '' }] : [] }
  } catch (error) {
    return { ...empty, fault: toHubError(error).code }
  }
}

const isMarkup = (bytes: Uint8Array): boolean => /^\s*(?:\ufeff)?</.test(bufferOf(bytes).toString('utf8', 0, 64)) || bytes[0] === 0xff || bytes[0] === 0xfe

const bytesOf = (obx: Er7Segment, maxBytes: number): Uint8Array =>
  obx.text(5, 1, 4) === 'Base64' ? decodeBase64(obx.bytes(5, 1, 5), maxBytes) : obx.bytes(5, 1, 5)

export interface ReadDocument extends Omit<ReadSource, 'isRevealed'> {
  /** Which of the documents that readSource shows, from 0; the message itself where it is left out. */
  document?: number
  /** Of an unstructured document, what it carries. */
  isBody?: boolean
}

/** One part as it was sent. Throws: fhir.path_unknown at `document` or `part`. */
export function readDocument({ bytes, maxDocumentBytes, document, isBody = false }: ReadDocument): { bytes: Uint8Array; contentType: string } {
  const message = er7Of(bytes)
  if (document === undefined)
    return { bytes: new Uint8Array(bytes), contentType: message === undefined ? 'application/octet-stream' : 'x-application/hl7-v2+er7' }
  const obx = message?.all('OBX').filter(isDocument)[document]
  if (message !== undefined && obx === undefined) throw new HubError('fhir.path_unknown', { path: 'document' })
  const found = obx === undefined ? bytes : bytesOf(obx, maxDocumentBytes)
  if (!isBody) return { bytes: new Uint8Array(found), contentType: isMarkup(found) ? 'text/xml' : 'text/plain' }
  const cda = readCda(found, { ...CDA_LIMITS, maxBytes: maxDocumentBytes })
  const medium = documentMedium(cda, readCdaHeader(cda).header)
  if (medium === undefined) throw new HubError('fhir.path_unknown', { path: 'part' })
  // In the sender's own words, which become a header.
  const isType = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(medium.contentType)
  return { bytes: new Uint8Array(medium.bytes), contentType: isType ? medium.contentType : 'application/octet-stream' }
}
