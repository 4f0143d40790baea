/*
  Who is created or changed through the FHIR door, asked of the ledger, so that documents and the door share persons, professionals and structures:
    meet     who is known already            before references and conditions are settled; reads only
    claim    keys, with the plan             when everybody has judged
    settle   or release                      when the store has it, or never will
*/
import type { FhirResource, Identifier, Patient, PractitionerRole } from 'fhir/r4.js'
import { ROLE_KEY_SYSTEM } from '../../../mappers/transmission-to-transaction/cast.ts'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { HubError } from '../../../profiles/errors.ts'
import { hasValidInsKey } from '../../../profiles/identity.ts'
import type { Db, Tx } from '../../ledger/db.ts'
import { type ClaimKeys, lookUpClaims, type Resolution, resolveClaims, settleIdentities } from '../../ledger/identity/identity.ts'
import { addKeys, type IdentityChange, nameRole, releaseIdentities, settleChange } from '../../ledger/identity/identity-changes.ts'
import type { IdentityKey } from '../../ledger/identity/persons.ts'
import type { Draft } from '../care-flow.ts'
import { isInsSystem, readPersonClaim } from './read-person.ts'
import type { Met } from './met.ts'

const ACTORS = ['Patient', 'Practitioner', 'PractitionerRole', 'Organization', 'RelatedPerson'] as const

export interface Claimed {
  cause: string
  created: { id: string; revision: number }[]
  changes: IdentityChange[]
}

export const isActor = (type: string): boolean => (ACTORS as readonly string[]).includes(type)

/** Answers in the order asked. Throws: fhir.duplicate when two of them are the same one. */
export async function meetActors(db: Db | Tx, creations: readonly { type: string; id: string; resource: FhirResource }[]): Promise<Met[]> {
  const claims = creations.map(({ type, id, resource }) => claimOf(type, id, resource))
  return claims.length === 0 ? [] : (await lookUpClaims(db, claims)).map(metBy)
}

/** A condition by an INS is answered by the ledger alone: in the store an INS that nobody verified would match too. */
export function conditionIsLedgers(type: string, condition: string): boolean {
  const [system = '', value] = (new URLSearchParams(condition.replace(/^[^?]*\?/, '')).get('identifier') ?? '').split('|')
  return type === 'Patient' && (value === undefined ? hasValidInsKey(system) : isInsSystem(system) || hasValidInsKey(value))
}

/** Throws: store.conflict when the ledger decides otherwise than when it was met; fhir.duplicate when a key leads to another resource. */
export async function claimActors(tx: Tx, { cause, drafts }: { cause: string; drafts: readonly Draft[] }): Promise<Claimed> {
  const actors = drafts.filter(draft => isActor(draft.type))
  if (actors.length === 0) return { cause, created: [], changes: [] }
  const isChange = (draft: Draft): boolean => draft.verb === 'update' || draft.identity?.state === 'upgrade'
  const claims = actors.filter(draft => !isChange(draft)).map(({ type, id, resource }) => claimOf(type, id, resource))
  const resolutions = await resolveClaims(tx, claims, { cause })
  if (resolutions.some(one => one.id !== one.candidateId || one.state !== 'new')) throw new HubError('store.conflict', { path: 'identity' })
  const changes: IdentityChange[] = []
  for (const draft of actors.filter(isChange)) changes.push(await change(tx, draft))
  for (const draft of actors) if (draft.resource.resourceType === 'PractitionerRole') await claimRole(tx, draft.id, draft.resource)
  return { cause, created: resolutions.map(({ id, revision }) => ({ id, revision })), changes }
}

/** In the transaction that settles the write. */
export async function settleActors(tx: Tx, { cause, created, changes }: Claimed): Promise<void> {
  await settleIdentities(tx, created)
  for (const one of changes) await settleChange(tx, one, cause)
}

/** The write was abandoned, or the store refused it. */
export async function releaseActors(tx: Tx, { created, changes }: Claimed): Promise<void> {
  const ids = created.map(one => one.id)
  await releaseIdentities(tx, ids, changes)
}

function claimOf(type: string, id: string, resource: FhirResource): ClaimKeys {
  const creation = JSON.stringify(resource)
  if (resource.resourceType !== 'Patient') return { type, id, keys: keysOf(resource), creation }
  return { type, id, keys: [], creation, person: readPersonClaim(resource), document: id }
}

