/*
  What a hospital says anew of a person who is known: traits, addresses, numbers, how sure the identity is; and a number of his that changes.
  A qualified identity keeps its INS, its traits and its reliability: whoever contradicts it was set apart before this is asked.
*/
import { isIns } from '../../../profiles/identity.ts'
import type { Identifier, Patient } from 'fhir/r4.js'
import type { DeletedPart } from '../../../mappers/adt-to-transaction/pid-deletions.ts'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { writeAsHub } from '../../fhir/write/hub-write.ts'
import { tookKeys } from '../../ledger/identity/identity-changes.ts'
import { storedBy } from '../../ledger/identity/identity-judged.ts'
import { writePerson } from '../../ledger/identity/identity-rows.ts'
import type { IdentityKey, PersonClaim } from '../../ledger/identity/persons.ts'
import { releaseHeld } from '../documents/release-held.ts'
import { closeIdentityTasks } from './identity-tasks.ts'
import { isInsSystem, readPersonClaim } from './read-person.ts'
import type { PipelineParts } from '../../fhir/write/parts.ts'

interface Said {
  id: string
  /** What the message says of him, and what it says to hold no longer. */
  said: Patient
  deleted: readonly DeletedPart[]
  claim: PersonClaim | undefined
  cause: { id: string; traceparent: string }
}

/** Nothing is written where nothing is new. Throws: fhir.undecided, store.unavailable. */
export async function refreshPerson(parts: PipelineParts, { id, said, deleted, claim, cause }: Said): Promise<void> {
  const reference = `Patient/${id}`
  let isChecked = false
  await writeAsHub(parts, {
    key: `identity|${cause.id}|${id}`,
    patient: reference,
    traceparent: cause.traceparent,
    async act(write) {
      const known = await write.read<Patient>(reference)
      if (known === undefined) return
      const isQualified = readPersonClaim(known).tag === 'qualifiee'
      const names = isQualified ? CONTACTS : [...CONTACTS, ...TRAITS]
      const members = { ...saidOver(known, said, { names, deleted }), ...(await numbersOf(parts.db, known, said)) }
      const changed = Object.fromEntries(
        Object.entries(members).filter(([name, value]) => JSON.stringify(known[name as keyof Patient]) !== JSON.stringify(value)),
      )
      isChecked = !isQualified && (claim?.tag === 'validee' || claim?.tag === 'qualifiee')
      const meta = isQualified || claim === undefined ? known.meta : taggedAs(known, claim.tag, isChecked)
      const isRetagged = JSON.stringify(meta) !== JSON.stringify(known.meta)
      if (Object.keys(changed).length > 0 || isRetagged) await write.change(reference, { ...changed, ...(isRetagged ? { meta } : {}) })
      if (isChecked) await closeIdentityTasks(write, reference)
    },
  })
  const isInsNew = claim?.ins?.isQualified === true
  if (claim !== undefined && !isInsNew)
    await parts.db.tx(async tx => {
      await keepTag(tx, { id, claim, isChecked })
      if (isChecked) await releaseHeld(tx, parts.keys, { patients: [reference], at: new Date() })
    })
}

/** Of somebody without INS: what is known of him from now on. */
async function keepTag(tx: Parameters<typeof writePerson>[0], { id, claim, isChecked }: { id: string; claim: PersonClaim; isChecked: boolean }): Promise<void> {
  const { rows } = await tx.query<{ tag: string; is_conflict: boolean }>('select tag, is_conflict from person where id = $1 for update', [id])
  const [known] = rows
  if (known === undefined || known.tag === 'qualifiee' || known.is_conflict) return
  await writePerson(tx, { id, claim, isQuarantined: !isChecked, isConflict: false })
}

interface ChangedNumber {
  former: readonly IdentityKey[]
  /** Numbers of structures. */
  current: readonly IdentityKey[]
  /** The message. */
  cause: string
}

