/*
  Finds out what each part of a write is: whom the ledger knows, what its condition means, under which id it will stand, where its references lead.
*/
import { randomUUID } from 'node:crypto'
import type { FhirResource, Patient } from 'fhir/r4.js'
import { stated } from '../../../mappers/cda/datatypes.ts'
import { cardIdOf } from '../../../mappers/transmission-to-transaction/derived-id.ts'
import { HubError } from '../../../profiles/errors.ts'
import type { Level } from '../../../profiles/tables/decisions.ts'
import { type Claimed, conditionIsLedgers, isActor, meetActors } from '../../flows/actors/claims.ts'
import { readPersonClaim } from '../../flows/actors/read-person.ts'
import type { Deposited } from '../../flows/care-flow.ts'
import type { Db } from '../../ledger/db.ts'
import { knownDocument } from '../../ledger/documents/deposited-documents.ts'
import type { Store } from '../../store/store.ts'
import type { Asked, WriteRequest } from './asked.ts'
import { type Asking, findMatch, readCondition } from './conditions.ts'
import { type Current, currentOf, currentReader } from './current.ts'
import { depositedIn, withHeldContents } from './deposits.ts'
import { referenceOf, type WorkingDraft } from './drafts.ts'
import { patched } from './patch.ts'
import { about, isConditional, linksIn, relinked, repeatedEntry, rootOf, withoutBase } from './references.ts'
import { type Sight, sightOf } from './sight.ts'
import { asShown, asStored } from './splice.ts'
import type { Met } from '../../flows/actors/met.ts'
import type { Plan } from './planned.ts'
import type { IdentifyParts } from './parts.ts'

/** A creation that meets an existing resource: nothing is written, the answer shows it. */
export interface MetOne {
  asked: Asked
  current: Current
  identity?: Met
}

export interface Identified {
  /** Also the id of the Provenance. */
  intentId: string
  drafts: WorkingDraft[]
  met: MetOne[]
  /** Persons whom the client presents by a qualified INS with equal traits: it may name them, and sees nothing of them by that. */
  presented: string[]
  /** What the ledger holds for it, once the plan is kept. */
  claimed?: Claimed
  /** The plan by which access was taken away already. */
  restricted?: Plan
}

interface Named {
  asked: Asked
  id: string
  identity?: Met
  /** What stands there already: met by a creation, changed by an update. */
  current?: Current
  /** The bytes that a message is just storing under that id. */
  joined?: string
  deposited?: Deposited
}

/** Throws: fhir.multiple_matches, fhir.reference_unknown, store.not_found (a conditional patch that meets nothing), fhir.duplicate, fhir.request. */
export async function identify(parts: IdentifyParts, request: WriteRequest, intentId: string): Promise<Identified> {
  const sight = sightOf(parts, request.actor)
  const options = { traceparent: request.traceparent, actor: request.actor, baseUrl: parts.baseUrl(), levelOf: sight.levelOf }
  const named = await nameAll(parts, request, { intentId, options })
  const presented = named.filter(isPresented).map(({ id }) => `Patient/${id}`)
  const targets = new Map(named.flatMap(({ asked, id }) => (asked.fullUrl === undefined ? [] : [[asked.fullUrl, referenceOf({ type: asked.type, id })]])))
  await findConditional(parts, request, { targets, presented, sight })
  const links = ({ fullUrl }: Asked): Link => {
    const root = rootOf(fullUrl)
    return value => targets.get(value) ?? targets.get(`${root}${value}`) ?? withoutBase(value, parts.baseUrl())
  }
  const identified: Identified = { intentId, drafts: [], met: [], presented }
  for (const one of named) {
    const { asked, current, joined, identity } = one
    if (joined !== undefined && !identified.drafts.some(({ id }) => id === one.id)) identified.drafts.push(joiningDraft(one, joined))
    if (asked.verb === 'create' && current !== undefined && identity?.state !== 'upgrade')
      identified.met.push({ asked, current: await asRead(sight, asked, current), ...(identity === undefined ? {} : { identity }) })
    else identified.drafts.push(draftOf(one, targets.size > 0 || asked.text.includes(`"${parts.baseUrl()}/`) ? links(asked) : undefined))
  }
  refuseTwice(identified.drafts)
  // All is there already: nothing is written for X-Provenance to tell of.
  const isWriting = identified.drafts.some(({ by, asked }) => by === 'client' && asked?.isHeader !== true)
  return isWriting ? identified : { ...identified, drafts: identified.drafts.filter(({ asked }) => asked?.isHeader !== true) }
}

