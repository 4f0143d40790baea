/*
  A CDA narrative as blocks: paragraphs, lists and tables stay what they are, everything else is its text.
    paragraph | text between => paragraph      list => list, its caption before it      table => rows of cells      renderMultiMedia => picture (PNG, JPEG)
*/
import type { CdaElement } from '../cda/xml/element.ts'
import { type CarriedMedium, mediaAt } from '../cda/media.ts'
import type { Block, Cell, Row } from './readable.ts'

const DRAWN = new Set(['image/png', 'image/jpeg'])
const BLOCKS = new Set(['paragraph', 'list', 'table', 'renderMultiMedia'])

/** In: the `text` of a section; the observationMedia of the document by their ID. */
export function narrativeBlocks(text: CdaElement, media: ReadonlyMap<string, CdaElement>): Block[] {
  const blocks: Block[] = []
  let line = ''
  const flush = (): void => {
    const said = oneLine(line)
    if (said !== '') blocks.push({ kind: 'paragraph', text: said })
    line = ''
  }
  for (const child of text.children) {
    if (typeof child === 'string') line += child
    else if (child.local === 'br') flush()
    else if (BLOCKS.has(child.local) || holdsBlocks(child)) {
      flush()
      blocks.push(...blockOf(child, media))
    } else line += inLine(child)
  }
  flush()
  return blocks
}

const holdsBlocks = (element: CdaElement): boolean => element.elements().some(child => BLOCKS.has(child.local) || holdsBlocks(child))

function blockOf(element: CdaElement, media: ReadonlyMap<string, CdaElement>): Block[] {
  switch (element.local) {
    case 'list':
      return [...captionOf(element), { kind: 'list', items: itemsOf(element), isOrdered: element.attributes.get('listType') === 'ordered' }]
    case 'table':
      return [...captionOf(element), { kind: 'table', rows: rowsOf(element) }]
    case 'renderMultiMedia':
      return [...mediaAt(element, media).map(pictureOf), ...captionOf(element)]
    default:
      return narrativeBlocks(element, media)
  }
}

function captionOf(element: CdaElement): Block[] {
  const caption = element.child('caption')
  const text = caption === undefined ? '' : oneLine(textOf(caption))
  return text === '' ? [] : [{ kind: 'paragraph', text, isBold: true }]
}

const itemsOf = (list: CdaElement): string[] => list.all('item').map(item => oneLine(textOf(item)))

function rowsOf(table: CdaElement): Row[] {
  const rows = (holder: CdaElement, isHead: boolean): Row[] => holder.all('tr').map(row => rowOf(row, isHead))
  const parts = table.elements().filter(({ local }) => local === 'thead' || local === 'tbody' || local === 'tfoot')
  const all = [...rows(table, false), ...parts.flatMap(part => rows(part, part.local === 'thead'))]
  return all.filter(({ cells }) => cells.length > 0)
}

function rowOf(row: CdaElement, isHead: boolean): Row {
  const cells = row.elements().filter(({ local }) => local === 'th' || local === 'td')
  return { isHead: isHead || (cells.length > 0 && cells.every(({ local }) => local === 'th')), cells: cells.map(cellOf) }
}

function cellOf(cell: CdaElement): Cell {
  const span = (name: string): number => {
    const value = cell.attributes.get(name) ?? ''
    return /^[1-9]\d?$/.test(value) ? Number(value) : 1
  }
  return { text: oneLine(textOf(cell)), columns: span('colspan'), rows: span('rowspan') }
}

const NOT_SHOWN = '[image non reproduite]'

const pictureOf = ({ bytes, type = '' }: CarriedMedium): Block => (DRAWN.has(type) ? { kind: 'picture', bytes } : { kind: 'paragraph', text: NOT_SHOWN })

/** With a line for each break, and a comma's worth of space between blocks. */
function textOf(element: CdaElement): string {
  return element.children.map(child => (typeof child === 'string' ? child.replace(/\s+/g, ' ') : child.local === 'br' ? '\n' : inLine(child))).join('')
}

function inLine(element: CdaElement): string {
  if (element.local === 'footnoteRef') return '[note]'
  if (element.local === 'renderMultiMedia') return `${NOT_SHOWN}${textOf(element)}`
  const text = element.attributes.get('revised') === 'delete' ? `[supprimé : ${textOf(element)}]` : textOf(element)
  return BREAKS.has(element.local) ? `\n${text}\n` : text
}

const BREAKS = new Set(['paragraph', 'item', 'list', 'tr', 'caption', 'table'])

/** Blank lines and space at the ends of lines say nothing. */
function oneLine(text: string): string {
  return text
    .split('\n')
    .map(line => line.replace(/[^\S\n]+/g, ' ').trim())
    .filter(line => line !== '')
    .join('\n')
}
