import type { Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { checkEventDeclaration } from '../../../docker/partners/event-declaration.ts'
import { type DocumentEvent, mapDocumentToEventDeclaration } from '../../../mappers/notification/event-declaration.ts'

const NDE = 'https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition'
const FR = 'https://hl7.fr/ig/fhir/core'
const ins = (use: 'official' | 'temp') => ({
  use,
  type: { coding: [{ system: `${FR}/CodeSystem/fr-core-cs-v2-0203`, code: 'INS-NIR-TEST' }] },
  system: 'urn:oid:1.2.250.1.213.1.4.10',
  value: '279035121518989',
  ...(use === 'temp'
    ? { extension: [{ url: 'https://hub.e-parcours.example/fhir/StructureDefinition/hub-ext-ins-statut', valueCode: 'recu-non-verifie' }] }
    : {}),
})
const ipp = {
  use: 'usual' as const,
  type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PI' }] },
  system: 'urn:oid:1.2.250.1.999.2',
  value: 'IPP-42',
}

const patientWith = (use: 'official' | 'temp'): Patient => ({
  resourceType: 'Patient',
  id: 'p1',
  meta: { tag: [{ code: 'qualifiee' }] },
  extension: [
    { url: `${FR}/StructureDefinition/fr-core-identity-reliability`, extension: [{ url: 'identityStatus', valueCoding: { code: 'VALI' } }] },
    { url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace', valueAddress: { city: 'Commune Exemple' } },
  ],
  identifier: [ins(use), ipp],
  name: [
    { use: 'official', family: 'EXEMPLE', given: ['CLAIRE'] },
    { use: 'usual', family: 'AUTRE' },
  ],
  telecom: [{ system: 'phone', value: '0600000001' }],
  gender: 'female',
  birthDate: '1979-03-28',
  address: [{ city: 'NANCY' }],
})

const eventOf = (change: Partial<DocumentEvent> = {}): DocumentEvent => ({
  document: 'DocumentReference/d1',
  documentIdentifier: { system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.250.1.999.1.1.1' },
  documentType: { system: 'http://loinc.org', code: '11490-0', display: 'Lettre de liaison' },
  title: 'Lettre de liaison',
  occurredAt: new Date('2026-06-02T12:30:00Z'),
  patient: patientWith('official'),
  organization: {
    resourceType: 'Organization',
    id: 'o1',
    identifier: [{ system: 'https://finess.esante.gouv.fr', value: '540009990' }],
    name: 'Centre hospitalier Exemple',
    telecom: [{ value: '0300000001' }],
  },
  level: 'complet',
  ...change,
})

describe('declaration of a deposited document (NdE flux 3)', () => {
  it('has event type DOC and event time, once each', () => {
    const { extension, meta } = mapDocumentToEventDeclaration(eventOf())
    expect(meta?.profile).toEqual([`${NDE}/nde-eventdeclaration`])
    expect(extension?.filter(one => one.url === `${NDE}/event-type`).map(one => one.valueCodeableConcept?.coding?.[0]?.code)).toEqual(['DOC'])
    expect(extension?.filter(one => one.url === `${NDE}/event-time`).map(one => one.valueDateTime)).toEqual(['2026-06-02T12:30:00.000Z'])
  })

  it('contains subject and requester, and refers to nothing else inside', () => {
    const { contained, subject, requester, about } = mapDocumentToEventDeclaration(eventOf())
    expect(contained?.map(one => [one.resourceType, `#${one.id}`])).toEqual([
      ['Patient', subject?.reference],
      ['Organization', requester?.reference],
    ])
    expect(about).toBeUndefined()
  })

  it('has exactly one payload: the document', () => {
    expect(mapDocumentToEventDeclaration(eventOf()).payload).toEqual([
      {
        contentReference: {
          reference: 'DocumentReference/d1',
          type: 'DocumentReference',
          identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.250.1.999.1.1.1' },
        },
      },
    ])
  })

  it('gives a qualified INS with its five traits, and no address, phone or used name', () => {
    const patient = mapDocumentToEventDeclaration(eventOf()).contained?.[0] as Patient
    expect(patient.identifier?.map(one => one.value)).toEqual(['279035121518989', 'IPP-42'])
    expect(patient.name?.map(name => name.use)).toEqual(['official'])
    expect([patient.gender, patient.birthDate]).toEqual(['female', '1979-03-28'])
    expect(patient.extension).toHaveLength(2)
    expect(patient).not.toHaveProperty('telecom')
    expect(patient).not.toHaveProperty('address')
    expect(patient.meta?.tag).toBeUndefined()
  })

  it('never gives an INS that nobody verified, nor the traits', () => {
    const declared = mapDocumentToEventDeclaration(eventOf({ patient: patientWith('temp') }))
    expect(JSON.stringify(declared)).not.toMatch(/279035121518989|EXEMPLE|CLAIRE|1979/)
    const patient = declared.contained?.[0] as Patient | undefined
    expect(patient?.identifier?.map(one => one.value)).toEqual(['IPP-42'])
  })

  it('below complet neither type nor title leaves; at minimal not even the document', () => {
    const restricted = mapDocumentToEventDeclaration(eventOf({ level: 'restreint' }))
    expect(JSON.stringify(restricted)).not.toMatch(/11490-0|Lettre/)
    expect(restricted.payload).toHaveLength(1)
    const minimal = mapDocumentToEventDeclaration(eventOf({ level: 'minimal' }))
    expect(minimal.payload).toEqual([{ contentString: 'Un changement est intervenu. Contactez le référent de la personne.' }])
  })

  it('keeps the identifier of the event for a later correction', () => {
    const later = mapDocumentToEventDeclaration(eventOf({ occurredAt: new Date('2026-06-03T08:00:00Z') }))
    expect(later.identifier).toEqual(mapDocumentToEventDeclaration(eventOf()).identifier)
  })

  it.each(['complet', 'restreint', 'minimal'] as const)('the regional platform takes it at level %s', level => {
    expect(checkEventDeclaration(mapDocumentToEventDeclaration(eventOf({ level })))).toEqual([])
  })
})
