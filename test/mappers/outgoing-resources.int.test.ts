import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DocumentReference, OperationOutcome, Organization, Patient, Resource } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { type MailState, mapDeliveryToCommunication } from '../../mappers/communication/communication.ts'
import { mapDocumentToEventDeclaration } from '../../mappers/notification/event-declaration.ts'
import { mapCda } from '../support/mapping.ts'
import { readSandbox } from '../support/sandbox.ts'

// What leaves the hub as FHIR passes $validate of the store, against the profiles it claims.

const document = readFileSync(resolve(import.meta.dirname, '../fixtures/cda/ldl-ses/in.xml'))

const store = process.env['HUB_TEST_HAPI'] ?? readSandbox().hapi

async function problemsOf(resource: Resource): Promise<string[]> {
  const response = await fetch(`${store}/${resource.resourceType}/$validate`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  })
  const { issue } = (await response.json()) as OperationOutcome
  return issue.filter(one => one.severity === 'error' || one.severity === 'fatal').map(one => one.diagnostics ?? '')
}

const STATES: MailState[] = [
  { status: 'preparation' },
  { status: 'in-progress' },
  { status: 'completed' },
  { status: 'not-done', reply: '550' },
  { status: 'stopped', reason: 'opposition' },
]

describe('what leaves the hub as FHIR', () => {
  it.each(STATES)('a mail in state $status is a valid Communication', async state => {
    const communication = mapDeliveryToCommunication({
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
    expect(await problemsOf(communication)).toEqual([])
  })

  it.each(['complet', 'restreint', 'minimal'] as const)('a declaration at level %s is a valid CommunicationRequest', async level => {
    const { owned, claims } = mapCda(document).output
    const resources = [...owned, ...claims].map(one => one.resource as Resource)
    const find = <R extends Resource>(type: R['resourceType']): R => resources.find(one => one.resourceType === type) as R
    const reference = find<DocumentReference>('DocumentReference')
    const coding = reference.type?.coding?.[0]
    const declaration = mapDocumentToEventDeclaration({
      document: `DocumentReference/${reference.id ?? ''}`,
      documentIdentifier: { system: reference.masterIdentifier?.system ?? '', value: reference.masterIdentifier?.value ?? '' },
      documentType: { system: coding?.system ?? '', code: coding?.code ?? '' },
      title: reference.description ?? '',
      occurredAt: new Date('2026-06-02T12:30:00Z'),
      patient: find<Patient>('Patient'),
      organization: find<Organization>('Organization'),
      level,
    })
    expect(await problemsOf(declaration)).toEqual([])
  })
})
