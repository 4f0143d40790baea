/*
  Who may see what at the FHIR door: the one place that asks, for each resource that would leave, at the moment it leaves.
    complet    the bytes of the store        restreint, minimal    a projection        aucun    absent, as if it did not exist
*/
import type { FhirResource, Provenance } from 'fhir/r4.js'
import { project } from '../../mappers/projection/projection.ts'
import type { Level } from '../../profiles/tables/decisions.ts'
import { HubError } from '../../profiles/errors.ts'
import { type Actor, requireScope } from '../access/actor.ts'
import { decide } from '../access/decide.ts'
import type { Party } from '../access/party.ts'
import { factsOf } from '../access/rights.ts'
import type { Rights } from '../access/rights-in.ts'
import { allows, type Interaction } from '../access/scopes.ts'
import { aboutOf, type Content, contentOf } from '../access/thing.ts'
import type { Store } from '../store/store.ts'
import type { SearchRequest } from './query.ts'
import type { ServedType } from './types.ts'

/** Who is asked: the ledger for rights, the store for what a resource hangs on. */
export interface RightsParts {
  rights: Rights
  store: Store
}

export interface Question {
  parts: RightsParts
  actor: Actor
  type: ServedType
  interaction: 'read' | 'vread' | 'history' | 'search' | 'everything'
  /** Of a search. */
  search?: SearchRequest
}

/** A resource of the store, and its JSON text; empty for a deleted version. */
export interface Found {
  type: string
  id: string
  text(): string
}

/** What was decided, and about whom; for the audit. */
export interface Decided {
  level: Level
  rule: string
  /** `Patient/<id>` it is about. */
  patient?: string
}

export interface Shown extends Decided {
  /** As it leaves. */
  text: string
}

/** What may not be seen answers as what does not exist; about whom it was goes into the audit and nowhere else. */
export class Unseen extends HubError {
  readonly decided: Decided | undefined

  constructor(decided: Decided | undefined) {
    super('store.not_found')
    this.decided = decided
  }
}

/** What the audit adds to a refusal. */
export const refusalOf = (error: unknown): { decided?: Decided[] } =>
  error instanceof Unseen && error.decided !== undefined ? { decided: [error.decided] } : {}

export interface View {
  party: Party
  /** What of these may be shown, in their order. What may not is absent, as if it did not exist. */
  show(found: readonly Found[]): Promise<(Shown | undefined)[]>
  /** Throws: store.not_found for what may not be shown. */
  require(found: Found): Promise<Shown>
}

const SCOPE: Record<Question['interaction'], Interaction> = { read: 'r', vread: 'r', history: 'r', search: 's', everything: 'r' }

/** Throws: fhir.scope. */
export async function visibility({ parts, actor, type, interaction, search }: Question): Promise<View> {
  requireScope(actor, type, SCOPE[interaction])
  // A condition on another type answers questions about it: it is a search of that type too.
  for (const reached of search?.reached ?? []) requireScope(actor, reached, 's')
  const party = await parts.rights.partyOf(actor)
  // Included resources are read like any other: what _include brings along needs a scope of its own. Content needs none beside its own.
  const isInScope = (one: Found): boolean => one.type === type || type === 'Binary' || allows(actor, one.type, 'r')
  const looks = (found: readonly Found[]): Promise<Look[]> => lookAt({ parts, actor, party }, found, { isInScope, isHistory: interaction === 'history' })
  return {
    party,
    async show(found) {
      return (await looks(found)).map(({ shown }) => shown)
    },
    async require(found) {
      const [look] = await looks([found])
      if (look?.shown === undefined) throw new Unseen(look?.decided)
      return look.shown
    },
  }
}

/** What was decided, by the table or because it is about nobody. */
interface Decision {
  level: Level
  rule: string
}

interface Seeing {
  parts: RightsParts
  actor: Actor
  party: Party
}

interface Showing {
  isInScope(one: Found): boolean
  /** A version in which it was deleted says no more than that. */
  isHistory: boolean
}

interface Look {
  decided?: Decided
  shown?: Shown
}

async function lookAt(seeing: Seeing, found: readonly Found[], { isInScope, isHistory }: Showing): Promise<Look[]> {
  const read = found.map(one => (isInScope(one) ? readable(one) : undefined))
  const decisions = await decideAll(
    seeing,
    read.flatMap(one => one ?? []),
  )
  return read.map((one, index): Look => {
    const decision = one === undefined ? undefined : decisions.get(one)
    if (isHistory && found[index]?.text() === '') return { shown: { text: '', ...NOBODY } }
    if (one === undefined || decision === undefined) return {}
    const { patient } = contentOf(one)
    const decided = { level: decision.level, rule: decision.rule, ...(patient === undefined ? {} : { patient }) }
    const text = textAt(seeing.party, { resource: one, text: found[index]?.text() ?? '', decision })
    return text === undefined ? { decided } : { decided, shown: { ...decided, text } }
  })
}

