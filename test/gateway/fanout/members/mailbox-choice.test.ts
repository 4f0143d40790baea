import type { ContactPoint, Identifier, Organization, Practitioner, PractitionerRole } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { chooseMailbox, citizenMailbox, type Holders, holdersIn } from '../../../../gateway/fanout/members/mailbox-choice.ts'
import { EXTENSION, SYSTEM } from '../../../../profiles/canonicals.ts'
import { tre } from '../../../../profiles/oids.ts'

const INS_TEST = 'urn:oid:1.2.250.1.213.1.4.10'
const at = new Date('2026-06-01T12:00:00Z')
const nobody = new Set<string>()

const box = (value: string, kind?: string, more: Partial<ContactPoint> & { isOnRedList?: boolean } = {}): ContactPoint => {
  const { isOnRedList, ...point } = more
  return {
    system: 'email',
    value: `${value}@test.mssante.fr`,
    extension: [
      {
        url: EXTENSION.mailboxMetadata,
        extension: [
          ...(kind === undefined ? [] : [{ url: 'type', valueCodeableConcept: { coding: [{ system: tre('R257-TypeBAL'), code: kind }] } }]),
          ...(isOnRedList === undefined ? [] : [{ url: 'listeRouge', valueBoolean: isOnRedList }]),
        ],
      },
    ],
    ...point,
  }
}
const role = (telecom: ContactPoint[], active?: boolean): PractitionerRole => ({
  resourceType: 'PractitionerRole',
  telecom,
  ...(active === undefined ? {} : { active }),
})
const practitioner = (telecom: ContactPoint[], active?: boolean): Practitioner => ({
  resourceType: 'Practitioner',
  telecom,
  ...(active === undefined ? {} : { active }),
})
const organization = (telecom: ContactPoint[]): Organization => ({ resourceType: 'Organization', telecom })

const chosen = (address: string, kind: string, holder: string) => ({ address: `${address}@test.mssante.fr`, kind, holder })

const cases: [string, Holders, object][] = [
  [
    'a personal mailbox before that of the practice',
    { role: role([box('cab', 'CAB')]), practitioner: practitioner([box('per', 'PER')]) },
    chosen('per', 'PER', 'Practitioner'),
  ],
  [
    'the practice before the structure',
    { role: role([]), practitioner: practitioner([box('cab', 'CAB')]), organization: organization([box('org', 'ORG')]) },
    chosen('cab', 'CAB', 'Practitioner'),
  ],
  [
    'the structure when the professional has none',
    { role: role([]), organization: organization([box('app', 'APP'), box('org', 'ORG')]) },
    chosen('org', 'ORG', 'Organization'),
  ],
  ['an address without a kind is taken', { role: role([{ system: 'email', value: 'mailto:x@test.mssante.fr' }]) }, chosen('x', '', 'PractitionerRole')],
  ['nobody on the red list', { role: role([box('per', 'PER', { isOnRedList: true })]) }, { lack: 'mailbox.red-list' }],
  [
    'beside a mailbox on the red list, the listed one',
    { role: role([box('per', 'PER', { isOnRedList: true }), box('cab', 'CAB', { isOnRedList: false })]) },
    chosen('cab', 'CAB', 'PractitionerRole'),
  ],
  ['no mailbox that has ended', { role: role([box('per', 'PER', { period: { end: '2026-01-01' } })]) }, { lack: 'mailbox.closed' }],
  [
    'an end that is still to come closes nothing',
    { role: role([box('per', 'PER', { period: { end: '2026-12-31' } })]) },
    chosen('per', 'PER', 'PractitionerRole'),
  ],
  ['no former address', { role: role([box('per', 'PER', { use: 'old' })]) }, { lack: 'mailbox.closed' }],
  [
    'nobody who has retired, not even by his structure',
    { role: role([box('per', 'PER')]), practitioner: practitioner([], false), organization: organization([box('org', 'ORG')]) },
    { lack: 'mailbox.closed' },
  ],
  ['nobody whose exercise has ended', { role: role([box('per', 'PER')], false) }, { lack: 'mailbox.closed' }],
  ['no structure that has closed', { organization: { ...organization([box('org', 'ORG')]), active: false } }, { lack: 'mailbox.closed' }],
  ['no ordinary mail', { role: role([{ system: 'email', value: 'x@example.org' }]) }, { lack: 'mailbox.none' }],
]

