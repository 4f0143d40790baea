import { describe, expect, it } from 'vitest'
import { gapsOf } from '../../../../gateway/monitor/person/gaps.ts'
import { deliveryOf, type JourneyItem, journeyOf } from '../../../../gateway/monitor/person/journey.ts'

const NOW = new Date('2026-06-30T12:00:00Z')
const item = (id: string, at: string, rest: Partial<JourneyItem>): JourneyItem => ({
  id,
  at: new Date(at).toISOString(),
  kind: 'document',
  type: 'document.depose',
  changes: ['create'],
  about: null,
  documentType: null,
  flow: null,
  delivery: 'delivered',
  counts: {},
  ...rest,
})
const discharge = (at: string): JourneyItem => item('sor', at, { kind: 'alert', type: 'encounter.sor', changes: ['discharge'] })
const request = (id: string, at: string, changes: string[]): JourneyItem => item(id, at, { kind: 'request', type: 'appui.statut', changes, about: 'Task/1' })
const kinds = (items: JourneyItem[], now = NOW): string[] =>
  gapsOf(items, now).map(({ kind, expected, after, to }) => `${expected ?? kind} after ${after}${to === null ? '' : ' ended'}`)

describe('what is missing in a journey', () => {
  it.each<[string, JourneyItem[], string[]]>([
    ['a discharge with its letter within the day', [discharge('2026-06-28T08:00Z'), item('doc', '2026-06-28T18:00Z', {})], []],
    ['a letter written before the discharge', [item('doc', '2026-06-27T18:00Z', {}), discharge('2026-06-28T08:00Z')], []],
    ['a discharge without a letter', [discharge('2026-06-28T08:00Z')], ['discharge-letter after sor']],
    ['a letter that came late', [discharge('2026-06-25T08:00Z'), item('doc', '2026-06-29T18:00Z', {})], ['discharge-letter after sor ended']],
    ['a discharge of today', [discharge('2026-06-30T08:00Z')], []],
    [
      'a discharge that was taken back',
      [discharge('2026-06-25T08:00Z'), item('back', '2026-06-25T09:00Z', { kind: 'alert', type: 'encounter.sor', changes: ['annulation'] })],
      [],
    ],
    ['a request without an answer', [request('ask', '2026-06-26T08:00Z', ['task.requested'])], ['request-answer after ask']],
    [
      'a request answered within two days',
      [request('ask', '2026-06-26T08:00Z', ['task.requested']), request('answer', '2026-06-27T08:00Z', ['task.accepted'])],
      [],
    ],
    ['a document that reached nobody it was meant for', [item('doc', '2026-06-29T18:00Z', { delivery: 'undelivered' })], ['undelivered after doc']],
    [
      'more than thirty days of silence, then again',
      [item('one', '2026-03-01T08:00Z', {}), item('two', '2026-04-20T08:00Z', {})],
      ['silence after one ended', 'silence after two'],
    ],
  ])('%s', (_case, items, gaps) => {
    expect(kinds(items)).toEqual(gaps)
  })
})

describe('one line in time', () => {
  it.each([
    [{}, 'nobody'],
    [{ none: 3 }, 'nobody'],
    [{ delivered: 2, none: 1 }, 'delivered'],
    [{ delivered: 1, sent: 1 }, 'under-way'],
    [{ delivered: 1, failed: 1 }, 'partly'],
    [{ failed: 1 }, 'undelivered'],
    [{ delivered: 5, parked: 1 }, 'held'],
  ])('deliveries %j stand as %s', (counts, delivery) => {
    expect(deliveryOf(counts)).toBe(delivery)
  })

  it('a movement that was announced stands there once, one that was not as a stay; all in the order of time', () => {
    const flow = { id: 'm1', controlId: 'A01', sender: 'ch-1', status: 'complete' as const, documentType: null }
    const movement = { kind: 'insert' as const, stay: 'Encounter/1', controlId: 'A', sender: 'ch-1', status: 'complete' as const }
    const items = journeyOf({
      events: [
        {
          id: 'e1',
          type: 'encounter.adm',
          changes: ['admission'],
          resources: ['Encounter/1/_history/1'],
          documentId: null,
          at: new Date(2000),
          flow,
          deliveries: {},
        },
      ],
      movements: [
        { ...movement, id: 'm1', trigger: 'A01', startsAt: new Date(2000) },
        { ...movement, id: 'm2', trigger: 'A02', startsAt: new Date(1000) },
      ],
      waiting: [],
      messages: [{ reference: 'Communication/1', at: new Date(3000).toISOString(), status: 'completed', category: 'ALERTE' }],
    })
    expect(items.map(({ id, kind, about }) => [id, kind, about])).toEqual([
      ['m2', 'stay', 'Encounter/1'],
      ['e1', 'alert', 'Encounter/1'],
      ['Communication/1', 'message', 'Communication/1'],
    ])
  })
})
