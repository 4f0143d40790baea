/*
  The CapabilityStatement: what is routed, and nothing else.
*/
import type { CapabilityStatement } from 'fhir/r4.js'
import { does, servedTypes } from './types.ts'

export function capabilityStatement(options: { baseUrl: string; tokenUrl: string; name: string; startedAt: Date }): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: options.startedAt.toISOString(),
    kind: 'instance',
    software: { name: options.name },
    implementation: { description: 'e-parcours hub', url: options.baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        security: {
          cors: false,
          service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
          extension: [
            { url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris', extension: [{ url: 'token', valueUri: options.tokenUrl }] },
          ],
        },
        resource: servedTypes.map(type => ({
          type,
          versioning: 'versioned',
          interaction: does(type, 'search-type') ? [{ code: 'read' }, { code: 'vread' }, { code: 'search-type' }] : [{ code: 'read' }, { code: 'vread' }],
        })),
      },
    ],
  }
}
