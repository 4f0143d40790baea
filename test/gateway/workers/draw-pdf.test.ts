import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { drawPdf } from '../../../gateway/workers/draw-pdf.ts'
import { readCdaHeader } from '../../../mappers/cda/header/header-reader.ts'
import { readCda } from '../../../mappers/cda/xml/tree.ts'
import { mapCdaToReadable } from '../../../mappers/readable/cda-to-readable.ts'
import type { Readable } from '../../../mappers/readable/readable.ts'
import { pagesOf, pdfaFaults, wordsOf } from '../../support/pdfa.ts'

const LETTER: Readable = {
  title: 'Plan de Zoé',
  writtenAt: new Date('2026-06-05T08:00:00Z'),
  blocks: [
    { kind: 'heading', level: 1, text: 'Plan de Zoé' },
    { kind: 'paragraph', text: 'Cœur fragile, 3 € par jour — à revoir.' },
    { kind: 'list', items: ['Visite de l’infirmière', 'Installer une barre d’appui'] },
    { kind: 'table', rows: [row(true, 'Quand', 'Qui'), row(false, 'le lundi', 'Claire Exemple')] },
  ],
}

function row(isHead: boolean, ...cells: string[]) {
  return { isHead, cells: cells.map(text => ({ text, columns: 1, rows: 1 })) }
}

