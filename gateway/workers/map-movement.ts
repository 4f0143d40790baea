/*
  Maps one stored movement with all those of its stay, in a thread: serialised resources, claims on shared identities, lineage.
*/
import { randomUUID } from 'node:crypto'
import type { Resource } from 'fhir/r4.js'
import type { DmpChoice } from '../../mappers/hl7v2/adt/read-consent.ts'
import { mapMovementToTransaction, MOVEMENT_MAPPING_VERSION, type MovementInput } from '../../mappers/adt-to-transaction/map-movement.ts'
import { Recorder } from '../../mappers/lineage.ts'
import { HubError } from '../../profiles/errors.ts'
import type { Entry } from '../store/bundle.ts'
import type { ClaimKeys } from '../ledger/identity/identity.ts'
import { type Traced, toClaimKeys } from './map-document.ts'

export interface MapMovement extends MovementInput {
  receivedAt: Date
  environment: 'test' | 'production'
}

export interface MappedMovement extends Traced {
  /** Encounter, EpisodeOfCare, Provenance. */
  entries: Entry[]
  /** Each a Consent under a candidate id, if nothing newer was said. */
  choices: (DmpChoice & { entry: Entry })[]
  claims: ClaimKeys[]
  /** Candidate ids of the person and of the establishment. */
  patient: string
  structure: string
  /** What a member who knows everything is told of the stay, in French. */
  sentences: string[]
}

/** Throws: mapping.impossible where the ledger holds no insertion for it: a defect that parks its lane. */
export function mapMovement({ receivedAt, environment, ...input }: MapMovement): MappedMovement {
  const recorder = new Recorder()
  const mapped = mapMovementToTransaction(input, {
    now: receivedAt,
    environment,
    recorder,
    findings: [],
    newId: randomUUID,
    element: (path, build) => recorder.element(path, build),
  })
  const { output, findings, lineage, unread } = mapped
  if (output === undefined) throw new HubError('mapping.impossible', { path: 'ZBE-1' })
  const { encounter, episode, provenance, consents, claims, patientClaim } = output
  return {
    entries: [encounter, episode, provenance].map(entryOf),
    choices: consents.map(({ choice, resource }) => ({ ...choice, entry: entryOf(resource) })),
    claims: claims.map(toClaimKeys),
    patient: patientClaim.id,
    structure: encounter.serviceProvider?.reference?.split('/')[1] ?? '',
    sentences: output.sentences,
    mapper: { name: 'adt-to-transaction', version: MOVEMENT_MAPPING_VERSION },
    findings,
    lineage,
    unread,
  }
}

function entryOf(resource: Resource & { id: string }): Entry {
  return { type: resource.resourceType, id: resource.id, json: Buffer.from(JSON.stringify(resource)) }
}
