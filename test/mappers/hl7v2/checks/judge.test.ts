import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeAdt } from '../../../../mappers/hl7v2/adt/judge-adt.ts'
import { judgeTransmission, refuseUnread } from '../../../../mappers/hl7v2/checks/judge.ts'
import { ERRORS } from '../../../../profiles/errors.ts'
import { asStructured, TEST_INS, TEST_IPP, writeCda } from '../../../support/cda.ts'
import { encode8859, type MessageChange, professional, RCT_PATIENT, RCT_PS, SB, withDocuments, writeMessage } from '../../../support/messages.ts'
import { writeMovement } from '../../../support/movements.ts'
import type { JudgePolicy } from '../../../../mappers/hl7v2/checks/judgement.ts'

const POLICY: JudgePolicy = { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 25_000_000 }

/** `AA`, or the first error as ERR-3 and ERR-2: `AE/203 MSH^1^21`. */
function verdict(change: MessageChange | Uint8Array, policy: Partial<JudgePolicy> = {}): string {
  const { errors } = judgeTransmission(change instanceof Uint8Array ? change : writeMessage(change), { ...POLICY, ...policy })
  const [error] = errors
  return error === undefined ? 'AA' : `${ERRORS[error.code].msa}/${ERRORS[error.code].err3} ${error.location}`
}

function findings(change: MessageChange): string[] {
  return judgeTransmission(writeMessage(change), POLICY).findings.map(finding => finding.code)
}

describe('a conforming message', () => {
  it('is taken, as MDM^T02 and as ORU^R01', () => {
    expect(verdict({})).toBe('AA')
    expect(verdict({ kind: 'ORU' })).toBe('AA')
  })

  it('names its document, its type and whose it is', () => {
    const judgement = judgeTransmission(writeMessage(), POLICY)
    expect(judgement).toMatchObject({
      documentType: '11490-0',
      documentId: 'urn:oid:1.2.250.1.999.1.1',
      laneKey: `ipp|${TEST_IPP.root}|${TEST_IPP.extension}`,
      errors: [],
    })
    expect(judgement.msh).toMatchObject({ sendingApplication: 'DPI-1', sendingFacility: 'CH-1', controlId: 'MSG-1' })
  })

  it('is in the lane of its INS where the sender gives no number of its own', () => {
    const document = writeCda({ patientIds: [TEST_INS] })
    expect(judgeTransmission(writeMessage({ document, set: { 'PID-3': `${TEST_INS.extension}^^^&${TEST_INS.root}&ISO^INS` } }), POLICY).laneKey).toBe(
      `ins|${TEST_INS.extension}`,
    )
  })

  const ipp = `123^^^HOP&1.2.250.1.999.2&ISO^PI`
  const named = '123^^^HOP^PI'
  const hop = 'ipp|https://hub.e-parcours.example/fhir/NamingSystem/ipp/CH-1%2FHOP|123'
  const ins = `${TEST_INS.extension}^^^&${TEST_INS.root}&ISO^INS`
  it.each([
    [ipp, 'ipp|1.2.250.1.999.2|123'],
    [named, hop],
    [ins, `ins|${TEST_INS.extension}`],
    [`${ipp}~${ins}`, 'ipp|1.2.250.1.999.2|123'],
    [`${ins}~${ipp}`, 'ipp|1.2.250.1.999.2|123'],
    [`${named}~${ins}`, hop],
    [`${ins}~${named}`, hop],
    [`${named}~${ipp}`, 'ipp|1.2.250.1.999.2|123'],
  ])('is in one lane with the movements of the person: %s', (numbers, laneKey) => {
    const set = { 'PID-3': numbers }
    const documents = [writeMessage({ set }), writeMessage({ kind: 'ORU', set })].map(message => judgeTransmission(message, POLICY))
    const movements = [writeMovement({ set }), writeMovement({ trigger: 'A31', set, edit: all => all.slice(0, 3) })].map(message => judgeAdt(message, POLICY))
    expect([...documents, ...movements].map(judgement => judgement.laneKey)).toEqual([laneKey, laneKey, laneKey, laneKey])
  })

  it('may carry segments of its own, whose name begins with Z', () => {
    expect(verdict({ edit: segments => [...segments.slice(0, 3), 'ZFA|ACTIF', ...segments.slice(3)] })).toBe('AA')
  })
})

describe('C1: large messages', () => {
  it('a base64 line of 5 MB is read whole', () => {
    expect(verdict({ document: writeCda({ body: 'A'.repeat(5_000_000) }) })).toBe('AA')
  })
})

