/*
  Embedded media: strict base64, the media type told by the first bytes (declared types are often wrong), and the PDF a document carries.
    N1 => component/nonXMLBody/text            N3 => section[code 55108-5] … observationMedia/value
*/
import { type Base64Run, decodeBase64 } from './base64.ts'
import type { CdaElement } from './xml/element.ts'
import type { CdaHeader } from './header/header.ts'
import type { Cda } from './xml/tree.ts'

const SIGNATURES: [string, number[]][] = [
  ['application/pdf', [0x25, 0x50, 0x44, 0x46]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['image/tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['image/tiff', [0x4d, 0x4d, 0x00, 0x2a]],
  ['text/rtf', [0x7b, 0x5c, 0x72, 0x74, 0x66]],
]

const PDF_COPY = '55108-5'
const MOST_AT_ONE_PLACE = 100

export interface Medium {
  bytes: Buffer
  /** The same bytes, when the document already writes them without white space. */
  base64?: Buffer
  contentType: string
}

export function sniffMediaType(bytes: Uint8Array): string | undefined {
  return SIGNATURES.find(([, signature]) => signature.every((byte, at) => bytes[at] === byte))?.[0]
}

/** Those of entries, by the ID that narratives name. */
export function mediaOf(element: CdaElement, found = new Map<string, CdaElement>()): Map<string, CdaElement> {
  for (const child of element.children) {
    if (typeof child === 'string' || child.local === 'text') continue
    const id = child.local === 'observationMedia' ? child.attributes.get('ID') : undefined
    if (id !== undefined) found.set(id, child)
    else mediaOf(child, found)
  }
  return found
}

export interface CarriedMedium {
  /** None for a medium that is not in the document. */
  bytes: Buffer
  type: string | undefined
}

/** What a place in a narrative shows (IDREFS). In: the observationMedia of the document by their ID. */
export function mediaAt(place: CdaElement, media: ReadonlyMap<string, CdaElement>): CarriedMedium[] {
  const ids = new Set(place.attributes.get('referencedObject')?.trim().split(/\s+/, MOST_AT_ONE_PLACE) ?? [''])
  return [...ids].map(id => mediumOf(media.get(id)?.child('value')))
}

const ABSENT: CarriedMedium = { bytes: Buffer.alloc(0), type: undefined }
/** A medium is decoded once, however often it is named: its bytes tell it apart. */
const known = new WeakMap<CdaElement, CarriedMedium>()

function mediumOf(value: CdaElement | undefined): CarriedMedium {
  if (value?.attributes.get('representation') !== 'B64') return ABSENT
  const before = known.get(value)
  if (before !== undefined) return before
  const bytes = decoded(value.run() ?? value.text() ?? '') ?? ABSENT.bytes
  const medium = { bytes, type: sniffMediaType(bytes) }
  known.set(value, medium)
  return medium
}

/**
 * The readable form a document carries: the body of an N1, else the PDF copy of an N3.
 * Out:    undefined when there is none, or when it is not base64.
 */
export function documentMedium(cda: Cda, header: CdaHeader): Medium | undefined {
  const body = header.body
  if (body?.kind === 'nonXml') {
    const bytes = decoded(body.base64)
    return bytes === undefined || bytes.length === 0
      ? undefined
      : { bytes, ...plainBase64(body.base64, bytes), contentType: sniffMediaType(bytes) ?? body.mediaType.toLowerCase() }
  }
  return body === undefined ? undefined : pdfCopy(cda)
}

/** The same, if it is a PDF. */
export function documentPdf(cda: Cda, header: CdaHeader): Medium | undefined {
  const medium = documentMedium(cda, header)
  return medium?.contentType === 'application/pdf' ? medium : undefined
}

const decoded = (content: string | Base64Run): Buffer | undefined => (typeof content === 'string' ? decodeBase64(content) : content.bytes)

/** A run of exactly the length that its bytes need can be stored as it is written. */
function plainBase64(content: string | Base64Run, bytes: Buffer): { base64?: Buffer } {
  return typeof content !== 'string' && content.source.length === Math.ceil(bytes.length / 3) * 4 ? { base64: content.source } : {}
}

function pdfCopy({ root }: Cda): Medium | undefined {
  for (const section of sectionsOf(root.at('component', 'structuredBody'))) {
    if (section.child('code')?.attributes.get('code') !== PDF_COPY) continue
    for (const value of valuesOf(section)) {
      const bytes = decoded(value.run() ?? value.text() ?? '')
      if (bytes !== undefined && sniffMediaType(bytes) === 'application/pdf') return { bytes, contentType: 'application/pdf' }
    }
  }
  return undefined
}

function* sectionsOf(parent: CdaElement | undefined): Generator<CdaElement> {
  for (const component of parent?.all('component') ?? []) {
    for (const section of component.all('section')) {
      yield section
      yield* sectionsOf(section)
    }
  }
}

function* valuesOf(element: CdaElement): Generator<CdaElement> {
  for (const child of element.elements()) {
    if (child.local === 'value' && child.attributes.get('representation') === 'B64') yield child
    else yield* valuesOf(child)
  }
}
