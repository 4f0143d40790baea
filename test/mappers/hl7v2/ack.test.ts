import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalCode, writeAck } from '../../../mappers/hl7v2/ack.ts'
import { writeBusinessAck } from '../../../mappers/hl7v2/business-ack.ts'
import { judgeTransmission } from '../../../mappers/hl7v2/checks/judge.ts'
import { readMessageHeader } from '../../../mappers/hl7v2/reading/message-header.ts'
import { ERRORS, type ErrorCode } from '../../../profiles/errors.ts'
import { readEr7 } from '../../../profiles/hl7v2/er7.ts'
import { checkStructure } from '../../../profiles/hl7v2/grammar.ts'
import { encode8859, writeMessage } from '../../support/messages.ts'

const at = new Date('2026-06-02T12:30:00Z')
const POLICY = { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 25_000_000 } as const
const lines = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8').split('\r').slice(0, -1)

describe('C17: the technical acknowledgement', () => {
  it('AA: MSH swapped, MSH-11 and the version copied, MSA-2 echoed', () => {
    const msh = readMessageHeader(writeMessage({ controlId: 'C-42' }))
    expect(lines(writeAck(msh, { code: 'AA', errors: [], controlId: 'H-1', at }))).toEqual([
      'MSH|^~\\&|HUB|PFI|DPI-1|CH-1|20260602123000+0000||ACK^T02^ACK|H-1|T|2.6|||||FRA|UNICODE UTF-8',
      'MSA|AA|C-42',
    ])
  })

  it('AE: one ERR per error, with place, code and text', () => {
    const { msh, errors } = judgeTransmission(writeMessage({ kind: 'ORU', set: { 'MSH-12': '2.9', 'MSH-21': '9.9^X' } }), POLICY)
    expect(lines(writeAck(msh, { code: 'AE', errors, controlId: 'H-1', at })).slice(1)).toEqual([
      'MSA|AE|MSG-1',
      `ERR||MSH^1^12|203^Unsupported version id^messageErrorCondition|E||||${ERRORS['hl7v2.version'].text}`,
      `ERR||MSH^1^21|203^Unsupported version id^messageErrorCondition|E||||${ERRORS['hl7v2.profile'].text}`,
    ])
  })

  it('an application error has its code in ERR-5', () => {
    const [, , err] = lines(writeAck(undefined, { code: 'AE', errors: [{ code: 'dmp.identity', path: 'PID-32', location: 'PID^1^32' }], controlId: 'H-1', at }))
    expect(err).toMatch(/^ERR\|\|PID\^1\^32\|207\^Application error\^messageErrorCondition\|E\|903\^Absence d'INS\^applicationErrorCode\|/)
  })

  it('is written also for bytes without MSH', () => {
    expect(lines(writeAck(undefined, { code: 'AE', errors: [{ code: 'hl7v2.not_hl7', path: 'MSH', location: 'MSH^1' }], controlId: 'H-1', at }))).toEqual([
      'MSH|^~\\&|HUB|HUB|||20260602123000+0000||ACK^^ACK|H-1|P|2.6|||||FRA|UNICODE UTF-8',
      'MSA|AE',
      `ERR||MSH^1|100^Segment sequence error^messageErrorCondition|E||||${ERRORS['hl7v2.not_hl7'].text}`,
    ])
  })

  it('is in the character set of the message, and gives back HD fields and delimiters as values', () => {
    const set = { 'MSH-3': 'HÔPITAL€&1.2.3&ISO', 'MSH-4': 'CH^1.2.250^ISO' }
    const ack = writeAck(readMessageHeader(writeMessage({ charset: '8859/15', set })), { code: 'AA', errors: [], controlId: 'H-1', at })
    expect(Buffer.from(ack).includes(encode8859('HÔPITAL€'))).toBe(true)
    const msh = readEr7(ack).first('MSH')
    expect([msh?.text(18), msh?.text(5), msh?.text(6, 1, 2)]).toEqual(['8859/15', 'HÔPITAL€', '1.2.250'])
  })

  it('can be addressed when only the header can be read', () => {
    const cut = writeMessage({ set: { 'PID-5': 'É' } }).toString('latin1')
    const broken = Buffer.concat([Buffer.from(cut, 'latin1').subarray(0, 300), Buffer.of(0xe9)])
    expect(readMessageHeader(broken)).toMatchObject({ controlId: 'MSG-1', sendingApplication: 'DPI-1', sendingFacility: 'CH-1' })
    expect(readMessageHeader(Buffer.from('GET /'))).toBeUndefined()
  })

  it('is AR only if every reason is one of the moment', () => {
    expect(refusalCode([{ code: 'hub.busy' }])).toBe('AR')
    expect(refusalCode([{ code: 'hub.busy' }, { code: 'hl7v2.version' }])).toBe('AE')
  })

  it('whatever the header and the errors, it conforms to its grammar and can be read again', () => {
    const codes = Object.keys(ERRORS) as ErrorCode[]
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...codes), { maxLength: 60 }),
        fc.string({ minLength: 1 }),
        fc.constantFrom('UNICODE UTF-8' as const, '8859/15' as const),
        (errors, name, charset) => {
          const msh = readMessageHeader(writeMessage())
          if (msh === undefined) throw new Error('unreadable')
          const hostile = { ...msh, charset, controlId: name, parties: { ...msh.parties, sender: [name] } }
          const ack = readEr7(writeAck(hostile, { code: 'AE', errors: errors.map(code => ({ code })), controlId: 'H', at }))
          expect(
            checkStructure(
              'ACK',
              ack.segments.map(segment => segment.name),
            ),
          ).toEqual([])
          if (charset === 'UNICODE UTF-8' && name !== '""' && !/[\ud800-\udfff]/.test(name)) expect(ack.first('MSA')?.text(2)).toBe(name)
        },
      ),
    )
  })
})

