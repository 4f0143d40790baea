/*
  Draws a readable document as PDF/A-1b: fonts embedded, colours of sRGB, nothing transparent; the same document gives the same bytes.
  Spec: ISO 19005-1 level B; référentiel socle MSSanté #2, ECO.2.1.1.
*/
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'
import type { Block, Readable, Row } from '../../mappers/readable/readable.ts'
import { HubError } from '../../profiles/errors.ts'

const MARGIN = 56
const WIDTH = 595.28 - 2 * MARGIN
const SIZES = { text: 10, 1: 16, 2: 12, 3: 10.5 } as const
const GAP = 5
const MAX_PICTURE_HEIGHT = 320
/** A cell of a grid costs milliseconds, one that fills a row up as well. */
const MAX_CELLS = 1500
/** Some 300 pages: nobody reads more beside the archive. */
const MAX_CHARACTERS = 1_000_000

const { resolve } = createRequire(import.meta.url)
const fonts = new Map<string, Buffer>()

/** DejaVu: French, Greek, the usual signs; free to embed. Read once in each thread. */
function fontOf(name: 'DejaVuSans' | 'DejaVuSans-Bold'): Buffer {
  const known = fonts.get(name) ?? readFileSync(resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`))
  fonts.set(name, known)
  return known
}

/** Throws: mapping.impossible for what cannot be drawn, or is longer than any letter. */
export async function drawPdf(readable: Readable): Promise<Uint8Array> {
  if (readable.blocks.reduce((sum, block) => sum + lengthOf(block), 0) > MAX_CHARACTERS) throw new HubError('mapping.impossible', { path: 'pdf' })
  const doc = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    subset: 'PDF/A-1b',
    pdfVersion: '1.4',
    lang: 'fr-FR',
    // Without it the first page would name Helvetica, which is not embedded.
    font: fontOf('DejaVuSans') as unknown as string,
    bufferPages: true,
    info: { Title: clean(readable.title), Producer: 'e-parcours hub', Creator: 'e-parcours hub', CreationDate: readable.writtenAt, ...authorOf(readable) },
  })
  doc.registerFont('regular', fontOf('DejaVuSans')).registerFont('bold', fontOf('DejaVuSans-Bold'))
  const written = buffer(doc)
  try {
    for (const block of readable.blocks) drawBlock(doc, block)
    numberPages(doc)
  } catch (cause) {
    throw new HubError('mapping.impossible', { path: 'pdf', cause })
  }
  doc.end()
  return written
}

/** Each block, item, cell and line counts as something, however little it says. */
function lengthOf(block: Block): number {
  switch (block.kind) {
    case 'list':
      return block.items.reduce((sum, item) => sum + writtenIn(item), 0)
    case 'table': {
      const more = isLong(block.rows) ? 0 : OF_GRID - LEAST
      return block.rows.reduce((sum, { cells }) => sum + cells.reduce((all, { text }) => all + writtenIn(text) + more, 0), 0)
    }
    case 'picture':
      return OF_PICTURE
    default:
      return writtenIn(block.text)
  }
}

const writtenIn = (text: string): number => text.length + text.split('\n').length * LEAST
const [LEAST, OF_GRID, OF_PICTURE] = [50, 200, 1000]

const authorOf = ({ author }: Readable): { Author?: string } => (author === undefined ? {} : { Author: clean(author) })

function drawBlock(doc: PDFKit.PDFDocument, block: Block): void {
  doc.x = MARGIN
  switch (block.kind) {
    case 'heading':
      if (block.level !== 1) doc.moveDown(0.6)
      doc.font('bold').fontSize(SIZES[block.level]).text(drawable(doc, block.text), { width: WIDTH, paragraphGap: GAP })
      return
    case 'paragraph':
      doc.font(block.isBold === true ? 'bold' : 'regular').fontSize(SIZES.text)
      doc.text(drawable(doc, block.text), { width: WIDTH, paragraphGap: GAP })
      return
    case 'list':
      for (const [at, item] of block.items.entries()) drawItem(doc, item, block.isOrdered === true ? `${at + 1}.` : '•')
      return
    case 'table':
      drawTable(doc, block.rows)
      return
    case 'picture':
      drawPicture(doc, block.bytes)
  }
}

const INDENT = 16

function drawItem(doc: PDFKit.PDFDocument, item: string, mark: string): void {
  doc.font('regular').fontSize(SIZES.text)
  if (doc.y + doc.currentLineHeight() > doc.page.height - MARGIN) doc.addPage()
  const { y } = doc
  doc.text(mark, MARGIN, y, { width: INDENT, lineBreak: false })
  doc.text(drawable(doc, item), MARGIN + INDENT, y, { width: WIDTH - INDENT, paragraphGap: 2 })
}

function drawTable(doc: PDFKit.PDFDocument, rows: readonly Row[]): void {
  if (rows.length === 0) return
  if (isLong(rows)) drawLines(doc, rows)
  else drawGrid(doc, rows)
}

const isLong = (rows: readonly Row[]): boolean => [...rows.map(({ cells }) => cells.length), ...missingIn(rows)].reduce((sum, one) => sum + one, 0) > MAX_CELLS

/** Rows of different lengths are filled up; a cell over several rows or columns keeps its place. */
function drawGrid(doc: PDFKit.PDFDocument, rows: readonly Row[]): void {
  doc.font('regular').fontSize(SIZES.text - 1)
  doc.table({
    maxWidth: WIDTH,
    position: { x: MARGIN, y: doc.y },
    defaultStyle: { padding: 3, border: 0.5 },
    data: squared(rows).map(({ cells, isHead }) =>
      cells.map(({ text, columns, rows: rowSpan }) => ({
        text: drawable(doc, text),
        colSpan: columns,
        rowSpan,
        ...(isHead ? { font: { src: 'bold', size: SIZES.text - 1 } } : {}),
      })),
    ),
  })
  doc.moveDown(0.5)
}

/** A table so long that its grid would cost pdfkit many seconds: a line for each row. */
function drawLines(doc: PDFKit.PDFDocument, rows: readonly Row[]): void {
  for (const { cells, isHead } of rows) drawBlock(doc, { kind: 'paragraph', text: cells.map(({ text }) => text).join(' · '), isBold: isHead })
}

/** Every row covers as many columns as the widest; none of its cells reaches below the last row. */
function squared(rows: readonly Row[]): Row[] {
  const missing = missingIn(rows)
  return rows.map(({ isHead, cells }, at) => ({
    isHead,
    cells: [...cells.map(cell => ({ ...cell, rows: Math.min(cell.rows, rows.length - at) })), ...Array(missing[at]).fill({ text: '', columns: 1, rows: 1 })],
  }))
}

/** How many columns each row lacks of the widest, with the cells that reach down from rows above. */
function missingIn(rows: readonly Row[]): number[] {
  const widths = rows.map(() => 0)
  for (const [at, { cells }] of rows.entries())
    for (const { columns, rows: down } of cells) for (let row = at; row < Math.min(at + down, rows.length); row++) widths[row] = (widths[row] ?? 0) + columns
  const widest = widths.reduce((most, width) => Math.max(most, width), 0)
  return widths.map(width => widest - width)
}

/** A picture that cannot be read, or has an alpha channel, which PDF/A-1 forbids, is only named. */
function drawPicture(doc: PDFKit.PDFDocument, bytes: Uint8Array): void {
  try {
    if (hasAlpha(bytes)) throw new HubError('mapping.impossible', { path: 'pdf' })
    doc.image(embedded(doc, bytes), { fit: [WIDTH, MAX_PICTURE_HEIGHT] })
  } catch {
    drawBlock(doc, { kind: 'paragraph', text: '[image non reproduite]' })
  }
}

const pictures = new WeakMap<PDFKit.PDFDocument, Map<Uint8Array, Buffer>>()

/** Once in each document, wherever it stands. */
function embedded(doc: PDFKit.PDFDocument, bytes: Uint8Array): Buffer {
  const known = pictures.get(doc) ?? new Map<Uint8Array, Buffer>()
  // The types of pdfkit know no image that was opened before.
  const image = known.get(bytes) ?? (doc as unknown as { openImage(bytes: Buffer): Buffer }).openImage(Buffer.from(bytes))
  pictures.set(doc, known.set(bytes, image))
  return image
}

/** PNG: colour type 4 or 6, or a tRNS chunk. */
function hasAlpha(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x89) return false
  return bytes[25] === 4 || bytes[25] === 6 || Buffer.from(bytes).includes('tRNS')
}

function numberPages(doc: PDFKit.PDFDocument): void {
  const { count } = doc.bufferedPageRange()
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page)
    doc.page.margins.bottom = 0
    doc
      .font('regular')
      .fontSize(8)
      .text(`${page + 1} / ${count}`, MARGIN, 842 - 36, { width: WIDTH, align: 'right', lineBreak: false })
  }
}

/** One form of each letter, and no control characters but the line feed. */
const clean = (text: string): string => text.normalize('NFC').replace(/[^\P{C}\n]/gu, ' ')

/**
 * What can be drawn of it. A sign that the fonts lack would be their empty box, whose width pdfkit writes otherwise than the font has it, which
 * PDF/A-1 forbids (6.3.6): it becomes `�`. Of Latin letters they lack none.
 */
function drawable(doc: PDFKit.PDFDocument, text: string): string {
  const isDrawn = (sign: string): boolean => readersOf(doc).every(reader => reader.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0))
  return uprightNumbers(clean(text))
    .replace(/[^\n\u0020-\u024f]/gu, sign => (isDrawn(sign) ? sign : '\ufffd'))
    .replace(LONG_WORD, '$& ')
}

/** pdfkit turns a whole word of Arabic or Hebrew round, its digits too, and 12 of something would be 21: they are European digits, in a word of their own. */
function uprightNumbers(text: string): string {
  const european = text.replace(/[\u0660-\u0669\u06f0-\u06f9]/gu, digit => String(digit.charCodeAt(0) % 16)).replaceAll('\u066b', ',')
  return european.replace(/\S+/gu, word => (/\d/.test(word) && RIGHT_TO_LEFT.test(word) ? word.replace(TURN, '$& ') : word))
}

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
/** The last sign before letters begin or end to run from right to left. */
const TURN = new RegExp(`${RIGHT_TO_LEFT.source}(?!${RIGHT_TO_LEFT.source})|[^\\s](?<!${RIGHT_TO_LEFT.source})(?=${RIGHT_TO_LEFT.source})`, 'gu')

/** Wider than a line; to break a word costs pdfkit the square of its length. */
const LONG_WORD = /\S{80}(?=\S)/gu

/** pdfkit's own reader of a font. */
interface FontReader {
  hasGlyphForCodePoint(codePoint: number): boolean
}

const readers = new WeakMap<PDFKit.PDFDocument, FontReader[]>()

function readersOf(doc: PDFKit.PDFDocument): FontReader[] {
  const known = readers.get(doc)
  if (known !== undefined) return known
  const drawing = doc as unknown as { _font: { font: FontReader } }
  const before = drawing._font
  const found = ['regular', 'bold'].map(name => {
    doc.font(name)
    return drawing._font.font
  })
  drawing._font = before
  readers.set(doc, found)
  return found
}
