import type { Patient, Subscription, Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { readAsked } from '../../../../gateway/fhir/subscription/channel.ts'
import { readInterest } from '../../../../gateway/fhir/subscription/criteria.ts'
import { matches } from '../../../../gateway/fhir/subscription/matches.ts'
import { EXTENSION } from '../../../../profiles/canonicals.ts'
import { SUBSCRIPTION_EXTENSION, TOPIC } from '../../../../profiles/tables/subscription-topics.ts'

const baseUrl = 'https://hub.example/fhir'
const now = new Date('2026-06-05T08:00:00Z')
const read = (criteria: string, ...filters: string[]) =>
  readInterest({ criteria, filters: filters.map((text, index) => ({ text, place: `Subscription.criteria.extension[${index}]` })), baseUrl })
const faultsOf = (criteria: string, ...filters: string[]) => read(criteria, ...filters).issues.map(({ code, expression }) => [code, expression])

describe('criteria of a subscription', () => {
  it('name a topic of hub-cs-evenement, and its filters narrow it', () => {
    const { interest, issues } = read(`${TOPIC}pps.publie`, 'CarePlan?patient=Patient/p1', 'owner=Organization/o1,o2&territoire=54395')
    expect(issues).toEqual([])
    expect(interest).toMatchObject({
      events: ['pps.publie'],
      patient: 'Patient/p1',
      conditions: [
        { name: 'patient', values: ['Patient/p1'] },
        { name: 'owner', values: ['Organization/o1', 'o2'] },
        { name: 'territoire', values: ['54395'] },
      ],
    })
  })

  it('of plain form name one of four types and one to five parameters', () => {
    const { interest, issues } = read(`Task?owner=${baseUrl}/Organization/o1&status=requested,accepted&patient=p1`)
    expect(issues).toEqual([])
    expect(interest).toMatchObject({
      type: 'Task',
      patient: 'Patient/p1',
      conditions: [{ values: ['Organization/o1'] }, { values: ['requested', 'accepted'] }, {}],
    })
  })

  it.each([
    [`${TOPIC}pps.lu`],
    [TOPIC],
    ['http://example.org/topic'],
    ['Observation?status=final'],
    ['Patient?identifier=1'],
    ['CommunicationRequest?event-type=SOR'],
    ['Task'],
    ['Task?'],
    [''],
    ['Task?_has:Provenance:target:agent=x'],
    ['Task?patient.identifier=1'],
    ['Task?owner:missing=true'],
    ['Task?_include=Task:owner'],
    ['Task?constructor=1'],
    ['CarePlan?activity-code=1'],
  ])('%j are refused at Subscription.criteria', criteria => {
    expect(faultsOf(criteria)).toContainEqual(['not-supported', 'Subscription.criteria'])
  })

  it('of more than five parameters are refused', () => {
    expect(faultsOf('Task?status=a&code=b&intent=c&priority=d&owner=e')).toEqual([])
    expect(faultsOf('Task?status=a&code=b&intent=c&priority=d&owner=e&requester=f')).toEqual([['too-costly', 'Subscription.criteria']])
  })

  it.each([
    ['gender=female', 'not-supported'],
    ['patient=', 'value'],
    ['patient=Patient/p1/x', 'value'],
    ['territoire=Nancy', 'value'],
    ['', 'value'],
  ])('a filter %j is refused where it stands', (filter, code) => {
    expect(faultsOf(`${TOPIC}pps.publie`, 'patient=p1', filter)).toContainEqual([code, 'Subscription.criteria.extension[1]'])
  })
})

const task: Task = {
  resourceType: 'Task',
  id: 't1',
  extension: [{ url: EXTENSION.territoire, valueCoding: { code: '54395' } }],
  identifier: [{ system: 'urn:oid:1', value: 'T-1' }],
  status: 'requested',
  intent: 'order',
  code: { coding: [{ system: 'urn:hub', code: 'DEM-APPUI' }] },
  for: { reference: 'Patient/p1' },
  owner: { reference: 'Organization/o1/_history/2' },
}
const patient: Patient = {
  resourceType: 'Patient',
  address: [{ use: 'home', extension: [{ url: EXTENSION.addressInseeCode, valueCoding: { code: '35238' } }] }],
}
const meets = (criteria: string, seen: { resource?: Task | undefined; patient?: Patient } = { resource: task }, ...filters: string[]) =>
  matches(read(criteria, ...filters).interest.conditions, { resource: undefined, patient: undefined, persons: ['Patient/p1'], now, ...seen })

describe('an event meets criteria', () => {
  it.each([
    'Task?owner=Organization/o1',
    'Task?owner=o1',
    'Task?owner=Organization/o9,Organization/o1',
    'Task?patient=Patient/p1&status=requested',
    'Task?status=draft,requested',
    'Task?code=DEM-APPUI',
    'Task?code=urn:hub|DEM-APPUI',
    'Task?identifier=urn:oid:1|T-1',
    'Task?territoire=54395',
    'Task?territoire=54',
    'Task?_id=t1',
  ])('%s', criteria => {
    expect(meets(criteria)).toBe(true)
  })

  it.each([
    'Task?owner=Organization/o2',
    'Task?owner=Practitioner/o1',
    'Task?patient=Patient/p2',
    'Task?owner=o1&status=accepted',
    'Task?code=urn:other|DEM-APPUI',
    'Task?territoire=35238',
    'Task?requester=Organization/o1',
  ])('but not %s', criteria => {
    expect(meets(criteria)).toBe(false)
  })

  it('by the home of the person where no Task says the territory', () => {
    expect(meets(`${TOPIC}encounter.sor`, { patient }, 'territoire=35238')).toBe(true)
    expect(meets(`${TOPIC}encounter.sor`, { patient }, 'territoire=54395')).toBe(false)
  })

  it('never by what is hidden from the subscriber', () => {
    expect(meets('Task?owner=Organization/o1', { resource: undefined })).toBe(false)
    expect(meets(`${TOPIC}encounter.sor`, {}, 'territoire=35238')).toBe(false)
    expect(meets('Task?patient=Patient/p1', { resource: undefined })).toBe(true)
  })
})

const subscription = (change: Partial<Subscription> = {}, channel: Partial<Subscription['channel']> = {}): Subscription => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'Suivi',
  criteria: `${TOPIC}pps.publie`,
  channel: { type: 'rest-hook', endpoint: 'https://example.org/hook', payload: 'application/fhir+json', ...channel },
  ...change,
})

