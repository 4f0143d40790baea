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
  /** Whose scopes count: the client's own (system), those of a professional (user) or of a person or a relative (patient). */
  context?: 'system' | 'user' | 'patient'
  /** The professional behind a user token. */
  user?: { idNatPs: string; profession?: string; structure?: string }
  /** The person whose record a patient token opens, `Patient/<id>`, and the relative who speaks for him, if it is not he himself. */
  person?: { patient: string; relative?: string }
  /** Code of v3-ActReason: TREAT, CAREMGT, PATRQT, BTG, … */
  purpose?: string
}

/** Throws: fhir.scope, at the resource type. */
export function requireScope(actor: Actor, type: string, interaction: Interaction): void {
  if (!allows(actor.scopes, type, interaction)) throw new HubError('fhir.scope', { path: type })
}

/** The monitor is the operator's, and only under its own scope. Throws: fhir.scope. */
export function requireOperator(actor: Actor): void {
  if (actor.kind !== 'operator' || !actor.scopes.has(MONITOR_SCOPE)) throw new HubError('fhir.scope', { path: 'monitor' })
}
