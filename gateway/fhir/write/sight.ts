/*
  What a writer may see of what he changes or names: what he may not see is, to him, not there.
    changes    unseen: 404, before its version is looked at · seen in part: 403
    names      unseen: the reference leads to nobody, but to a person he has presented by a qualified INS with equal traits
*/
import type { FhirResource } from 'fhir/r4.js'
import { isProjection, project } from '../../../mappers/projection/projection.ts'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { HubError } from '../../../profiles/errors.ts'
import type { Issue } from '../../../profiles/issues.ts'
import type { Level } from '../../../profiles/tables/decisions.ts'
import type { Actor } from '../../access/callers/actor.ts'
import type { Party } from '../../access/rights/party.ts'
import { allows } from '../../access/callers/scopes.ts'
import { aboutOf } from '../../access/rights/thing.ts'
import { introducedTo } from '../../ledger/rights/introductions.ts'
import { decideAll } from '../search/decide-found.ts'
import { referenceOf, type WorkingDraft } from './drafts.ts'
import { linksIn, literalOf } from './references.ts'
import type { WriteSession } from './session.ts'
import type { SightParts } from './parts.ts'

export interface Sight {
  party(): Promise<Party>
  /** `Type/<id>` → the level at which something of it is shown; what is not shown is absent. */
  levels(resources: readonly FhirResource[]): Promise<Map<string, Level>>
  levelOf(resource: FhirResource): Promise<Level | undefined>
  /** What a read shows him of a stored resource, as JSON text; undefined where that is nothing, or his scopes let him read nothing of the type. */
  shown(resource: FhirResource, text: string): Promise<string | undefined>
  /** Those of these `Patient/<id>` whom his structure has presented. */
  introduced(patients: readonly string[]): Promise<string[]>
}

/** In: who writes one request. */
export function sightOf({ db, store, rights }: SightParts, actor: Actor): Sight {
  let found: Promise<Party> | undefined
  const party = (): Promise<Party> => (found ??= rights.partyOf(actor))
  const levels = async (resources: readonly FhirResource[]): Promise<Map<string, Level>> => {
    const closed = resources.filter(({ resourceType }) => !isOpen(resourceType))
    const open = resources.filter(({ resourceType }) => isOpen(resourceType)).map(one => [nameOf(one), 'complet'] as const)
    if (closed.length === 0) return new Map(open)
    const decisions = await decideAll({ parts: { rights, store }, actor, party }, closed)
    const own = await party()
    const shown = closed.flatMap(resource => {
      const level = decisions.get(resource)?.level ?? 'aucun'
      return isShown(resource, level, own) ? [[nameOf(resource), level] as const] : []
    })
    return new Map([...open, ...shown])
  }
  const levelOf = async (resource: FhirResource): Promise<Level | undefined> => (await levels([resource])).get(nameOf(resource))
  return {
    party,
    levels,
    levelOf,
    async shown(resource, text) {
      const level = allows(actor, resource.resourceType, 'r') ? await levelOf(resource) : undefined
      return level === undefined || level === 'aucun' ? undefined : level === 'complet' ? text : partOf(resource, level, await party())
    },
    async introduced(patients) {
      const [structure] = (await party()).structures
      return structure === undefined || patients.length === 0 ? [] : introducedTo(db, structure, patients)
    },
  }
}

const nameOf = ({ resourceType, id = '' }: FhirResource): string => referenceOf({ type: resourceType, id })

/** What is about nobody, and content that says of nobody. */
const OPEN = ['Binary', 'Device', 'Location', 'Questionnaire']
const isOpen = (type: string): boolean => aboutOf(type) === 'nobody' || OPEN.includes(type)

function isShown(resource: FhirResource, level: Level, party: Party): boolean {
  if (level === 'aucun' || level === 'complet') return level === 'complet'
  // A person is named, not read.
  return resource.resourceType === 'Patient' || partOf(resource, level, party) !== undefined
}