describe('the channel of a subscription', () => {
  it('tells ids only unless more is asked for', () => {
    expect(readAsked(subscription(), { baseUrl, now })).toMatchObject({ asked: { content: 'id-only', isOff: false, headers: [] }, issues: [] })
  })

  it('carries content, heartbeat and secret headers', () => {
    const asked = subscription(
      {},
      {
        header: ['Authorization: Bearer x'],
        extension: [{ url: SUBSCRIPTION_EXTENSION.heartbeat, valueUnsignedInt: 60 }],
        _payload: { extension: [{ url: SUBSCRIPTION_EXTENSION.content, valueCode: 'full-resource' }] },
      },
    )
    expect(readAsked(asked, { baseUrl, now })).toMatchObject({
      asked: { content: 'full-resource', heartbeatSeconds: 60, headers: ['Authorization: Bearer x'] },
      issues: [],
    })
  })

  it.each<[string, Subscription]>([
    ['Subscription.status', subscription({ status: 'error' })],
    ['Subscription.channel.type', subscription({}, { type: 'email', endpoint: 'mailto:a@b.mssante.fr' })],
    ['Subscription.channel.type', subscription({}, { type: 'websocket' })],
    ['Subscription.channel.payload', subscription({}, { payload: 'application/fhir+xml' })],
    ['Subscription.channel.payload', subscription({}, { _payload: { extension: [{ url: SUBSCRIPTION_EXTENSION.content, valueCode: 'everything' }] } })],
    ['Subscription.channel.header[1]', subscription({}, { header: ['X-A: b', 'Host: c'] })],
    ['Subscription.end', subscription({ end: '2020-01-01T00:00:00Z' })],
    ['Subscription.modifierExtension', subscription({ modifierExtension: [{ url: 'urn:x', valueBoolean: true }] })],
  ])('is refused at %s', (expression, resource) => {
    expect(readAsked(resource, { baseUrl, now }).issues.map(issue => issue.expression)).toEqual([expression])
  })

  it('says everything that is wrong at once', () => {
    const { issues } = readAsked(subscription({ criteria: 'Observation?code=1' }, { type: 'sms', payload: 'text/plain' }), { baseUrl, now })
    expect(issues.map(issue => issue.expression)).toEqual(['Subscription.criteria', 'Subscription.channel.type', 'Subscription.channel.payload'])
  })

  it('reads filters also where they stand at the resource, so that none is passed over', () => {
    const { asked } = readAsked(subscription({ extension: [{ url: SUBSCRIPTION_EXTENSION.filter, valueString: 'patient=Patient/p1' }] }), { baseUrl, now })
    expect(asked.interest.patient).toBe('Patient/p1')
  })
})
