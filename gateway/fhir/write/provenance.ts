/*
  The Provenance of a write (fhir-fr.md 3.5): the client's is filled in, one of the hub stands for what no client's names.
    X-Provenance: a Provenance as ASCII JSON without target
*/
import { randomUUID } from 'node:crypto'
import type { FhirResource, Provenance, ProvenanceAgent, Reference } from 'fhir/r4.js'
import { HUB, SYSTEM } from '../../../profiles/canonicals.ts'
import type { Issue } from '../../../profiles/issues.ts'
import type { Acting } from '../../access/rights/acts-for.ts'
import type { Actor } from '../../access/callers/actor.ts'
import { elementsOf, memberOf } from '../json-text.ts'
import { requireServed, rowOf } from '../types.ts'
import type { WriteRequest } from './asked.ts'
import { referenceOf, versionOf, type WorkingDraft } from './drafts.ts'
import { literalOf } from './references.ts'
import { spliced } from './splice.ts'

export const isProvenance = ({ type, verb }: Pick<WorkingDraft, 'type' | 'verb'>): boolean => type === 'Provenance' && verb === 'create'

type VersionOf = (draft: WorkingDraft) => number

const versioned = (draft: WorkingDraft, version: number): string => `${referenceOf(draft)}/_history/${version}`

/** Fills in what only the hub knows: the versions that are written, and those they follow. */
export function completeProvenance(own: WorkingDraft, drafts: readonly WorkingDraft[], version: VersionOf = versionOf): void {
  const targets = targetsOf(own, drafts)
  const target = own.asked?.isHeader === true ? targets.map(draft => ({ reference: versioned(draft, version(draft)) })) : linksOf(own, targets, version)
  const written = elementsOf(memberOf(own.asked?.text ?? own.text, 'entity') ?? '[]')
  const revisions = revisionsOf(own, targets).map(entity => JSON.stringify(entity))
  own.text = spliced(own.text, {
    target: JSON.stringify(target),
    ...(revisions.length === 0 ? {} : { entity: `[${[...written, ...revisions].join(',')}]` }),
  })
  own.resource = { ...(JSON.parse(own.text) as FhirResource), id: own.id }
}

/** The drafts it stands for: of a header everything the client wrote. */
export function targetsOf(own: WorkingDraft, drafts: readonly WorkingDraft[]): WorkingDraft[] {
  if (own.asked?.isHeader === true) return drafts.filter(draft => draft.by === 'client' && !isProvenance(draft))
  const named = ((own.resource as Provenance).target ?? []).map(({ reference }) => literalOf(reference))
  return drafts.filter(draft => !isProvenance(draft) && named.some(literal => literal?.type === draft.type && literal.id === draft.id))
}

function linksOf(own: WorkingDraft, targets: WorkingDraft[], version: VersionOf): Reference[] {
  return ((own.resource as Provenance).target ?? []).map(link => {
    const literal = literalOf(link.reference)
    const draft = targets.find(one => one.type === literal?.type && one.id === literal.id)
    return draft === undefined ? link : { ...link, reference: versioned(draft, version(draft)) }
  })
}

/** Of each new version the one before it, unless the client says so itself. */
function revisionsOf(own: WorkingDraft, targets: WorkingDraft[]): Provenance['entity'] & object[] {
  const said = (JSON.parse(memberOf(own.asked?.text ?? own.text, 'entity') ?? '[]') as Provenance['entity'] & object[])
    .filter(({ role }) => role === 'revision')
    .map(({ what }) => literalOf(what?.reference)?.id)
  return targets.flatMap(draft =>
    draft.current === undefined || said.includes(draft.id) ? [] : [{ role: 'revision' as const, what: { reference: versioned(draft, draft.current.version) } }],
  )
}

/** What a client had to say and did not: which drafts need a Provenance and have none, and for whom it claims to have acted. */
export async function checkProvenance(request: WriteRequest, drafts: readonly WorkingDraft[], acting: Acting): Promise<Issue[]> {
  const own = drafts.filter(draft => isProvenance(draft) && draft.by === 'client')
  const covered = new Set(own.flatMap(one => targetsOf(one, drafts)))
  const isNeeded = (draft: WorkingDraft): boolean => draft.by === 'client' && rowOf(requireServed(draft.type)).demands.includes('provenance')
  const missing = request.isNational === true ? [] : drafts.filter(draft => isNeeded(draft) && !covered.has(draft))
  const foreign = await Promise.all(own.map(one => (request.actor.context === 'patient' ? strangers(one, acting) : foreignAgents(one, request.actor, acting))))
  return [...missing.map(draft => missingIssue(draft)), ...foreign.flat()]
}

