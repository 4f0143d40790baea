/*
  Who calls: the client behind a token, and what it may ask for.
*/
import { HubError } from '../../profiles/errors.ts'
import type { ClientConfig } from '../config.ts'
import { allows, type Interaction, MONITOR_SCOPE, type Scopes } from './scopes.ts'

export type ClientKind = ClientConfig['kind']

export interface Actor {
  clientId: string
  kind: ClientKind
  /** FINESS number of the client's structure. */
  structure: string | undefined
  scopes: Scopes
}

/** Throws: fhir.scope, at the resource type. */
export function requireScope(actor: Actor, type: string, interaction: Interaction): void {
  if (!allows(actor.scopes, type, interaction)) throw new HubError('fhir.scope', { path: type })
}

/** The monitor is the operator's, and only under its own scope. Throws: fhir.scope. */
export function requireOperator(actor: Actor): void {
  if (actor.kind !== 'operator' || !actor.scopes.has(MONITOR_SCOPE)) throw new HubError('fhir.scope', { path: 'monitor' })
}
