/*
  Reads the bytes of a CDA document into a tree, within limits; a DOCTYPE is never read, processing instructions and comments are left out.
    document => ClinicalDocument | xsl:stylesheet … ClinicalDocument …      (self-presenting: found by namespace and local name, the XSLT is never run)
*/
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes'
import { HubError } from '../../../profiles/errors.ts'
import type { Place } from '../../lineage.ts'
import { Attributes, type Said } from './attributes.ts'
import type { CutText } from './cut-text.ts'
import { decodeDocument } from './decode.ts'
import type { CdaElement } from './element.ts'
import { scanDocument } from './scan.ts'
import { attributeName } from './start-tag.ts'
import { type OnRead, ReadTracker } from './tracker.ts'
import { type CdaLimits, TreeBuilder } from './tree-builder.ts'

export interface Cda {
  /** As received. */
  bytes: Uint8Array
  /** The ClinicalDocument element. */
  root: CdaElement
  /** It stood inside an xsl:stylesheet. */
  selfPresenting: boolean
  tracker: ReadTracker
  leaves(): Place[]
}

export const CDA_LIMITS: CdaLimits = { maxBytes: 25_000_000, maxDepth: 200, maxElements: 200_000 }

/**
 * Reads a CDA document.
 * In:     the bytes as received; `onRead` is told the place of each value taken from the tree later.
 * Throws: document.too_large, document.doctype, document.too_deep, document.too_many_elements, document.not_cda.
 * Spec:   CDA R2; CI-SIS "documents auto-présentables".
 */
export function readCda(bytes: Uint8Array, limits: CdaLimits = CDA_LIMITS, onRead?: OnRead): Cda {
  if (bytes.byteLength > limits.maxBytes) throw new HubError('document.too_large', { path: 'ClinicalDocument' })
  const tracker = new ReadTracker(onRead)
  const { document: root } = build(decodeDocument(bytes), limits, tracker)
  if (root === undefined) throw new HubError('document.not_cda', { path: 'ClinicalDocument' })
  return { bytes, root, selfPresenting: root.parent !== undefined, tracker, leaves: () => root.leaves() }
}

/** Nearly every document is scanned; one that is not, for whatever reason, is read by the parser that knows all of XML, and judged by it. */
function build(cut: CutText, limits: CdaLimits, tracker: ReadTracker): TreeBuilder {
  const scanned = new TreeBuilder(cut, limits, tracker)
  return scanDocument(cut.text, scanned) ? scanned : parse(cut.text, new TreeBuilder(cut, limits, tracker))
}

function parse(text: string, builder: TreeBuilder): TreeBuilder {
  const parser = new SaxesParser({ xmlns: true, position: false })
  parser.on('error', cause => {
    throw new HubError('document.not_cda', { path: builder.place(), cause })
  })
  parser.on('doctype', () => {
    throw new HubError('document.doctype', { path: 'DOCTYPE' })
  })
  parser.on('opentag', tag => builder.open(tag.uri, tag.local, attributesOf(tag)))
  parser.on('closetag', () => builder.close())
  parser.on('text', said => builder.text(said))
  parser.on('cdata', said => builder.text(said))
  parser.write(text).close()
  return builder
}

function attributesOf({ attributes }: SaxesTagNS): Attributes {
  const said: Said[] = []
  for (const text in attributes) {
    const { uri, local, value } = attributes[text] as SaxesAttributeNS
    said.push(attributeName(uri, { local, text }), value, undefined)
  }
  return said.length === 0 ? Attributes.NONE : new Attributes(said)
}
