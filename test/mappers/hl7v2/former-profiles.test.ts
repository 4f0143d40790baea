import { describe, expect, it } from 'vitest'
import { judgeTransmission } from '../../../mappers/hl7v2/checks/judge.ts'
import { readTransmission } from '../../../mappers/hl7v2/reading/read-transmission.ts'
import { ERRORS } from '../../../profiles/errors.ts'
import { ODDITIES, type Oddity } from '../../../profiles/tables/oddities.ts'
import { type MessageChange, RCT_PS, SB, writeMessage } from '../../support/messages.ts'
import type { JudgePolicy } from '../../../mappers/hl7v2/checks/judgement.ts'

const STRICT: JudgePolicy = { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 25_000_000 }
const FORMER: JudgePolicy = { ...STRICT, profiles: ['1.2', '2.0'], oddities: ODDITIES }

function verdict(change: MessageChange, policy: JudgePolicy): string {
  const [error] = judgeTransmission(writeMessage(change), policy).errors
  return error === undefined ? 'AA' : `${ERRORS[error.code].err3} ${error.location}`
}

const told = (change: MessageChange, policy: JudgePolicy): string[] =>
  judgeTransmission(writeMessage(change), policy).findings.map(({ code, path }) => `${code} ${path}`)

const without = (pattern: RegExp) => (segments: string[]) => segments.filter(segment => !pattern.test(segment))

/** As older senders wrote: the names, systems and omissions of the sample of that profile, around an invented document. */
function asIn20(segments: string[]): string[] {
  return without(/^(ORC|OBR)\|/)(segments).map(segment =>
    segment
      .replace('2.1^CISIS_CDA_HL7_V2', '2.0^CISIS_CDA_HL7_V2')
      .replace('expandedYes-NoIndicator', 'HL70136')
      .replace(/^(PRT\|\|UC\|\|(?:SB|RCT))\^[^|]*/, '$1^^HL70912')
      .replace(/^(TXA\|.*)\|AU$/, '$1|LA'),
  )
}

function asIn12(segments: string[]): string[] {
  return without(/^OBX\|\d+\|CE\|ACK_/)(segments)
    .map(segment =>
      segment
        .replace('2.1^CISIS_CDA_HL7_V2', '1.2^CISIS_CDA_HL7_V1')
        .replace('ORC|NW', 'ORC|SC')
        .replace(/^(OBR\|1\|\|\|)[^|]*/, '$134555-3^Clairance^LN')
        .replace('INVISIBLE_REP_LEGAUX', 'INVISIBLE_REPRESENTANTS_LEGAUX')
        .replace('MODIF_CONF_CODE', 'MODIF_CONFIDENTIALITYCODE')
        .replace('^MetaDMPMSS', '')
        .replace('^^expandedYes-NoIndicator', '')
        .replace(/^(PRT\|\|UC\|\|(?:SB|RCT))\^[^|]*/, '$1'),
    )
    .concat('OBX|12|CE|COMP_LOT^Identifiant de document composant le lot de soumission||1.2.250.1.999.1.8^CDAN1||||||F')
}

describe('messages of the profiles before 2.1', () => {
  it.each([
    ['2.0', { kind: 'MDM', edit: asIn20 }],
    ['1.2', { kind: 'ORU', edit: asIn12 }],
  ] as [string, MessageChange][])('%s is AE/203 at MSH-21 of a sender that is not switched on, and taken of one that is', (_profile, change) => {
    expect(verdict(change, STRICT)).toBe('203 MSH^1^21')
    expect(verdict(change, FORMER)).toBe('AA')
  })

  it('a profile that is not among those switched on stays AE/203', () => {
    expect(verdict({ edit: asIn20 }, { ...FORMER, profiles: ['1.2'] })).toBe('203 MSH^1^21')
    expect(verdict({ set: { 'MSH-21': '9.9^CISIS_CDA_HL7_V2' } }, FORMER)).toBe('203 MSH^1^21')
    expect(verdict({ set: { 'MSH-21': '2.0^CISIS_CDA_HL7_V1' } }, FORMER)).toBe('203 MSH^1^21')
  })

  it('everything of 2.0 that is to be corrected is told with its place', () => {
    expect(told({ edit: asIn20 }, FORMER)).toEqual(
      expect.arrayContaining([
        'profile.former MSH-21',
        'order.segments-missing ORC',
        'order.segments-missing OBR',
        'metadata.answer-system OBX[2]-5.3',
        'participation.coding-system PRT[1]-4.3',
        'document.availability TXA-17',
      ]),
    )
  })

  it('everything of 1.2 that is to be corrected is told with its place', () => {
    expect(told({ kind: 'ORU', edit: asIn12 }, FORMER).map(one => one.split(' ')[0])).toEqual(
      expect.arrayContaining([
        'profile.former',
        'order.status-code',
        'order.act-for-type',
        'metadata.acks-missing',
        'metadata.former-name',
        'metadata.coding-system',
        'metadata.comp-lot',
        'participation.coding-system',
      ]),
    )
  })

  it('is read as its sender means it: the act is that of OBX-11, the type that of OBX-3, no acknowledgement is wanted', () => {
    const { transmission } = readTransmission(writeMessage({ kind: 'ORU', edit: asIn12 }))
    expect(transmission).toMatchObject({ action: 'create', documentType: { code: '11490-0' } })
    expect(transmission.flags).toMatchObject({ ackReception: false, ackLecture: false, destMssPs: true, invisibleRepLegaux: false })
  })
})

