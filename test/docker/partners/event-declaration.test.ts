import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkEventDeclaration } from '../../../docker/partners/event-declaration.ts'
import { declaration } from '../../support/declaration.ts'

type Change = (resource: Record<string, unknown>) => void
const extensionOf = (resource: Record<string, unknown>, index: number) => (resource['extension'] as Record<string, unknown>[])[index] as Record<string, unknown>

describe('the platform checks a declaration of event', () => {
  it('a conforming one has no fault', () => {
    expect(checkEventDeclaration(declaration())).toEqual([])
  })

  it.each<[string, string, Change]>([
    [
      'nothing contained',
      'CommunicationRequest.contained',
      r => Object.assign(r, { contained: [], subject: { reference: 'Patient/1' }, requester: { reference: 'Organization/1' } }),
    ],
    ['no event type', 'CommunicationRequest.extension:event-type', r => Object.assign(r, { extension: [extensionOf(r, 1)] })],
    [
      'two event types',
      'CommunicationRequest.extension:event-type',
      r => Object.assign(r, { extension: [extensionOf(r, 0), extensionOf(r, 0), extensionOf(r, 1)] }),
    ],
    ['no event time', 'CommunicationRequest.extension:event-time', r => Object.assign(r, { extension: [extensionOf(r, 0)] })],
    ['a day as event time', 'CommunicationRequest.extension:event-time.value', r => Object.assign(extensionOf(r, 1), { valueDateTime: '2026-03-01' })],
    [
      'an event outside JDV_J46',
      'CommunicationRequest.extension:event-type.value',
      r => Object.assign(extensionOf(r, 0), { valueCodeableConcept: { coding: [{ system: 'x', code: 'DOC' }] } }),
    ],
    ['no status', 'CommunicationRequest.status', r => delete r['status']],
    ['an unknown status', 'CommunicationRequest.status', r => Object.assign(r, { status: 'done' })],
    ['no subject', 'CommunicationRequest.subject', r => delete r['subject']],
    ['a subject that is not contained', 'CommunicationRequest.subject.reference', r => Object.assign(r, { subject: { reference: '#p2' } })],
    ['a subject that is no patient', 'CommunicationRequest.subject.reference', r => Object.assign(r, { subject: { reference: '#o1' } })],
    ['no payload', 'CommunicationRequest.payload', r => Object.assign(r, { payload: [] })],
    ['two payloads', 'CommunicationRequest.payload', r => Object.assign(r, { payload: [{ contentString: 'a' }, { contentString: 'b' }] })],
    ['a payload without content', 'CommunicationRequest.payload[0].content[x]', r => Object.assign(r, { payload: [{}] })],
    ['no requester', 'CommunicationRequest.requester', r => delete r['requester']],
    ['a requester that is a patient', 'CommunicationRequest.requester.reference', r => Object.assign(r, { requester: { reference: '#p1' } })],
    ['about', 'CommunicationRequest.about', r => Object.assign(r, { about: [{ reference: '#p1' }] })],
    ['another profile', 'CommunicationRequest.meta.profile', r => Object.assign(r, { meta: { profile: ['x'] } })],
    ['an element FHIR does not know', 'CommunicationRequest.colour', r => Object.assign(r, { colour: 'red' })],
    ['another resource', 'resourceType', r => Object.assign(r, { resourceType: 'Communication' })],
  ])('%s is a fault there', (_title, path, change) => {
    const resource = declaration()
    change(resource)
    expect(checkEventDeclaration(resource).map(fault => fault.path)).toEqual([path])
  })

  it('no JSON value makes it throw', () => {
    const hostile = { toString: null, valueOf: 1 }
    expect(checkEventDeclaration({ ...declaration(), status: hostile }).map(fault => fault.path)).toEqual(['CommunicationRequest.status'])
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(...Object.keys(declaration())),
        (value, key) => checkEventDeclaration({ ...declaration(), [key]: value }).length >= 0,
      ),
    )
    fc.assert(fc.property(fc.jsonValue(), value => checkEventDeclaration(value).length > 0))
  })
})
