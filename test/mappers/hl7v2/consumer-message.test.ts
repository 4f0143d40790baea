import { Hl7Message } from '@medplum/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCdaHeader } from '../../../mappers/cda/header/header-reader.ts'
import { readCda } from '../../../mappers/cda/xml/tree.ts'
import { writeConsumerMessage } from '../../../mappers/hl7v2/consumer-message.ts'
import { transmissionOfDocument } from '../../../mappers/hl7v2/reading/transmission-of-document.ts'
import type { Transmission } from '../../../mappers/hl7v2/reading/transmission.ts'
import { readTransmission } from '../../../mappers/hl7v2/reading/read-transmission.ts'
import { readEr7 } from '../../../profiles/hl7v2/er7.ts'
import { checkStructure } from '../../../profiles/hl7v2/grammar.ts'
import { TEST_INS, writeCda } from '../../support/cda.ts'
import { type MessageChange, writeMessage } from '../../support/messages.ts'

function written(change: MessageChange = {}) {
  const { transmission } = readTransmission(writeMessage(change))
  return { transmission, message: messageOf(transmission) }
}

function messageOf(transmission: Transmission) {
  const { header } = readCdaHeader(readCda(transmission.document))
  const bytes = writeConsumerMessage({
    transmission,
    header,
    receiver: { application: 'DPI-2', facility: 'CH-2' },
    controlId: 'C-1',
    receivedAt: new Date('2026-06-02T12:30:00Z'),
    mailbox: 'hub@hub.mssante.fr',
    messageId: 'ref@hub.mssante.fr',
  })
  return readEr7(bytes)
}

it('is the MDM of the volet, segment by segment', () => {
  const { message } = written()
  const raw = (name: string, ...fields: number[]) => fields.map(field => message.first(name)?.raw(field))
  expect(raw('MSH', 5, 6, 7, 9, 10, 12, 17, 18, 21)).toEqual([
    'DPI-2',
    'CH-2',
    '20260602123000+0000',
    'MDM^T02^MDM_T02',
    'C-1',
    '2.6',
    'FRA',
    'UNICODE UTF-8',
    '1.1^CISIS_CDA_HL7_LPS',
  ])
  expect(raw('EVN', 2)).toEqual(['20260602123000+0000'])
  expect(raw('PID', 5, 7, 8, 11, 32)).toEqual(['EXEMPLE^CLAIRE^CLAIRE ANNE^^^^L', '19790328', 'F', '^^^^^^BDL^^51215', 'VALI'])
  expect(raw('PV1', 1, 2)).toEqual(['1', 'N'])
  expect(raw('PRT', 2, 4)).toEqual(['UC', 'SB^Send By^participation'])
  const flags = message.all('OBX').slice(2)
  expect(flags.map(obx => [1, 2, 11].map(field => obx.raw(field)).join(' '))).toEqual(['3 CWE F', '4 CWE F', '5 CWE F', '6 CWE F'])
  expect(flags.map(obx => `${obx.raw(3)} ${obx.raw(5)}`)).toEqual([
    'MASQUE_PS^Masqué aux professionnels de Santé^MetaDMPMSS N^^expandedYes-NoIndicator',
    'INVISIBLE_PATIENT^Document Non Visible par le patient^MetaDMPMSS N^^expandedYes-NoIndicator',
    'INVISIBLE_REP_LEGAUX^Non visible par les représentants Légaux du patient^MetaDMPMSS N^^expandedYes-NoIndicator',
    'MODIF_CONF_CODE^Modification Confidentiality Code^MetaDMPMSS N^^expandedYes-NoIndicator',
  ])
})

it('a document that no message brought says the same of its person, and no more of its sender than it does', () => {
  const document = writeCda({
    edit: text =>
      text
        .replace('<given qualifier="BR">', '<given qualifier="CL">Nina</given><given qualifier="BR">')
        .replace(/<administrativeGenderCode[^>]*>/, '<administrativeGenderCode code="UN" codeSystem="2.16.840.1.113883.5.1"/>')
        .replaceAll(/<id root="1.2.250.1.71.4.2.[12]"/g, '<id root="1.2.250.1.999.4"'),
  })
  const { header } = readCdaHeader(readCda(document))
  const transmission = transmissionOfDocument(header, { document, action: 'create', processing: 'T', isInsQualified: true, labels: [] })
  const pid = messageOf(transmission).first('PID')
  expect([1, 2].map(at => pid?.text(3, at, 5))).toEqual(['INS', 'PI'])
  expect([pid?.text(8), pid?.text(5, 2), pid?.text(5, 2, 2), pid?.text(5, 2, 7)]).toEqual(['U', undefined, 'Nina', 'D'])
  const prt = messageOf(transmission).first('PRT')
  expect([prt?.text(5, 1, 9, 2), prt?.text(5, 1, 13), prt?.text(8, 1, 6, 2), prt?.text(8, 1, 7)]).toEqual([
    '1.2.250.1.999.4',
    undefined,
    '1.2.250.1.999.4',
    undefined,
  ])
})