function metBy(found: Resolution): Met {
  const { candidateId, id, person, isQuarantined = false, creation, differing = [] } = found
  if (found.state === 'new' && id !== candidateId && person !== 'upgraded') throw new HubError('fhir.duplicate', { path: `${found.type}.identifier` })
  const state = person === 'upgraded' ? 'upgrade' : found.state
  return {
    candidateId,
    id,
    state,
    ...(state === 'pending' && creation !== undefined ? { creation } : {}),
    ...(person === undefined ? {} : { person: { outcome: person, isQuarantined, differing } }),
  }
}

async function change(tx: Tx, { type, id, resource }: Draft): Promise<IdentityChange> {
  if (resource.resourceType !== 'Patient') return { type, id, added: await addKeys(tx, { type, id, keys: keysOf(resource) }) }
  const claim = readPersonClaim(resource)
  const ins = claim.ins?.isQualified === true ? [{ system: claim.ins.system, value: claim.ins.value }] : []
  // Of a conflict the INS leads to the person it contradicts, and stays there.
  const isConflict = hasTag(resource, 'conflit')
  const added = await addKeys(tx, { type, id, keys: [...(isConflict ? [] : ins), ...claim.ipps] })
  return { type, id, added, person: { claim, isQuarantined: hasTag(resource, 'quarantaine'), isConflict } }
}

const hasTag = (patient: Patient, code: string): boolean => patient.meta?.tag?.some(tag => tag.system === SYSTEM.hubIdentity && tag.code === code) === true

/** Documents name a role by professional and structure; one made through the door is then found by them. */
async function claimRole(tx: Tx, role: string, { practitioner, organization }: PractitionerRole): Promise<void> {
  const [practitionerId, organizationId] = [idOf(practitioner?.reference), idOf(organization?.reference)]
  if (practitionerId === undefined || organizationId === undefined) return
  await nameRole(tx, {
    role,
    practitioner: practitionerId,
    organization: organizationId,
    systems: { role: ROLE_KEY_SYSTEM, practitioner: SYSTEM.rpps, organization: SYSTEM.finess },
  })
}

const idOf = (reference: string | undefined): string | undefined => /^\w+\/([0-9a-f-]{36})$/.exec(reference ?? '')?.[1]

/** National numbers lead to the same one in both their forms, as documents write them. */
function keysOf(resource: FhirResource): IdentityKey[] {
  const said = 'identifier' in resource ? resource.identifier : undefined
  const identifiers: Identifier[] = Array.isArray(said) ? said : said === undefined ? [] : [said as Identifier]
  return identifiers.flatMap(({ system, value, use, type }) => {
    if (system === undefined || value === undefined || use === 'old') return []
    return [{ system, value }, ...otherForm(resource.resourceType, { system, value, isLegal: type?.coding?.some(coding => coding.code === 'FINEJ') === true })]
  })
}

const FORMS: readonly { type: string; system: string; form: RegExp; idNat: string; prefix: string }[] = [
  { type: 'Practitioner', system: SYSTEM.rpps, form: /^\d{11}$/, idNat: SYSTEM.idNatPs, prefix: '8' },
  { type: 'Organization', system: SYSTEM.finess, form: /^\w{9}$/, idNat: SYSTEM.idNatSt, prefix: '1' },
  { type: 'Organization', system: SYSTEM.sirene, form: /^\d{9}$/, idNat: SYSTEM.idNatSt, prefix: '2' },
  { type: 'Organization', system: SYSTEM.sirene, form: /^\d{14}$/, idNat: SYSTEM.idNatSt, prefix: '3' },
]

function otherForm(type: string, { system, value, isLegal }: IdentityKey & { isLegal: boolean }): IdentityKey[] {
  return FORMS.filter(one => one.type === type && !isLegal).flatMap(one => {
    if (system === one.system && one.form.test(value)) return [{ system: one.idNat, value: one.prefix + value }]
    const bare = value.slice(1)
    return system === one.idNat && value.startsWith(one.prefix) && one.form.test(bare) ? [{ system: one.system, value: bare }] : []
  })
}
