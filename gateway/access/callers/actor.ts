/*
  Who calls: the client behind a token, the human it speaks for, and what it may ask for.
*/
import { HubError } from '../../../profiles/errors.ts'
import type { ClientConfig } from '../../config.ts'
import type { Purpose } from './purpose.ts'
import { allows, type Context, type Interaction, readScopes, type Scopes } from './scopes.ts'

export type ClientKind = ClientConfig['kind']

export interface Actor {
  clientId: string
  kind: ClientKind
  /** FINESS number of the client's structure. */
  structure: string | undefined
  /** How fast the client may ask; the hub itself as fast as it can. */
  requestsPerSecond?: number
  scopes: Scopes
  /** The one national guide its software speaks. */
  guide?: ClientConfig['guide']
  /** system unless said otherwise. */
  context?: Context
  /** The professional behind a user token; `structure` is an idNatSt. */
  user?: { idNatPs: string; profession?: string; structure?: string }
  /** The person whose record a patient token opens, `Patient/<id>`, and the relative who speaks for him, `RelatedPerson/<id>`, if it is not he himself. */
  person?: { patient: string; relative?: string }
  purpose?: Purpose
  /** Network address he calls from: for the audit alone. */
  address?: string
  /** In his own words, of break-glass; it may name a person, so it goes nowhere but into the audit. */
  reason?: string
}

/** A registered client that asks for itself. */
export const softwareOf = ({ clientId, kind, structure, scopes }: ClientConfig): Actor => ({ clientId, kind, structure, scopes: readScopes(scopes) })

/** Throws: fhir.scope, at the resource type. */
export function requireScope(actor: Actor, type: string, interaction: Interaction): void {
  if (!allows(actor, type, interaction)) throw new HubError('fhir.scope', { path: type })
}
