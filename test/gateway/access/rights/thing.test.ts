import type { DocumentReference, FhirResource } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { contentOf } from '../../../../gateway/access/rights/thing.ts'

it.each([
  [
    'its LOINC code, wherever it stands',
    [
      { system: 'urn:oid:1.2.250.1.999.12', code: 'CR-42' },
      { system: 'http://loinc.org', code: '11490-0' },
    ],
    '11490-0',
  ],
  ['the one it has', [{ display: 'Lettre' }, { system: 'urn:oid:1.2.250.1.213.1.1.4.12', code: 'SYNTH' }], 'SYNTH'],
  ['none', [{ display: 'Lettre' }], undefined],
])('the type of a document, to which a person may narrow an opposition, is %s', (_, coding, expected) => {
  const document: DocumentReference = { resourceType: 'DocumentReference', id: 'd', status: 'current', type: { coding }, content: [] }
  expect(contentOf(document).documentType).toBe(expected)
})

const ABOUT = { reference: 'Patient/p1' }
const OTHER = { reference: 'PractitionerRole/ide-1' }

it.each<[string, object, string | undefined]>([
  ['a person is about himself', { resourceType: 'Patient', id: 'p1' }, 'Patient/p1'],
  ['a plan: its subject', { resourceType: 'CarePlan', id: '1', subject: ABOUT }, 'Patient/p1'],
  ['whatever version it names', { resourceType: 'CarePlan', id: '1', subject: { reference: 'Patient/p1/_history/2' } }, 'Patient/p1'],
  ['a Task: for whom it is done', { resourceType: 'Task', id: '1', for: ABOUT, owner: OTHER, requester: { reference: 'Patient/other' } }, 'Patient/p1'],
  ['a consent: whose it is', { resourceType: 'Consent', id: '1', patient: ABOUT, performer: [{ reference: 'Patient/other' }] }, 'Patient/p1'],
  ['a relative: whose he is', { resourceType: 'RelatedPerson', id: '1', patient: ABOUT }, 'Patient/p1'],
  ['an allergy', { resourceType: 'AllergyIntolerance', id: '1', patient: ABOUT, asserter: { reference: 'Patient/other' } }, 'Patient/p1'],
  ['an appointment: the patient who takes part', { resourceType: 'Appointment', id: '1', participant: [{ actor: OTHER }, { actor: ABOUT }] }, 'Patient/p1'],
  ['an observation of a group is about nobody whom we know', { resourceType: 'Observation', id: '1', subject: { reference: 'Group/1' } }, undefined],
  ['a professional is about nobody', { resourceType: 'Practitioner', id: '1', subject: ABOUT }, undefined],
  ['nor a structure', { resourceType: 'Organization', id: '1' }, undefined],
])('whom a resource is about: %s', (_, resource, expected) => {
  expect(contentOf(resource as FhirResource).patient).toBe(expected)
})

it('a message is of who sent it and of each whom it was sent to; a consent of each who collected it', () => {
  const message = { resourceType: 'Communication', id: '1', subject: ABOUT, sender: { reference: 'Organization/a' }, recipient: [OTHER, ABOUT] } as FhirResource
  expect(contentOf(message).addressedTo).toEqual(['Organization/a', 'PractitionerRole/ide-1', 'Patient/p1'])
  const consent = { resourceType: 'Consent', id: '1', organization: [{ reference: 'Organization/a' }, { reference: 'Organization/b' }] } as FhirResource
  expect(contentOf(consent).collectedBy).toEqual(['Organization/a', 'Organization/b'])
})
