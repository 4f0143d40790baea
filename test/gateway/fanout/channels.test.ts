import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../../gateway/access/rights/decide.ts'
import { candidatesOf, CHANNELS, type Reach } from '../../../gateway/fanout/channels.ts'
import type { Deposit, Mailbox } from '../../../gateway/fanout/deposit.ts'
import { plannedOf } from '../../../gateway/fanout/planned.ts'

const reach: Reach = { platform: { partner: 'region', topic: 'hub.partner.region' }, takesAcks: true }
const identities = ['qualifiee', 'validee', 'recuperee', 'provisoire', 'conflit'] as const

const mailbox = (address: string, isPatient = false): Mailbox => ({
  party: { address },
  facts: {
    recipient: isPatient ? 'patient' : 'professional',
    identity: 'qualifiee',
    isNamed: true,
    isRequested: true,
    masquePs: false,
    invisiblePatient: false,
    invisibleRepLegaux: false,
    isMinor: false,
    isOwnAddress: isPatient,
  },
})
const deposit = (change: Partial<Deposit> = {}): Deposit => ({
  messageId: 'm1',
  sender: 'DPI-1/CH-1',
  documentId: 'urn:oid:1.2.3',
  documentType: '11490-0',
  document: 'DocumentReference/d1',
  destDmp: false,
  ackReception: true,
  mailboxes: [mailbox('dr.a@test.mssante.fr')],
  facts: { identity: 'qualifiee', masquePs: false, invisiblePatient: false, invisibleRepLegaux: false, isMinor: false },
  ...change,
})
const keys = { pseudonym: (value: string) => `p(${value})`, reference: (value: string) => `r(${value})` }

describe('candidates of a deposit', () => {
  it('are each mailbox once, the platform by REST and on its topic, and nobody at the hospital unless the DMP is asked for; who subscribed is not the deposit’s to say', () => {
    const given = deposit({ mailboxes: [mailbox('dr.a@test.mssante.fr'), mailbox('dr.b@test.mssante.fr')] })
    expect(CHANNELS.map(channel => candidatesOf(channel, given, reach).map(one => one.recipient))).toEqual([
      ['dr.a@test.mssante.fr', 'dr.b@test.mssante.fr'],
      ['region', 'hub.partner.region'],
      [],
      [],
    ])
  })

  it('with DESTDMP=Y are the DMP, refused by name, and one Z01 to the sender about this message', () => {
    const planned = plannedOf(keys, { channel: 'hospital', person: 'x' }, candidatesOf('hospital', deposit({ destDmp: true }), reach))
    expect(planned).toMatchObject([
      { recipient: 'dmp', level: 'aucun', rule: 'dmp.not-connected' },
      { recipient: 'DPI-1/CH-1', level: 'complet', rule: 'ack.requested', what: 'm1', action: 'Z01' },
    ])
  })

  it.each([
    [{ destDmp: true, ackReception: false }, reach, 'ack.not-requested'],
    [{ destDmp: true }, { ...reach, takesAcks: false }, 'ack.no-address'],
  ])('a sender that did not ask, or has no address, gets no Z01: %j', (change, to, rule) => {
    const [, sender] = candidatesOf('hospital', deposit(change), to)
    expect(sender && decide(sender.facts)).toMatchObject({ level: 'aucun', rule })
  })

  it('of an identity in conflict get nothing, on any channel', () => {
    const facts = { identity: 'conflit', masquePs: false, invisiblePatient: false, invisibleRepLegaux: false, isMinor: false } as const
    const given = deposit({ destDmp: true, facts, mailboxes: [mailbox('dr.a@test.mssante.fr'), mailbox('279035121518989@patient.mssante.fr', true)] })
    for (const channel of CHANNELS) {
      for (const { facts: known } of candidatesOf(channel, given, reach))
        if (known.recipient !== 'sender') expect(decide(known)).toMatchObject({ level: 'aucun', rule: 'identity.quarantined' })
    }
  })

  it('take the identity the ledger decided, not the one the message claimed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...identities), fc.constantFrom(...identities), (decided, claimed) => {
        const box = mailbox('279035121518989@patient.mssante.fr', true)
        const facts = { ...deposit().facts, identity: decided }
        const [candidate] = candidatesOf('mssante', deposit({ facts, mailboxes: [{ ...box, facts: { ...box.facts, identity: claimed } }] }), reach)
        expect(candidate?.facts.identity).toBe(decided)
      }),
    )
  })

  it('have one reference per thing, action, recipient and channel, and one lane per recipient and person', () => {
    const [first] = candidatesOf('mssante', deposit(), reach)
    if (first === undefined) throw new Error('no candidate')
    const of = (channel: string, person: string) => plannedOf(keys, { channel, person }, [first])[0]
    expect(of('mssante', 'x')?.reference).toBe(of('mssante', 'y')?.reference)
    expect(of('mssante', 'x')?.laneKey).not.toBe(of('mssante', 'y')?.laneKey)
    expect(of('mssante', 'x')?.reference).not.toBe(of('platform', 'x')?.reference)
  })
})
