import type { Bundle, Parameters } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { writeNotification } from '../../../mappers/subscription-notification/notification.ts'
import { TOPIC } from '../../../profiles/tables/subscription-topics.ts'

const at = new Date('2026-06-05T08:00:00Z')
const state = { subscription: 'Subscription/s1', topic: `${TOPIC}pps.publie`, status: 'active', type: 'event-notification', told: 3 } as const
const event = { number: 3, at, person: 'Patient/p1', focus: 'CarePlan/c1' }
const frame = { id: '0193a5f0-0000-7000-8000-000000000001', at, baseUrl: 'https://hub.example/fhir' }
const read = (json: string): Bundle => JSON.parse(json) as Bundle
const valuesOf = (bundle: Bundle, name: string): unknown[] =>
  ((bundle.entry?.[0]?.resource as Parameters | undefined)?.parameter ?? [])
    .filter(one => one.name === name)
    .map(({ name: _name, ...value }) => Object.values(value)[0])

describe('a notification', () => {
  it('is a history whose first entry is the status of its subscription', () => {
    const bundle = read(writeNotification({ ...frame, state: { ...state, type: 'handshake', status: 'requested', told: 0 } }))
    expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'history', timestamp: '2026-06-05T08:00:00.000Z' })
    expect(bundle.entry).toHaveLength(1)
    expect(bundle.entry?.[0]).toMatchObject({ request: { method: 'GET', url: 'Subscription/s1/$status' }, response: { status: '200' } })
    expect(['subscription', 'topic', 'status', 'type', 'events-since-subscription-start'].map(name => valuesOf(bundle, name)[0])).toEqual([
      { reference: 'Subscription/s1' },
      `${TOPIC}pps.publie`,
      'requested',
      'handshake',
      '0',
    ])
  })

  it('of an event names its number, its time, what it is about and whom', () => {
    const bundle = read(writeNotification({ ...frame, state: { ...state, event }, focus: { isNew: false } }))
    expect(valuesOf(bundle, 'notification-event')[0]).toEqual([
      { name: 'event-number', valueString: '3' },
      { name: 'timestamp', valueInstant: '2026-06-05T08:00:00.000Z' },
      { name: 'focus', valueReference: { reference: 'CarePlan/c1' } },
      { name: 'additional-context', valueReference: { reference: 'Patient/p1' } },
    ])
    expect(bundle.entry?.[1]).toEqual({
      fullUrl: 'https://hub.example/fhir/CarePlan/c1',
      request: { method: 'PUT', url: 'CarePlan/c1' },
      response: { status: '200' },
    })
  })

  it('with the resource carries it byte for byte', () => {
    const text = '{"resourceType":"CarePlan","id":"c1","title":"1.00","quantity":1.00}'
    const json = writeNotification({ ...frame, state: { ...state, event }, focus: { isNew: true, text } })
    expect(json).toContain(`"resource":${text}`)
    expect(read(json).entry?.[1]?.request).toEqual({ method: 'POST', url: 'CarePlan' })
  })

  it('that may name nothing says that something changed for this person, and no more', () => {
    const { focus: _focus, ...change } = event
    const bundle = read(writeNotification({ ...frame, state: { ...state, event: change } }))
    expect(bundle.entry).toHaveLength(1)
    expect(JSON.stringify(bundle)).not.toContain('CarePlan/')
  })
})