function missingIssue({ place }: WorkingDraft): Issue {
  const text = {
    en: 'This write needs a Provenance: an entry of the same transaction that targets it, or the header X-Provenance.',
    fr: "Cette écriture demande une Provenance : une entrée de la même transaction qui la vise, ou l'en-tête X-Provenance.",
  }
  return { severity: 'error', code: 'required', rule: 'fhir.provenance_missing', expression: place, text }
}

async function foreignAgents(own: WorkingDraft, actor: Actor, acting: Acting): Promise<Issue[]> {
  const agents = ((own.resource as Provenance).agent ?? []) as ProvenanceAgent[]
  const structure = await acting.structure()
  const isOurs = ({ onBehalfOf }: ProvenanceAgent): boolean =>
    onBehalfOf?.reference === undefined
      ? onBehalfOf?.identifier?.system === SYSTEM.finess && onBehalfOf.identifier.value === actor.structure
      : structure !== undefined && referencedId(onBehalfOf) === structure
  const wrong = agents.flatMap((agent, index) => (agent.onBehalfOf !== undefined && !isOurs(agent) ? [index] : []))
  // A professional may speak for himself alone.
  if (wrong.length === 0 && (actor.context === 'user' || agents.some(isOurs))) return []
  const text = {
    en: "The agent acts on behalf of the caller's own structure.",
    fr: "L'agent agit pour le compte de la structure de l'appelant.",
  }
  return (wrong.length === 0 ? [0] : wrong).map(index => ({
    severity: 'error',
    code: 'business-rule',
    rule: 'provenance.on-behalf-of',
    expression: `${own.place}.agent[${index}].onBehalfOf`,
    text,
  }))
}

/** A person, or a relative, writes for himself and for no structure: what a structure wrote is what it keeps. */
async function strangers(own: WorkingDraft, acting: Acting): Promise<Issue[]> {
  const agents = ((own.resource as Provenance).agent ?? []) as ProvenanceAgent[]
  const text = { en: 'The agent is who is logged in, on behalf of no structure.', fr: "L'agent est la personne connectée, pour le compte d'aucune structure." }
  const found = await Promise.all(
    agents.map(async ({ who, onBehalfOf }, index) =>
      onBehalfOf === undefined && (who?.reference === undefined || (await acting.actsFor(who.reference))) ? [] : [index],
    ),
  )
  return found.flat().map(index => ({ severity: 'error', code: 'business-rule', rule: 'provenance.agent', expression: `${own.place}.agent[${index}]`, text }))
}

function referencedId(reference: Reference | undefined): string | undefined {
  const literal = literalOf(reference?.reference)
  return literal === undefined ? undefined : referenceOf(literal)
}

export interface HubProvenance {
  id: string
  actor: Actor
  structure: string | undefined
  requestId: string
  now: Date
}

/** The hub's own, from the token: who, with which software, for which structure, by which request. */
export function hubProvenance(
  { id, actor, structure, requestId, now }: HubProvenance,
  targets: readonly WorkingDraft[],
  version: VersionOf = versionOf,
): WorkingDraft {
  const onBehalfOf = structure === undefined ? {} : { onBehalfOf: { reference: structure } }
  const software = { identifier: { system: `${HUB}NamingSystem/client`, value: actor.clientId } }
  const isNew = targets.every(draft => draft.verb === 'create')
  const revisions = targets.flatMap(draft =>
    draft.current === undefined ? [] : [{ role: 'revision' as const, what: { reference: versioned(draft, draft.current.version) } }],
  )
  const resource: Provenance = {
    resourceType: 'Provenance',
    id,
    target: targets.map(draft => ({ reference: versioned(draft, version(draft)) })),
    recorded: now.toISOString(),
    activity: { coding: [{ system: SYSTEM.v3DataOperation, code: isNew ? 'CREATE' : 'UPDATE' }] },
    agent: [
      { type: participant('author'), who: authorOf(actor, structure) ?? software, ...onBehalfOf },
      { type: participant('assembler'), who: software, ...onBehalfOf },
    ],
    entity: [...revisions, { role: 'source', what: { identifier: { system: `${HUB}NamingSystem/request`, value: requestId } } }],
  }
  return { type: 'Provenance', id, verb: 'create', by: 'hub', place: 'Provenance', resource, text: JSON.stringify(resource), changes: new Map() }
}

const participant = (code: string) => ({ coding: [{ system: SYSTEM.provenanceParticipant, code }] })

function authorOf({ user, person }: Actor, structure: string | undefined): Reference | undefined {
  if (user !== undefined) return { identifier: { system: SYSTEM.idNatPs, value: user.idNatPs } }
  const reference = person === undefined ? structure : (person.relative ?? person.patient)
  return reference === undefined ? undefined : { reference }
}

/** Of a draft the hub makes itself an id that is not the intent's, when a client's Provenance has that one. */
export const newProvenanceId = (drafts: readonly WorkingDraft[], intentId: string): string =>
  drafts.some(({ id }) => id === intentId) ? randomUUID() : intentId
