/*
  The CapabilityStatement: made from the table that routes, so that it claims what is served and nothing else.
*/
import type { CapabilityStatement, CapabilityStatementRestResource, CapabilityStatementRestResourceSearchParam } from 'fhir/r4.js'
import { HUB } from '../../profiles/canonicals.ts'
import { PROFILES_VERSION } from '../../profiles/fhir/default-profiles.ts'
import { BACKPORT, TOPIC } from '../../profiles/tables/subscription-topics.ts'
import { COMMON_PARAMETERS, SEARCH_PARAMETERS } from '../../profiles/tables/search-parameters.ts'
import { LEDGER_TYPES } from './ledger-type.ts'
import { does, rowOf, type ServedType, servedTypes } from './types.ts'

export interface Implementation {
  baseUrl: string
  name: string
  version: string
  startedAt: Date
}

const OPERATIONS: Record<string, string> = {
  validate: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
  everything: 'http://hl7.org/fhir/OperationDefinition/Patient-everything',
  diff: `${HUB}OperationDefinition/diff`,
  indicateurs: `${HUB}OperationDefinition/indicateurs`,
  status: `${BACKPORT}OperationDefinition/backport-subscription-status`,
}

const DOCUMENTATION = `JSON only. Resources are validated against the profiles ${PROFILES_VERSION} of the package fr.e-parcours.hub, which stand on stubs of the French packages (FR Core, CdS, NdE, TdE, CdL, PDSm, Annuaire, TDDUI) under their official canonicals.

Updates and patches of CarePlan, CareTeam, Consent, ServiceRequest and Task need If-Match; Patient, Practitioner, PractitionerRole, Organization and RelatedPerson are created with If-None-Exist; what partners write about care comes with a Provenance, in the transaction or as X-Provenance. An unknown search parameter is refused unless Prefer: handling=lenient is sent. Pages are followed by the links of the answer, which are good for the client that got them, for half an hour.

Subscriptions are to a topic (${TOPIC}<code of hub-cs-evenement>, narrowed by backport-filter-criteria on patient, territoire and owner) or to Task, CarePlan, Encounter and Communication with at most five parameters; the channel is a rest-hook. What a notification carries is decided when it is sent, by the rights of the client's structure at that moment.

Known defects of the national guides: Cercle de soins names its parameters start and end, and CDSCareTeamStart and CDSCareTeamEnd in its capability statement: start and end are served; it points participant-end to the definition of participant-start: the -end definition is meant. Traçabilité d'évènements and ITI-105 leave out the search and the create that their flows need.`

const STARTED_AT = new Date()

/** Of this door, at its own address and in a bundle. */
export const metadataText = ({ baseUrl, product }: { baseUrl(): string; product: { name: string; version: string } }): string =>
  JSON.stringify(capabilityStatement({ baseUrl: baseUrl(), ...product, startedAt: STARTED_AT }))

export function capabilityStatement({ baseUrl, name, version, startedAt }: Implementation): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: startedAt.toISOString(),
    kind: 'instance',
    software: { name, version },
    implementation: { description: 'e-parcours hub', url: baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    patchFormat: ['application/json-patch+json'],
    implementationGuide: [`${HUB}ImplementationGuide/fr.e-parcours.hub|${PROFILES_VERSION}`],
    rest: [
      {
        mode: 'server',
        documentation: DOCUMENTATION,
        security: {
          cors: false,
          service: [
            { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }], text: 'SMART Backend Services' },
          ],
          description: `Where tokens come from: ${baseUrl}/.well-known/smart-configuration`,
        },
        resource: servedTypes.map(resourceOf),
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
        operation: [{ name: 'validate', definition: OPERATIONS['validate'] ?? '' }],
      },
    ],
  }
}

function resourceOf(type: ServedType): CapabilityStatementRestResource {
  const { interactions, inTransaction, profiles, includes, revincludes, operations } = rowOf(type)
  const [profile, ...others] = profiles
  const isWritten = does(type, 'create')
  const isCounted = isOfLedger(type)
  return {
    type,
    ...(profile === undefined ? {} : { profile }),
    ...(others.length === 0 ? {} : { supportedProfile: [...profiles] }),
    ...(isWritten || !inTransaction ? {} : { documentation: 'Created by an entry of a transaction.' }),
    interaction: interactions.map(code => ({ code })),
    versioning: isCounted ? 'no-version' : does(type, 'update') ? 'versioned-update' : 'versioned',
    readHistory: does(type, 'history-instance'),
    updateCreate: false,
    conditionalCreate: isWritten,
    conditionalRead: isCounted ? 'not-supported' : 'full-support',
    conditionalUpdate: does(type, 'update'),
    conditionalDelete: 'not-supported',
    ...(does(type, 'search-type') ? { searchInclude: [...includes], searchRevInclude: [...revincludes], searchParam: searchParamsOf(type) } : {}),
    operation: ['validate', ...operations].map(name => ({ name, definition: OPERATIONS[name] ?? '' })),
  }
}

/** Made for whoever asks, from rows of the ledger: AuditEvent, MeasureReport. */
const isOfLedger = (type: ServedType): boolean => LEDGER_TYPES.some(one => one.type === type)

function searchParamsOf(type: ServedType): CapabilityStatementRestResourceSearchParam[] {
  const { _id, ...others } = COMMON_PARAMETERS
  return Object.entries({ ...(_id === undefined ? {} : { _id }), ...(isOfLedger(type) ? {} : others), ...SEARCH_PARAMETERS[type] }).map(
    ([name, { kind, definition }]) => ({ name, definition, type: kind }),
  )
}