it('a document that no message brought is coded as HL7v2 calls the systems, and its numbers are those of the registers', () => {
  const document = writeCda({
    edit: text =>
      text
        .replace(/<code code="11490-0"[^>]*>/, '<code code="11490-0" codeSystem="2.16.840.1.113883.6.1"/>')
        .replaceAll(/<id root="1.2.250.1.71.4.2.[12]"/g, '<id root="1.2.250.1.999.4" extension="LOCAL"/>$&'),
  })
  const { header } = readCdaHeader(readCda(document))
  const message = messageOf(transmissionOfDocument(header, { document, action: 'create', processing: 'T', isInsQualified: true, labels: [] }))
  const [obr, obx, pid, prt] = ['OBR', 'OBX', 'PID', 'PRT'].map(name => message.first(name))
  const type = "11490-0^Lettre de liaison à la sortie d'un établissement de soins^LN"
  expect([obr?.raw(4), obx?.raw(3)]).toEqual([type, type])
  expect(pid?.text(3, 1, 4)).toBe('ASIP-SANTE-INS-NIR')
  expect([prt?.text(5), prt?.text(5, 1, 13), prt?.text(8, 1, 10), prt?.text(8, 1, 7)]).toEqual(['810100000032', 'IDNPS', '1540009990', 'IDNST'])
})

it('the system of a known type is that of the register, whatever its document says', () => {
  const document = writeCda({ type: { code: '11490-0', system: '1.2.250.1.999.9', display: 'Lettre de liaison' } })
  const { header } = readCdaHeader(readCda(document))
  const message = messageOf(transmissionOfDocument(header, { document, action: 'create', processing: 'T', isInsQualified: true, labels: [] }))
  expect(message.first('OBR')?.raw(4)).toBe('11490-0^Lettre de liaison^LN')
})

it('a document of a type of our own country is coded in TRE_A05', () => {
  const document = writeCda({ type: { code: 'SYNTH', system: '1.2.250.1.213.1.1.4.12', display: 'Synthèse' } })
  const { header } = readCdaHeader(readCda(document))
  const message = messageOf(transmissionOfDocument(header, { document, action: 'create', processing: 'T', isInsQualified: true, labels: [] }))
  expect(message.first('OBR')?.raw(4)).toBe('SYNTH^Synthèse^TRE_A05')
})

it('the next version of a set that names no predecessor is a first transmission: a T10 would lack its TXA-13', () => {
  const { transmission } = readTransmission(writeMessage())
  const message = messageOf({ ...transmission, action: 'replace' })
  expect([message.first('MSH')?.text(9, 1, 2), message.first('ORC')?.text(1), message.first('OBX')?.text(11), message.first('TXA')?.text(13)]).toEqual([
    'T02',
    'NW',
    'F',
    undefined,
  ])
})

it('a number whose authority has a name alone is told with it, and not under the hub’s name for it', () => {
  const { message } = written({ set: { 'PID-3': `123^^^HOP^PI~${TEST_INS.extension}^^^ASIP-SANTE-INS-NIR&${TEST_INS.root}&ISO^INS` } })
  expect(message.first('PID')?.raw(3)).toBe(`123^^^HOP^PI~${TEST_INS.extension}^^^ASIP-SANTE-INS-NIR&${TEST_INS.root}&ISO^INS`)
})

it('a number of no authority is told as one of the hospital that wrote it', () => {
  const { transmission, message } = written({ set: { 'PID-3': `123^^^^PI~${TEST_INS.extension}^^^ASIP-SANTE-INS-NIR&${TEST_INS.root}&ISO^INS` } })
  expect([message.first('PID')?.text(3, 1, 1), message.first('PID')?.text(3, 1, 4)]).toEqual(['123', transmission.sendingFacility])
})

