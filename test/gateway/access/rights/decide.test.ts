import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../../../gateway/access/rights/decide.ts'
import { DECISIONS, type MessageFacts } from '../../../../profiles/tables/decisions.ts'

const facts: fc.Arbitrary<MessageFacts> = fc.record({
  recipient: fc.constantFrom('professional', 'patient', 'dmp', 'platform', 'topic', 'sender'),
  identity: fc.constantFrom('qualifiee', 'validee', 'recuperee', 'provisoire', 'conflit'),
  isNamed: fc.boolean(),
  isRequested: fc.boolean(),
  masquePs: fc.boolean(),
  invisiblePatient: fc.boolean(),
  invisibleRepLegaux: fc.boolean(),
  isMinor: fc.boolean(),
  isOwnAddress: fc.boolean(),
})
const plain: MessageFacts = {
  recipient: 'professional',
  identity: 'qualifiee',
  isNamed: true,
  isRequested: true,
  masquePs: false,
  invisiblePatient: false,
  invisibleRepLegaux: false,
  isMinor: false,
  isOwnAddress: true,
}

describe('decide', () => {
  it('answers for every combination of facts, with a rule of the table and its level', () => {
    fc.assert(
      fc.property(facts, given => {
        const decision = decide(given)
        expect(DECISIONS.some(row => row.rule === decision.rule && row.level === decision.level)).toBe(true)
      }),
    )
  })

  it('never lets a masked document reach a professional, whoever names him', () => {
    fc.assert(
      fc.property(facts, given => {
        expect(decide({ ...given, recipient: 'professional', masquePs: true }).level).toBe('aucun')
      }),
    )
  })

  it('never lets a document invisible to the person reach the citizen mailbox', () => {
    fc.assert(
      fc.property(facts, given => {
        expect(decide({ ...given, recipient: 'patient', invisiblePatient: true }).level).toBe('aucun')
      }),
    )
  })

  it('never mails a minor what is hidden from legal representatives', () => {
    fc.assert(
      fc.property(facts, given => {
        expect(decide({ ...given, recipient: 'patient', invisibleRepLegaux: true, isMinor: true }).level).toBe('aucun')
      }),
    )
  })

  it('never mails a citizen without a qualified INS and his own matricule', () => {
    fc.assert(
      fc.property(facts, given => {
        if (given.recipient !== 'patient' || decide(given).level === 'aucun') return
        expect(given).toMatchObject({ identity: 'qualifiee', isOwnAddress: true })
      }),
    )
  })

  it('gives nothing to anyone but the sender while the identity is in conflict', () => {
    fc.assert(
      fc.property(facts, given => {
        if (given.recipient === 'sender') return
        expect(decide({ ...given, identity: 'conflit' })).toMatchObject({ level: 'aucun', rule: 'identity.quarantined' })
      }),
    )
  })

  it.each<[string, Partial<MessageFacts>, string, string]>([
    ['a professional named by the sender', {}, 'complet', 'sender.named'],
    ['a professional, unqualified identity', { identity: 'provisoire' }, 'complet', 'sender.named'],
    ['a professional, DESTMSSANTEPS=N', { isRequested: false }, 'aucun', 'flag.not-requested'],
    ['a citizen, identity only validated', { recipient: 'patient', identity: 'validee' }, 'aucun', 'identity.unqualified'],
    ['a citizen address of someone else', { recipient: 'patient', isOwnAddress: false }, 'aucun', 'citizen-address.invalid'],
    ['the DMP', { recipient: 'dmp' }, 'aucun', 'dmp.not-connected'],
    ['the regional platform', { recipient: 'platform' }, 'complet', 'platform.declared'],
    ['a mailbox nobody names', { isNamed: false }, 'aucun', 'recipient.unknown'],
  ])('%s', (_who, given, level, rule) => {
    expect(decide({ ...plain, ...given })).toMatchObject({ level, rule })
  })
})
