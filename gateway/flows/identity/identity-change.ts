/*
  A change of identity of a hospital: A28 and A31 say who somebody is, A24 and A40 that two are one, A37 that they are two again, A47 that a number changes.
  It can be run again at any line without changing anything. It waits for whatever was accepted earlier about each of the persons it names.
    refused by the rules of merging => no merge, a Task for the identity cell, a finding
*/
import { HubError, toHubError } from '../../../profiles/errors.ts'
import { mapConflictToTask } from '../../../mappers/transmission-to-transaction/identity-task.ts'
import type { Finding } from '../../../mappers/mapper.ts'
import type { SearchKey } from '../../../mappers/transmission-to-transaction/transaction.ts'
import { laneOf } from '../../lane-of.ts'
import { hubWritesOf, writeAsHub } from '../../fhir/write/hub-write.ts'
import { readBody, readMessage, type StoredMessage } from '../../ledger/acceptance/bodies.ts'
import { hasOlder, storedBy } from '../../ledger/identity/identity-judged.ts'
import { resolveClaims, settleIdentities } from '../../ledger/identity/identity.ts'
import type { Tx } from '../../ledger/db.ts'
import { advanceLane, type LaneClaim, requireHeld } from '../../ledger/lanes/lanes.ts'
import { writeLineage } from '../../ledger/flows/lineage.ts'
import { linkedPersons, survivorOf } from '../../ledger/identity/person-links.ts'
import type { HubParts } from '../../parts.ts'
import type { MappedIdentity } from '../../workers/map-identity.ts'
import { gainIns } from '../actors/gained-ins.ts'
import { isInsSystem } from '../actors/read-person.ts'
import { changeNumber, refreshPerson } from '../actors/refresh.ts'
import { meetingOthers } from '../../store/meetings.ts'
import type { Put } from '../../store/shared.ts'
import { type Resolved, resolvedOf } from './identities.ts'
import { type Joining, mergePersons, splitPersons } from './merge.ts'

/** Whoever lost its lane stores nobody late: what was told of him meanwhile would be lost. */
type HeldMessage = StoredMessage & Required<Pick<Put, 'requireHeld'>>

/** Throws: store.unavailable (dependency), identity.waiting, ledger.*; mapping.impossible, store.refused park the lane. */
export async function executeIdentity(parts: HubParts, claim: LaneClaim): Promise<void> {
  parts.breakers.of('hapi').requireUp()
  const accepted = await readMessage(parts.db, claim.entryId)
  if (accepted === undefined) throw new HubError('hub.defect', { path: 'message' })
  const message = { ...accepted, requireHeld: () => requireHeld(parts.db, claim) }
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
  const known = persons.flatMap(({ keys, former }) => [...keys, ...(former?.keys ?? [])])
  const ids = await storedBy(tx, known)
  return ids.map(id => `Patient/${id}`)
}

async function changeAll(parts: HubParts, message: HeldMessage, mapped: MappedIdentity): Promise<Finding[]> {
  const { trigger, persons } = mapped.change
  if (trigger === 'A47') return renumbered(parts, message, mapped)
  // Two who are parted are so before they are told of: until then the numbers of both lead to the one who stays.
  const findings = trigger === 'A37' ? await parted(parts, message, mapped) : []
  const known: Known[] = []
  for (const [at] of persons.entries()) known.push(await knowPerson(parts, message, { mapped, at }))
  const [first, second] = known
  const isConflict = known.some(one => one.isConflict)
  if (trigger === 'A24')
    return joined(parts, message, { survivor: `Patient/${first?.id}`, loser: `Patient/${second?.id}`, path: 'PID-3', mayTurn: true, isConflict })
  if (trigger === 'A40')
    for (const [at, kept] of known.entries()) findings.push(...(await joinedUnder(parts, message, { kept, former: persons[at]?.former?.keys ?? [] })))
  return findings
}

/** A number that changes leads to the same person before he is looked for under the new one. */
async function renumbered(parts: HubParts, message: HeldMessage, mapped: MappedIdentity): Promise<Finding[]> {
  const [person] = mapped.change.persons
  const former = person?.former?.keys ?? []
  // An INS is no number of a structure: the rules decide whose it is.
  const current = (person?.keys ?? []).filter(isLocal)
  const [[owner], [holder]] = [await storedBy(parts.db, former), await storedBy(parts.db, current)]
  if (owner !== undefined && holder !== undefined) {
    const met = await joined(parts, message, { survivor: `Patient/${holder}`, loser: `Patient/${owner}`, path: 'MRG-1', mayTurn: true, areAlike: true })
    // It is somebody else's number: nothing is said of either.
    if (met.length > 0) return met
  }
  if (owner !== undefined) await changeNumber(hubWritesOf(parts), { owner, former, current, cause: message.id })
  return joinedUnder(parts, message, { kept: await knowPerson(parts, message, { mapped, at: 0 }), former, areAlike: true })
}

const isLocal = ({ system }: SearchKey): boolean => !isInsSystem(system)

/** By an INS that nobody checked no one is looked for. */
const surelyOf = ({ change, claims }: MappedIdentity, at: number): SearchKey[] =>
  (change.persons[at]?.keys ?? []).filter(key => isLocal(key) || claims[at]?.person?.ins?.isQualified === true)

/** Who a PID is about; `isConflict`: set apart, as a trait contradicts a qualified INS. */
type Known = Pick<Resolved, 'isConflict'> & { id: string }

