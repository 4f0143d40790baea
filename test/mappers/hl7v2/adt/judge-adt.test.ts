import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeMessage } from '../../../../mappers/hl7v2/checks/judge-message.ts'
import { ERRORS } from '../../../../profiles/errors.ts'
import { type MovementChange, writeMovement } from '../../../support/movements.ts'
import type { JudgePolicy } from '../../../../mappers/hl7v2/checks/judgement.ts'

const POLICY: JudgePolicy = { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 25_000_000 }

/** `AA`, or the first error as ERR-3 and ERR-2: `AE/203 MSH^1^21`. */
function verdict(change: MovementChange, policy: Partial<JudgePolicy> = {}): string {
  const [error] = judgeMessage(writeMovement(change), { ...POLICY, ...policy }).errors
  return error === undefined ? 'AA' : `${ERRORS[error.code].msa}/${ERRORS[error.code].err3} ${error.location}`
}

const zbe = (text: string): MovementChange => ({ edit: segments => segments.map(segment => (segment.startsWith('ZBE') ? text : segment)) })

describe('a movement', () => {
  it('is taken, and says which movement of which visit it is', () => {
    const judgement = judgeMessage(writeMovement(), POLICY)
    expect(judgement).toMatchObject({
      errors: [],
      kind: 'movement',
      movement: {
        ids: ['M-1|1.2.250.1.999.8'],
        kind: 'insert',
        trigger: 'A01',
        startsAt: '2026-03-01T09:00:00.000Z',
        isHistoric: false,
        visit: { system: 'urn:oid:1.2.250.1.999.9', value: 'V-1' },
        content: { class: 'I', place: { unit: { code: '6268' }, room: '12', bed: '1' }, medicalUnit: { code: '6268', name: 'Chirurgie' } },
      },
    })
    expect(judgement.laneKey).toMatch(/^ipp\|/)
  })

  it('a number by which the ledger would know a person, a visit or a movement has its end', () => {
    const long = 'x'.repeat(401)
    expect(verdict({ visit: 'x'.repeat(400) })).toBe('AA')
    expect(verdict({ visit: long })).toBe('AE/102 PV1^1^19')
    expect(verdict({ ipp: long })).toBe('AE/102 PID^1^3')
    expect(verdict({ id: long })).toBe('AE/102 ZBE^1^1')
    expect(verdict({ set: { 'PID-3': `1^^^CH-1~2^^^CH&${long}&ISO^PI` } })).toBe('AE/102 PID^1^3')
  })

  it.each([
    ...['A01', 'A02', 'A03', 'A04', 'A05', 'A06', 'A07', 'A14', 'A15', 'A16', 'A21', 'A22', 'A54'].map(trigger => ({ trigger })),
    ...[
      ['A11', 'A01'],
      ['A11', 'A04'],
      ['A12', 'A02'],
      ['A13', 'A03'],
      ['A38', 'A05'],
      ['A06', 'A07'],
      ['A07', 'A06'],
      ['A25', 'A16'],
      ['A26', 'A15'],
      ['A27', 'A14'],
      ['A52', 'A21'],
      ['A53', 'A22'],
      ['A55', 'A54'],
    ].map(([trigger = '', origin = '']) => ({ trigger, origin, act: 'CANCEL' as const })),
    { trigger: 'Z99', origin: 'A02', act: 'UPDATE' as const },
  ])('of each event of PAM-FR is taken: $trigger $act $origin', change => {
    expect(verdict(change)).toBe('AA')
  })

  it.each<[string, MovementChange, string]>([
    ['A08', { trigger: 'A08' }, 'AE/201 MSH^1^9'],
    ['an unknown trigger', { trigger: 'A99' }, 'AE/201 MSH^1^9'],
    ['no trigger', { set: { 'MSH-9': 'ADT' } }, 'AE/101 MSH^1^9^1^2'],
    ['another HL7 version', { set: { 'MSH-12': '2.3^FRA' } }, 'AE/203 MSH^1^12'],
    ['another profile', { set: { 'MSH-21': '9.9^IHE_FRANCE-2.11-PAM' } }, 'AE/203 MSH^1^21'],
    ['no PV1', { edit: segments => segments.filter(segment => !segment.startsWith('PV1')) }, 'AE/100 PV1^1'],
    ['no ZBE', { edit: segments => segments.filter(segment => !segment.startsWith('ZBE')) }, 'AE/100 ZBE^1'],
    ['two ZBE', { edit: segments => [...segments, segments.at(-1)?.replace('M-1', 'M-2') ?? ''] }, 'AE/198 ZBE^2'],
    ['no EVN-2', { set: { 'EVN-2': '' } }, 'AE/101 EVN^1^2'],
    ['no visit number', { visit: '', set: { 'PV1-19': '' } }, 'AE/101 PV1^1^19'],
    ['no identity status', { status: '' }, 'AE/101 PID^1^32'],
    ['an unknown identity status', { status: 'XXXX' }, 'AE/103 PID^1^32'],
    ['an end in ZBE-3', { set: { 'ZBE-3': '20260302' } }, 'AE/198 ZBE^1^3'],
    ['no ZBE-6 on an update', { trigger: 'Z99', act: 'UPDATE' }, 'AE/101 ZBE^1^6'],
    ['no ZBE-6 on a cancellation', { trigger: 'A11', act: 'CANCEL' }, 'AE/101 ZBE^1^6'],
    ['no movement id', { set: { 'ZBE-1': '' } }, 'AE/101 ZBE^1^1'],
    ['no start', { set: { 'ZBE-2': '' } }, 'AE/101 ZBE^1^2'],
    ['a start that is no time', { set: { 'ZBE-2': 'demain' } }, 'AE/102 ZBE^1^2'],
    ['a start on no day of the calendar', { set: { 'ZBE-2': '20250231120000' } }, 'AE/102 ZBE^1^2'],
    ['a start with an offset that there is not', { set: { 'ZBE-2': '20250301120000+9900' } }, 'AE/102 ZBE^1^2'],
    ['a record on no day of the calendar', { set: { 'EVN-2': '20250231' } }, 'AE/102 EVN^1^2'],
    ['an end with an offset that there is not', { set: { 'PV1-45': '20250301120000+9900' } }, 'AE/102 PV1^1^45'],
    ['an act that is none', { set: { 'ZBE-4': 'DELETE' } }, 'AE/103 ZBE^1^4'],
    ['a discharge that inserts as a cancellation', { trigger: 'A03', act: 'CANCEL', origin: 'A03' }, 'AE/199 ZBE^1^4'],
    ['a cancellation of another event', { trigger: 'A11', act: 'CANCEL', origin: 'A03' }, 'AE/199 ZBE^1^6'],
  ])('is refused with %s', (_, change, expected) => {
    expect(verdict(change)).toBe(expected)
  })

  it('by A08 is an update from a sender that is known to write it so', () => {
    for (const act of ['UPDATE', 'INSERT'] as const) expect(verdict({ trigger: 'A08', act, origin: 'A01' }, { a08: 'as-z99' })).toBe('AA')
    expect(judgeMessage(writeMovement({ trigger: 'A08', act: 'UPDATE', origin: 'A01' }), { ...POLICY, a08: 'as-z99' }).movement).toMatchObject({
      kind: 'update',
      trigger: 'A01',
    })
  })
})

