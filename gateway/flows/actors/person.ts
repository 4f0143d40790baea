/*
  A person written through the FHIR door: the hub says how reliable the identity is, keeps apart who contradicts a known one, and lets a qualified identity
  change by the identity rules only (fhir-fr.md 1.2 to 1.4).
*/
import { isDeepStrictEqual } from 'node:util'
import type { Coding, Identifier, Patient } from 'fhir/r4.js'
import { mapConflictToTask } from '../../../mappers/transmission-to-transaction/identity-task.ts'
import { EXTENSION, SYSTEM } from '../../../profiles/canonicals.ts'
import { isIns, differingTraits, type Traits } from '../../../profiles/identity.ts'
import type { PersonClaim } from '../../ledger/identity/persons.ts'
import type { CareFlow, Draft, Write } from '../care-flow.ts'
import { closeIdentityTasks } from './identity-tasks.ts'
import { readPersonClaim, readStatus, reliabilityOf, TRAIT_ELEMENTS } from './read-person.ts'

export const PERSON: CareFlow = {
  name: 'person',
  types: ['Patient'],
  async judge(write, draft) {
    const patient = draft.resource as Patient
    const claim = readPersonClaim(patient)
    const before = draft.before as Patient | undefined
    if (before !== undefined && !mayChange(write, draft, { claim, before })) return
    refuseLinks(write, draft)
    if (isMerged(before)) return keepMerged(write, draft, { claim, before })
    const standing = standingOf(claim, draft, before)
    await keepAsJudged(write, draft, { claim, standing })
    if (standing.isQuarantined && !hasTag(before, 'quarantaine')) askIdentityCell(write, draft, standing)
    if (!standing.isQuarantined && hasTag(before, 'quarantaine')) await closeIdentityTasks(write, `Patient/${draft.id}`)
    if (!['PROV', 'RECUP', 'VALI', 'QUAL', undefined].includes(readStatus(patient))) write.warn(draft, DOUBTFUL)
  },
}

interface Standing {
  tag: string
  isQuarantined: boolean
  isConflict: boolean
  differing: (keyof Traits)[]
}

/** A qualified identity keeps its INS and its traits; whoever knows better asks the identity cell. */
function mayChange(write: Write, draft: Draft, { claim, before }: { claim: PersonClaim; before: Patient }): boolean {
  const known = readPersonClaim(before)
  if (known.ins?.isQualified !== true) return true
  const differing = differingTraits(known.traits, claim.traits)
  const isSameIns = claim.ins?.isQualified === true && claim.ins.system === known.ins.system && claim.ins.value === known.ins.value
  if (!isSameIns) write.refuse(draft, { ...QUALIFIED, element: 'identifier' })
  for (const trait of differing) write.refuse(draft, { ...QUALIFIED, element: TRAIT_ELEMENTS[trait] })
  return isSameIns && differing.length === 0
}

/** That two persons are one is for the identity cell to decide, and to take back. */
function refuseLinks(write: Write, draft: Draft): void {
  const merges = (patient: Patient | undefined): string =>
    JSON.stringify((patient?.link ?? []).filter(link => link.type === 'replaces' || link.type === 'replaced-by').map(link => [link.type, link.other.reference]))
  if (merges(draft.resource as Patient) !== merges(draft.before as Patient | undefined)) write.refuse(draft, LINK)
}

const isMerged = (patient: Patient | undefined): patient is Patient => patient?.link?.some(({ type }) => type === 'replaced-by') === true

/** Of who was merged all that a split brings back waits for it: his numbers are old ones now and say nothing of how reliable he is, and nobody may know better meanwhile. */
async function keepMerged(write: Write, draft: Draft, { claim, before }: { claim: PersonClaim; before: Patient }): Promise<void> {
  const after = draft.resource as Patient
  const changed = (['active', 'identifier'] as const).filter(element => !isDeepStrictEqual(after[element], before[element]))
  const traits = differingTraits(readPersonClaim(before).traits, claim.traits).map(trait => TRAIT_ELEMENTS[trait])
  const reliability = isDeepStrictEqual(reliabilityOf(after), reliabilityOf(before)) ? [] : ['extension']
  for (const element of [...changed, ...traits, ...reliability]) write.refuse(draft, { ...MERGED, element })
  const { meta = {} } = after
  const tag = [...(meta.tag ?? []).filter(isClients), ...(before.meta?.tag ?? []).filter(one => !isClients(one))]
  await write.change(`Patient/${draft.id}`, { meta: { ...meta, ...(meta.profile === undefined ? {} : { profile: meta.profile.map(withoutIns) }), tag } })
}

function standingOf(claim: PersonClaim, { identity }: Draft, before: Patient | undefined): Standing {
  const { person } = identity ?? {}
  const isReliable = claim.tag === 'validee' || claim.tag === 'qualifiee'
  const isConflict = person?.outcome === 'conflict' || hasTag(before, 'conflit')
  return { tag: claim.tag, isConflict, isQuarantined: isConflict || (person?.isQuarantined ?? !isReliable), differing: person?.differing ?? [] }
}

