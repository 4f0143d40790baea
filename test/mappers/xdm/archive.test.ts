import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XmlDocument } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { readCdaHeader } from '../../../mappers/cda/header/header-reader.ts'
import { readCda } from '../../../mappers/cda/xml/tree.ts'
import { type ArchiveInput, mapDocumentToArchive } from '../../../mappers/xdm/archive.ts'
import { submissionIds } from '../../../mappers/xdm/metadata.ts'
import { transmissionOf } from '../../support/transmission.ts'

const document = readFileSync(join(import.meta.dirname, '../../fixtures/cda/ldl-ses/in.xml'))

function inputOf(): ArchiveInput {
  return {
    transmission: transmissionOf(document),
    documents: [{ header: readCdaHeader(readCda(document)).header, document }],
    change: 'create',
    isInsQualified: true,
    ids: submissionIds('reference-1'),
    submittedAt: new Date('2026-06-02T12:31:00Z'),
    sourceId: '1.2.250.1.999.1.9',
    product: { name: 'Hub é-parcours', version: '0.1.0', contact: 'contact@exemple.fr' },
  }
}

describe('IHE_XDM.ZIP', () => {
  const members = mapDocumentToArchive(inputOf()).output
  const text = (path: string): string => Buffer.from(members.find(member => member.path === path)?.bytes ?? []).toString('utf8')

  it('holds index, readme, metadata and document, in this order', () => {
    expect(members.map(member => member.path)).toEqual(['INDEX.HTM', 'README.TXT', 'IHE_XDM/SUBSET01/METADATA.XML', 'IHE_XDM/SUBSET01/DOC00001.XML'])
  })

  it('every part of every path is an upper case 8.3 name', () => {
    for (const part of members.flatMap(member => member.path.split('/'))) expect(part).toMatch(/^[A-Z0-9_]{1,8}(\.[A-Z]{3})?$/)
  })

  it('carries the CDA byte for byte', () => {
    expect(Buffer.compare(members[3]?.bytes ?? new Uint8Array(), document)).toBe(0)
  })

  it('the index is well-formed and links the document that is there', () => {
    const page = XmlDocument.fromString(text('INDEX.HTM').replace(/<!DOCTYPE[^>]*>/, ''))
    const links = page.find('//h:a/@href', { h: 'http://www.w3.org/1999/xhtml' }).map(node => node.content)
    page.dispose()
    expect(links).toContain('IHE_XDM/SUBSET01/DOC00001.XML')
    for (const link of links) expect(members.map(member => member.path)).toContain(link)
  })

  it('the readme names product and contact in ASCII', () => {
    expect(text('README.TXT')).toContain('Hub e-parcours 0.1.0')
    expect(text('README.TXT')).toContain('contact@exemple.fr')
    expect(text('README.TXT')).toMatch(/^[\r\n\x20-\x7e]+$/)
  })

  it('index and readme name nobody', () => {
    for (const path of ['INDEX.HTM', 'README.TXT']) expect(text(path)).not.toMatch(/EXEMPLE|CLAIRE|279035121518989/)
  })
})
