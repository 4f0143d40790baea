import { describe, expect, it } from 'vitest'
import { communicationId, type MailState, type MailTrace, mapDeliveryToCommunication } from '../../../mappers/communication/communication.ts'

const ADDRESS_FORM = /^[^@ ]+@([a-z0-9-]+[.])*mssante[.]fr$/
const ADDRESS = 'https://hub.e-parcours.example/fhir/StructureDefinition/hub-ext-mss-address'

const traceOf = (state: MailState): MailTrace => ({
  deliveryId: '0197c0de-0000-7000-8000-000000000001',
  messageId: 'r-1@exemple.mssante.fr',
  state,
  subject: 'Patient/p1',
  document: 'DocumentReference/d1',
  sender: { address: 'hub@exemple.mssante.fr', reference: 'Organization/o1' },
  recipient: {
    address: 'dr.modele@exemple.medecin.mssante.fr',
    type: 'Practitioner',
    identifier: { system: 'urn:oid:1.2.250.1.71.4.2.1', value: '810100000024' },
  },
  isToPatient: false,
  sentAt: new Date('2026-06-02T12:31:00Z'),
})

describe('the trace of a mail', () => {
  it.each(['preparation', 'in-progress', 'completed'] as const)('%s has no reason', status => {
    const communication = mapDeliveryToCommunication(traceOf({ status }))
    expect(communication.status).toBe(status)
    expect(communication).not.toHaveProperty('statusReason')
  })

  it('not-done says why, with the code of the mail server', () => {
    const { statusReason } = mapDeliveryToCommunication(traceOf({ status: 'not-done', reply: '550' }))
    expect(statusReason?.coding?.[0]?.code).toBe('injoignable')
    expect(statusReason?.text).toBe('Réponse de la messagerie : 550')
    expect(mapDeliveryToCommunication(traceOf({ status: 'not-done' })).statusReason).toBeDefined()
  })

  it('stopped names the opposition', () => {
    expect(mapDeliveryToCommunication(traceOf({ status: 'stopped', reason: 'opposition' })).statusReason?.coding?.[0]?.code).toBe('opposition')
  })

  it('has the elements of the profile, once each', () => {
    const communication = mapDeliveryToCommunication(traceOf({ status: 'preparation' }))
    expect(communication.meta?.profile).toEqual(['https://hub.e-parcours.example/fhir/StructureDefinition/hub-communication-mssante'])
    expect(communication.identifier?.[0]).toMatchObject({ value: '0197c0de-0000-7000-8000-000000000001' })
    expect(communication.medium).toHaveLength(1)
    expect(communication.recipient).toHaveLength(1)
    expect(communication.payload).toEqual([{ contentReference: { reference: 'DocumentReference/d1' } }])
    expect(communication.sent).toBe('2026-06-02T12:31:00.000Z')
    expect(communication.extension).toEqual([
      { url: 'https://hub.e-parcours.example/fhir/StructureDefinition/hub-ext-mss-message-id', valueString: 'r-1@exemple.mssante.fr' },
    ])
  })

  it.each([
    ['https://finess.esante.gouv.fr', '1540002102', '540002102'],
    ['https://finess.esante.gouv.fr', '540002102', '540002102'],
    ['urn:oid:1.2.250.1.71.4.2.2', '540002102', '1540002102'],
    ['urn:oid:1.2.250.1.71.4.2.2', '1540002102', '1540002102'],
    ['https://rpps.esante.gouv.fr', '810100000024', '10100000024'],
    ['urn:oid:1.2.250.1.71.4.2.1', '10100000024', '810100000024'],
    ['urn:oid:1.2.250.1.71.4.2.1', '010000024', '010000024'],
  ])('a recipient named by %s %s is known as %s', (system, sent, known) => {
    const trace = { ...traceOf({ status: 'preparation' }), recipient: { address: 'a@b.mssante.fr', identifier: { system, value: sent } } }
    expect(mapDeliveryToCommunication(trace).recipient?.[0]?.identifier).toEqual({ system, value: known })
  })

  it('both ends carry their address in the mssante.fr space (hub-com-1)', () => {
    const { sender, recipient } = mapDeliveryToCommunication(traceOf({ status: 'preparation' }))
    for (const party of [sender, ...(recipient ?? [])]) {
      const addresses = (party?.extension ?? []).filter(extension => extension.url === ADDRESS).map(extension => extension.valueString ?? '')
      expect(addresses).toHaveLength(1)
      expect(addresses[0]).toMatch(ADDRESS_FORM)
    }
  })

  it('the topic says nothing of the document', () => {
    const { topic } = mapDeliveryToCommunication(traceOf({ status: 'preparation' }))
    expect(topic).toEqual({ text: 'Transmission d’un document' })
  })

  it('every state is a version of the same resource', () => {
    const ids = (['preparation', 'in-progress', 'completed'] as const).map(status => mapDeliveryToCommunication(traceOf({ status })).id)
    expect(new Set(ids)).toEqual(new Set([communicationId('0197c0de-0000-7000-8000-000000000001')]))
    expect(ids[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(communicationId('another')).not.toBe(ids[0])
  })

  it('keeps the reading time when there is one', () => {
    const read = mapDeliveryToCommunication({ ...traceOf({ status: 'completed' }), receivedAt: new Date('2026-06-03T08:00:00Z') })
    expect(read.received).toBe('2026-06-03T08:00:00.000Z')
  })
})
