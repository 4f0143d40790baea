import { describe, expect, it } from 'vitest'
import { buildDemoMessage } from '../../../gateway/demo/letter.ts'
import { letterPdf, parisTime } from '../../../gateway/demo/letter-document.ts'
import { readCdaHeader } from '../../../mappers/cda/header/header-reader.ts'
import { documentPdf } from '../../../mappers/cda/media.ts'
import { readCda } from '../../../mappers/cda/xml/tree.ts'
import { judgeTransmission } from '../../../mappers/hl7v2/checks/judge.ts'
import { readTransmission } from '../../../mappers/hl7v2/reading/read-transmission.ts'

const AT = new Date('2026-06-02T12:30:00Z')
const demo = { controlId: 'DEMO-1', documentId: '2.25.42', at: AT }

describe('the demo letter', () => {
  it('is accepted', () => {
    const { errors } = judgeTransmission(buildDemoMessage(demo), { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 25_000_000 })
    expect(errors).toEqual([])
  })

  it('carries the control id and the document id it was given', () => {
    const { transmission } = readTransmission(buildDemoMessage(demo))
    expect(transmission.controlId).toBe('DEMO-1')
    expect(transmission.documentId).toEqual({ root: '2.25.42' })
    expect(readCdaHeader(readCda(transmission.document)).header.id).toMatchObject({ root: '2.25.42' })
  })

  it('holds every mandatory section of the volet and its PDF copy', () => {
    const { transmission } = readTransmission(buildDemoMessage(demo))
    const cda = readCda(transmission.document)
    const text = Buffer.from(transmission.document).toString('utf8')
    for (const code of ['33557-0', '42349-1', '42545-4', '10183-2', '55108-5']) expect(text).toContain(`<code code="${code}"`)
    for (const code of ['GEN-065', 'ORG-070', 'ORG-074', 'MED-142', 'MED-309', 'MED-145', 'MED-147']) expect(text).toContain(`<code code="${code}"`)
    expect(documentPdf(cda, readCdaHeader(cda).header)?.bytes.equals(letterPdf(demo))).toBe(true)
  })

  it('ends every segment with CR and breaks no base64', () => {
    const text = Buffer.from(buildDemoMessage(demo)).toString('utf8')
    expect(text).not.toContain('\n')
    expect(text.endsWith('\r')).toBe(true)
  })

  it('the PDF points at its own objects', () => {
    const text = Buffer.from(letterPdf(demo)).toString('latin1')
    const start = Number(/startxref\n(\d+)/.exec(text)?.[1])
    expect(text.slice(start, start + 4)).toBe('xref')
    const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n/gm)].map(match => Number(match[1]))
    expect(offsets).toHaveLength(6)
    for (const [index, offset] of offsets.entries()) expect(text.slice(offset).startsWith(`${index + 1} 0 obj`)).toBe(true)
  })

  it('shows times as a clock in Paris does', () => {
    expect(parisTime(AT)).toBe('20260602143000+0200')
    expect(parisTime(new Date('2026-12-31T23:30:00Z'))).toBe('20270101003000+0100')
  })
})
