import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isInMatrix } from '../../../../mappers/hl7v2/checks/check-gates.ts'
import { gate, isMinor } from '../../../../mappers/hl7v2/checks/gating.ts'
import { readTransmission } from '../../../../mappers/hl7v2/reading/read-transmission.ts'
import type { Transmission } from '../../../../mappers/hl7v2/reading/transmission.ts'
import { RCT_PATIENT, RCT_PS, SB, writeMessage } from '../../../support/messages.ts'

const base = readTransmission(writeMessage({ participations: [SB, RCT_PS, RCT_PATIENT] })).transmission
const FLAGS = ['masquePs', 'invisiblePatient', 'invisibleRepLegaux', 'connexionSecrete', 'destDmp', 'destMssPs', 'destMssPatient'] as const

function withFlags(bits: number): Transmission {
  const flags = { ...base.flags }
  for (const [at, flag] of FLAGS.entries()) flags[flag] = (bits >> at) % 2 === 1
  return { ...base, flags }
}

const rules = (transmission: Transmission) =>
  Object.fromEntries(gate(transmission).map(({ recipient, allowed, rule }) => [recipient.kind, `${allowed ? 'send' : 'stop'} ${rule}`]))
const all = { ...base.flags, destMssPs: true, destMssPatient: true }

describe('C15: who gets a mail', () => {
  it('over the whole matrix: a mail goes only where it is asked for and nothing hides it', () => {
    for (let bits = 0; bits < 1 << FLAGS.length; bits++) {
      for (const birthDate of ['19790328', '20200101']) {
        const transmission = withFlags(bits)
        const { flags } = transmission
        const isChild = birthDate === '20200101'
        for (const { recipient, allowed } of gate({ ...transmission, patient: { ...transmission.patient, birthDate } })) {
          const mayReach =
            recipient.kind === 'patient'
              ? flags.destMssPatient && !flags.invisiblePatient && !(flags.invisibleRepLegaux && isChild)
              : flags.destMssPs && !flags.masquePs
          expect([bits, isChild, recipient.kind, allowed]).toEqual([bits, isChild, recipient.kind, mayReach])
        }
      }
    }
  })

  it('each block has its own rule', () => {
    expect(rules({ ...base, flags: all })).toEqual({ ps: 'send sender.named', patient: 'send sender.named' })
    expect(rules({ ...base, flags: { ...all, masquePs: true } })).toEqual({ ps: 'stop flag.masked', patient: 'send sender.named' })
    expect(rules({ ...base, flags: { ...all, invisiblePatient: true } })).toEqual({ ps: 'send sender.named', patient: 'stop flag.invisible-patient' })
    expect(rules({ ...base, flags: { ...all, invisibleRepLegaux: true }, patient: { ...base.patient, birthDate: '20150601' } })['patient']).toBe(
      'stop flag.invisible-rep-legaux',
    )
    expect(rules({ ...base, flags: { ...all, destMssPs: false, destMssPatient: false } })).toEqual({
      ps: 'stop flag.not-requested',
      patient: 'stop flag.not-requested',
    })
    expect(rules({ ...base, flags: all, patient: { ...base.patient, identityStatus: ['PROV'] } })).toEqual({
      ps: 'send sender.named',
      patient: 'stop identity.unqualified',
    })
    expect(rules({ ...base, flags: all, patient: { ...base.patient, identityStatus: ['VALI', 'DOUT'] } })).toEqual({
      ps: 'stop identity.quarantined',
      patient: 'stop identity.quarantined',
    })
  })

  it('C27: only the matricule of this person, its key right, at the domain of citizens', () => {
    const own = base.recipients.find(recipient => recipient.kind === 'patient')?.address ?? ''
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constant(own),
          fc.stringMatching(/^[12][0-9]{14}$/).map(matricule => `${matricule}@patient.mssante.fr`),
          fc.constant('claire@b.mssante.fr'),
        ),
        address => {
          const recipients = base.recipients.map(recipient => (recipient.kind === 'patient' ? { ...recipient, address } : recipient))
          expect(rules({ ...base, flags: all, recipients })).toEqual({
            ps: 'send sender.named',
            patient: address === own ? 'send sender.named' : 'stop citizen-address.invalid',
          })
        },
      ),
    )
  })
})

describe('the published matrix', () => {
  it('has the rows of the specification and no other', () => {
    const inside: string[] = []
    for (let bits = 0; bits < 1 << FLAGS.length; bits++) {
      const { flags } = withFlags(bits)
      if ((flags.destMssPs || flags.destMssPatient) && isInMatrix(flags)) inside.push(FLAGS.map(flag => (flags[flag] ? 'Y' : 'N')).join(''))
    }
    // masquePs invisiblePatient invisibleRepLegaux connexionSecrete destDmp destMssPs destMssPatient
    const rows = ['NNN[NY][NY]YY', 'NYN[NY][NY]YN', '[NY]N[NY]NNNY']
    expect(inside).toHaveLength(4 + 4 + 4)
    expect(inside.filter(row => !rows.some(pattern => new RegExp(`^${pattern}$`).test(row)))).toEqual([])
  })
})

describe('under age', () => {
  it.each([
    ['20080602', '20260602', false],
    ['20080603', '20260602120000', true],
    ['2008', '20260602', true],
    ['2007', '20260602', false],
    [undefined, '20260602', true],
    ['19790328', '', true],
  ])('born %s, sent %s: %s', (birthDate, sentAt, expected) => {
    expect(isMinor(birthDate, sentAt)).toBe(expected)
  })
})
