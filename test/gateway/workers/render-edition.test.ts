import { describe, expect, it } from 'vitest'
import { renderEditionMail, renderEditionMessage } from '../../../gateway/workers/render-edition.ts'
import { readEr7 } from '../../../profiles/hl7v2/er7.ts'
import { writeCda } from '../../support/cda.ts'

// A CDA that a client deposited, as it leaves: OBR-4, TXA-2 and METADATA.XML need a type, which a CDA may leave out and its card has.

const withoutCode = writeCda({ edit: text => text.replace(/<code code="11490-0"[^>]*>/, '') })
const sent = { change: 'create', labels: [], isInsQualified: true, messageId: 'ref@hub.mssante.fr' } as const

const messageOf = (document: Uint8Array, documentType?: string) =>
  readEr7(
    renderEditionMessage({
      ...sent,
      document,
      documentType,
      processing: 'T',
      receiver: { application: 'DPI-2', facility: 'CH-2' },
      controlId: 'C-1',
      receivedAt: new Date('2026-06-02T12:30:00Z'),
      mailbox: 'hub@hub.mssante.fr',
    }),
  )

describe('a CDA without a type', () => {
  it('leaves for a hospital with that of its card', () => {
    const message = messageOf(withoutCode, '18776-5')
    expect(message.first('TXA')?.text(2)).toBe('18776-5')
    for (const [segment, field] of [
      ['OBR', 4],
      ['OBX', 3],
    ] as const)
      expect(message.first(segment)?.raw(field)).toMatch(/^18776-5\^[^^]+\^LN$/)
  })

  it('leaves by mail with that of its card', () => {
    const mail = renderEditionMail({
      ...sent,
      document: withoutCode,
      documentType: '18776-5',
      address: 'dr.a@test.mssante.fr',
      from: { address: 'hub@hub.mssante.fr', name: 'Hub' },
      reference: 'abc',
      date: new Date('2026-06-02T12:30:00Z'),
      product: { name: 'hub', version: '0', contact: 'hub', reference: 'HUB-0' },
      sourceId: '1.2.250.1.999.1',
    })
    expect(mail.headers['X-MSS-CODECDA']).toBe('18776-5')
    const metadata = mail.archive.find(({ path }) => /METADATA\.XML$/i.test(path))
    expect(Buffer.from(metadata?.bytes ?? []).toString('utf8')).toContain('nodeRepresentation="18776-5"')
  })

  it('that has one keeps it', () => {
    expect(messageOf(writeCda(), '18776-5').first('TXA')?.text(2)).toBe('11490-0')
  })
})
