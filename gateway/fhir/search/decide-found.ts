/*
  Decides on resources that were found: one look into the ledger for all of them, and into the store for what hangs on something else.
    Provenance     seen by who sees whole all it is about, and by who wrote it
    what was made from a document (its Composition, its statements), or lists it, is seen by whom the whole document is shown
*/
import type { FhirResource, Provenance } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import type { Level } from '../../../profiles/tables/decisions.ts'
import { STATEMENT_TYPES } from '../../../profiles/tables/served-types.ts'
import type { Actor } from '../../access/callers/actor.ts'
import { decide } from '../../access/rights/decide.ts'
import type { Party } from '../../access/rights/party.ts'
import { factsOf } from '../../access/rights/rights.ts'
import { askedBy, type Rights } from '../../access/rights/rights-in.ts'
import { aboutOf, type Content, contentOf } from '../../access/rights/thing.ts'
import type { Store } from '../../store/store.ts'
import { storedNow } from '../../store/stored-now.ts'
import { storedReference } from '../../access/rights/reference.ts'

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
  /** Asked for with the rights, so that both go to the ledger together. */
  party(): Promise<Party>
}

export const NOBODY: Decision = { level: 'complet', rule: 'about.nobody' }
const HIDDEN: Decision = { level: 'aucun', rule: 'circle.not-member' }

/** Types that are decided by more than the person and the type: by who wrote them down, sent them, hides them, or made them of what. */
export const SINGULAR: readonly string[] = ['Consent', 'DocumentReference', 'Composition', 'List', 'Provenance', 'CommunicationRequest', ...STATEMENT_TYPES]

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
  const made = new Map(resources.map(one => [one, documentsOf(one)] as const).filter(([, documents]) => documents.length > 0))
  if (made.size > 0) await decideByDocument(seeing, made, decisions)
  return decisions
}

async function decideContents({ parts, actor, party }: Seeing, contents: ReadonlyMap<FhirResource, Content>): Promise<Map<FhirResource, Decision>> {
  const all = [...contents.values()]
  const [own, persons, authors] = await Promise.all([
    party(),
    parts.rights.persons(all.flatMap(({ patient }) => patient ?? [])),
    parts.rights.authors(all.map(({ reference }) => reference)),
  ])
  const workplaces = await parts.rights.workplaces(own.kind === 'structure' ? all.flatMap(({ addressedTo = [] }) => addressedTo) : [])
  const asked = askedBy(actor, parts.rights)
  return new Map(
    [...contents].map(([resource, { patient = '', ...content }]) => {
      const person = persons.get(patient) ?? { patient, rows: [], isSetApart: false }
      // What is sent to a professional reaches the software of his structure.
      const addressedTo = (content.addressedTo ?? []).flatMap(reference => [reference, ...(workplaces.get(reference) ?? [])])
      const thing = { ...content, addressedTo, authors: authors.get(content.reference) ?? [] }
      return [resource, decide(factsOf({ party: own, person, thing, asked }))]
    }),
  )
}

async function decideProvenances(seeing: Seeing, provenances: readonly Provenance[], decisions: Map<FhirResource, Decision>): Promise<void> {
  const named = provenances.flatMap(targetsOf).filter(reference => !reference.startsWith('Provenance/'))
  const targets = await storedNow(seeing.parts.store, named)
  const seen = await decideAll(seeing, [...targets.values()])
  const [own] = (await seeing.party()).structures
  for (const provenance of provenances) {
    const isOwn = own !== undefined && provenance.agent.some(({ who, onBehalfOf }) => [who.reference, onBehalfOf?.reference].includes(own))
    const all = targetsOf(provenance).map(reference => decisionOn(targets.get(reference), seen))
    const isHidden = all.some(decision => decision.level !== 'complet')
    decisions.set(provenance, isOwn ? { level: 'complet', rule: 'author.wrote' } : isHidden ? HIDDEN : (all[0] ?? HIDDEN))
  }
}

/** What was made from a document, or lists it, is shown to whom the whole document is shown; what says of nobody by itself (a medication) is as open as it. */
async function decideByDocument(seeing: Seeing, made: ReadonlyMap<FhirResource, readonly string[]>, decisions: Map<FhirResource, Decision>): Promise<void> {
  const documents = await storedNow(seeing.parts.store, [...made.values()].flat())
  const seen = await decideAll(seeing, [...documents.values()])
  for (const [resource, names] of made) {
    const ofEach = names.map(one => decisionOn(documents.get(one), seen))
    const ofDocument = ofEach.find(({ level }) => level === 'aucun') ?? ofEach.find(({ level }) => level !== 'complet') ?? ofEach[0] ?? HIDDEN
    if (ofDocument.level === 'aucun') decisions.set(resource, ofDocument)
    else if (ofDocument.level !== 'complet' && !isTimesAlone(resource, decisions.get(resource))) decisions.set(resource, HIDDEN)
    else if (decisions.get(resource) === NOBODY) decisions.set(resource, ofDocument)
  }
}

/** In part, an appointment tells when it is, and nothing of the document. */
const isTimesAlone = ({ resourceType }: FhirResource, own: Decision | undefined): boolean => resourceType === 'Appointment' && own?.level !== 'complet'

/** `DocumentReference/<id>` of the document a resource was made from, by its tag; of a List those it names. */
function documentsOf(resource: FhirResource): string[] {
  const listed = resource.resourceType === 'List' ? (resource.entry ?? []).flatMap(({ item }) => storedReference(item.reference) ?? []) : []
  const tagged = (resource.meta?.tag ?? []).flatMap(({ system, code }) =>
    system === SYSTEM.document && code !== undefined ? [`DocumentReference/${code}`] : [],
  )
  return [...tagged.slice(0, 1), ...listed.filter(one => one.startsWith('DocumentReference/'))]
}

const decisionOn = (target: FhirResource | undefined, seen: ReadonlyMap<FhirResource, Decision>): Decision =>
  target === undefined ? HIDDEN : (seen.get(target) ?? HIDDEN)

const targetsOf = ({ target }: Provenance): string[] => target.flatMap(({ reference }) => storedReference(reference) ?? [])
