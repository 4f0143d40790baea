/*
  A conforming declaration of event (nde-eventdeclaration) about an invented person.
*/
const NDE = 'https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition'

export function declaration(): Record<string, unknown> {
  const coding = [{ system: 'https://mos.esante.gouv.fr/NOS/TRE_R254-TypeEvenement/FHIR/TRE-R254-TypeEvenement', code: 'DOC' }]
  return {
    resourceType: 'CommunicationRequest',
    meta: { profile: [`${NDE}/nde-eventdeclaration`] },
    contained: [
      { resourceType: 'Patient', id: 'p1', identifier: [{ system: 'urn:oid:1.2.250.1.213.1.4.10', value: '279035121518989' }] },
      { resourceType: 'Organization', id: 'o1', name: 'CH Exemple' },
    ],
    extension: [
      { url: `${NDE}/event-type`, valueCodeableConcept: { coding } },
      { url: `${NDE}/event-time`, valueDateTime: '2026-03-01T10:15:30+01:00' },
    ],
    status: 'active',
    subject: { reference: '#p1' },
    payload: [{ contentString: 'Un document a été déposé' }],
    requester: { reference: '#o1' },
  }
}
