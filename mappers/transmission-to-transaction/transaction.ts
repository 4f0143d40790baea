/*
  What one accepted document becomes: resources of its own under derived ids, and claims on identities that many messages share.
*/
import type { Location, Organization, Patient, Practitioner, PractitionerRole, RelatedPerson, Resource } from 'fhir/r4.js'
import type { IdentityTag, Traits } from '../../profiles/identity.ts'
import type { Stored } from './stored-content.ts'
import type { StatementOutcome } from '../statements/frame/statement-outcome.ts'

export interface SearchKey {
  system: string
  value: string
}

interface PersonClaim {
  ins?: SearchKey & { isQualified: boolean }
  ipps: SearchKey[]
  traits: Traits
  tag: IdentityTag
}

export type ClaimType = 'Patient' | 'Practitioner' | 'PractitionerRole' | 'Organization' | 'RelatedPerson' | 'Location'
export type ClaimResource = Patient | Practitioner | PractitionerRole | Organization | RelatedPerson | Location

/** An identity shared by many messages: looked up in the ledger by its keys, created only if absent. */
export interface Claim {
  type: ClaimType
  /** Candidate id; references in the transaction are `Type/id` and follow when another id wins. */
  id: string
  keys: SearchKey[]
  /** The creation, under the candidate id. */
  resource: ClaimResource
  person?: PersonClaim
}

export interface Transaction {
  /** PUT under ids derived from the document: the same on every run. */
  owned: { resource: Resource & { id: string } }[]
  claims: Claim[]
  /** The Binaries of `owned` with the bytes they hold: the CDA first, then its readable copy if there is one. */
  stored: [Stored, ...Stored[]]
  documentReferenceId: string
  patientClaim: Claim
  /** What became of each statement of a structured body. */
  statements: StatementOutcome[]
}