describe('the INS of a movement', () => {
  const found = (change: MovementChange, policy: Partial<JudgePolicy> = {}) =>
    judgeMessage(writeMovement(change), { ...POLICY, ...policy }).findings.map(({ code, severity, path }) => `${severity} ${code} ${path}`)
  const real = { 'PID-3': 'IPP-1^^^CH-1&1.2.250.1.999.2&ISO^PI~279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS' }

  it('with a right key is told nothing of', () => {
    expect(found({}).filter(one => one.includes('ins.'))).toEqual([])
  })

  it('with a wrong key is taken, with a warning', () => {
    expect(verdict({ ins: '279035121518988' })).toBe('AA')
    expect(found({ ins: '279035121518988' })).toContain('warning ins.key PID-3')
  })

  it('of the tests never enters production; one of production among tests is a warning', () => {
    expect(verdict({}, { environment: 'production' })).toMatch(/PID\^1\^3$/)
    expect(verdict({ set: real }, { environment: 'production' })).toBe('AA')
    expect(found({ set: real })).toContain('warning ins.production-oid PID-3')
  })
})

describe('a ZBE whose fields stand one place beside', () => {
  const UNITS = 'Chir^^^^^CH-1&1.2.250.1.999.8&ISO^UF^^^6268|Chir^^^^^CH-1&1.2.250.1.999.8&ISO^UF^^^6268|HMS'
  it.each([
    ['ZBE-3 left out', `ZBE|M-1^CH-1|20260301100000|INSERT|N||${UNITS}`, 3],
    ['a field too many before ZBE-1', `ZBE||M-1^CH-1|20260301100000||INSERT|N||${UNITS}`, 1],
    ['a field too many before ZBE-2', `ZBE|M-1^CH-1||20260301100000||INSERT|N||${UNITS}`, 2],
    ['a field too many before ZBE-4', `ZBE|M-1^CH-1|20260301100000|||INSERT|N||${UNITS}`, 4],
    ['a field too many before ZBE-5', `ZBE|M-1^CH-1|20260301100000||INSERT||N||${UNITS}`, 5],
    ['ZBE-6 left out', `ZBE|M-1^CH-1|20260301100000||INSERT|N|${UNITS}`, 6],
  ])('%s: the fault names the field; read where it stands from a sender that may', (_, segment, field) => {
    expect(verdict(zbe(segment))).toBe(`AE/199 ZBE^1^${field}`)
    const lenient = judgeMessage(writeMovement(zbe(segment)), { ...POLICY, zbe: 'lenient' })
    expect(lenient.errors).toEqual([])
    expect(lenient.findings).toContainEqual({ code: 'movement.shifted', severity: 'warning', path: `ZBE-${field}` })
    expect(lenient.movement).toMatchObject({
      ids: [expect.stringMatching(/^M-1\|/)],
      startsAt: '2026-03-01T09:00:00.000Z',
      content: { medicalUnit: { code: '6268' }, nature: 'HMS' },
    })
  })
})

