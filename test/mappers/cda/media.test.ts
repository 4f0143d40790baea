import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64 } from '../../../mappers/cda/base64.ts'
import { readCdaHeader } from '../../../mappers/cda/header/header-reader.ts'
import { documentMedium, documentPdf, sniffMediaType } from '../../../mappers/cda/media.ts'
import { readCda } from '../../../mappers/cda/xml/tree.ts'
import { writeCda } from '../../support/cda.ts'

function read(body: string, edit = (text: string): string => text) {
  const cda = readCda(writeCda({ body, edit }))
  return { cda, header: readCdaHeader(cda).header }
}

describe('base64', () => {
  it('what was encoded is decoded, in one line or in many', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        const text = Buffer.from(bytes).toString('base64')
        expect(decodeBase64(text)).toEqual(Buffer.from(bytes))
        expect(decodeBase64(text.replace(/(.{20})/g, '$1\r\n '))).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it.each(['AAAA*AAA', 'AAAAA', 'AA=A', 'AAA-', 'é'])('%j is none', text => {
    expect(decodeBase64(text)).toBeUndefined()
  })
})

describe('the readable form of a document', () => {
  it('is the body of an N1, byte for byte', () => {
    const { cda, header } = read('JVBERi0xLjQK')
    expect(documentPdf(cda, header)).toMatchObject({ bytes: Buffer.from('%PDF-1.4\n'), contentType: 'application/pdf' })
  })

  it('is the same, byte for byte, when it is long, and its base64 is stored as it is written', () => {
    const written = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(20_000, 'page ')]).toString('base64')
    const { cda, header } = read(written)
    const medium = documentMedium(cda, header)
    expect([medium?.bytes.toString('base64'), medium?.base64?.toString('latin1')]).toEqual([written, written])
    expect(cda.root.at('component', 'nonXMLBody', 'text')?.children).toEqual([written])
  })

  it.each([
    ['lines', (text: string) => text.replace(/(.{76})/g, '$1\r\n')],
    ['a comment inside', (text: string) => `${text.slice(0, 9000)}<!-- -->${text.slice(9000)}`],
    ['a part as CDATA', (text: string) => `${text.slice(0, 9000)}<![CDATA[${text.slice(9000)}]]>`],
    ['no padding', (text: string) => text.replace(/=+$/, '')],
  ])('a long one written with %s is decoded all the same', (_, edit) => {
    const written = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(20_000, 'page ')]).toString('base64')
    const { cda, header } = read(edit(written))
    expect(documentPdf(cda, header)?.bytes.toString('base64')).toBe(written)
  })

  it('has the type of its bytes, not the declared one', () => {
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]).toString('base64')
    const { cda, header } = read(png)
    expect(documentMedium(cda, header)?.contentType).toBe('image/png')
    expect(documentPdf(cda, header)).toBeUndefined()
  })

  it('is the PDF copy of an N3, in its section 55108-5', () => {
    const section = (code: string) =>
      `<section><code code="${code}" codeSystem="2.16.840.1.113883.6.1"/><text>x</text><entry><observationMedia classCode="OBS" moodCode="EVN" ID="m"><value mediaType="application/pdf" representation="B64">JVBERi0xLjQK</value></observationMedia></entry></section>`
    const n3 = (code: string) =>
      read('', text =>
        text.replace(
          /<component><nonXMLBody>[\s\S]*<\/component>/,
          `<component><structuredBody><component>${section(code)}</component></structuredBody></component>`,
        ),
      )
    const copy = n3('55108-5')
    expect(documentPdf(copy.cda, copy.header)?.bytes.toString()).toBe('%PDF-1.4\n')
    const other = n3('55107-7')
    expect(documentPdf(other.cda, other.header)).toBeUndefined()
  })

  it('is none when the body is not base64', () => {
    const { cda, header } = read('JVBE*')
    expect(documentMedium(cda, header)).toBeUndefined()
  })

  it('bytes of no known kind have no sniffed type', () => {
    expect(sniffMediaType(Buffer.from('Bonjour'))).toBeUndefined()
  })
})