describe('the mailbox of a member', () => {
  it.each(cases)('%s', (_rule, holders, expected) => {
    expect(chooseMailbox(holders, { at, closed: nobody })).toEqual(expected)
  })

  it('one that a report said does not exist is left for the next, and closed when it was the only one', () => {
    const closed = new Set(['per@test.mssante.fr'])
    expect(chooseMailbox({ role: role([box('per', 'PER')]), organization: organization([box('org', 'ORG')]) }, { at, closed })).toEqual(
      chosen('org', 'ORG', 'Organization'),
    )
    expect(chooseMailbox({ role: role([box('per', 'PER')]) }, { at, closed })).toEqual({ lack: 'mailbox.closed' })
  })
})

const MATRICULE = '279035121518989'
const ins = (more: Partial<Identifier> & { code?: string } = {}): Identifier => {
  const { code = 'INS-NIR-TEST', ...rest } = more
  return { use: 'official', type: { coding: [{ system: code === 'NH' ? SYSTEM.v20203 : SYSTEM.fr0203, code }] }, system: INS_TEST, value: MATRICULE, ...rest }
}
const own = { address: `${MATRICULE}@patient.mssante.fr`, kind: 'INS', holder: 'RelatedPerson' }
const none = { lack: 'mailbox.none' }

describe('the mailbox of a relative', () => {
  it.each<[string, Identifier[], object]>([
    ['is that of his own INS, whatever stands before it', [{ system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-1' }, ins()], own],
    ['is none by a social-security number, which may be that of somebody else', [ins({ code: 'NH', system: 'urn:oid:1.2.250.1.213.1.4.8' })], none],
    ['is none by an INS that was only received', [ins({ use: 'temp' })], none],
    ['is none by one that is no longer his', [ins({ use: 'old' })], none],
    ['is none by one with a wrong key', [ins({ value: '279035121518988' })], none],
    ['is none without an INS', [{ system: 'urn:ietf:rfc:3986', value: 'urn:uuid:1' }], none],
  ])('%s', (_rule, identifier, expected) => {
    expect(citizenMailbox({ resourceType: 'RelatedPerson', patient: {}, identifier })).toEqual(expected)
  })

  it('is closed to who is it no longer', () => {
    expect(citizenMailbox({ resourceType: 'RelatedPerson', active: false, patient: {}, identifier: [ins()] })).toEqual({ lack: 'mailbox.closed' })
  })
})

describe('what the directory answers of a professional', () => {
  it('with one role left he is reached by the mailboxes of that one alone', () => {
    const holders = holdersIn([practitioner([]), role([box('former', 'PER')], false), role([box('per', 'PER')])])
    expect(chooseMailbox(holders, { at, closed: nobody })).toEqual(chosen('per', 'PER', 'PractitionerRole'))
  })

  it('with none left he is not reached, not even by his structure', () => {
    const holders = holdersIn([practitioner([]), role([box('former', 'PER')], false), organization([box('org', 'ORG')])])
    expect(chooseMailbox(holders, { at, closed: nobody })).toEqual({ lack: 'mailbox.closed' })
  })

  it('who has no role there is looked for by himself and his structure', () => {
    const holders = holdersIn([practitioner([]), organization([box('org', 'ORG')])])
    expect(chooseMailbox(holders, { at, closed: nobody })).toEqual(chosen('org', 'ORG', 'Organization'))
  })
})
