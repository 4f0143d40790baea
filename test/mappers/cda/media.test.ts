import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64 } from '../../../mappers/cda/base64.ts'
import { readCdaHeader } from '../../../mappers/cda/header-reader.ts'
import { documentMedium, documentPdf, sniffMediaType } from '../../../mappers/cda/media.ts'
import { readCda } from '../../../mappers/cda/tree.ts'
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
