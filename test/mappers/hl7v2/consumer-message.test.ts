import { describe, expect, it } from 'vitest'
import { readCdaHeader } from '../../../mappers/cda/header-reader.ts'
import { readCda } from '../../../mappers/cda/tree.ts'
import { writeConsumerMessage } from '../../../mappers/hl7v2/consumer-message.ts'
import { readTransmission } from '../../../mappers/hl7v2/read-transmission.ts'
import { readEr7 } from '../../../profiles/hl7v2/er7.ts'
import { checkStructure } from '../../../profiles/hl7v2/grammar.ts'
import { type MessageChange, writeMessage } from '../../support/messages.ts'

function written(change: MessageChange = {}) {
  const { transmission } = readTransmission(writeMessage(change))
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
  return { transmission, message: readEr7(bytes) }
}

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