describe('a document drawn for the archive', () => {
  it('keeps the rules of PDF/A-1b', async () => {
    expect(pdfaFaults(await drawPdf(LETTER))).toEqual([])
  })

  it('is the same to the byte whenever it is drawn', async () => {
    expect(await drawPdf(LETTER)).toEqual(await drawPdf(structuredClone(LETTER)))
  })

  it('says every word of it, in reading order', async () => {
    const words = wordsOf(await drawPdf(LETTER)).replace(/\s+/g, ' ')
    for (const said of ['Plan de Zoé', 'Cœur fragile, 3 € par jour — à revoir.', 'Visite de l’infirmière', 'Quand', 'le lundi', 'Claire Exemple', '1 / 1'])
      expect(words).toContain(said)
    expect(words.indexOf('Cœur')).toBeLessThan(words.indexOf('Visite'))
  })

  it('says with one sign that it has none for a sign, in text, headings and tables', async () => {
    const text = 'avant 漢 🙂 हि après'
    const blocks: Readable['blocks'] = [
      { kind: 'heading', level: 2, text },
      { kind: 'table', rows: [row(true, text), row(false, text)] },
      { kind: 'paragraph', text: 'العربية, Дом, e\u0301' },
    ]
    const words = wordsOf(await drawPdf({ ...LETTER, blocks }))
    expect(words).toContain('avant \ufffd')
    for (const lost of ['漢', '\ud83d\ude42\ud83d', 'ह']) expect(words).not.toContain(lost)
    for (const kept of ['Дом', 'é']) expect(words).toContain(kept)
  })

  it('turns no number round where words run from right to left', async () => {
    const digits = (text: string): string => text.replace(/[^0-9,]+/gu, ' ').trim()
    const block = (text: string): Readable['blocks'] => [{ kind: 'paragraph', text }]
    const drawn = async (text: string): Promise<string> => digits(wordsOf(await drawPdf({ ...LETTER, blocks: block(text) })).replace('1 / 1', ''))
    expect(await drawn('\u0661\u0662\u0663 ملغ, \u06f1\u06f2\u066b\u06f5 mg')).toMatch(/^123 ?,? 12,5/)
    expect(await drawn('12ملغ ملغ:34 (56ملغ) 78מ״ג9')).toBe('12 34 56 78 9')
    expect(await drawn('Dose 12mg, 1.5 g')).toBe('12 , 1 5')
  })

  it.each<[string, Readable['blocks'], string]>([
    ['a word without an end', [{ kind: 'paragraph', text: `${'x'.repeat(400_000)} fin` }], 'fin'],
    ['a table of thousands of rows', [{ kind: 'table', rows: Array.from({ length: 2000 }, (_, at) => row(false, `ligne ${at}`, 'b')) }], 'ligne 1999 · b'],
    [
      'a cell that says it covers a million columns',
      [{ kind: 'table', rows: [{ isHead: false, cells: [{ text: 'seule', columns: 1_000_000, rows: 1 }] }] }],
      'seule',
    ],
    [
      'a table whose rows would have to be filled up to thousands of columns',
      [
        {
          kind: 'table',
          rows: [
            { isHead: false, cells: Array.from({ length: 700 }, () => ({ text: 'large', columns: 99, rows: 1 })) },
            ...Array.from({ length: 700 }, (_, at) => row(false, `étroite ${at}`)),
          ],
        },
      ],
      'étroite 699',
    ],
  ])(
    'says all of %s, in a time that a hub can spare',
    async (_, blocks, said) => {
      expect(wordsOf(await drawPdf({ ...LETTER, blocks })).replace(/\s+/g, ' ')).toContain(said)
    },
    120_000,
  )

  it.each<[string, Readable['blocks']]>([
    ['in paragraphs', Array.from({ length: 30_000 }, () => ({ kind: 'paragraph', text: 'un mot de plus' }))],
    ['in lines of one paragraph', [{ kind: 'paragraph', text: 'x\n'.repeat(30_000) }]],
    ['in lines of one item', [{ kind: 'list', items: ['x\n'.repeat(30_000)] }]],
  ])('is not drawn when it is longer than any letter, %s', async (_, blocks) => {
    await expect(drawPdf({ ...LETTER, blocks })).rejects.toMatchObject({ code: 'mapping.impossible' })
  })

  it('goes over to further pages and numbers them', async () => {
    const items = Array.from({ length: 200 }, (_, at) => `Action ${at + 1}`)
    const pdf = await drawPdf({ ...LETTER, blocks: [{ kind: 'list', items }] })
    expect(pagesOf(pdf)).toBe(Number(/(\d+)$/.exec(wordsOf(pdf).trim())?.[1]))
    expect(pagesOf(pdf)).toBeGreaterThan(3)
  })

  it('holds a picture once, wherever it stands', async () => {
    const jpeg = Buffer.concat([Buffer.from('ffd8ffc00011080001000103011100021100031100', 'hex'), Buffer.alloc(100_000), Buffer.from('ffd9', 'hex')])
    const pdf = await drawPdf({ ...LETTER, blocks: Array.from({ length: 50 }, () => ({ kind: 'picture' as const, bytes: jpeg })) })
    expect(wordsOf(pdf)).not.toContain('non reproduite')
    expect(pdf.byteLength).toBeLessThan(2 * jpeg.byteLength)
  })

  it('names a picture with an alpha channel instead of drawing it', async () => {
    const png = Buffer.from(
      '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63f8cfc0f01f0005000201ff4a6bd3000000000049454e44ae426082',
      'hex',
    )
    const pdf = await drawPdf({ ...LETTER, blocks: [{ kind: 'picture', bytes: png }] })
    expect(wordsOf(pdf)).toContain('[image non reproduite]')
    expect(pdfaFaults(pdf)).toEqual([])
  })
})

const CORPUS = resolve(import.meta.dirname, '../../../../shared/corpus/cda')
// The ones with the oddest tables, a style sheet and pictures: all of them take minutes.
const ODD = /CANCER-PPS_2022.01_Autopresentable|CANCER-D2LM-FIN|SDM-MR_2022|CSE-MDE/
const samples = existsSync(CORPUS)
  ? readdirSync(CORPUS, { recursive: true })
      .map(String)
      .filter(name => ODD.test(name))
      .sort()
  : []

describe.skipIf(samples.length === 0)('the sample documents on paper', () => {
  it.each(samples)(
    '%s is a PDF/A-1b',
    async name => {
      const cda = readCda(readFileSync(join(CORPUS, name)))
      expect(pdfaFaults(await drawPdf(mapCdaToReadable(cda, readCdaHeader(cda).header)))).toEqual([])
    },
    60_000,
  )
})
