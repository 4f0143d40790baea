import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import yauzl from 'yauzl'
import { writeMail } from '../../../connectors/mssante/wire.ts'
import { letterPdf } from '../../../gateway/demo/letter-document.ts'
import { renderMail } from '../../../gateway/workers/render-mail.ts'
import { readTransmission } from '../../../mappers/hl7v2/reading/read-transmission.ts'
import { openEbrimSchema } from '../../support/ebrim.ts'

// The mail as it reaches the operator: mapped here, written by the connector, read again as a recipient would.

const AT = new Date('2026-06-02T12:30:00Z')
const bytes = readFileSync(join(import.meta.dirname, '../../fixtures/hl7v2/mdm-t02-ldl-ses/in.er7'))

const rendered = () =>
  renderMail({
    bytes,
    recipient: { address: 'dr.modele@exemple.medecin.mssante.fr', kind: 'ps', path: '' },
    change: 'create',
    maxDocumentBytes: 25_000_000,
    isInsQualified: true,
    from: { address: 'hub@exemple.mssante.fr', name: 'Plateforme e-parcours' },
    reference: 'r-1',
    messageId: 'r-1@exemple.mssante.fr',
    date: AT,
    product: { name: 'Hub e-parcours', version: '0.1.0', contact: 'contact@exemple.fr', reference: 'HUB-0.1.0' },
    sourceId: '1.2.250.1.999.1.9',
  })

async function unzip(archive: Uint8Array): Promise<Map<string, Buffer>> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(archive))
  const members = new Map<string, Buffer>()
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = []
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer)
    members.set(entry.fileName, Buffer.concat(chunks))
  }
  return members
}

const schema = await openEbrimSchema()

describe('the mail as written', () => {
  it('reads back with its subject, headers and text', async () => {
    const mail = await PostalMime.parse(await writeMail(await rendered()))
    expect(mail.subject).toBe("XDM/1.0/DDM+Lettre de liaison à la sortie d'un établ EXEMPLE CLAIRE 28/03/1979")
    expect(mail.messageId).toBe('<r-1@exemple.mssante.fr>')
    const headers = new Map(mail.headers.map(({ key, value }) => [key, value]))
    expect([headers.get('x-mss-codecda'), headers.get('x-mss-ins'), headers.get('x-mss-nil')]).toEqual(['11490-0', 'O', 'HUB-0.1.0'])
    expect(mail.text).toContain('Veuillez trouver ci-joint la lettre de liaison')
  })

  it('carries a sound archive: metadata that describe the document beside them, and the PDF byte for byte', async context => {
    const mail = await PostalMime.parse(await writeMail(await rendered()))
    const [archive, pdf] = mail.attachments
    expect(archive?.filename).toBe('IHE_XDM.zip')
    const members = await unzip(new Uint8Array(archive?.content as ArrayBuffer))
    const document = members.get('IHE_XDM/SUBSET01/DOC00001.XML') ?? Buffer.alloc(0)
    expect(document.equals(Buffer.from(readTransmission(bytes).transmission.document))).toBe(true)
    const metadata = (members.get('IHE_XDM/SUBSET01/METADATA.XML') ?? Buffer.alloc(0)).toString('utf8')
    expect(metadata).toContain(`<rim:Value>${createHash('sha1').update(document).digest('hex')}</rim:Value>`)
    expect(metadata).toContain(`<rim:Value>${document.byteLength}</rim:Value>`)
    expect(Buffer.from(pdf?.content as ArrayBuffer).equals(letterPdf({ documentId: '1.2.250.1.999.1.1.1', at: AT }))).toBe(true)
    if (schema === undefined) context.skip('ebRIM schemas not available')
    schema?.validate(metadata)
  })

  it('is the same bytes on a second attempt', async () => {
    expect(Buffer.compare(await writeMail(await rendered()), await writeMail(await rendered()))).toBe(0)
  })
})