describe('each oddity is its own switch', () => {
  const TXA_OF_ANOTHER = { 'MSH-21': '2.0^CISIS_CDA_HL7_V2', 'TXA-12': '1.2.250.1.999.1.77^Organisation-Y' }
  it.each([
    ['order.status-code', { set: { 'ORC-1': 'SC' } }, '199 ORC^1^1'],
    ['order.segments-missing', { edit: without(/^ORC\|/) }, '100 ORC^1'],
    ['order.segments-missing', { edit: without(/^OBR\|/) }, '100 OBR^1'],
    ['order.act-for-type', { kind: 'ORU', set: { 'OBR-4': '34555-3^Clairance^LN' } }, '199 OBR^1^4'],
    ['metadata.acks-missing', { edit: without(/ACK_/) }, '100 OBX^10'],
    ['metadata.acks-missing', { edit: without(/ACK_LECTURE/) }, '100 OBX^11'],
    ['document.id-differs', { set: TXA_OF_ANOTHER }, '207 TXA^1^12'],
  ] as [Oddity, MessageChange, string][])('%s: off, the error; on, a finding of that name; another switch does not help', (oddity, change, error) => {
    const off: JudgePolicy = { ...STRICT, profiles: ['2.0'] }
    expect(verdict(change, off)).toBe(error)
    expect(verdict(change, { ...off, oddities: ODDITIES.filter(one => one !== oddity) })).toBe(error)
    expect(verdict(change, { ...off, oddities: [oddity] })).toBe('AA')
    expect(told(change, { ...off, oddities: [oddity] }).filter(one => one.startsWith(`${oddity} `)).length).toBe(1)
  })

  it('excuses nothing else: another order code, another missing metadata, another person, an id of profile 2.1', () => {
    expect(verdict({ set: { 'ORC-1': 'XO' } }, FORMER)).toBe('199 ORC^1^1')
    expect(verdict({ edit: without(/ACK_|MASQUE_PS/) }, FORMER)).toMatch(/^100 OBX/)
    expect(verdict({ kind: 'ORU', edit: without(/^ORC\|/) }, FORMER)).toBe('100 ORC^1')
    expect(verdict({ set: { 'TXA-2': '18748-4' } }, FORMER)).toBe('199 TXA^1^2')
    expect(verdict({ set: { ...TXA_OF_ANOTHER, 'MSH-21': '2.1^CISIS_CDA_HL7_V2' } }, FORMER)).toBe('207 TXA^1^12')
    expect(verdict({ edit: asIn20, set: { 'PID-3': '279039999999999^^^&1.2.250.1.213.1.4.10&ISO^INS' } }, FORMER)).toBe('207 PID^1^3')
  })
})

describe('what was always read is told too, of every sender', () => {
  const address = RCT_PS.replace('||||||||||^^X.400^', '|||||||||||^^X.400^')
  it.each([
    ['participation.address-place', { participations: [SB, address] }],
    ['professional.id-form', { participations: [SB, RCT_PS.replace('^IDNPS', '^RPPS')] }],
    ['structure.id-form', { participations: [SB.replace('^1540009990', '^540009990'), RCT_PS] }],
    ['structure.id-form', { participations: [SB.replace('^1540009990', '^2A0009990'), RCT_PS] }],
    ['document.id-namespace', { set: { 'TXA-12': '1.2.250.1.999.1.1^Organisation-Y' } }],
    ['document.availability', { set: { 'TXA-17': 'LA' } }],
    ['document.coding-system', { set: { 'OBX[1]-3': '11490-0^CR' } }],
    ['metadata.former-name', { edit: segments => segments.map(one => one.replace('ACK_LECTURE_MSS', 'ACK_LECTURE')) }],
    [
      'metadata.order',
      { bodies: { CORPSMAIL_PS: 'Qm9uam91cg==' }, edit: segments => [...segments.slice(0, -3), ...segments.slice(-1), ...segments.slice(-3, -1)] },
    ],
  ] as [string, MessageChange][])('%s', (code, change) => {
    expect(verdict(change, STRICT)).toBe('AA')
    expect(told(change, STRICT).map(one => one.split(' ')[0])).toContain(code)
    expect(told({}, STRICT).map(one => one.split(' ')[0])).not.toContain(code)
  })
})
