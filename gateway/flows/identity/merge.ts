/*
  Two persons are one, and two again: a merge and a split by the identity cell or by a hospital (A40). Only `link`, `active`, identifiers and `meta` change.
    merge   loser     active false, replaced-by, identifiers old      survivor   replaces, and the loser's identifiers as old ones
    split   both as they were
  Spec: fhir-fr.md 1.4; design 4.
*/
import type { Identifier, Patient } from 'fhir/r4.js'
import { stated } from '../../../mappers/cda/datatypes.ts'
import { HubError } from '../../../profiles/errors.ts'
import { isIns, differingTraits } from '../../../profiles/identity.ts'
import type { Actor } from '../../access/callers/actor.ts'
import { writeAsHub } from '../../fhir/write/hub-write.ts'
import { lastMerge, type Merge, noteMerge, survivorOf } from '../../ledger/identity/person-links.ts'
import { withoutIns } from '../actors/person.ts'
import { readPersonClaim } from '../actors/read-person.ts'
import type { Write } from '../care-flow.ts'
import type { PipelineParts } from '../../fhir/write/parts.ts'

/** Whom it is about, and on whose word. */
export interface Joining {
  /** `Patient/<id>`s */
  survivor: string
  loser: string
  /** They are one only if no trait differs. */
  areAlike?: boolean
  actor?: Actor
  traceparent?: string
}

/** A member that is undefined is taken away. */
type Members = { [Name in 'active' | 'link' | 'identifier' | 'meta']?: Patient[Name] | undefined }

/** What a merge or a split would change, and nothing more. */
export interface JoiningPlan {
  survivor: Members
  loser: Members
  merge: Merge
}

/** Throws: identity.same, identity.unknown, identity.merged, identity.stronger, identity.two_persons. */
export async function planMerge(parts: Pick<PipelineParts, 'db' | 'store'>, joining: Joining): Promise<JoiningPlan> {
  const { survivor, loser } = joining
  const [kept, lost] = await Promise.all([personOf(parts, survivor, 'survivor'), personOf(parts, loser, 'loser')])
  return planOf(parts, joining, { kept, lost })
}

async function planOf(
  { db }: Pick<PipelineParts, 'db'>,
  { survivor, loser, areAlike = false }: Pick<Joining, 'survivor' | 'loser' | 'areAlike'>,
  { kept, lost }: { kept: Patient; lost: Patient },
): Promise<JoiningPlan> {
  if (survivor === loser) throw new HubError('identity.same', { path: 'loser' })
  if ((await survivorOf(db, loser)) !== undefined) throw new HubError('identity.merged', { path: 'loser' })
  if ((await survivorOf(db, survivor)) !== undefined) throw new HubError('identity.merged', { path: 'survivor' })
  refuseLosing(kept, lost, areAlike)
  const known = new Set((kept.identifier ?? []).map(nameOf))
  const moved = (lost.identifier ?? []).filter(one => !known.has(nameOf(one))).map(asOld)
  const { active, link, identifier, meta } = lost
  const before: Merge['before'] = {
    ...stated({ active, link, identifier }),
    ...(meta?.profile === undefined ? {} : { profile: meta.profile }),
  }
  return {
    merge: { survivor, loser, version: meta?.versionId ?? '', before, moved },
    loser: {
      active: false,
      link: [...(link ?? []), { other: { reference: survivor }, type: 'replaced-by' }],
      ...(identifier === undefined ? {} : { identifier: identifier.map(asOld) }),
      ...(meta === undefined ? {} : { meta: plain(meta) }),
    },
    survivor: {
      link: [...(kept.link ?? []), { other: { reference: loser }, type: 'replaces' }],
      identifier: [...(kept.identifier ?? []), ...moved],
    },
  }
}

/** A qualified identity is not replaced by one that is not, nor one qualified INS by another with other traits. */
function refuseLosing(kept: Patient, lost: Patient, areAlike: boolean): void {
  const [strong, weak] = [readPersonClaim(kept), readPersonClaim(lost)]
  if (areAlike && differingTraits(strong.traits, weak.traits).length > 0) throw new HubError('identity.two_persons', { path: 'loser' })
  if (weak.ins?.isQualified !== true) return
  if (strong.ins?.isQualified !== true) throw new HubError('identity.stronger', { path: 'loser' })
  const isOtherIns = strong.ins.system !== weak.ins.system || strong.ins.value !== weak.ins.value
  if (isOtherIns && differingTraits(strong.traits, weak.traits).length > 0) throw new HubError('identity.two_persons', { path: 'loser' })
}

/** Throws: as planMerge; fhir.undecided, store.unavailable: asked again, it is done or told that it was. */
export async function mergePersons(parts: PipelineParts, joining: Joining): Promise<JoiningPlan> {
  const { survivor, loser } = joining
  const planned = await planMerge(parts, joining)
  let done = planned
  await asOne(parts, joining, `merge|${survivor}|${loser}|${planned.merge.version}`, async write => {
    const [kept, lost] = [await write.read<Patient>(survivor), await write.read<Patient>(loser)]
    if (kept === undefined || lost === undefined) throw new HubError('identity.unknown', { path: kept === undefined ? 'survivor' : 'loser' })
    done = await planOf(parts, joining, { kept, lost })
    await noteMerge(parts.db, done.merge)
    await write.change(loser, { ...done.loser })
    await write.change(survivor, { ...done.survivor })
    for (const patient of [survivor, loser]) write.announce({ type: 'identite.fusion', patient, about: patient, changes: ['merge'] })
  })
  return done
}

