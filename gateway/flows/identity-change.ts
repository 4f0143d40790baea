/*
  A change of identity of a hospital: A28 and A31 say who somebody is, A24 and A40 that two are one, A37 that they are two again, A47 that a number changes.
  It can be run again at any line without changing anything. It waits for whatever was accepted earlier about each of the persons it names.
    refused by the rules of merging => no merge, a Task for the identity cell, a finding
*/
import { HubError, toHubError } from '../../profiles/errors.ts'
import { mapConflictToTask } from '../../mappers/transmission-to-transaction/identity-task.ts'
import type { Finding } from '../../mappers/mapper.ts'
import { laneOf } from '../lane-of.ts'
import { hubWritesOf, writeAsHub } from '../fhir/write/hub-write.ts'
import { readBody, readMessage, type StoredMessage } from '../ledger/bodies.ts'
import { hasOlder, storedBy } from '../ledger/identity-judged.ts'
import { resolveClaims, settleIdentities } from '../ledger/identity.ts'
import type { Tx } from '../ledger/db.ts'
import { advanceLane, type LaneClaim } from '../ledger/lanes.ts'
import { writeLineage } from '../ledger/lineage.ts'
import { survivorOf } from '../ledger/person-links.ts'
import type { HubParts } from '../parts.ts'
import type { MappedIdentity } from '../workers/map-identity.ts'
import { gainIns } from './actors/gained-ins.ts'
import { type ChangedNumber, changeNumber, refreshPerson } from './actors/refresh.ts'
import { writeTransaction } from '../store/bundle.ts'
import { resolvedOf } from './identities.ts'
import { mergePersons, splitPersons } from './merge.ts'

const MEETINGS = 5

/** Throws: store.unavailable (dependency), identity.waiting, ledger.*; mapping.impossible, store.refused park the lane. */
export async function executeIdentity(parts: HubParts, claim: LaneClaim): Promise<void> {
  parts.breakers.of('hapi').requireUp()
  const message = await readMessage(parts.db, claim.entryId)
  if (message === undefined) throw new HubError('hub.defect', { path: 'message' })
  const { environment } = parts.config
  const bytes = await readBody(parts.db, message.id)
  const mapped = await parts.workers.run('mapIdentity', { bytes, messageId: message.id, receivedAt: message.receivedAt, environment })
  const mappedAt = new Date()
  await waitForOlder(parts, message, mapped)
  const findings = await changeAll(parts, message, mapped)
  await parts.db.tx(async tx => {
    const { mapper, lineage, unread } = mapped
    const said = { lineage, unread, findings: [...mapped.findings, ...findings], resources: await personsNamed(tx, mapped) }
    await writeLineage(tx, message.id, { mapper: mapper.name, version: mapper.version, mappedAt, ...said })
    await advanceLane(tx, claim)
  })
}

async function waitForOlder({ db, keys }: HubParts, message: StoredMessage, { change }: MappedIdentity): Promise<void> {
  const lanes = change.persons
    .flatMap(({ laneKey, former }) => [laneKey, former?.laneKey])
    .flatMap(key => (key === undefined ? [] : laneOf(keys, message.sender, key)))
  if (await hasOlder(db, lanes, message.id)) throw new HubError('identity.waiting', { dependency: 'lanes' })
}

/** `Patient/<id>` of everybody the message names, under his numbers now and before. */
async function personsNamed(tx: Tx, { change: { persons } }: MappedIdentity): Promise<string[]> {
  const ids: string[] = []
  for (const { keys, former } of persons) ids.push(...(await storedBy(tx, [...keys, ...(former?.keys ?? [])])))
  return [...new Set(ids)].map(id => `Patient/${id}`)
}

async function changeAll(parts: HubParts, message: StoredMessage, mapped: MappedIdentity): Promise<Finding[]> {
  const { trigger, persons } = mapped.change
  // A number that changes leads to the same person before he is looked for under the new one.
  if (trigger === 'A47') for (const [at] of persons.entries()) await renumber(parts, mapped, at)
  const ids: string[] = []
  for (const [at] of persons.entries()) ids.push(await knowPerson(parts, message, { mapped, at }))
  const [first, second] = ids
  switch (trigger) {
    case 'A24':
      return first === undefined || second === undefined ? [] : joined(parts, message, { survivor: first, loser: second, mayTurn: true })
    case 'A37':
      return parted(parts, message, await Promise.all(persons.map(({ keys }) => storedBy(parts.db, keys))).then(found => found.flat()))
    case 'A40':
    case 'A47': {
      const findings: Finding[] = []
      for (const [at, { former }] of persons.entries())
        for (const loser of await storedBy(parts.db, former?.keys ?? []))
          findings.push(...(await joinedUnder(parts, message, { survivor: ids[at] ?? '', loser, number: { former: former?.keys ?? [], current: [] } })))
      return findings
    }
    default:
      return []
  }
}