describe('any bytes', () => {
  it('get a judgement, never a crash', () => {
    const whole = writeMovement().toString('utf8')
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(12), fc.string(), (at, cut, put) => {
        const { errors, kind, movement } = judgeMessage(Buffer.from(whole.slice(0, at) + put + whole.slice(at + cut)), POLICY)
        expect(errors.length > 0 || kind === 'identity' || movement !== undefined).toBe(true)
      }),
      { numRuns: 400 },
    )
  })
})

const corpus = resolve(import.meta.dirname, '../../../../../shared/corpus')
describe.skipIf(!existsSync(corpus))('the samples of PAM-FR', () => {
  it.each([
    'SGL/admission.er7',
    'Vague-2/Consentement_DMP_PAMFR/ConsentementConsultation_NonOppositionAlimentation.er7',
    'Vague-2/Consentement_DMP_PAMFR/NonConsentementConsultation_NonOppositionAlimentation.er7',
    'Vague-2/Consentement_DMP_PAMFR/NonRecueillieConsentementConsultation_NonRecueillieOppositionAlimentation.er7',
  ])('%s is taken', file => {
    const bytes = Buffer.from(readFileSync(join(corpus, 'hl7v2', file), 'utf8').replaceAll(/\r?\n/g, '\r'))
    expect(judgeMessage(bytes, POLICY).errors).toEqual([])
  })
})
