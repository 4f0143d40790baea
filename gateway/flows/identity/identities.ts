/*
  Settles with the ledger who is meant: candidate ids become actual ones, pending creations are included, a conflict stands apart with its Task.
*/
import type { Patient } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { HubError } from '../../../profiles/errors.ts'
import { mapConflictToTask } from '../../../mappers/transmission-to-transaction/identity-task.ts'
import type { Tx } from '../../ledger/db.ts'
import { type ClaimKeys, type Resolution, resolveClaims } from '../../ledger/identity/identity.ts'
import type { Stored } from '../../store/store.ts'
import type { MappedDocument } from '../../workers/map-document.ts'
import { type Entry, replaceIds } from '../../store/bundle.ts'

export interface Resolved {
  /** Everything to PUT, in one transaction. */
  entries: Entry[]
  /** Identities that this transaction creates or replaces. */
  created: { id: string; revision: number }[]
  /** Candidate id → actual id. */
  actual: ReadonlyMap<string, string>
  /** Id of the person. */
  patient: string
  isConflict: boolean
  /** The message brings the INS of somebody into whom others were merged. */
  isInsGained: boolean
  /** Others were merged into him. */
  isSurvivor?: boolean
}

/** In a transaction of its own. */
export async function resolveIdentities(tx: Tx, mapped: MappedDocument, message: { id: string; receivedAt: Date }): Promise<Resolved> {
  const { documentId } = mapped.deposit
  const resolutions = await resolveClaims(tx, mapped.claims, { cause: message.id, document: documentId })
  return resolvedOf(resolutions, { patient: mapped.patient, entries: mapped.entries, source: mapped.deposit.document }, message)
}

export interface Mapped {
  /** Candidate id of the person. */
  patient: string
  entries: readonly Entry[]
  /** What shows a person who stands apart: `DocumentReference/<id>`, `Encounter/<id>`. */
  source: string
  /** Further candidates and what they become: resources that there is one of for each person. */
  ids?: ReadonlyMap<string, string>
}

/** What a message becomes once it is known who is meant. */
export function resolvedOf(resolutions: readonly Resolution[], mapped: Mapped, message: { receivedAt: Date }): Resolved {
  const person = resolutions.find(one => one.candidateId === mapped.patient)
  if (person === undefined) throw new HubError('hub.defect', { path: 'identity' })
  const actual = new Map([...resolutions.map(one => [one.candidateId, one.id] as const), ...(mapped.ids ?? [])])
  // Two documents of one message name the same: each identity is created once.
  const unsettled = [...new Map(resolutions.filter(one => one.state !== 'settled').map(one => [one.id, one])).values()]
  return {
    entries: [
      ...unsettled.map(creationOf),
      ...taskOf(person, mapped, message),
      ...mapped.entries.map(({ type, id, json }) => ({ type, id: actual.get(id) ?? id, json: replaceIds(json, actual) })),
    ],
    actual,
    created: unsettled.map(({ id, revision }) => ({ id, revision })),
    patient: person.id,
    isConflict: isConflict(person),
    isInsGained: person.isInsGained === true,
    isSurvivor: person.isSurvivor === true,
  }
}

/** What was stored, by its version, then who was known before and is referred to. */
export function resourcesOf({ actual }: Pick<Resolved, 'actual'>, claims: readonly ClaimKeys[], stored: readonly Stored[]): string[] {
  const written = new Set(stored.map(({ type, id }) => `${type}/${id}`))
  const named = claims.map(({ type, id }) => `${type}/${actual.get(id) ?? id}`)
  return [...stored.map(({ type, id, versionId }) => `${type}/${id}/_history/${versionId}`), ...new Set(named.filter(one => !written.has(one)))]
}

function isConflict(person: Resolution): boolean {
  return person.person === 'conflict' || person.isConflict === true
}

function creationOf(resolution: Resolution): Entry {
  const { type, id, creation = '' } = resolution
  const json = isConflict(resolution) ? JSON.stringify(tagged(JSON.parse(creation) as Patient)) : creation
  return { type, id, json: Buffer.from(json) }
}

/** The Patient of a conflict says so: it is for its source and the identity cell only. */
function tagged(patient: Patient): Patient {
  const tags = [...(patient.meta?.tag ?? []).map(tag => tag.code), 'conflit', 'quarantaine'].filter(code => code !== undefined)
  return { ...patient, meta: { ...patient.meta, tag: [...new Set(tags)].map(code => ({ system: SYSTEM.hubIdentity, code })) } }
}

/** One Task per person set apart, with the transaction that creates him. */
function taskOf(person: Resolution, mapped: Mapped, message: { receivedAt: Date }): Entry[] {
  if (person.state === 'settled' || person.isQuarantined !== true) return []
  const task = mapConflictToTask({ patient: `Patient/${person.id}`, source: mapped.source, differing: person.differing ?? [] }, message.receivedAt)
  return [{ type: 'Task', id: task.id, json: Buffer.from(JSON.stringify(task)) }]
}