/** The tag is the hub's word, never the client's; an INS that nobody verified is kept as received. */
async function keepAsJudged(write: Write, draft: Draft, { claim, standing }: { claim: PersonClaim; standing: Standing }): Promise<void> {
  const { meta = {}, identifier = [] } = draft.resource as Patient
  const tag = [...(meta.tag ?? []).filter(isClients), ...tagsOf(standing)]
  const isQualified = claim.tag === 'qualifiee'
  const profile = (meta.profile ?? []).map(one => (isQualified ? one : withoutIns(one)))
  await write.change(`Patient/${draft.id}`, { meta: { ...meta, ...(profile.length === 0 ? {} : { profile }), tag } })
  const received = identifier.map(one => (isIns(one) && !isQualified ? asReceived(one) : one))
  for (const [at, one] of received.entries()) if (one !== identifier[at]) write.warn(draft, { ...UNVERIFIED, element: `identifier[${at}]` })
  if (received.some((one, at) => one !== identifier[at])) await write.change(`Patient/${draft.id}`, { identifier: received })
}

const isClients = ({ system }: Coding): boolean => system !== SYSTEM.hubIdentity

/** Who has no INS of his own now does not claim the profile that asks for one. */
export const withoutIns = (profile: string): string => profile.replace(/-patient-ins(?=\||$)/, '-patient')

function tagsOf({ tag, isConflict, isQuarantined }: Standing): Coding[] {
  return [tag, ...(isConflict ? ['conflit'] : []), ...(isQuarantined ? ['quarantaine'] : [])].map(code => ({ system: SYSTEM.hubIdentity, code }))
}

/** The same identifier when it is already as the hub keeps it. */
function asReceived(identifier: Identifier): Identifier {
  const { extension = [], use: _, ...rest } = identifier
  if (identifier.use === 'temp' && extension.some(one => one.url === EXTENSION.insStatus)) return identifier
  return {
    extension: [...extension.filter(one => one.url !== EXTENSION.insStatus), { url: EXTENSION.insStatus, valueCode: 'recu-non-verifie' }],
    use: 'temp',
    ...rest,
  }
}

function askIdentityCell(write: Write, draft: Draft, { isConflict, differing }: Standing): void {
  const patient = `Patient/${draft.id}`
  write.add(mapConflictToTask({ patient, source: patient, differing }, write.now))
  if (!isConflict) {
    write.warn(draft, APART)
    return
  }
  const [trait] = differing
  write.warn(draft, { ...CONFLICT, element: trait === undefined ? 'identifier' : TRAIT_ELEMENTS[trait] })
  write.announce({ type: 'identite.conflit', patient, about: patient, changes: ['create'] })
}

const hasTag = (patient: Patient | undefined, code: string): boolean =>
  patient?.meta?.tag?.some(tag => tag.system === SYSTEM.hubIdentity && tag.code === code) === true

const QUALIFIED = {
  rule: 'identity.qualified',
  text: {
    en: 'INS and traits of a qualified identity change by a decision of the identity cell only.',
    fr: "L'INS et les traits d'une identité qualifiée ne changent que par décision de la cellule d'identitovigilance.",
  },
}
const LINK = {
  rule: 'identity.link',
  element: 'link',
  text: {
    en: 'Two persons are joined or parted by the identity cell only.',
    fr: "Seule la cellule d'identitovigilance rapproche ou sépare deux personnes.",
  },
}
const MERGED = {
  rule: 'identity.merged',
  text: {
    en: 'This person was merged into another: activity, identifiers, traits and status change again after a split only.',
    fr: 'Cette personne a été fusionnée avec une autre : son activité, ses identifiants, ses traits et son statut ne changent à nouveau qu’après une scission.',
  },
}
const UNVERIFIED = {
  rule: 'identity.ins-unverified',
  text: {
    en: 'Without proof of a qualified identity the INS is kept as received and unverified (use temp).',
    fr: "Sans preuve d'une identité qualifiée, l'INS est conservé comme reçu et non vérifié (use temp).",
  },
}
const CONFLICT = {
  rule: 'identity.conflict',
  text: {
    en: 'This identity contradicts one the hub knows: the Patient is kept apart, in quarantine, until the identity cell decides.',
    fr: "Cette identité contredit une identité connue : le patient est conservé à part, en quarantaine, jusqu'à la décision de la cellule d'identitovigilance.",
  },
}
const APART = {
  rule: 'identity.apart',
  text: {
    en: 'Nobody has checked this identity: the Patient is kept apart, in quarantine, and shared with nobody.',
    fr: "Cette identité n'a pas été contrôlée : le patient est conservé à part, en quarantaine, sans partage.",
  },
}
const DOUBTFUL = {
  rule: 'identity.status-doubtful',
  element: 'extension',
  text: {
    en: 'This status of identity counts as provisional.',
    fr: "Ce statut d'identité est traité comme provisoire.",
  },
}
