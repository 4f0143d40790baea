import type { CareTeam, CareTeamParticipant } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { EXTENSION } from '../../../../profiles/canonicals.ts'
import { memberEntries } from '../../../../gateway/flows/circle/default-subscriptions.ts'

const now = new Date('2026-06-05T08:00:00Z')
const team = (change: Partial<CareTeam> = {}): CareTeam => ({
  resourceType: 'CareTeam',
  id: 'ct-1',
  status: 'active',
  subject: { reference: 'Patient/p1' },
  participant: [
    { member: { reference: 'PractitionerRole/mt' }, period: { start: '2026-05-10' } },
    { member: { reference: 'Organization/dac' }, period: { start: '2026-05-11', end: '2027-01-01' } },
    { member: { reference: 'PractitionerRole/gone' }, period: { start: '2026-05-10', end: '2026-05-20' } },
    { member: { reference: 'PractitionerRole/back' }, period: { start: '2026-05-10', end: '2026-05-20' } },
    { member: { reference: 'PractitionerRole/back' }, period: { start: '2026-06-01' } },
  ],
  ...change,
})

describe('default subscriptions', () => {
  it('are those of the members whose entry is not over; coming back is a new one', () => {
    expect(memberEntries(team(), now)).toEqual([
      { holder: 'PractitionerRole/mt', since: '2026-05-10', unwanted: [] },
      { holder: 'Organization/dac', since: '2026-05-11', until: new Date('2027-01-01'), unwanted: [] },
      { holder: 'PractitionerRole/back', since: '2026-06-01', unwanted: [] },
    ])
  })

  it('keep what a member does not want to be told of', () => {
    const [mt, ...others] = team().participant ?? []
    const narrowed = { ...mt, extension: [{ url: EXTENSION.unwantedEvent, valueCode: 'encounter.adm' }] }
    expect(memberEntries(team({ participant: [narrowed, ...others] }), now)[0]).toEqual({
      holder: 'PractitionerRole/mt',
      since: '2026-05-10',
      unwanted: ['encounter.adm'],
    })
  })

  it('of a member with several roles from the same day are one: until the last of them ends, of what one of them wants', () => {
    const entry = (period: CareTeamParticipant['period'], ...unwanted: string[]): CareTeamParticipant => ({
      member: { reference: 'PractitionerRole/mt' },
      extension: unwanted.map(valueCode => ({ url: EXTENSION.unwantedEvent, valueCode })),
      ...(period === undefined ? {} : { period }),
    })
    const [start, end] = ['2026-05-10', '2027-01-01']
    const entries = (...participant: CareTeamParticipant[]) => memberEntries(team({ participant }), now)
    const until = new Date('2027-02-01')
    expect(entries(entry({ start, end }, 'encounter.adm', 'encounter.sor'), entry({ start }, 'encounter.sor'))).toEqual([
      { holder: 'PractitionerRole/mt', since: start, unwanted: ['encounter.sor'] },
    ])
    expect(entries(entry({ start, end: '2027-02-01' }), entry({ start, end }, 'encounter.adm'))).toEqual([
      { holder: 'PractitionerRole/mt', since: start, unwanted: [], until },
    ])
  })

  it.each(['proposed', 'suspended', 'inactive', 'entered-in-error'] as const)('nobody has one in a circle that is %s', status => {
    expect(memberEntries(team({ status }), now)).toEqual([])
  })
})
