import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mapDocument } from '../../../gateway/workers/map-document.ts'
import { readDocument, readSource } from '../../../gateway/workers/read-source.ts'
import { MOST_FIELDS } from '../../../gateway/monitor/flow/source.ts'
import { letterOf } from '../../support/letters.ts'
import { writeMessage } from '../../support/messages.ts'
import { writeMovement } from '../../support/movements.ts'

const maxDocumentBytes = 25_000_000
const look = (bytes: Uint8Array, isRevealed = false) => readSource({ bytes, maxDocumentBytes, isRevealed })
const letter = letterOf({ controlId: 'SOURCE-1', person: 42 })

describe('a message as the monitor shows it', () => {
  it('hidden, it names the person nowhere and tells nothing of him; its envelope is there', () => {
    const text = JSON.stringify(look(letter.bytes))
    for (const secret of [letter.ins, letter.ipp, 'EXEMPLE', 'V-T42']) expect(text).not.toContain(secret)
    expect(text).toContain('SOURCE-1')
    expect(look(letter.bytes).documents[0]?.blocks).toEqual([])
  })

  it('revealed, every field has its value, and the document can be read', () => {
    const shown = look(letter.bytes, true)
    const values = shown.segments.flatMap(({ fields }) => fields).map(({ value }) => value)
    expect(values).toContain(letter.ins)
    expect(shown.documents[0]?.blocks.filter(({ kind }) => kind === 'heading').length).toBeGreaterThan(3)
    expect(shown.shown).toBe(shown.total)
  })

  it('has a field for every path that lineage and coverage name', () => {
    const { lineage, unread } = mapDocument({ bytes: letter.bytes, receivedAt: new Date(), environment: 'test', maxDocumentBytes })
    const shown = look(letter.bytes)
    const paths = [...shown.segments, ...shown.documents].flatMap(({ fields }) => fields.map(({ path }) => path))
    const isThere = (path: string): boolean =>
      paths.some(one => one === path || one.startsWith(`${path}/`) || one.startsWith(`${path}.`) || one.startsWith(`${path}[`))
    expect([...lineage.flatMap(({ sources }) => sources), ...unread].filter(path => !isThere(path))).toEqual([])
  })

  it('of a document of many pages the beginning is shown, and said to be', () => {
    const rows = '<tbody><tr><td>x</td></tr></tbody>'.repeat(20_000)
    const [document] = look(letterOf({ controlId: 'SOURCE-3', edit: cda => cda.replace('</table>', `${rows}</table>`) }).bytes, true).documents
    expect(document?.isCut).toBe(true)
    expect(JSON.stringify(document?.blocks).length).toBeLessThan(200_000)
    expect(look(letter.bytes, true).documents[0]?.isCut).toBeUndefined()
  })

  it('a movement is a message like any other: its envelope is shown, its person is not', () => {
    const bytes = writeMovement({ ipp: 'IPP-SECRET' })
    const text = JSON.stringify(look(bytes))
    expect(text).toContain('ZBE-1')
    expect(text).toContain('INSERT')
    for (const secret of ['IPP-SECRET', 'EXEMPLE', 'V-1']) expect(text).not.toContain(secret)
    expect(JSON.stringify(look(bytes, true))).toContain('IPP-SECRET')
  })

  it('script in a name is text like any other', () => {
    const bytes = writeMessage({ set: { 'PID-5': '<script>alert(1)</script>^X' } })
    const [name] = look(bytes, true)
      .segments.flatMap(({ fields }) => fields)
      .filter(({ path }) => path.startsWith('PID-5'))
    expect(name?.value).toBe('<script>alert(1)</script>')
  })

  it('broken UTF-8 is shown, with a mark for what is none', () => {
    const bytes = Buffer.from(writeMessage({ set: { 'PID-5': 'DUPRÉ^X' } }))
    bytes[bytes.indexOf(Buffer.from('É'))] = 0xff
    const shown = look(bytes, true)
    expect(shown.isSound).toBe(false)
    expect(JSON.stringify(shown.segments)).toContain('DUPR\ufffd')
  })

  it('more fields than anybody reads are counted, not shown', () => {
    const bytes = writeMessage({ edit: segments => [...segments, ...Array.from({ length: 9000 }, (_, at) => `NTE|${at}||x`)] })
    const shown = look(bytes)
    expect(shown.shown).toBe(MOST_FIELDS)
    expect(shown.total).toBeGreaterThan(18_000)
  })

  it('a long value is shown in part, with its size', () => {
    const [note] = look(writeMessage({ edit: segments => [...segments, `NTE|1||${'é'.repeat(5_000_000)}`] }), true)
      .segments.flatMap(({ fields }) => fields)
      .filter(({ path }) => path === 'NTE-3')
    expect(note?.size).toBe(10_000_000)
    expect(note?.value?.length).toBeLessThan(1000)
  })

  it('a document that cannot be read says why, and the message around it is shown', () => {
    const shown = look(writeMessage({ base64: '%%%' }), true)
    expect(shown.documents[0]?.fault).toBe('document.base64')
    expect(shown.segments.length).toBeGreaterThan(5)
    expect(look(writeMessage({ document: Buffer.from('<ClinicalDocument') }), true).documents[0]?.fault).toBe('document.not_cda')
  })

  it('whatever the bytes are, something is shown and nothing is thrown; hidden, nothing of what is no message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        expect(look(bytes, true).size).toBe(bytes.length)
        expect(look(bytes).text).toBeNull()
      }),
    )
  })
})

describe('what can be downloaded', () => {
  it('the message and its document are the bytes that were sent', () => {
    expect(Buffer.from(readDocument({ bytes: letter.bytes, maxDocumentBytes }).bytes).equals(Buffer.from(letter.bytes))).toBe(true)
    const { bytes, contentType } = readDocument({ bytes: letter.bytes, maxDocumentBytes, document: 0 })
    expect([Buffer.from(bytes).toString('utf8'), contentType]).toEqual([letter.cda, 'text/xml'])
  })

  it('of an unstructured document its PDF; a document that is not there is none', () => {
    const unstructured = letterOf({ controlId: 'SOURCE-2', body: 'N1' })
    expect(readDocument({ bytes: unstructured.bytes, maxDocumentBytes, document: 0, isBody: true }).contentType).toBe('application/pdf')
    const strange = Buffer.from(unstructured.cda.replace('mediaType="application/pdf"', 'mediaType="x/&#10;☃"').replace('>JVBERi', '>AAAAAA'))
    expect(readDocument({ bytes: strange, maxDocumentBytes, document: 0, isBody: true }).contentType).toBe('application/octet-stream')
    expect(() => readDocument({ bytes: letter.bytes, maxDocumentBytes, document: 7 })).toThrow(/fhir.path_unknown at document/)
  })
})