function readable(found: Found): FhirResource | undefined {
  const text = found.text()
  return text === '' ? undefined : (JSON.parse(text) as FhirResource)
}

function textAt(party: Party, { resource, text, decision }: { resource: FhirResource; text: string; decision: Decision }): string | undefined {
  const { level, rule } = decision
  if (level === 'aucun') return undefined
  if (level === 'complet') return text
  const part = project(resource, level, { references: [...party.references, ...party.structures.slice(0, 1)], isAddressed: ADDRESSED.includes(rule) })
  return part === undefined ? undefined : JSON.stringify(part)
}

/** It was sent to him, or the person names him. */
const ADDRESSED = ['task.addressed', 'message.addressed', 'consent.partage']

export const NOBODY: Decision = { level: 'complet', rule: 'about.nobody' }

/** One look into the ledger for all of them. */
async function decideAll(seeing: Seeing, resources: readonly FhirResource[]): Promise<Map<FhirResource, Decision>> {
  const decisions = new Map<FhirResource, Decision>()
  const contents = new Map<FhirResource, Content>()
  for (const resource of resources) {
    if (aboutOf(resource.resourceType) === 'nobody') decisions.set(resource, NOBODY)
    else contents.set(resource, contentOf(resource))
  }
  if (contents.size > 0) for (const [resource, decision] of await decideContents(seeing, contents)) decisions.set(resource, decision)
  const provenances = resources.filter((one): one is Provenance => one.resourceType === 'Provenance')
  if (provenances.length > 0) await decideProvenances(seeing, provenances, decisions)
  return decisions
}

async function decideContents({ parts, actor, party }: Seeing, contents: ReadonlyMap<FhirResource, Content>): Promise<Map<FhirResource, Decision>> {
  const all = [...contents.values()]
  const [persons, authors, workplaces] = await Promise.all([
    parts.rights.persons(all.flatMap(({ patient }) => patient ?? [])),
    parts.rights.authors(all.map(({ reference }) => reference)),
    parts.rights.workplaces(party.kind === 'structure' ? all.flatMap(({ addressedTo = [] }) => addressedTo) : []),
  ])
  const asked = { purpose: actor.purpose, at: new Date(), reason: actor.reason }
  return new Map(
    [...contents].map(([resource, { patient = '', ...content }]) => {
      const person = persons.get(patient) ?? { patient, rows: [], isSetApart: false }
      // What is sent to a professional reaches the software of his structure.
      const addressedTo = (content.addressedTo ?? []).flatMap(reference => [reference, ...(workplaces.get(reference) ?? [])])
      const thing = { ...content, addressedTo, authors: authors.get(content.reference) ?? [] }
      return [resource, decide(factsOf({ party, person, thing, asked }))]
    }),
  )
}

/** Where something comes from is for those who see all of it, and for whoever wrote it. */
async function decideProvenances(seeing: Seeing, provenances: readonly Provenance[], decisions: Map<FhirResource, Decision>): Promise<void> {
  const targets = new Map<string, FhirResource>()
  for (const reference of new Set(provenances.flatMap(targetsOf))) {
    const [type = '', id = ''] = reference.split('/')
    const target = await seeing.parts.store.read<FhirResource>(type as FhirResource['resourceType'], id)
    if (target !== undefined) targets.set(reference, target)
  }
  const seen = await decideAll(
    seeing,
    [...targets.values()].filter(({ resourceType }) => resourceType !== 'Provenance'),
  )
  for (const provenance of provenances) {
    const own = provenance.agent.some(({ who, onBehalfOf }) =>
      [who.reference, onBehalfOf?.reference].some(one => one !== undefined && one === seeing.party.structures[0]),
    )
    const all = targetsOf(provenance).map(reference => decisionOn(targets.get(reference), seen))
    const hidden = all.find(decision => decision.level !== 'complet')
    decisions.set(provenance, own ? { level: 'complet', rule: 'author.wrote' } : hidden === undefined ? (all[0] ?? HIDDEN) : HIDDEN)
  }
}

const HIDDEN: Decision = { level: 'aucun', rule: 'circle.not-member' }

const decisionOn = (target: FhirResource | undefined, seen: ReadonlyMap<FhirResource, Decision>): Decision =>
  target === undefined ? HIDDEN : (seen.get(target) ?? HIDDEN)

const targetsOf = ({ target }: Provenance): string[] =>
  target.flatMap(({ reference }) => /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}(?=$|\/_history\/)/.exec(reference ?? '')?.[0] ?? []).slice(0, 20)