/** The person of a PID: stored if he is new; else told what the message says of him. Out: who he is now. */
async function knowPerson(parts: HubParts, message: HeldMessage, { mapped, at }: { mapped: MappedIdentity; at: number }): Promise<Known> {
  const { db, transactions, breakers } = parts
  const { traceparent, requireHeld } = message
  const [claim, told] = [mapped.claims[at], mapped.patients[at]]
  if (claim === undefined || told === undefined) throw new HubError('hub.defect', { path: 'PID' })
  const resolved = await meetingOthers(async () => {
    const resolutions = await db.tx(tx => resolveClaims(tx, [claim], { cause: message.id, document: `${message.id}|${at}` }))
    const found = resolvedOf(resolutions, { patient: claim.id, entries: [], source: `Patient/${resolutions[0]?.id ?? claim.id}` }, message)
    if (found.entries.length > 0) await breakers.of('hapi').run(() => transactions.put({ entries: found.entries, traceparent, requireHeld }))
    return found
  })
  await db.tx(tx => settleIdentities(tx, resolved.created))
  await gainIns(parts, { resolved, mapped: { patient: claim.id, claims: [claim] }, cause: message })
  // Of two who are linked each keeps his own traits: what is said of the one who was replaced is not told of the one who stays.
  const isOfAnother = ['A24', 'A37'].includes(mapped.change.trigger) && !(await storedBy(db, surelyOf(mapped, at))).includes(resolved.patient)
  const isKnown = resolved.created.length === 0 && !resolved.isConflict && !isOfAnother
  if (isKnown) await refreshPerson(hubWritesOf(parts), { id: resolved.patient, ...told, claim: claim.person, cause: message })
  return { id: resolved.patient, isConflict: resolved.isConflict }
}

/** `Patient/<id>`s, and where the message names the one who would be lost. */
type Pair = Pick<Joining, 'survivor' | 'loser'> & { path: string }
type Wish = Pick<Joining, 'areAlike'> & Partial<Pick<Resolved, 'isConflict'>>

/** A former number of the same person is an old one from now on; of another person, the two are one. */
async function joinedUnder(
  parts: HubParts,
  message: StoredMessage,
  { kept, former, ...wish }: Wish & { kept: Known; former: SearchKey[] },
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const id of await storedBy(parts.db, former)) {
    const pair = { survivor: `Patient/${kept.id}`, loser: `Patient/${id}`, path: 'MRG-1', mayTurn: false, isConflict: kept.isConflict }
    if (id === kept.id) await changeNumber(hubWritesOf(parts), { owner: id, former, current: [], cause: message.id })
    else findings.push(...(await joined(parts, message, { ...pair, ...wish })))
  }
  return findings
}

async function joined(parts: HubParts, message: StoredMessage, pair: Pair & Wish & { mayTurn: boolean }): Promise<Finding[]> {
  const { survivor, loser, path, mayTurn, areAlike = false } = pair
  if ((await linkedPersons(parts.db, loser)).includes(survivor)) return []
  if (pair.isConflict === true) return leftToCell(parts, message, { ...pair, code: 'identity.merge-refused' })
  try {
    await mergePersons(hubWritesOf(parts), { survivor, loser, areAlike, traceparent: message.traceparent })
    return []
  } catch (error) {
    const { code } = toHubError(error)
    // A link names nobody as the one who stays.
    if (code === 'identity.stronger' && mayTurn) return joined(parts, message, { survivor: loser, loser: survivor, path, mayTurn: false, areAlike })
    if (code !== 'identity.stronger' && code !== 'identity.two_persons' && code !== 'identity.merged') throw error
    return leftToCell(parts, message, { ...pair, code: 'identity.merge-refused' })
  }
}

/** Only two of whom one was merged into the other are parted; what was joined by way of a third is the identity cell's to undo. */
async function parted(parts: HubParts, message: StoredMessage, mapped: MappedIdentity): Promise<Finding[]> {
  const { db } = parts
  const [some, others] = [await storedBy(db, surelyOf(mapped, 0)), await storedBy(db, surelyOf(mapped, 1))]
  const pairs = some.flatMap(one => others.map(other => ({ loser: `Patient/${one}`, survivor: `Patient/${other}` }))).filter(one => one.loser !== one.survivor)
  const turned = pairs.map(({ loser, survivor }) => ({ loser: survivor, survivor: loser }))
  for (const { loser, survivor } of [...pairs, ...turned]) {
    if ((await survivorOf(db, loser)) !== survivor || (await survivorOf(db, survivor)) !== undefined) continue
    await splitPersons(hubWritesOf(parts), { loser, traceparent: message.traceparent })
    return []
  }
  for (const pair of turned)
    if ((await linkedPersons(db, pair.loser)).includes(pair.survivor))
      return leftToCell(parts, message, { ...pair, path: 'PID-3', code: 'identity.split-refused' })
  return [{ code: 'identity.not-merged', severity: 'warning', path: 'PID-3' }]
}

/** Nothing is joined or parted: a Task asks the identity cell, a finding tells the sender. */
async function leftToCell(parts: HubParts, message: StoredMessage, { survivor, loser, path, code }: Pair & { code: string }): Promise<Finding[]> {
  await writeAsHub(hubWritesOf(parts), {
    key: `identity-cell|${message.id}|${loser}`,
    patient: loser,
    others: [survivor],
    traceparent: message.traceparent,
    async act(write) {
      write.add(mapConflictToTask({ patient: loser, source: survivor, differing: [] }, write.now))
    },
  })
  return [{ code, severity: 'warning', path }]
}
