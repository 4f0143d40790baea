import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCdaHeader } from '../../../mappers/cda/header/header-reader.ts'
import { documentPdf } from '../../../mappers/cda/media.ts'
import { readCda } from '../../../mappers/cda/xml/tree.ts'
import { readTransmission } from '../../../mappers/hl7v2/reading/read-transmission.ts'
import { type MailInput, mapDeliveryToMail } from '../../../mappers/mail/mail.ts'
import { letterPdf } from '../../../gateway/demo/letter-document.ts'

const HL7 = join(import.meta.dirname, '../../fixtures/hl7v2')
const AT = new Date('2026-06-02T12:30:00Z')

function inputOf(message: string, recipient = 0, change: Partial<MailInput> = {}): MailInput {
  const { transmission } = readTransmission(readFileSync(join(HL7, message, 'in.er7')))
  const to = transmission.recipients[recipient]
  if (to === undefined) throw new Error('no such recipient')
  const cda = readCda(transmission.document)
  const { header } = readCdaHeader(cda)
  const pdf = documentPdf(cda, header)?.bytes
  return {
    transmission,
    documents: [{ header, document: transmission.document, ...(pdf === undefined ? {} : { pdf }) }],
    change: 'create',
    recipient: to,
    isInsQualified: true,
    from: { address: 'hub@exemple.mssante.fr', name: 'Plateforme e-parcours' },
    reference: 'r-1',
    messageId: 'r-1@exemple.mssante.fr',
    date: AT,
    product: { name: 'Hub e-parcours', version: '0.1.0', contact: 'contact@exemple.fr', reference: 'HUB-0.1.0' },
    sourceId: '1.2.250.1.999.1.9',
    ...change,
  }
}
const mailOf = (message: string, recipient = 0, change: Partial<MailInput> = {}) => mapDeliveryToMail(inputOf(message, recipient, change)).output

