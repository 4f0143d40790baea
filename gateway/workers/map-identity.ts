/*
  Maps the persons of a change of identity, in a thread: each PID as a claim, as movements and documents make it.
*/
import { randomUUID } from 'node:crypto'
import type { Patient } from 'fhir/r4.js'
import type { DeletedPart } from '../../mappers/adt-to-transaction/pid-deletions.ts'
import { mapPidToPerson } from '../../mappers/adt-to-transaction/pid-person.ts'
import { adtTriggerOf } from '../../mappers/hl7v2/adt/adt-trigger.ts'
import { type IdentityChange, readIdentityChange } from '../../mappers/hl7v2/adt/identity.ts'
import { Recorder } from '../../mappers/lineage.ts'
import type { Finding } from '../../mappers/mapper.ts'
import { HubError } from '../../profiles/errors.ts'
import { readEr7 } from '../../profiles/hl7v2/er7.ts'
import type { ClaimKeys } from '../ledger/identity/identity.ts'
import { type Traced, toClaimKeys } from './map-document.ts'

export interface MapIdentity {
  bytes: Uint8Array
  messageId: string
  receivedAt: Date
  environment: 'test' | 'production'
}

export interface MappedIdentity extends Traced {
  change: IdentityChange
  /** One for each PID, under a candidate id. */
  claims: ClaimKeys[]
  /** What each PID says of its person, and what it says to hold no longer. */
  patients: { said: Patient; deleted: DeletedPart[] }[]
}

/** Throws: mapping.impossible for what no judge lets through. */
export function mapIdentity({ bytes, messageId, receivedAt, environment }: MapIdentity): MappedIdentity {
  const message = readEr7(bytes)
  const change = readIdentityChange(message, adtTriggerOf(message))
  if (change === undefined) throw new HubError('mapping.impossible', { path: 'MSH-9' })
  const recorder = new Recorder()
  const findings: Finding[] = []
  const ctx = {
    now: receivedAt,
    environment,
    recorder,
    findings,
    newId: randomUUID,
    element: <T>(path: string, build: () => T) => recorder.element(path, build),
  }
  const persons = message.all('PID').map((pid, at) => mapPidToPerson(message, { pid, otherwise: `${messageId}|${at}` }, ctx))
  return {
    change,
    claims: persons.map(({ claim }) => toClaimKeys(claim)),
    patients: persons.map(({ claim, deleted }) => ({ said: claim.resource as Patient, deleted })),
    mapper: { name: 'adt-identity', version: 1 },
    findings,
    lineage: recorder.lineage(),
    unread: [],
  }
}