/** Two entries may name one resource in two ways: by its id, by a condition. Throws: fhir.invalid. */
function refuseTwice(drafts: readonly WorkingDraft[]): void {
  const seen = new Set<string>()
  for (const draft of drafts.filter(({ verb, deposited }) => verb === 'update' || deposited !== undefined)) {
    if (seen.has(referenceOf(draft))) throw new HubError('fhir.invalid', { issues: [repeatedEntry(draft.place)] })
    seen.add(referenceOf(draft))
  }
}

type Link = (value: string) => string | undefined

const isPresented = ({ asked: { type, resource }, identity }: Named): boolean =>
  type === 'Patient' && identity?.person?.outcome === 'linked' && readPersonClaim(resource as Patient).ins?.isQualified === true

/** What stands there as a read would show it; where a read shows nothing the client is told the id, and what it sent itself. */
async function asRead(sight: Sight, { text }: Asked, current: Current): Promise<Current> {
  const shown = await sight.shown(current.resource, current.text)
  if (shown === current.text) return current
  const own = shown ?? asShown(asStored(text, current.id), { version: String(current.version), at: new Date(current.lastUpdated) })
  return { ...current, text: own, resource: JSON.parse(own) as FhirResource }
}

interface Naming {
  intentId: string
  options: Asking
}

/** The first Provenance stands under the id of the intent: found in the store, it says that the write was stored. */
async function nameAll(parts: IdentifyParts, { asked }: WriteRequest, { intentId, options }: Naming): Promise<Named[]> {
  const proof = asked.find(({ type, verb }) => type === 'Provenance' && verb === 'create')
  const candidates = asked.map(one => ({ asked: one, id: one.id ?? (one === proof ? intentId : randomUUID()) }))
  const isCreation = ({ asked: { verb, id, type } }: Named): boolean => isActor(type) && (verb === 'create' || (verb === 'update' && id === undefined))
  const creations = candidates.filter(isCreation)
  const found = await meetActors(
    parts.db,
    creations.map(({ asked: { type, resource }, id }) => ({ type, id, resource: { ...resource, id } })),
  )
  const identities = new Map(creations.map((one, index) => [one.id, found[index]]))
  const reader = currentReader(parts.store, options)
  return withHeldContents(await Promise.all(candidates.map(one => settled(one, identities.get(one.id), { ...parts, asked, options, read: reader.read }))))
}

interface Looking {
  db: Db
  store: Store
  asked: readonly Asked[]
  options: Asking
  read(reference: string): Promise<Current | undefined>
}

async function settled({ asked, id }: Named, identity: Met | undefined, looking: Looking): Promise<Named> {
  const { store, options, read } = looking
  const { type, verb, condition, place } = asked
  if (identity !== undefined && identity.state !== 'new') return known(asked, identity, read)
  const isLedgers = condition === undefined || (identity !== undefined && conditionIsLedgers(type, condition))
  const match = isLedgers ? undefined : await findMatch(store, { type, condition, place }, options)
  if (verb === 'patch') {
    const current = match ?? (asked.id === undefined ? undefined : await read(referenceOf({ type, id })))
    const level = current === undefined ? undefined : await options.levelOf(current.resource)
    if (current === undefined || level === undefined) throw about(new HubError('store.not_found', { path: type }), [current?.resource])
    // A patch may ask what stands there: of what is seen in part it is not told.
    if (level !== 'complet') throw about(new HubError('fhir.level', { path: place }), [current.resource])
    return { asked, id: current.id, current }
  }
  if (match !== undefined) return { asked, id: match.id, current: match }
  const deposited = asked.id === undefined ? depositedIn(asked, looking.asked) : undefined
  if (deposited !== undefined) return cardNamed(asked, deposited, looking)
  return { asked, id, ...(identity === undefined ? {} : { identity }) }
}