describe('C2: the character set is the one of MSH-18', () => {
  const PID_5 = 'CŒUR^ÉLISE^ÉLISE €^^^^L'
  it('the same message in UTF-8 and in 8859/15 is taken', () => {
    expect(verdict({ set: { 'PID-5': PID_5 } })).toBe('AA')
    expect(verdict({ charset: '8859/15', set: { 'PID-5': PID_5 } })).toBe('AA')
  })

  it('8859/15 bytes under the name UTF-8 are AE/102 at MSH-18, and so are UTF-8 bytes under the name 8859/15', () => {
    expect(verdict(encode8859(writeMessage({ set: { 'PID-5': PID_5 } }).toString('utf8')))).toBe('AE/102 MSH^1^18')
    expect(verdict({ set: { 'PID-5': PID_5, 'MSH-18': '8859/15' } })).toBe('AE/102 MSH^1^18')
  })

  it('NUL is a character of neither: AE/102 at MSH-18; written as an escape it stays an escape', () => {
    for (const charset of ['UNICODE UTF-8', '8859/15'] as const) {
      const named = (family: string, address: string) => ({
        charset,
        set: { 'PID-5': `${family}^ÉLISE^^^^^L` },
        participations: [SB, RCT_PS.replace(/[^^]+@[^|^]+/, address)],
      })
      expect(verdict(named('DES\0TEST', 'dr.a@test.mssante.fr'))).toBe('AE/102 MSH^1^18')
      expect(verdict(named('DESTEST', 'dr.\0a@test.mssante.fr'))).toBe('AE/102 MSH^1^18')
      expect(verdict(named('DES\\X00\\TEST', 'dr.a@test.mssante.fr'))).toBe('AA')
      expect(verdict(named('DESTEST', 'dr.\\X00\\a@test.mssante.fr'))).toBe('AE/102 PRT^2^15')
    }
  })

  it('another character set is AE/103 at MSH-18', () => {
    expect(verdict({ set: { 'MSH-18': '8859/1' } })).toBe('AE/103 MSH^1^18')
  })
})