/** The person of a PID: stored if he is new; else told what the message says of him. Out: his id now. */
async function knowPerson(parts: HubParts, message: StoredMessage, { mapped, at }: { mapped: MappedIdentity; at: number }): Promise<string> {
  const { db, store, breakers } = parts
  const [claim, patient] = [mapped.claims[at], mapped.patients[at]]
  if (claim === undefined || patient === undefined) throw new HubError('hub.defect', { path: 'PID' })
  for (let meeting = 1; ; meeting += 1) {
    const resolutions = await db.tx(tx => resolveClaims(tx, [claim], { cause: message.id, document: `${message.id}|${at}` }))
    const resolved = resolvedOf(resolutions, { patient: claim.id, entries: [], source: `Patient/${resolutions[0]?.id ?? claim.id}` }, message)
    try {
      if (resolved.entries.length > 0)
        await breakers.of('hapi').run(() => store.transaction(writeTransaction(resolved.entries), { traceparent: message.traceparent }))
    } catch (error) {
      if (toHubError(error).code !== 'store.conflict' || meeting === MEETINGS) throw error
      continue
    }
    await db.tx(tx => settleIdentities(tx, resolved.created))
    await gainIns(parts, { resolved, mapped: { patient: claim.id, claims: [claim] }, cause: message })
    const isKnown = resolved.created.length === 0 && !resolved.isConflict
    if (isKnown) await refreshPerson(hubWritesOf(parts), { id: resolved.patient, said: patient, claim: claim.person, cause: message })
    return resolved.patient
  }
}

async function renumber(parts: HubParts, { change: { persons } }: MappedIdentity, at: number): Promise<void> {
  const person = persons[at]
  const [owner] = await storedBy(parts.db, person?.former?.keys ?? [])
  if (person?.former === undefined || owner === undefined) return
  await changeNumber(hubWritesOf(parts), { owner, former: person.former.keys, current: person.keys })
}

interface Meeting {
  survivor: string
  loser: string
  number: ChangedNumber
}

/** A former number of the same person is an old one from now on; of another person, the two are one. */
async function joinedUnder(parts: HubParts, message: StoredMessage, { survivor, loser, number }: Meeting): Promise<Finding[]> {
  if (loser !== survivor) return joined(parts, message, { survivor, loser, mayTurn: false })
  await changeNumber(hubWritesOf(parts), { owner: survivor, ...number })
  return []
}

async function joined(
  parts: HubParts,
  message: StoredMessage,
  { survivor, loser, mayTurn }: { survivor: string; loser: string; mayTurn: boolean },
): Promise<Finding[]> {
  if (survivor === loser) return []
  const traceparent = message.traceparent
  try {
    await mergePersons(hubWritesOf(parts), { survivor: `Patient/${survivor}`, loser: `Patient/${loser}`, traceparent })
    return []
  } catch (error) {
    const { code } = toHubError(error)
    if (code === 'identity.merged') return []
    // A link names nobody as the one who stays.
    if (code === 'identity.stronger' && mayTurn) return joined(parts, message, { survivor: loser, loser: survivor, mayTurn: false })
    if (code !== 'identity.stronger' && code !== 'identity.two_persons') throw error
    await askIdentityCell(parts, message, [survivor, loser])
    return [{ code: 'identity.merge-refused', severity: 'warning', path: 'MRG-1' }]
  }
}

/** Of two who are one by other ways than a merge there is nothing to part. */
async function parted(parts: HubParts, message: StoredMessage, ids: readonly string[]): Promise<Finding[]> {
  for (const id of ids) {
    const loser = `Patient/${id}`
    if ((await survivorOf(parts.db, loser)) === undefined) continue
    await splitPersons(hubWritesOf(parts), { loser, traceparent: message.traceparent })
    return []
  }
  return [{ code: 'identity.not-merged', severity: 'warning', path: 'PID-3' }]
}

async function askIdentityCell(parts: HubParts, message: StoredMessage, [survivor = '', loser = '']: readonly string[]): Promise<void> {
  const { traceparent } = message
  await writeAsHub(hubWritesOf(parts), {
    key: `identity-cell|${message.id}`,
    patient: `Patient/${loser}`,
    others: [`Patient/${survivor}`],
    traceparent,
    async act(write) {
      write.add(mapConflictToTask({ patient: `Patient/${loser}`, source: `Patient/${survivor}`, differing: [] }, write.now))
    },
  })
}
