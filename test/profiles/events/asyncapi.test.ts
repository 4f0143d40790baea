import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { EVENTS_TOPIC, partnerTopic } from '../../../gateway/bus/bus.ts'
import { type HubEvent, readCloudEvent, toBusMessage } from '../../../gateway/bus/cloud-event.ts'
import { newTraceparent } from '../../../gateway/trace.ts'
import { EVENT_CODES, eventType } from '../../../profiles/events/event-types.ts'

// The document that partners read and the producer that the hub runs are held together here.

const document = parse(readFileSync(join(import.meta.dirname, '../../../profiles/events/asyncapi.yaml'), 'utf8'))
const ajv = new Ajv2020({ allErrors: true })
ajvFormats.default(ajv)
const { payload: _, headers, bindings } = document.components.messages.event
const isPayload = ajv.compile(document.components.schemas.event)
const isHeaders = ajv.compile(headers)
const isKey = ajv.compile(bindings.kafka.key)

const id = fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/)
const event: fc.Arbitrary<HubEvent> = fc.record({
  id: fc.uuid(),
  type: fc.constantFrom(...EVENT_CODES),
  person: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
  patient: id.map(one => `Patient/${one}`),
  sequence: fc.integer({ min: 1 }),
  cause: fc.uuid(),
  resources: fc.array(
    fc.tuple(fc.constantFrom('DocumentReference', 'CarePlan'), id, fc.integer({ min: 1 })).map(([type, one, version]) => `${type}/${one}/_history/${version}`),
  ),
  changes: fc.array(fc.constantFrom('document.created', 'mt')),
  traceparent: fc.constant(0).map(newTraceparent),
  at: fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
})

describe('the AsyncAPI document and the producer', () => {
  it('every event the hub makes is one the document allows, key and headers included', () => {
    fc.assert(
      fc.property(event, one => {
        const message = toBusMessage(one)
        expect(isPayload(JSON.parse(String(message.value))), JSON.stringify(isPayload.errors)).toBe(true)
        expect(isHeaders(message.headers), JSON.stringify(isHeaders.errors)).toBe(true)
        expect(isKey(message.key)).toBe(true)
      }),
    )
  })

  it('what the hub announces, the hub reads', () => {
    fc.assert(
      fc.property(event, one => {
        const read = readCloudEvent(Buffer.from(toBusMessage(one).value))
        expect(read).toMatchObject({ id: one.id, type: eventType(one.type), subject: one.patient, sequence: one.sequence, data: { cause: one.cause } })
      }),
    )
  })

  it('the document names exactly the event types and topics of the hub', () => {
    expect(document.components.schemas.event.properties.type.enum).toEqual(EVENT_CODES.map(eventType))
    expect(document.channels.events.address).toBe(EVENTS_TOPIC)
    expect(document.channels.partner.address).toBe(partnerTopic('{partner}'))
  })

  it.each([
    ['no JSON', 'nothing', 'event'],
    ['another version of CloudEvents', { specversion: '0.3' }, 'event.specversion'],
    ['an unknown type', { type: 'fr.e-parcours.other.v1' }, 'event.type'],
    ['no subject', { subject: undefined }, 'event.subject'],
    ['a sequence that is no number', { sequence: '1' }, 'event.sequence'],
    ['no cause', { data: { resources: [], changes: [] } }, 'event.data'],
  ])('a record with %s is refused with its place, for good', (_name, change, path) => {
    const [one] = fc.sample(event, 1)
    if (one === undefined) throw new Error('no sample')
    const text = typeof change === 'string' ? change : JSON.stringify({ ...JSON.parse(String(toBusMessage(one).value)), ...change })
    expect(() => readCloudEvent(Buffer.from(text))).toThrowError(expect.objectContaining({ code: 'fhir.request', path, kind: 'reject' }))
    if (typeof change !== 'string') expect(isPayload(JSON.parse(text))).toBe(false)
  })
})