it('a sender with a number of his own and no authority has none here either', () => {
  const { message } = written({ participations: ['PRT||UC||SB^Send by^participation|DR12^MODELE|||CH Exemple^^^^^^^^^77'] })
  const prt = message.first('PRT')
  expect([prt?.text(5), prt?.text(5, 1, 9, 2), prt?.text(5, 1, 13), prt?.text(8, 1, 6, 2), prt?.text(8, 1, 7)]).toEqual([
    'DR12',
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

it('a structure whose number is national by its type is written with the register that gave it', () => {
  const { message } = written({ participations: ['PRT||UC||SB^Send by^participation||||CH Exemple^^^^^^IDNST^^^1750000001'] })
  const prt = message.first('PRT')
  expect([prt?.text(8, 1, 6, 2), prt?.text(8, 1, 7), prt?.text(8, 1, 10)]).toEqual(['1.2.250.1.71.4.2.2', 'IDNST', '1750000001'])
})

describe('a document for a hospital that wants it (flux 6)', () => {
  const { transmission, message } = written()
  const text = (name: string, field: number, component = 1) => message.first(name)?.text(field, 1, component)

  it('is an MDM^T02 of profile 1.1 LPS, its segments in their order', () => {
    expect(
      checkStructure(
        'MDM_T02',
        message.segments.map(segment => segment.name),
      ),
    ).toEqual([])
    expect([text('MSH', 9), text('MSH', 9, 2), text('MSH', 12), text('MSH', 21), text('MSH', 21, 2)]).toEqual(['MDM', 'T02', '2.6', '1.1', 'CISIS_CDA_HL7_LPS'])
    expect([text('MSH', 5), text('MSH', 6), text('ORC', 1), text('PV1', 2)]).toEqual(['DPI-2', 'CH-2', 'NW', 'N'])
  })

  it('carries the document byte for byte, its id and its type', () => {
    const [document] = message.all('OBX')
    expect(Buffer.from(document?.text(5, 1, 5) ?? '', 'base64').equals(Buffer.from(transmission.document))).toBe(true)
    expect([text('OBR', 4), text('TXA', 2), document?.text(3), document?.text(11)]).toEqual(['11490-0', '11490-0', '11490-0', 'F'])
    expect(text('TXA', 12)).toBe('1.2.250.1.999.1.1')
  })

  it('names the person as the document does, the sender, the mail and the four flags in their order', () => {
    expect(message.first('PID')?.repetitions(3)).toBe(2)
    expect(text('PRT', 4)).toBe('SB')
    expect(message.first('PRT')?.text(15, 1, 4)).toMatch(/@/)
    expect(message.all('OBX').map(obx => obx.text(3))).toEqual([
      '11490-0',
      'ref@hub.mssante.fr',
      'MASQUE_PS',
      'INVISIBLE_PATIENT',
      'INVISIBLE_REP_LEGAUX',
      'MODIF_CONF_CODE',
    ])
  })
})

it('names and labels are read back as they were written, whatever they hold; another reader counts the same segments', () => {
  const unit = fc.constantFrom('a', 'é', '\r', '\n', '\u000b', '\u001c', '\u2028', '\u202e', '\\', '^', '&', '|', '~', '#', 'X0D', '\\F\\', '😀')
  const text = fc.string({ unit, maxLength: 60 })
  const { transmission } = readTransmission(writeMessage())
  const { header } = readCdaHeader(readCda(transmission.document))
  fc.assert(
    fc.property(text, text, (family, given) => {
      const told: Transmission = {
        ...transmission,
        patient: { ...transmission.patient, names: [{ family, given, type: 'L' }] },
        documentType: { ...transmission.documentType, display: family },
        sender: { structure: { id: '1', name: given } },
      }
      const receiver = { application: family, facility: given }
      const bytes = writeConsumerMessage({ transmission: told, header, receiver, controlId: 'C', receivedAt: new Date(0), mailbox: 'h@h', messageId: 'r' })
      const message = readEr7(bytes)
      const pid = message.first('PID')
      expect([pid?.text(5, 1, 1) ?? '', pid?.text(5, 1, 2) ?? '']).toEqual([family, given])
      expect([message.first('MSH')?.text(5) ?? '', message.first('PRT')?.text(8) ?? '']).toEqual([family, given])
      const other = Hl7Message.parse(Buffer.from(bytes).toString('utf8')).segments.map(({ name }) => name)
      expect(other.filter(name => name !== '')).toEqual(message.segments.map(({ name }) => name))
      expect(bytes.some(byte => byte === 0x0b || byte === 0x1c)).toBe(false)
    }),
    { numRuns: 300, seed: 7 },
  )
})