/** The former number stays with him as an old one, the new one leads to him too, unless it leads to somebody else already; an old one of his may come back. */
export async function changeNumber(parts: PipelineParts, { owner, former, current, cause }: ChangedNumber & { owner: string }): Promise<void> {
  const reference = `Patient/${owner}`
  const gained = (await tookKeys(parts.db, { type: 'Patient', id: owner, keys: current })) ? current : []
  // Of those that a merge brought he is not the first owner: a split gives them back.
  const own: IdentityKey[] = []
  for (const key of gained) if ((await storedBy(parts.db, [key])).includes(owner)) own.push(key)
  await writeAsHub(parts, {
    key: `number|${cause}|${owner}|${JSON.stringify([former, gained].map(keys => keys.map(one => `${one.system}|${one.value}`)))}`,
    patient: reference,
    async act(write) {
      const known = await write.read<Patient>(reference)
      const held = known?.identifier ?? []
      const kept = held.map((one): Identifier => {
        if (isIns(one)) return one
        if (names(former, one)) return { ...one, use: 'old' }
        return one.use === 'old' && names(own, one) ? { ...one, use: 'usual' } : one
      })
      const isMissing = (key: IdentityKey): boolean => !isInsSystem(key.system) && !held.some(one => names([key], one))
      const now = [...kept, ...former.filter(isMissing).map(key => localNumber(key, 'old')), ...gained.filter(isMissing).map(key => localNumber(key, 'usual'))]
      if (known !== undefined && JSON.stringify(now) !== JSON.stringify(held)) await write.change(reference, { identifier: now })
    },
  })
}

const names = (keys: readonly IdentityKey[], { system, value }: Identifier): boolean => keys.some(one => one.system === system && one.value === value)

const V2_PI = { coding: [{ system: SYSTEM.v20203, code: 'PI' }] }
const localNumber = ({ system, value }: IdentityKey, use: 'usual' | 'old'): Identifier => ({ use, type: V2_PI, system, value })

type Members = Partial<Record<keyof Patient, unknown>>

const CONTACTS = ['telecom', 'address', 'deceasedBoolean', 'deceasedDateTime', 'multipleBirthBoolean', 'multipleBirthInteger'] as const
export const TRAITS = ['name', 'gender', 'birthDate', 'extension'] as const
/** What FHIR says in one of several members. */
const CHOICES = ['deceased', 'multipleBirth']

interface Saying {
  /** Members that the message may change. */
  names: readonly (keyof Patient)[]
  deleted?: readonly DeletedPart[]
}

/** What a message says in place of what is held: a choice as one member, no gender's own words beside another, and the extensions that it does not speak of. Undefined: held no more. */
export function saidOver(known: Patient, said: Patient, { names, deleted = [] }: Saying): Members {
  const members: Members = Object.fromEntries(names.flatMap(name => (said[name] === undefined ? [] : [[name, said[name]]])))
  const isSaid = (start: string): boolean => Object.keys(members).some(name => name.startsWith(start))
  const stems = [...CHOICES.filter(isSaid), ...deleted.filter(part => !isSaid(part))]
  for (const name of names) if (members[name] === undefined && known[name] !== undefined && stems.some(stem => name.startsWith(stem))) members[name] = undefined
  if (names.includes('telecom') && said.telecom === undefined) members.telecom = stillReached(known, deleted)
  if ('gender' in members) members._gender = said._gender
  const { extension } = said
  if (members.extension === undefined || extension === undefined) return members
  return { ...members, extension: [...(known.extension ?? []).filter(({ url }) => !extension.some(one => one.url === url)), ...extension] }
}

function stillReached({ telecom = [] }: Patient, deleted: readonly DeletedPart[]): Patient['telecom'] {
  const kept = telecom.filter(({ use }) => !deleted.includes(use === 'work' ? 'telecom.work' : 'telecom'))
  return kept.length === 0 ? undefined : kept
}

/** Numbers are added, never taken away, as old ones where they lead to somebody who was merged into him; an INS of a known person is the rules' to decide on. */
async function numbersOf(db: PipelineParts['db'], known: Patient, said: Patient): Promise<Members> {
  const held = known.identifier ?? []
  const more = (said.identifier ?? []).filter(one => !isIns(one) && !held.some(({ system, value }) => system === one.system && value === one.value))
  const added: Identifier[] = []
  for (const one of more) {
    const owners = await storedBy(db, [{ system: one.system ?? '', value: one.value ?? '' }])
    added.push(owners.every(owner => owner === known.id) ? one : { ...one, use: 'old' })
  }
  return added.length === 0 ? {} : { identifier: [...held, ...added] }
}

function taggedAs({ meta = {} }: Patient, tag: string, isChecked: boolean): NonNullable<Patient['meta']> {
  const isConflict = meta.tag?.some(one => one.system === SYSTEM.hubIdentity && one.code === 'conflit') === true
  if (isConflict) return meta
  const others = (meta.tag ?? []).filter(one => one.system !== SYSTEM.hubIdentity)
  const own = [tag, ...(isChecked ? [] : ['quarantaine'])].map(code => ({ system: SYSTEM.hubIdentity, code }))
  return { ...meta, tag: [...others, ...own] }
}