function partOf(resource: FhirResource, level: 'restreint' | 'minimal', { references, structures }: Party): string | undefined {
  const part = project(resource, level, { references: [...references, ...structures.slice(0, 1)] })
  return part === undefined ? undefined : JSON.stringify(part)
}

/** Throws: store.not_found for what the writer may not see, fhir.level for what he sees in part. */
export async function requireSeen(sight: Sight, drafts: readonly WorkingDraft[]): Promise<void> {
  const changed = drafts.filter(draft => draft.by === 'client' && draft.verb !== 'create' && draft.identity === undefined)
  const levels = await sight.levels(changed.flatMap(({ current }) => current?.resource ?? []))
  for (const draft of changed) {
    const level = levels.get(referenceOf(draft))
    if (level === undefined) throw new HubError('store.not_found', { path: draft.place })
    if (level !== 'complet') throw new HubError('fhir.level', { path: draft.place })
  }
}

/** What was shown in part is no resource: written back it would take away what was not shown. */
export function projections(drafts: readonly WorkingDraft[]): Issue[] {
  const text = { en: 'This was shown in part: it is not written back.', fr: 'Cette ressource a été montrée en partie : elle ne se réécrit pas.' }
  return drafts
    .filter(({ by, resource }) => by === 'client' && isProjection(resource))
    .map(({ place }) => ({ severity: 'error', code: 'business-rule', rule: 'meta.subsetted', expression: `${place}.meta.tag`, text }))
}

/** What was made from a document stays tied to it: by that tag it is decided who may see it. */
export function untied(drafts: readonly WorkingDraft[]): Issue[] {
  const text = {
    en: 'This was made from a document: it keeps the tag that says so.',
    fr: 'Cette ressource vient d’un document : elle garde l’étiquette qui le dit.',
  }
  const sourceOf = (resource: FhirResource | undefined): string | undefined => resource?.meta?.tag?.find(({ system }) => system === SYSTEM.document)?.code
  return drafts
    .filter(({ by, before, current, resource }) => {
      const source = sourceOf(before ?? current?.resource)
      return by === 'client' && source !== undefined && source !== sourceOf(resource)
    })
    .map(({ place }) => ({ severity: 'error', code: 'business-rule', rule: 'meta.document', expression: `${place}.meta.tag`, text }))
}

const MOST_NAMED = 2000

/** `Type/<id>` that the client newly names and may not see; whether they exist is not said. Throws: fhir.too_large. */
export async function unseenReferences(session: WriteSession, sight: Sight, presented: readonly string[]): Promise<Set<string>> {
  const here = new Set(session.drafts().map(referenceOf))
  const named = new Set(session.drafts().flatMap(draft => (draft.by === 'client' ? newLinks(draft) : [])))
  const wanted = [...named].filter(reference => !here.has(reference) && !presented.includes(reference) && !isOpen(reference.split('/')[0] ?? ''))
  if (wanted.length === 0) return new Set()
  // Each is looked up.
  if (wanted.length > MOST_NAMED) throw new HubError('fhir.too_large', { path: 'reference' })
  const found = await Promise.all(wanted.map(reference => resourceOf(session, reference)))
  const shown = await sight.levels(found.flatMap(resource => resource ?? []))
  const unseen = wanted.filter(reference => !shown.has(reference))
  const known = await sight.introduced(unseen.filter(reference => reference.startsWith('Patient/')))
  return new Set(unseen.filter(reference => !known.includes(reference)))
}

/** What stood there before was accepted then. */
function newLinks({ resource, before }: WorkingDraft): string[] {
  const literals = (of: unknown): string[] =>
    linksIn(of).flatMap(({ value }) => {
      const literal = literalOf(value)
      return literal === undefined ? [] : [referenceOf(literal)]
    })
  const known = before === undefined ? [] : literals(before)
  return literals(resource).filter(reference => !known.includes(reference))
}

/** Of a person the reference says all. */
async function resourceOf(session: WriteSession, reference: string): Promise<FhirResource | undefined> {
  const [type, id = ''] = reference.split('/')
  return type === 'Patient' ? { resourceType: 'Patient', id } : (await session.current.read(reference))?.resource
}
