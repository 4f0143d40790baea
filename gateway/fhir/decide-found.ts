/*
  Decides on resources that were found: one look into the ledger for all of them, and into the store for what hangs on something else.
    Provenance     seen by who sees whole all it is about, and by who wrote it
    Composition    hidden with the document it was made from
*/
import type { Composition, FhirResource, Provenance } from 'fhir/r4.js'
import type { Level } from '../../profiles/tables/decisions.ts'
import type { Actor } from '../access/actor.ts'
import { decide } from '../access/decide.ts'
import type { Party } from '../access/party.ts'
import { factsOf } from '../access/rights.ts'
import type { Rights } from '../access/rights-in.ts'
import { aboutOf, type Content, contentOf } from '../access/thing.ts'
import type { Store } from '../store/store.ts'
import { storedReference } from '../access/reference.ts'

/** Who is asked: the ledger for rights, the store for what a resource hangs on. */
export interface RightsParts {
  rights: Rights
  store: Store
}

/** What was decided, by the table or because it is about nobody. */
export interface Decision {
  level: Level
  rule: string
}

export interface Seeing {
  parts: RightsParts
  actor: Actor
  party: Party
}

export const NOBODY: Decision = { level: 'complet', rule: 'about.nobody' }
const HIDDEN: Decision = { level: 'aucun', rule: 'circle.not-member' }

/** Types that are decided by more than the person and the type: by who wrote them down, sent them, hides them, or made them of what. */
export const SINGULAR: readonly string[] = ['Consent', 'DocumentReference', 'Composition', 'Provenance', 'CommunicationRequest']

export async function decideAll(seeing: Seeing, resources: readonly FhirResource[]): Promise<Map<FhirResource, Decision>> {
  const decisions = new Map<FhirResource, Decision>()
  const contents = new Map<FhirResource, Content>()
  for (const resource of resources) {
    if (aboutOf(resource.resourceType) === 'nobody') decisions.set(resource, NOBODY)
    else contents.set(resource, contentOf(resource))
  }
  if (contents.size > 0) for (const [resource, decision] of await decideContents(seeing, contents)) decisions.set(resource, decision)
  const provenances = resources.filter((one): one is Provenance => one.resourceType === 'Provenance')
  if (provenances.length > 0) await decideProvenances(seeing, provenances, decisions)
  const compositions = resources.filter((one): one is Composition => one.resourceType === 'Composition')
  if (compositions.length > 0) await decideCompositions(seeing, compositions, decisions)
  return decisions
}

async function decideContents({ parts, actor, party }: Seeing, contents: ReadonlyMap<FhirResource, Content>): Promise<Map<FhirResource, Decision>> {
  const all = [...contents.values()]
  const [persons, authors, workplaces] = await Promise.all([
    parts.rights.persons(all.flatMap(({ patient }) => patient ?? [])),
    parts.rights.authors(all.map(({ reference }) => reference)),
    parts.rights.workplaces(party.kind === 'structure' ? all.flatMap(({ addressedTo = [] }) => addressedTo) : []),
  ])
  const asked = { purpose: actor.purpose, at: new Date(), reason: actor.reason, isEmergencyFirst: parts.rights.isEmergencyFirst === true }
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

async function decideProvenances(seeing: Seeing, provenances: readonly Provenance[], decisions: Map<FhirResource, Decision>): Promise<void> {
  const targets = await readAll(
    seeing.parts.store,
    provenances.flatMap(targetsOf).filter(reference => !reference.startsWith('Provenance/')),
  )
  const seen = await decideAll(seeing, [...targets.values()])
  const [own] = seeing.party.structures
  for (const provenance of provenances) {
    const isOwn = own !== undefined && provenance.agent.some(({ who, onBehalfOf }) => [who.reference, onBehalfOf?.reference].includes(own))
    const all = targetsOf(provenance).map(reference => decisionOn(targets.get(reference), seen))
    const isHidden = all.some(decision => decision.level !== 'complet')
    decisions.set(provenance, isOwn ? { level: 'complet', rule: 'author.wrote' } : isHidden ? HIDDEN : (all[0] ?? HIDDEN))
  }
}

/** The Provenance of a message names the document and the Composition that was made of it. */
async function decideCompositions(seeing: Seeing, compositions: readonly Composition[], decisions: Map<FhirResource, Decision>): Promise<void> {
  const { store } = seeing.parts
  const { entry = [] } = await store.search('Provenance', { target: compositions.map(({ id }) => `Composition/${id}`).join(','), _count: '500' })
  const origins = entry.flatMap(({ resource }) => (resource?.resourceType === 'Provenance' ? [targetsOf(resource as Provenance)] : []))
  const documents = await readAll(store, origins.flat().filter(isDocument))
  const seen = await decideAll(seeing, [...documents.values()])
  for (const composition of compositions) {
    const behind = origins.filter(targets => targets.includes(`Composition/${composition.id}`)).flatMap(targets => targets.filter(isDocument))
    const hidden = behind.map(reference => decisionOn(documents.get(reference), seen)).find(({ level }) => level === 'aucun')
    if (hidden !== undefined) decisions.set(composition, hidden)
  }
}

const isDocument = (reference: string): boolean => reference.startsWith('DocumentReference/')

const decisionOn = (target: FhirResource | undefined, seen: ReadonlyMap<FhirResource, Decision>): Decision =>
  target === undefined ? HIDDEN : (seen.get(target) ?? HIDDEN)

const targetsOf = ({ target }: Provenance): string[] => target.flatMap(({ reference }) => storedReference(reference) ?? [])

/** One question to the store for each type. */
async function readAll(store: Store, references: readonly string[]): Promise<Map<string, FhirResource>> {
  const ids = new Map<string, Set<string>>()
  for (const reference of references) {
    const [type = '', id = ''] = reference.split('/')
    ids.set(type, (ids.get(type) ?? new Set()).add(id))
  }
  const bundles = await Promise.all([...ids].map(([type, wanted]) => store.search(type, { _id: [...wanted].join(','), _count: '500' })))
  const found = bundles.flatMap(({ entry = [] }) => entry.flatMap(({ resource }) => (resource === undefined ? [] : [resource as FhirResource])))
  return new Map(found.map(resource => [`${resource.resourceType}/${resource.id}`, resource]))
}
