/*
  Writes the business acknowledgements, one per recipient (Z02, Z03) or per document (Z01).
    ZAM^Z01|Z02|Z03^ZAM_Z01 (2.6) => MSH EVN OBX(status) [OBX(address): Z02, Z03] [ERR: status N]
    OBX(status): OBX-4 = MSH-10 of the document message, OBX-5 = Y | N
*/
import type { Charset } from '../../profiles/hl7v2/charset.ts'
import { type SegmentValue, writeSegments } from '../../profiles/hl7v2/er7-writer.ts'
import { APPLICATION_ERRORS, SMTP_ERRORS } from '../../profiles/hl7v2/tables.ts'
import type { MessageHeader } from './reading/message-header.ts'
import { hl7Time } from './time.ts'

type BusinessAckKind = 'Z01' | 'Z02' | 'Z03'

export interface BusinessAck {
  kind: BusinessAckKind
  /** MSH of the document message: whom we answer, and MSH-10. */
  msh: MessageHeader
  /** Our own MSH-10. */
  controlId: string
  at: Date
  status: 'Y' | 'N'
  /** ERR-5: a DMP error (Z01), an SMTP code (Z02), an application code (Z03); the label of the last two is known here. */
  error?: { code: string; label?: string }
  /** Z02: the recipient; Z03: the mailbox that read. */
  recipient?: { address: string; id?: string }
  charset?: Charset
}

const KINDS = {
  Z01: { status: ['ACK_RECEPTION_DMP', 'Accusé de réception DMP'], errorSystem: 'DMP_ERROR_CODE' },
  Z02: { status: ['ACK_RECEPTION_MSS', 'Accusé de réception MSSanté'], address: ['DESTINATAIRE_MSS', 'Destinataire MSSanté'], errorSystem: 'SMTPERRORCODE' },
  Z03: { status: ['ACK_LECTURE_MSS', 'Accusé de lecture'], address: ['LECTEUR_MSS', 'Lecteur du courriel MSSanté'], errorSystem: 'applicationErrorCondition' },
} as const

const TABLE = 'AckMetierZAM'

export function writeBusinessAck(ack: BusinessAck): Uint8Array {
  const { msh, kind, status } = ack
  const charset = ack.charset ?? msh.charset
  const at = hl7Time(ack.at)
  const [code, label] = KINDS[kind].status
  const segments: SegmentValue[] = [
    {
      name: 'MSH',
      fields: {
        3: msh.parties.receiver,
        4: msh.parties.receiverFacility,
        5: msh.parties.sender,
        6: msh.parties.senderFacility,
        7: at,
        9: ['ZAM', kind, 'ZAM_Z01'],
        10: ack.controlId,
        11: msh.processing,
        12: '2.6',
        17: 'FRA',
        18: charset,
        21: ['2.1', 'CISIS_CDA_HL7_V2'],
      },
    },
    { name: 'EVN', fields: { 2: at } },
    { name: 'OBX', fields: { 1: '1', 2: 'CWE', 3: [code, label, TABLE], 4: msh.controlId, 5: [status, '', 'expandedYes-NoIndicator'], 11: 'F' } },
    ...addressSegment(ack),
    ...errorSegment(ack),
  ]
  return writeSegments(segments, { charset })
}

function addressSegment({ kind, recipient }: BusinessAck): SegmentValue[] {
  if (kind === 'Z01' || recipient === undefined) return []
  const [code, label] = KINDS[kind].address
  return [{ name: 'OBX', fields: { 1: '2', 2: 'XTN', 3: [code, label, TABLE], 4: recipient.id, 5: ['', '', 'X.400', recipient.address], 11: 'F' } }]
}

function errorSegment({ kind, status, error }: BusinessAck): SegmentValue[] {
  if (status === 'Y') return []
  const code = error?.code ?? (kind === 'Z02' ? '554' : '906')
  const label = error?.label ?? (kind === 'Z02' ? SMTP_ERRORS : APPLICATION_ERRORS)[code] ?? ''
  return [{ name: 'ERR', fields: { 3: ['207', 'Application error', 'messageErrorCondition'], 4: 'E', 5: [code, label, KINDS[kind].errorSystem] } }]
}