describe('C3: line ends', () => {
  it.each([
    ['CR', '\r'],
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('segments that end with %s are read alike', (_name, lineEnd) => {
    expect(verdict({ lineEnd })).toBe('AA')
  })
})

describe('C4: delimiters are those of MSH-1 and MSH-2', () => {
  it('a message with other delimiters, also of several bytes, is taken', () => {
    const exotic = (bytes: Buffer) => Buffer.from(bytes.toString('utf8').replace('^~\\&', '^\u02dc\\&').replaceAll('~', '\u02dc'), 'utf8')
    expect(verdict(exotic(writeMessage()))).toBe('AA')
    expect(verdict(Buffer.from(writeMessage().toString('utf8').replaceAll('|', '\u{1d11e}'), 'utf8'))).toBe('AA')
  })

  it('delimiters that are equal, or letters, are no message', () => {
    expect(verdict({ set: { 'MSH-2': '^^\\&' } })).toBe('AE/100 MSH^1^2')
    expect(verdict({ set: { 'MSH-2': 'abcd' } })).toBe('AE/100 MSH^1^2')
  })
})

describe('C5: MSH', () => {
  it.each([3, 4, 5, 6, 7, 10, 11, 12, 17, 18, 21])('MSH-%i is required: AE/101 there', field => {
    expect(verdict({ set: { [`MSH-${field}`]: '' } })).toBe(`AE/101 MSH^1^${field}`)
  })

  it.each([
    ['MSH-9', 'ADT^A01^ADT_A01', 'AE/200 MSH^1^9'],
    ['MSH-9', 'MDM^T01^MDM_T01', 'AE/201 MSH^1^9'],
    ['MSH-9', 'ORU^R30^ORU_R30', 'AE/201 MSH^1^9'],
    ['MSH-9', 'MDM^T11^MDM_T02', 'AE/201 MSH^1^9'],
    ['MSH-9', '', 'AE/101 MSH^1^9'],
    ['MSH-9', 'MDM', 'AE/101 MSH^1^9^1^2'],
    ['MSH-9', 'MDM^T02', 'AE/101 MSH^1^9^1^3'],
    ['MSH-9', 'constructor^T02', 'AE/200 MSH^1^9'],
    ['MSH-11', 'X', 'AE/202 MSH^1^11'],
    ['MSH-12', '2.5', 'AE/203 MSH^1^12'],
    ['MSH-12', '2.9', 'AE/203 MSH^1^12'],
    ['MSH-17', 'DEU', 'AE/103 MSH^1^17'],
    ['MSH-21', '9.9^CISIS_CDA_HL7_V2', 'AE/203 MSH^1^21'],
    ['MSH-21', '2.0^CISIS_CDA_HL7_V2', 'AE/203 MSH^1^21'],
    ['MSH-21', '1.2^CISIS_CDA_HL7_V1', 'AE/203 MSH^1^21'],
    ['MSH-21', '1.1^CISIS_CDA_HL7_LPS', 'AE/203 MSH^1^21'],
    ['MSH-21', '2.1^ CISIS_CDA_HL7_V2', 'AA'],
    ['MSH-7', 'yesterday', 'AE/102 MSH^1^7'],
  ])('%s = %s: %s', (path, value, expected) => {
    expect(verdict({ set: { [path]: value } })).toBe(expected)
  })

  it('an ORU is 2.5', () => {
    expect(verdict({ kind: 'ORU', set: { 'MSH-12': '2.6' } })).toBe('AE/203 MSH^1^12')
  })
})

describe('segments', () => {
  const without = (name: string) => (segments: string[]) => segments.filter(segment => !segment.startsWith(name))
  it.each(['EVN', 'PID', 'PV1', 'ORC', 'OBR', 'TXA'])('%s is required: AE/100', name => {
    expect(verdict({ edit: without(name) })).toBe(`AE/100 ${name}^1`)
  })

  it('a message without OBX, out of order, or with two PID is refused at its place', () => {
    expect(verdict({ edit: without('OBX') })).toMatch(/^AE\/100 /)
    expect(verdict({ edit: ([msh = '', evn = '', pid = '', pv1 = '', ...rest]) => [msh, evn, pv1, pid, ...rest] })).toBe('AE/100 PV1^1')
    expect(verdict({ edit: ([msh = '', evn = '', pid = '', ...rest]) => [msh, evn, pid, pid, ...rest] })).toBe('AE/198 PID^2')
    expect(verdict({ edit: segments => ['PID|1', ...segments] })).toBe('AE/100 MSH^1')
  })

  it.each([
    ['PID-3', 'AE/101 PID^1^3'],
    ['PID-5', 'AE/101 PID^1^5'],
    ['PV1-2', 'AE/101 PV1^1^2'],
    ['PV1-19', 'AE/101 PV1^1^19'],
    ['ORC-1', 'AE/101 ORC^1^1'],
    ['OBR-4', 'AE/101 OBR^1^4'],
    ['TXA-2', 'AE/101 TXA^1^2'],
    ['TXA-12', 'AE/101 TXA^1^12'],
    ['OBX[1]-3', 'AE/101 OBX^1^3'],
    ['OBX[1]-5', 'AE/101 OBX^1^5'],
    ['OBX[1]-11', 'AE/101 OBX^1^11'],
  ])('%s is required', (path, expected) => {
    expect(verdict({ set: { [path]: '' } })).toBe(expected)
  })

  it('PV1-19 may be missing for a visit of class N, and PV1-2 is one of five letters', () => {
    expect(verdict({ set: { 'PV1-2': 'N', 'PV1-19': '' } })).toBe('AA')
    expect(verdict({ set: { 'PV1-2': 'Z' } })).toBe('AE/103 PV1^1^2')
  })
})

/** The second version of the document, sent as a replacement. */
const REPLACEMENT: MessageChange = {
  document: writeCda({ id: '1.2.250.1.999.1.2', replaces: '1.2.250.1.999.1.1' }),
  documentId: '1.2.250.1.999.1.2',
  set: { 'MSH-9': 'MDM^T10^MDM_T02', 'ORC-1': 'RO', 'TXA-13': '1.2.250.1.999.1.1', 'OBX[1]-11': 'C' },
}
const replacement = (set: Record<string, string>): MessageChange => ({ ...REPLACEMENT, set: { ...REPLACEMENT.set, ...set } })

describe('C6: trigger, ORC-1, OBX-11, TXA-13 and RPLC ask for one act', () => {
  it.each([
    ['MDM', { 'ORC-1': 'RO' }, 'AE/199 ORC^1^1'],
    ['MDM', { 'ORC-1': 'CA' }, 'AE/199 ORC^1^1'],
    ['MDM', { 'ORC-1': 'SC' }, 'AE/199 ORC^1^1'],
    ['MDM', { 'OBX[1]-11': 'C' }, 'AE/199 OBX^1^11'],
    ['MDM', { 'OBX[1]-11': 'D' }, 'AE/199 OBX^1^11'],
    ['MDM', { 'OBX[1]-11': 'P' }, 'AE/103 OBX^1^11'],
    ['MDM', { 'MSH-9': 'MDM^T04^MDM_T02', 'ORC-1': 'CA', 'OBX[1]-11': 'D' }, 'AA'],
    ['MDM', { 'MSH-9': 'MDM^T04^MDM_T02' }, 'AE/199 ORC^1^1'],
    ['MDM', { 'MSH-9': 'MDM^T04^MDM_T02', 'ORC-1': 'CA' }, 'AE/199 OBX^1^11'],
    ['ORU', { 'ORC-1': 'CA', 'OBX[1]-11': 'D' }, 'AA'],
    ['ORU', { 'ORC-1': 'RO' }, 'AE/199 OBX^1^11'],
    ['ORU', { 'ORC-1': 'SC', 'OBX[1]-11': 'C' }, 'AE/199 ORC^1^1'],
    ['ORU', { 'OBX[1]-11': 'C' }, 'AE/199 OBX^1^11'],
  ] as const)('%s with %o: %s', (kind, set, expected) => {
    expect(verdict({ kind, set })).toBe(expected)
  })

  it.each([
    [{}, 'AA'],
    [{ 'TXA-13': '' }, 'AE/101 TXA^1^13'],
    [{ 'TXA-13': '1.2.250.1.999.1.9' }, 'AE/207 TXA^1^13'],
    [{ 'ORC-1': 'NW' }, 'AE/199 ORC^1^1'],
    [{ 'OBX[1]-11': 'F' }, 'AE/199 OBX^1^11'],
    [{ 'MSH-9': 'MDM^T02^MDM_T02' }, 'AE/199 ORC^1^1'],
    [{ 'MSH-9': 'MDM^T04^MDM_T02', 'ORC-1': 'CA', 'OBX[1]-11': 'D' }, 'AA'],
  ] as const)('a replacement with %o: %s', (set, expected) => {
    expect(verdict(replacement(set))).toBe(expected)
  })

  it('a replacement whose CDA names no predecessor is AE: at TXA-13 of an MDM, at OBX-11 of an ORU', () => {
    expect(verdict({ ...REPLACEMENT, document: writeCda({ id: '1.2.250.1.999.1.2' }) })).toBe('AE/207 TXA^1^13')
    expect(verdict({ kind: 'ORU', set: { 'ORC-1': 'RO', 'OBX[1]-11': 'C' } })).toBe('AE/199 OBX^1^11')
  })

  it('tells the ledger what the document says of itself as a version', () => {
    expect(judgeTransmission(writeMessage(REPLACEMENT), POLICY).versions).toEqual([
      {
        documentId: 'urn:oid:1.2.250.1.999.1.2',
        action: 'replace',
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        replaces: 'urn:oid:1.2.250.1.999.1.1',
        setId: 'urn:oid:1.2.250.1.999.1.100',
        version: 1,
        kind: '11490-0 nonXml',
        keeper: '540009990',
        persons: [`ins|${TEST_INS.root}|${TEST_INS.extension}`, `ipp|${TEST_IPP.root}|${TEST_IPP.extension}`],
        places: {
          id: { path: 'TXA-12', location: 'TXA^1^12' },
          parent: { path: 'TXA-13', location: 'TXA^1^13' },
          person: { path: 'PID-3', location: 'PID^1^3' },
        },
      },
    ])
  })
})

describe('C13: two documents in one ORU', () => {
  const n3 = writeCda({ id: '1.2.250.1.999.1.3', edit: asStructured })
  const pair = (documents: Uint8Array[], change: MessageChange = {}) => ({ ...change, kind: 'ORU' as const, edit: withDocuments(documents) })

  it('are taken as an N1 and an N3, in either order, the N3 as the main one', () => {
    for (const documents of [
      [writeCda(), n3],
      [n3, writeCda()],
    ]) {
      const judgement = judgeTransmission(writeMessage(pair(documents)), POLICY)
      expect(judgement).toMatchObject({ errors: [], documentId: 'urn:oid:1.2.250.1.999.1.3' })
      expect(judgement.versions?.map(one => one.documentId)).toEqual(['urn:oid:1.2.250.1.999.1.3', 'urn:oid:1.2.250.1.999.1.1'])
    }
  })

  it('that are no pair, or three, are AE', () => {
    expect(verdict(pair([n3, n3]))).toBe('AE/207 OBX^2^5^1^5')
    expect(verdict(pair([writeCda(), writeCda({ id: '1.2.3' })]))).toBe('AE/207 OBX^2^5^1^5')
    expect(verdict(pair([writeCda(), n3, n3]))).toBe('AE/198 OBX^3^3')
    expect(verdict({ edit: withDocuments([writeCda(), n3]) })).toBe('AE/198 OBX^2^3')
  })

  it('ask for the same act, of the same type, about the same person', () => {
    expect(
      verdict({ ...pair([writeCda(), n3]), edit: segments => withDocuments([writeCda(), n3])(segments).map(one => one.replace(/^(OBX\|2\|ED.*)F$/, '$1C')) }),
    ).toBe('AE/199 OBX^2^11')
    expect(verdict(pair([writeCda(), writeCda({ id: '1.2.3', edit: asStructured, patientIds: [{ root: '9.9', extension: '9' }] })]))).toBe('AE/207 PID^1^3')
  })
})

describe('C7: one type of document', () => {
  it.each([
    ['OBR-4', 'AE/199 OBR^1^4'],
    ['TXA-2', 'AE/199 TXA^1^2'],
  ])('%s other than OBX-3 is AE/199', (path, expected) => {
    expect(verdict({ set: { [path]: '18748-4' } })).toBe(expected)
  })

  it('a type outside JDV_J66 is AE/103 for the DMP, and taken without', () => {
    const type = { code: '99999-9', system: '2.16.840.1.113883.6.1', display: 'Autre' }
    const change: MessageChange = { type: '99999-9^Autre^LN', document: writeCda({ type }) }
    expect(verdict({ ...change, flags: { DESTDMP: 'Y', DESTMSSANTEPS: 'Y' } })).toBe('AE/103 OBR^1^4')
    expect(verdict(change)).toBe('AA')
  })
})

describe('C8: the document is base64 of a CDA', () => {
  const base64 = Buffer.from(writeCda({ edit: text => `${text} `.padEnd(Math.ceil((text.length + 1) / 3) * 3 + 1, ' ') })).toString('base64')
  it('missing padding is accepted', () => {
    expect(base64.endsWith('==')).toBe(true)
    expect(verdict({ base64: base64.replace(/=+$/, '') })).toBe('AA')
  })

  it.each([
    ['a length of 4n+1', 'AAAAA'],
    ['a line break', `${base64.slice(0, 76)}\n${base64.slice(76)}`],
    ['a character outside the alphabet', `${base64.slice(0, 40)}-${base64.slice(41)}`],
    ['text that is no XML', Buffer.from('Document médical').toString('base64')],
    ['XML that is no CDA', Buffer.from('<a/>').toString('base64')],
    [
      'a DOCTYPE',
      Buffer.from(
        `<!DOCTYPE a>${Buffer.from(writeCda())
          .toString()
          .replace(/<\?xml.*?\?>/, '')}`,
      ).toString('base64'),
    ],
  ])('%s is AE/102 at OBX-5.5', (_what, data) => {
    expect(verdict({ base64: data })).toBe('AE/102 OBX^1^5^1^5')
  })

  it('a document too large, too deep or of too many elements is AE/207', () => {
    expect(verdict({}, { maxDocumentBytes: 1000 })).toBe('AE/207 OBX^1^5^1^5')
    const nested = (open: string) => writeCda({ edit: text => text.replace('<component>', `${open}<component>`) })
    expect(verdict({ document: nested(`${'<a>'.repeat(201)}${'</a>'.repeat(201)}`) })).toBe('AE/207 OBX^1^5^1^5')
    expect(verdict({ document: nested('<a/>'.repeat(200_001)) })).toBe('AE/207 OBX^1^5^1^5')
  })
})

describe('C9: PID-3 and recordTarget are one person', () => {
  const other = { root: TEST_INS.root, extension: '179035121518966' }
  it.each([
    ['the same identifiers', [TEST_INS, TEST_IPP], 'AA'],
    ['one in common', [TEST_IPP], 'AA'],
    ['one in common and one of another authority', [TEST_IPP, { root: '1.2.3', extension: '9' }], 'AA'],
    ['none in common', [{ root: '1.2.3', extension: '9' }], 'AE/207 PID^1^3'],
    ['one in common and a contradiction', [TEST_IPP, other], 'AE/207 PID^1^3'],
    ['another INS', [other], 'AE/207 PID^1^3'],
  ])('%s', (_what, patientIds, expected) => {
    expect(verdict({ document: writeCda({ patientIds }) })).toBe(expected)
  })
})

describe('C10: what the DMP demands', () => {
  const flags = { DESTDMP: 'Y' }
  it('a sender with person or device and structure: else AE/101 at PRT', () => {
    expect(verdict({ flags })).toBe('AA')
    expect(verdict({ flags, participations: [RCT_PS] })).toBe('AE/101 PRT^2')
    expect(verdict({ flags, participations: ['PRT||UC||SB^^participation|||||||||||^^X.400^a@b.mssante.fr', RCT_PS] })).toBe('AE/101 PRT^1^5')
  })

  it('a qualified identity: AE/207 at PID-32 when no mail is asked, else AA with a finding', () => {
    expect(verdict({ flags: { DESTDMP: 'Y', DESTMSSANTEPS: 'N' }, set: { 'PID-32': 'PROV' } })).toBe('AE/207 PID^1^32')
    expect(verdict({ flags, set: { 'PID-32': 'PROV' } })).toBe('AA')
    expect(findings({ flags, set: { 'PID-32': 'PROV' } })).toContain('dmp.identity-unqualified')
  })
})

describe('C11: TXA-12 and TXA-13 are those of the CDA', () => {
  it('another TXA-12 is AE/207, its second component is not looked at', () => {
    expect(verdict({ documentId: '1.2.250.1.999.1.2' })).toBe('AE/207 TXA^1^12')
    expect(verdict({ documentId: '1.2.250.1.999.1.1^CH-1' })).toBe('AA')
  })

  it('an id longer than a key of the ledger is no CDA: AE/102', () => {
    const long = (length: number) =>
      verdict({ kind: 'ORU', document: Buffer.from(String(writeCda()).replace('1.2.250.1.999.1.1', `1.2.${'3'.repeat(length)}`)) })
    expect([long(300), long(2600)]).toEqual(['AA', 'AE/102 OBX^1^5^1^5'])
    expect(verdict({ document: writeCda({ patientIds: [TEST_INS, TEST_IPP, { root: '1.2.3', extension: 'x'.repeat(2600) }] }) })).toBe('AE/102 OBX^1^5^1^5')
    const named = { document: writeCda({ patientIds: [{ root: '1.2.3', extension: 'x'.repeat(401) }, TEST_INS] }) }
    expect(judgeTransmission(writeMessage(named), POLICY).errors[0]).toMatchObject({ path: 'ClinicalDocument/recordTarget/patientRole/id' })
    expect(verdict({ set: { 'PID-3': `${'x'.repeat(2600)}^^^CH-1&${TEST_IPP.root}&ISO^PI` } })).toBe('AE/102 PID^1^3')
  })

  it('an id with an extension is written extension^^root^ISO', () => {
    const document = writeCda({ id: '1.2.250.1.999.1^D-1' })
    expect(verdict({ document, documentId: 'D-1^^1.2.250.1.999.1^ISO' })).toBe('AA')
    expect(verdict({ document, documentId: 'D-2^^1.2.250.1.999.1^ISO' })).toBe('AE/207 TXA^1^12')
    expect(verdict({ document, documentId: '1.2.250.1.999.1' })).toBe('AE/207 TXA^1^12')
  })

  it('TXA-13 that the CDA does not say is AE/207; the right one is no first transmission: AE/199', () => {
    expect(verdict({ set: { 'TXA-13': '1.2.250.1.999.1.0' } })).toBe('AE/207 TXA^1^13')
    expect(verdict({ document: writeCda({ replaces: '1.2.250.1.999.1.0' }), set: { 'TXA-13': '1.2.250.1.999.1.0' } })).toBe('AE/199 TXA^1^13')
    expect(findings({ document: writeCda({ replaces: '1.2.250.1.999.1.0' }) })).toContain('document.replaces-by-create')
  })
})

describe('C14: recipients', () => {
  it.each(['not an address', 'someone@example.org', 'dr@@b.mssante.fr', '@b.mssante.fr', 'dr.x@mssante.fr.evil.org'])('%s is AE/102 at its PRT', address => {
    expect(verdict({ participations: [SB, professional(address)] })).toBe('AE/102 PRT^2^15')
  })

  it('a mail asked for without a recipient of that kind is AE/101', () => {
    expect(verdict({ participations: [SB] })).toBe('AE/101 PRT^2')
    expect(verdict({ flags: { DESTMSSANTEPAT: 'Y' } })).toBe('AE/101 PRT^3')
    expect(verdict({ participations: [SB, RCT_PATIENT] })).toBe('AE/101 PRT^3')
  })

  it('200 recipients are taken, one more is AE/207 at its PRT', () => {
    const recipients = Array.from({ length: 201 }, (_, at) => professional(`dr.${at}@test.mssante.fr`))
    expect(verdict({ participations: [SB, ...recipients.slice(1)] })).toBe('AA')
    expect(verdict({ participations: [SB, ...recipients] })).toBe('AE/207 PRT^202^4')
  })

  it('PRT behind another OBX than the document are read, with a finding', () => {
    const last = (segments: string[]) => [...segments.filter(segment => segment !== RCT_PS), RCT_PS]
    expect(verdict({ edit: last })).toBe('AA')
    expect(findings({ edit: last })).toEqual(['participation.misplaced'])
    expect(findings({})).toEqual([])
  })

  it('a message that names neither sender nor recipient is refused', () => {
    expect(verdict({ participations: [], flags: { DESTMSSANTEPS: 'N' } })).toBe('AE/100 PRT^1')
  })
})

describe('C15: the decision matrix', () => {
  const rows: [string, NonNullable<MessageChange['flags']>, string][] = [
    ['a', { DESTMSSANTEPS: 'Y', DESTMSSANTEPAT: 'Y', DESTDMP: 'Y', CONNEXION_SECRETE: 'Y' }, 'AA'],
    ['b', { INVISIBLE_PATIENT: 'Y', DESTMSSANTEPS: 'Y' }, 'AA'],
    ['c', { MASQUE_PS: 'Y', INVISIBLE_REP_LEGAUX: 'Y', DESTMSSANTEPS: 'N', DESTMSSANTEPAT: 'Y' }, 'AA'],
    ['no mail at all', { DESTMSSANTEPS: 'N', MASQUE_PS: 'Y' }, 'AA'],
    ['c with the DMP', { DESTMSSANTEPS: 'N', DESTMSSANTEPAT: 'Y', DESTDMP: 'Y' }, 'AE/207'],
    ['professionals of a visible document', { DESTMSSANTEPS: 'Y' }, 'AE/207'],
    ['masked, to professionals', { MASQUE_PS: 'Y', INVISIBLE_PATIENT: 'Y', DESTMSSANTEPS: 'Y' }, 'AE/207'],
  ]
  it.each(rows)('row %s, strict', (_row, flags, expected) => {
    expect(verdict({ flags, participations: [SB, RCT_PS, RCT_PATIENT] }, { mssMatrix: 'strict' }).split(' ')[0]).toBe(expected)
  })

  it.each(rows)('row %s, lenient: taken', (_row, flags) => {
    expect(verdict({ flags, participations: [SB, RCT_PS, RCT_PATIENT] })).toBe('AA')
  })
})

describe('metadata', () => {
  it('all ten are required, once each, Y or N', () => {
    expect(verdict({ edit: segments => segments.filter(segment => !segment.includes('ACK_RECEPTION')) })).toMatch(/^AE\/100 OBX\^/)
    expect(verdict({ edit: segments => segments.flatMap(segment => (segment.includes('|DESTDMP^') ? [segment, segment] : [segment])) })).toBe('AE/198 OBX^8^3')
    expect(verdict({ flags: { DESTDMP: 'X' } })).toBe('AE/103 OBX^7^5')
    expect(verdict({ flags: { DESTDMP: '' } })).toBe('AE/101 OBX^7^5')
  })

  it('another order is taken, with a finding', () => {
    const swapped = (segments: string[]) => [...segments.slice(0, -2), ...segments.slice(-2).reverse()]
    expect(verdict({ edit: swapped })).toBe('AA')
    expect(findings({ edit: swapped })).toContain('metadata.order')
  })

  it('a mail body that cannot be decoded is dropped with a finding, the message taken', () => {
    expect(verdict({ bodies: { CORPSMAIL_PS: 'AAAAA' } })).toBe('AA')
    expect(findings({ bodies: { CORPSMAIL_PS: 'AAAAA' } })).toContain('mail-body.undecodable')
  })
})

describe('C27: the citizen address', () => {
  const flags = { DESTMSSANTEPAT: 'Y' }
  const citizen = (local: string) => [SB, RCT_PS, RCT_PATIENT.replace(TEST_INS.extension, local)]
  it.each(['279035121518988', '27903512151898', '2790351215189890', '179035121518966', 'claire'])(
    '%s is no matricule of this person: AA with a finding',
    local => {
      expect(verdict({ flags, participations: citizen(local) })).toBe('AA')
      expect(findings({ flags, participations: citizen(local) })).toContain('citizen-address.invalid')
    },
  )

  it('the right one gives no finding; for an unqualified identity it gives another', () => {
    expect(findings({ flags, participations: citizen(TEST_INS.extension) })).toEqual([])
    expect(findings({ flags, participations: citizen(TEST_INS.extension), set: { 'PID-32': 'PROV' } })).toContain('identity.unqualified')
  })
})

describe('the person in the envelope', () => {
  it.each([
    ['19791399', ['patient.birth-date-unreadable']],
    ['', ['patient.birth-date-missing']],
    ['197903', []],
  ])('a birth date in PID-7 that is no day is told to its sender: %s', (born, told) => {
    expect(findings({ set: { 'PID-7': born } })).toEqual(told)
  })

  it.each([
    ['PID-8', 'X', ['patient.sex-unknown']],
    ['PID-8', 'O', []],
    ['PID-5', 'EXEMPLE^CLAIRE', ['patient.name-type']],
    ['PID-5', 'EXEMPLE^CLAIRE^CLAIRE ANNE^^^^L~MARTIN^CLAIRE^^^^^M', ['patient.name-type']],
    ['PID-5', 'EXEMPLE^CLAIRE^CLAIRE ANNE^^^^L~MARTIN^CLAIRE^^^^^D', []],
  ])('a letter that says nothing of the person is told to its sender: %s %s', (path, value, told) => {
    expect(findings({ set: { [path]: value } })).toEqual(told)
  })
})

describe('environment', () => {
  it('a test INS is refused in production, a real one only told in test', () => {
    expect(verdict({ set: { 'MSH-11': 'P' } }, { environment: 'production' })).toBe('AE/207 PID^1^3')
    const real = { root: '1.2.250.1.213.1.4.8', extension: TEST_INS.extension }
    const change: MessageChange = { document: writeCda({ patientIds: [real] }), set: { 'MSH-11': 'P', 'PID-3': `${real.extension}^^^&${real.root}&ISO^INS` } }
    expect(verdict(change, { environment: 'production' })).toBe('AA')
    expect(findings(change)).toContain('ins.production-oid')
    for (const trial of ['T', 'D']) {
      const said = { ...change, set: { ...change.set, 'MSH-11': trial } }
      expect([verdict(said, { environment: 'production' }), verdict(said)]).toEqual(['AE/202 MSH^1^11', 'AA'])
    }
  })
})

describe('bytes that are no message', () => {
  it.each([
    ['nothing', ''],
    ['noise', '\u0000\u0001'],
    ['HTTP', 'GET / HTTP/1.1\r\n\r\n'],
    ['MSH alone', 'MSH'],
    ['a bare header', 'MSH|^~\\&'],
    ['XML', '<ClinicalDocument/>'],
  ])('%s: AE, typed', (_what, text) => {
    expect(verdict(Buffer.from(text))).toMatch(/^AE\/10[01] MSH/)
  })

  it('a message cut anywhere gives AE, or AA where nothing but its last line end is missing', () => {
    const bytes = writeMessage({ document: writeCda() })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 2 }), length => {
        const { errors } = judgeTransmission(bytes.subarray(0, length), POLICY)
        // The last OBX ends with optional fields: what remains up to its value says the same.
        return errors.length > 0 || length > bytes.lastIndexOf('|N')
      }),
      { numRuns: 300 },
    )
  })

  it('random bytes, and a message with random bytes changed, never throw', () => {
    const bytes = writeMessage()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), noise => judgeTransmission(noise, POLICY).errors.length > 0),
      { numRuns: 300 },
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }), changes => {
        const changed = Buffer.from(bytes)
        for (const [at, byte] of changes) changed[at] = byte
        return judgeTransmission(changed, POLICY).errors.every(error => ERRORS[error.code].kind === 'reject')
      }),
      { numRuns: 500 },
    )
  })

  it('a segment moved, doubled or dropped never throws', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.boolean(), (from, to, isCopy) => {
        const edit = (segments: string[]) => {
          const list = [...segments]
          const [moved = ''] = isCopy ? list.slice(from, from + 1) : list.splice(from, 1)
          list.splice(to, 0, moved)
          return list
        }
        return Array.isArray(judgeTransmission(writeMessage({ edit }), POLICY).errors)
      }),
    )
  })

  it('hostile repetition of delimiters costs no more than its length', () => {
    for (const text of ['|'.repeat(3_000_000), '~'.repeat(3_000_000), '^&'.repeat(1_500_000)]) expect(verdict({ set: { 'PID-3': text } })).toMatch(/^AE/)
    expect(verdict(Buffer.from(`${writeMessage().toString('utf8')}${'A|\r'.repeat(1_000_000)}`))).toMatch(/^AE\/207/)
  })

  it('a message too large is answered from its beginning', () => {
    const judgement = refuseUnread(writeMessage().subarray(0, 300), 'hl7v2.too_large')
    expect(judgement.msh?.controlId).toBe('MSG-1')
    expect(judgement.errors).toEqual([{ code: 'hl7v2.too_large', path: 'MSH', location: 'MSH^1' }])
  })
})

describe('fixtures', () => {
  it.each(['mdm-t02-ldl-ses', 'mdm-t02-n1', 'oru-r01-n1'])('%s is taken without a finding', name => {
    const judgement = judgeTransmission(readFileSync(new URL(`../../../fixtures/hl7v2/${name}/in.er7`, import.meta.url)), POLICY)
    expect([judgement.errors, judgement.findings]).toEqual([[], []])
  })
})
