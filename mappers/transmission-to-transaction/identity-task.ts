/*
  The Task that asks the identity cell to look at a person: a trait contradicts a qualified INS, or an identity stands apart.
    hub-cs#IDENTITE, one per person and document; no trait in it
*/
import type { Task } from 'fhir/r4.js'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { derivedId } from './derived-id.ts'

export interface IdentityConflict {
  /** `Patient/<id>` of the person set apart. */
  patient: string
  /** What brought the contradiction: the `DocumentReference/<id>`, or the person himself. */
  source: string
  /** Names of the traits that differ, never their values: `birthDate`. */
  differing: string[]
  /** The identity cell, when the deployment names it. */
  owner?: { reference?: string; display?: string }
}

const TRAIT_NAMES: Record<string, string> = {
  birthFamily: 'nom de naissance',
  firstGiven: 'premier prénom',
  birthDate: 'date de naissance',
  sex: 'sexe',
  birthPlaceCode: 'lieu de naissance',
}

export function mapConflictToTask(conflict: IdentityConflict, now: Date): Task & { id: string } {
  const id = derivedId('Task', conflict.source, conflict.patient)
  const traits = conflict.differing.map(trait => TRAIT_NAMES[trait] ?? trait)
  const time = now.toISOString()
  return {
    resourceType: 'Task',
    id,
    identifier: [{ system: SYSTEM.uri, value: `urn:uuid:${id}` }],
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: SYSTEM.hub, code: 'IDENTITE' }] },
    description: traits.length === 0 ? 'Identité à vérifier.' : `Identité à vérifier : écart sur ${traits.join(', ')}.`,
    focus: { reference: conflict.source },
    for: { reference: conflict.patient },
    authoredOn: time,
    lastModified: time,
    owner: conflict.owner ?? { display: "Cellule d'identitovigilance" },
  }
}