/** One document, one card. Throws: fhir.duplicate for other bytes, whoever brought the first; fhir.undecided while another door is storing it. */
async function cardNamed(asked: Asked, deposited: Deposited, { db, read }: Looking): Promise<Named> {
  const { type, verb, place } = asked
  const known = await knownDocument(db, deposited.documentId)
  const id = cardIdOf({ ...deposited, ...known })
  if (known === undefined) return { asked, id, deposited }
  if (verb !== 'create' || !deposited.digest.startsWith(known.digest)) throw new HubError('fhir.duplicate', { path: `${place}.masterIdentifier` })
  const current = await read(referenceOf({ type, id }))
  if (current === undefined) throw new HubError('fhir.undecided')
  return { asked, id, current }
}

/** The ledger knows who is meant. */
async function known(asked: Asked, identity: Met, read: Looking['read']): Promise<Named> {
  const { id, creation, state } = identity
  if (state === 'pending' && creation !== undefined) {
    if (asked.verb === 'update') throw new HubError('fhir.undecided')
    return { asked, id, identity, joined: creation, current: { ...currentOf(creation), version: 1, lastUpdated: new Date().toISOString() } }
  }
  const current = await read(referenceOf({ type: asked.type, id }))
  if (current === undefined) throw new HubError('fhir.undecided')
  return { asked, id, identity, current }
}

const MOST_CONDITIONAL = 200

interface Targets {
  targets: Map<string, string>
  presented: readonly string[]
  sight: Sight
}

/** `Patient?identifier=…` as a reference: the one it means. */
async function findConditional(
  { store, baseUrl }: IdentifyParts,
  { asked, actor, traceparent }: WriteRequest,
  { targets, presented, sight }: Targets,
): Promise<void> {
  const mayName = async (person: string): Promise<boolean> => presented.includes(person) || (await sight.introduced([person])).length > 0
  const links = asked.flatMap(one => linksIn(one.resource).map(link => ({ ...link, place: `${one.place}.${link.element}` })))
  const conditional = links.filter(link => isConditional(link.value))
  // Each is a search.
  if (new Set(conditional.map(({ value }) => value)).size > MOST_CONDITIONAL) throw new HubError('fhir.too_large', { path: 'reference' })
  for (const { value, place } of conditional) {
    if (targets.has(value)) continue
    const type = value.slice(0, value.indexOf('?'))
    const condition = readCondition(value, type, place)
    // Whom he presented is known to him by number, and by nothing else.
    const isByNumber = type === 'Patient' && [...new URLSearchParams(condition).keys()].every(name => name === 'identifier')
    const levelOf = async (resource: FhirResource): Promise<Level | undefined> =>
      (await sight.levelOf(resource)) ?? (isByNumber && (await mayName(`Patient/${resource.id}`)) ? 'minimal' : undefined)
    const found = await findMatch(store, { type, condition, place }, { traceparent, actor, baseUrl: baseUrl(), levelOf })
    if (found === undefined) throw new HubError('fhir.reference_unknown', { path: place })
    targets.set(value, referenceOf(found))
  }
}

function draftOf({ asked, id, identity, current, deposited }: Named, link: Link | undefined): WorkingDraft {
  const { verb, type, place } = asked
  // R4: a conditional update whose resource has an id is of that one and no other; ids of new ones are the hub's.
  if (verb === 'update' && (asked.resource.id ?? id) !== id) throw new HubError('fhir.request', { path: `${place}.id` })
  const written = verb === 'patch' && current !== undefined ? patched(current, asked) : asked.text
  const text = link === undefined ? written : relinked(written, link)
  const resource = text === asked.text ? asked.resource : (JSON.parse(text) as FhirResource)
  const isUpdate = current !== undefined || asked.id !== undefined
  return {
    type,
    id,
    verb: isUpdate ? 'update' : 'create',
    by: 'client',
    place,
    resource: { ...resource, id },
    text,
    asked,
    changes: new Map(),
    ...stated({ current, identity, deposited }),
  }
}

/** Stored by this write as well: whoever meets a pending one includes the same creation. */
function joiningDraft({ asked: { type }, id }: Named, creation: string): WorkingDraft {
  return {
    type,
    id,
    verb: 'create',
    by: 'hub',
    isJoined: true,
    place: type,
    resource: JSON.parse(creation) as FhirResource,
    text: creation,
    changes: new Map(),
  }
}
