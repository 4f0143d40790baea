/*
  A CDA as fields: its attributes and texts under the paths that lineage names, and what can be read in it.
*/
import type { CdaElement } from '../../../mappers/cda/xml/element.ts'
import { readCdaHeader } from '../../../mappers/cda/header/header-reader.ts'
import { documentMedium, sniffMediaType } from '../../../mappers/cda/media.ts'
import { CDA_LIMITS, type Cda, readCda } from '../../../mappers/cda/xml/tree.ts'
import { mapCdaToReadable } from '../../../mappers/readable/cda-to-readable.ts'
import type { Block } from '../../../mappers/readable/readable.ts'
import { toHubError } from '../../../profiles/errors.ts'
import { isNodeShown } from './hidden.ts'
import { cut, MOST_FIELDS, type ShownBlock, type SourceDocument, type SourceField } from './source.ts'

export interface DocumentAt {
  path: string
  bytes: Uint8Array
  maxBytes: number
  isRevealed: boolean
}

export function documentOf({ path, bytes, maxBytes, isRevealed }: DocumentAt): SourceDocument {
  const document = { path, contentType: 'text/xml', size: bytes.byteLength, fields: [], total: 0, blocks: [] }
  try {
    const cda = readCda(bytes, { ...CDA_LIMITS, maxBytes })
    return { ...document, ...nodesOf(cda.root, isRevealed), ...bodyOf(cda, isRevealed) }
  } catch (error) {
    return { ...document, fault: toHubError(error).code }
  }
}

function nodesOf(root: CdaElement, isRevealed: boolean): { fields: SourceField[]; total: number } {
  const fields: SourceField[] = []
  let total = 0
  const add = (path: string, text: string): void => {
    total += 1
    if (fields.length < MOST_FIELDS) fields.push({ path, ...(isRevealed || isNodeShown(path) ? cut(text) : { value: null }) })
  }
  const walk = (element: CdaElement): void => {
    for (const name of element.attributes.names())
      if (!name.startsWith('xmlns') && name !== 'xsi:schemaLocation') add(`${element.path}/@${name}`, element.attributes.get(name) ?? '')
    const text = element.children
      .filter(child => typeof child === 'string')
      .join(' ')
      .trim()
    if (text !== '') add(element.path, text)
    for (const child of element.elements()) walk(child)
  }
  walk(root)
  return { fields, total }
}

/** A header that cannot be read hides nothing of the tree. */
function bodyOf(cda: Cda, isRevealed: boolean): Pick<SourceDocument, 'blocks' | 'isCut' | 'body' | 'fault'> {
  try {
    const { header } = readCdaHeader(cda)
    const medium = documentMedium(cda, header)
    return {
      ...(isRevealed ? blocksOf(mapCdaToReadable(cda, header).blocks) : { blocks: [] }),
      ...(medium === undefined ? {} : { body: { contentType: medium.contentType, size: medium.bytes.length } }),
    }
  } catch (error) {
    return { blocks: [], fault: toHubError(error).code }
  }
}

/** More of them nobody reads on a page. */
const MOST_BLOCKS = 500
const MOST_ROWS = 500

function blocksOf(all: readonly Block[]): Pick<SourceDocument, 'blocks' | 'isCut'> {
  const isLong = (block: Block): boolean => block.kind === 'table' && block.rows.length > MOST_ROWS
  const blocks = all.slice(0, MOST_BLOCKS)
  return { blocks: blocks.map(shownBlock), ...(blocks.length < all.length || blocks.some(isLong) ? { isCut: true } : {}) }
}

function shownBlock(block: Block): ShownBlock {
  if (block.kind === 'table') return { kind: 'table', rows: block.rows.slice(0, MOST_ROWS) }
  if (block.kind !== 'picture') return block
  return { kind: 'picture', source: `data:${sniffMediaType(block.bytes) ?? 'image/png'};base64,${Buffer.from(block.bytes).toString('base64')}` }
}