describe('business acknowledgements', () => {
  const msh = readMessageHeader(writeMessage({ kind: 'ORU', controlId: 'S123' }))
  if (msh === undefined) throw new Error('unreadable')
  const base = { msh, controlId: 'H77', at, status: 'Y' as const }

  it('Z02 Y names the recipient, in 2.6 also for an ORU', () => {
    expect(lines(writeBusinessAck({ ...base, kind: 'Z02', recipient: { address: 'dr.x@exemple.mssante.fr', id: '810100000024' } }))).toEqual([
      'MSH|^~\\&|HUB|PFI|DPI-1|CH-1|20260602123000+0000||ZAM^Z02^ZAM_Z01|H77|T|2.6|||||FRA|UNICODE UTF-8|||2.1^CISIS_CDA_HL7_V2',
      'EVN||20260602123000+0000',
      'OBX|1|CWE|ACK_RECEPTION_MSS^Accusé de réception MSSanté^AckMetierZAM|S123|Y^^expandedYes-NoIndicator||||||F',
      'OBX|2|XTN|DESTINATAIRE_MSS^Destinataire MSSanté^AckMetierZAM|810100000024|^^X.400^dr.x@exemple.mssante.fr||||||F',
    ])
  })

  it('Z02 N carries the SMTP code', () => {
    expect(
      lines(
        writeBusinessAck({
          ...base,
          kind: 'Z02',
          status: 'N',
          error: { code: '550' },
          recipient: { address: 'dr.x@exemple.mssante.fr' },
        }),
      ).at(-1),
    ).toBe('ERR|||207^Application error^messageErrorCondition|E|550^Boîte indisponible^SMTPERRORCODE')
  })

  it('Z01 N says that the DMP was not fed, without address', () => {
    const ack = lines(writeBusinessAck({ ...base, kind: 'Z01', status: 'N', error: { code: 'DMPNotConnected', label: 'DMP non raccordé' } }))
    expect(ack.map(line => line.slice(0, 3))).toEqual(['MSH', 'EVN', 'OBX', 'ERR'])
    expect(ack.at(-1)).toContain('^DMP_ERROR_CODE')
  })

  it.each(['Z01', 'Z02', 'Z03'] as const)('%s conforms to its grammar', kind => {
    const bytes = writeBusinessAck({ ...base, kind, status: 'N', recipient: { address: 'a@b.mssante.fr' }, charset: '8859/15' })
    expect(
      checkStructure(
        'ZAM_Z01',
        readEr7(bytes).segments.map(segment => segment.name),
      ),
    ).toEqual([])
  })
})