/** What a split would give back. Throws: identity.unknown, identity.not_merged, identity.merged. */
export async function planSplit(parts: Pick<PipelineParts, 'db' | 'store'>, loser: string): Promise<JoiningPlan> {
  const lost = await personOf(parts, loser, 'loser')
  const survivor = await survivorOf(parts.db, loser)
  const merge = survivor === undefined ? undefined : await lastMerge(parts.db, survivor, loser)
  if (survivor === undefined || merge === undefined) throw new HubError('identity.not_merged', { path: 'loser' })
  // A later merge carried this one's numbers further: it is taken back first.
  if ((await survivorOf(parts.db, survivor)) !== undefined) throw new HubError('identity.merged', { path: 'survivor' })
  return restored(merge, { kept: await personOf(parts, survivor, 'survivor'), lost })
}

function restored(merge: Merge, { kept, lost }: { kept: Patient; lost: Patient }): JoiningPlan {
  const { before, moved, loser } = merge
  const gone = new Set(moved.map(nameOf))
  const own = new Set((before.identifier ?? []).map(nameOf))
  // A number that he got while he was merged is his, in the place of the one that its structure gave before.
  const gained = (lost.identifier ?? []).filter(one => !isIns(one) && !own.has(nameOf(one)))
  const isGained = (one: Identifier): boolean => gained.some(number => nameOf(number) === nameOf(one))
  const isReplaced = (one: Identifier): boolean => !isIns(one) && gained.some(({ system, use }) => system === one.system && use !== 'old')
  const numbers = [...(before.identifier ?? []).map(one => (isReplaced(one) ? asOld(one) : one)), ...gained]
  const identifier = (kept.identifier ?? []).filter(one => !(one.use === 'old' && gone.has(nameOf(one))) && !isGained(one))
  const link = (kept.link ?? []).filter(({ type, other }) => !(type === 'replaces' && other.reference === loser))
  const { profile: _, ...meta } = lost.meta ?? {}
  return {
    merge,
    survivor: { identifier: identifier.length === 0 ? undefined : identifier, link: link.length === 0 ? undefined : link },
    loser: {
      active: before.active,
      link: before.link,
      identifier: numbers.length === 0 ? before.identifier : numbers,
      meta: { ...meta, ...(before.profile === undefined ? {} : { profile: before.profile }) },
    },
  }
}

/** Throws: as planSplit; fhir.undecided, store.unavailable. */
export async function splitPersons(parts: PipelineParts, { loser, actor, traceparent }: Omit<Joining, 'survivor'>): Promise<JoiningPlan> {
  const planned = await planSplit(parts, loser)
  const { survivor } = planned.merge
  const at = (await personOf(parts, loser, 'loser')).meta?.versionId
  const joining = { survivor, loser, ...(actor === undefined ? {} : { actor }), ...(traceparent === undefined ? {} : { traceparent }) }
  let done = planned
  await asOne(parts, joining, `split|${loser}|${at}`, async write => {
    const [kept, lost] = [await write.read<Patient>(survivor), await write.read<Patient>(loser)]
    if (kept === undefined || lost === undefined) throw new HubError('identity.unknown', { path: 'loser' })
    done = restored(planned.merge, { kept, lost })
    await write.change(loser, { ...done.loser })
    await write.change(survivor, { ...done.survivor })
    for (const patient of [survivor, loser]) write.announce({ type: 'identite.scission', patient, about: patient, changes: ['split'] })
  })
  return done
}

function asOne(parts: PipelineParts, { survivor, loser, actor, traceparent }: Joining, key: string, act: (write: Write) => Promise<void>): Promise<void> {
  const asked = { ...(actor === undefined ? {} : { actor }), ...(traceparent === undefined ? {} : { traceparent }) }
  return writeAsHub(parts, { key, patient: survivor, others: [loser], ...asked, act })
}

async function personOf({ store }: Pick<PipelineParts, 'store'>, reference: string, path: string): Promise<Patient> {
  const id = /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(reference)?.[1]
  const patient = id === undefined ? undefined : await store.read<Patient>('Patient', id)
  if (patient === undefined) throw new HubError('identity.unknown', { path })
  return patient
}

const nameOf = ({ system, value }: Identifier): string => `${system}|${value}`

const asOld = (identifier: Identifier): Identifier => ({ ...identifier, use: 'old' })

/** Its INS is an old one now: it does not claim to be qualified. */
const plain = ({ profile, ...meta }: NonNullable<Patient['meta']>): NonNullable<Patient['meta']> => ({
  ...meta,
  ...(profile === undefined ? {} : { profile: profile.map(withoutIns) }),
})