describe('the mail of one delivery', () => {
  it('goes to one recipient, from the mailbox of the hub, under its own references', () => {
    const mail = mailOf('mdm-t02-ldl-ses', 1)
    expect(mail.to).toBe('dac54@structure.mssante.fr')
    expect(mail.from).toEqual({ address: 'hub@exemple.mssante.fr', name: 'Plateforme e-parcours' })
    expect([mail.messageId, mail.envelopeId]).toEqual(['r-1@exemple.mssante.fr', 'r-1'])
    expect(mail.date).toEqual(AT)
  })

  it('of a change goes on from the mails of the earlier versions; a first one from none', () => {
    const earlier = ['a@hub.mssante.fr', 'b@hub.mssante.fr']
    const { headers } = mailOf('mdm-t02-ldl-ses', 0, { change: 'replace', earlier })
    expect(headers).toMatchObject({ 'In-Reply-To': '<b@hub.mssante.fr>', References: '<a@hub.mssante.fr> <b@hub.mssante.fr>' })
    expect(mailOf('mdm-t02-ldl-ses', 0).headers).not.toHaveProperty('References')
  })

  it('has the subject and the headers of the socle', () => {
    const mail = mailOf('mdm-t02-ldl-ses')
    expect(mail.subject).toBe("XDM/1.0/DDM+Lettre de liaison à la sortie d'un établ EXEMPLE CLAIRE 28/03/1979")
    expect(mail.headers).toEqual({ 'X-MSS-CODECDA': '11490-0', 'X-MSS-INS': 'O', 'X-MSS-NIL': 'HUB-0.1.0' })
  })

  it('says N when the INS is not qualified', () => {
    expect(mailOf('mdm-t02-ldl-ses', 0, { isInsQualified: false }).headers['X-MSS-INS']).toBe('N')
  })

  it('tells only the person that she must not answer', () => {
    expect(mailOf('mdm-t02-n1', 0).headers['X-MSS-MES']).toBeUndefined()
    expect(mailOf('mdm-t02-n1', 1).headers['X-MSS-MES']).toBe('FIN')
    expect(mailOf('mdm-t02-n1', 1).text).toContain('Vous ne pouvez pas répondre')
  })

  it('carries the text of the sender, else a French sentence of ours for that kind of recipient', () => {
    expect(mailOf('mdm-t02-ldl-ses').text).toBe(
      "Bonjour,\n\nVeuillez trouver ci-joint la lettre de liaison rédigée à la sortie d'hospitalisation.\n\nCentre hospitalier Exemple",
    )
    expect(mailOf('mdm-t02-n1', 0).text).toContain("transmis par Centre hospitalier Exemple : Lettre de liaison à la sortie d'un établissement de soins.")
    expect(mailOf('mdm-t02-n1', 1).text).toContain('un document de santé qui vous concerne')
  })

  it('asks for a reading receipt only when the sender does', () => {
    expect(mailOf('mdm-t02-n1').requestReadReceipt).toBe(true)
    expect(mailOf('mdm-t02-ldl-ses').requestReadReceipt).toBe(false)
  })

  it('attaches the PDF of the document byte for byte, of an N1 and of an N3, under its own name', () => {
    for (const [message, documentId] of [
      ['mdm-t02-ldl-ses', '1.2.250.1.999.1.1.1'],
      ['mdm-t02-n1', '1.2.250.1.999.1.1.2'],
    ] as const) {
      const [attachment, ...more] = mailOf(message).attachments
      expect(more).toEqual([])
      expect(attachment?.name).toBe('20260526_Lettre-de-liaison-a-la-sortie-d-un-etabl_EXEMPLE_CLAIRE.pdf')
      expect(attachment?.contentType).toBe('application/pdf')
      expect(Buffer.from(attachment?.bytes ?? []).equals(letterPdf({ documentId, at: AT }))).toBe(true)
    }
  })

  it('goes without a PDF when the document has none, and says so', () => {
    const [{ header, document }] = inputOf('mdm-t02-n1').documents
    const { output, findings } = mapDeliveryToMail(inputOf('mdm-t02-n1', 0, { documents: [{ header, document }] }))
    expect(output.attachments).toEqual([])
    expect(findings.map(finding => finding.code)).toEqual(['document.pdf-missing'])
  })

  it('says that it replaces or deletes, also above what the sender wrote', () => {
    expect(mailOf('mdm-t02-n1', 0, { change: 'replace' }).text).toContain('annule et remplace')
    expect(mailOf('mdm-t02-n1', 0, { change: 'delete' }).text).toContain('supprimé')
    expect(mailOf('mdm-t02-n1').text).not.toMatch(/annule et remplace|supprimé/)
    const input = inputOf('mdm-t02-n1')
    const written = { ...input, change: 'replace' as const, transmission: { ...input.transmission, bodies: { ps: 'Cher confrère,\nvoici.' } } }
    expect(mapDeliveryToMail(written).output.text).toMatch(/annule et remplace[\s\S]+Cher confrère,\nvoici\./)
  })

  it('of two formats is one mail: both types, both documents, two PDF', () => {
    const [n1] = inputOf('mdm-t02-n1').documents
    const [n3] = inputOf('mdm-t02-ldl-ses').documents
    const { subject, headers, archive, attachments } = mailOf('mdm-t02-ldl-ses', 0, { documents: [n3, n1] })
    expect(subject).toMatch(/^XDM\/1\.0\/DDM\+2 documents /)
    expect(headers['X-MSS-CODECDA']).toBe([n3, n1].map(({ header }) => header.code.code).join(','))
    expect(archive.map(member => member.path.split('/').at(-1)).slice(-2)).toEqual(['DOC00001.XML', 'DOC00002.XML'])
    expect(new Set(attachments.map(one => one.name)).size).toBe(2)
  })

  it('archives the very document of the message', () => {
    const input = inputOf('oru-r01-n1')
    const document = mapDeliveryToMail(input).output.archive.find(member => member.path.endsWith('DOC00001.XML'))
    expect(Buffer.from(document?.bytes ?? []).equals(Buffer.from(input.documents[0].document))).toBe(true)
  })

  it('answers go where the sender wants them', () => {
    const input = inputOf('mdm-t02-ldl-ses')
    expect(mapDeliveryToMail(input).output).not.toHaveProperty('replyTo')
    const transmission = { ...input.transmission, replyTo: 'service@exemple.mssante.fr' }
    expect(mapDeliveryToMail({ ...input, transmission }).output.replyTo).toBe('service@exemple.mssante.fr')
  })

  it('is the same on a second run', () => {
    expect(mailOf('mdm-t02-ldl-ses')).toEqual(mailOf('mdm-t02-ldl-ses'))
  })
})
