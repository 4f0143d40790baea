/*
  Judges a write under its locks: what the store holds now, If-Match, Provenance, the flows and the profiles; all that is refused is answered together.
*/
import pLimit from 'p-limit'
import { ERRORS, HubError } from '../../../profiles/errors.ts'
import { isError, type Issue } from '../../../profiles/issues.ts'
import type { CareFlow } from '../../flows/care-flow.ts'
import type { CallOptions, Store } from '../../store/store.ts'
import { elementsOf, memberOf } from '../json-text.ts'
import { namesVersion } from '../negotiate.ts'
import type { WriteRequest } from './asked.ts'
import { askBatch } from './current.ts'
import { isUnchanged, referenceOf, versionOf, type WorkingDraft } from './drafts.ts'
import { checkProvenance, completeProvenance, isProvenance } from './provenance.ts'
import { foreignContents } from './contents.ts'
import { refuseDuplicates } from './duplicates.ts'
import type { MetOne } from './identify.ts'
import { linksIn, literalOf, unknownReference } from './references.ts'
import type { WriteSession } from './session.ts'
import { demandIfMatch } from './single.ts'
import { projections, untied, requireSeen, type Sight, sightOf, unseenReferences } from './sight.ts'
import type { Taken } from './turn.ts'
import type { JudgeParts } from './parts.ts'

const AT_ONCE = 4

interface Judging extends Pick<Taken, 'identified' | 'owners'> {
  request: WriteRequest
}

/** Throws: fhir.duplicate; fhir.invalid, fhir.business_rule, fhir.provenance_missing, fhir.reference_unknown with all issues; store.not_found, store.version_conflict; what a flow throws. */
export async function judge(parts: JudgeParts, session: WriteSession, { request, identified, owners }: Judging): Promise<void> {
  const sight = request.byHub === undefined ? sightOf(parts, request.actor) : undefined
  const refused = projections(session.drafts())
  if (refused.length > 0) throw new HubError('fhir.business_rule', { issues: refused })
  await loadCurrent(session, sight)
  const unseen = sight === undefined ? new Set<string>() : await unseenReferences(session, sight, [...identified.presented, ...cardsOf(identified)])
  session.hide(unseen)
  const drafts = session.drafts()
  const loose = untied(drafts)
  if (loose.length > 0) throw new HubError('fhir.business_rule', { issues: loose })
  const own = toJudge(drafts.filter(draft => draft.by === 'client'))
  await refuseDuplicates(parts, own, { owners, sight, traceparent: request.traceparent })
  for (const draft of own.filter(isProvenance)) completeProvenance(draft, drafts)
  const options = { traceparent: request.traceparent }
  const [provenance, contents, profiles, dangling] = await Promise.all([
    checkProvenance(request, drafts, session.acting),
    sight === undefined ? [] : foreignContents(session, sight),
    validateAll(parts.validator, own, options),
    danglingLinks(session, own),
    judgeFlows(parts.flows, session, own).then(() => judgeMet(parts.flows, session, identified.met)),
  ])
  session.issues.push(...provenance, ...contents, ...profiles, ...dangling, ...changedForm(parts.validator, own))
  const isSound = !session.issues.some(isError)
  if (isSound && unseen.size === 0) return
  const unknown = await unknownReferences(parts.store, own, { ...options, unseen })
  throw refusal(isSound ? unknown : [...session.issues, ...unknown])
}

/** Who brings a document that is there may name its card, as who presents a person; he sees nothing of it by that. */
const cardsOf = ({ met }: Taken['identified']): string[] => met.flatMap(({ current }) => (current.type === 'DocumentReference' ? [referenceOf(current)] : []))

/** What stands there already may be sent again, whatever is final or asked for by now (fhir-fr.md 3.3). */
function toJudge(sent: readonly WorkingDraft[]): WorkingDraft[] {
  return sent.every(draft => isProvenance(draft) || isUnchanged(draft)) ? sent.filter(isProvenance) : [...sent]
}

/** Throws: store.not_found for an id that does not exist, fhir.if_match_missing, store.version_conflict with the current version. */
async function loadCurrent(session: WriteSession, sight: Sight | undefined): Promise<void> {
  const changed = session.drafts().filter(({ verb }) => verb !== 'create')
  await Promise.all(
    changed.map(async draft => {
      const current = draft.current ?? (await session.current.read(referenceOf(draft)))
      if (current === undefined) throw new HubError('store.not_found', { path: draft.place })
      draft.current = current
      draft.before = current.resource
    }),
  )
  if (sight !== undefined) await requireSeen(sight, changed)
  for (const { asked, current, place } of changed) {
    if (asked === undefined) continue
    demandIfMatch(asked, session.actor)
    const { ifMatch, ifNoneMatch } = asked
    const version = String(current?.version)
    const isOther = (ifMatch !== undefined && ifMatch !== version) || (ifNoneMatch !== undefined && namesVersion(ifNoneMatch, `W/"${version}"`))
    if (isOther) throw new HubError('store.version_conflict', { path: place, version })
  }
}

/** One after the other: what one flow adds or changes, the next one sees. */
async function judgeFlows(flows: readonly CareFlow[], session: WriteSession, own: readonly WorkingDraft[]): Promise<void> {
  for (const flow of flows) for (const draft of own) if (flow.types.includes(draft.type)) await flow.judge(session, draft)
}

/** A creation that is known already: nothing is written, a flow may warn. */
async function judgeMet(flows: readonly CareFlow[], session: WriteSession, met: readonly MetOne[]): Promise<void> {
  for (const { asked, current, identity } of met) {
    const { type, place, resource } = asked
    const draft = { type, id: current.id, verb: 'create' as const, by: 'client' as const, place, resource, before: current.resource }
    for (const flow of flows) if (flow.types.includes(type)) await flow.met?.(session, identity === undefined ? draft : { ...draft, identity })
  }
}

/** A large bundle does not take the store from everybody else. */
async function validateAll(validator: JudgeParts['validator'], own: readonly WorkingDraft[], options: CallOptions): Promise<Issue[]> {
  const issues = await pLimit(AT_ONCE).map(own, draft => validateOne(validator, draft, options))
  return issues.flat()
}

/** A patch answers for what it changes: a card that a message brought has not all that the door asks of one. */
async function validateOne(validator: JudgeParts['validator'], { asked, before, resource, text, place }: WorkingDraft, options: CallOptions): Promise<Issue[]> {
  const issues = await validator.profile({ text, resource, place }, options)
  if (asked?.verb !== 'patch' || before === undefined || !issues.some(isError)) return issues
  const earlier = await validator.profile({ text: JSON.stringify(before), resource: before, place }, options)
  return issues.filter(issue => !earlier.some(({ rule, expression }) => rule === issue.rule && expression === issue.expression))
}

/** What a patch made of a resource, or what the links to other entries of its bundle have become, is looked at as if it had been sent. */
function changedForm({ form }: JudgeParts['validator'], own: readonly WorkingDraft[]): Issue[] {
  return own.filter(({ asked, text }) => asked?.text !== text).flatMap(({ resource, place }) => form(resource, place))
}

/** A `urn:` that names no entry of the same bundle; a version that is none. */
async function danglingLinks(session: WriteSession, own: readonly WorkingDraft[]): Promise<Issue[]> {
  const links = own.flatMap(({ resource, before, place }) => {
    const known = linksIn(before).map(({ value }) => value)
    return linksIn(resource).flatMap(({ value, element }) => (known.includes(value) ? [] : [{ value, expression: `${place}.${element}` }]))
  })
  const isDangling = await Promise.all(links.map(({ value }) => /^urn:(uuid|oid):/i.test(value) || isNoVersion(session, value)))
  return links.flatMap(({ expression }, index) => (isDangling[index] === true ? [unknownReference(expression)] : []))
}

/** Versions are numbered from 1 up to the current one, or the one that is written; of what is not there at all the store says so. */
async function isNoVersion(session: WriteSession, reference: string): Promise<boolean> {
  const [named, version] = reference.split('/_history/')
  if (version === undefined) return false
  const draft = session.drafts().find(one => referenceOf(one) === named)
  const latest = draft === undefined ? (await session.read(reference))?.meta?.versionId : versionOf(draft)
  return latest !== undefined && !(/^[1-9]\d*$/.test(version) && Number(version) <= Number(latest))
}

/** The store itself refuses a reference to nobody; asked only when something is refused anyway, so that it is said together. */
export async function unknownReferences(
  store: Store,
  own: readonly WorkingDraft[],
  { unseen, ...options }: CallOptions & { unseen?: ReadonlySet<string> },
): Promise<Issue[]> {
  const here = new Set(own.map(referenceOf))
  const links = own.flatMap(draft => linksIn(draft.resource).map(link => ({ ...link, place: draft.place })))
  const meant = links.flatMap(({ value, element, place }) => {
    const literal = literalOf(value)
    return literal === undefined || here.has(referenceOf(literal)) ? [] : [{ ...literal, expression: `${place}.${element}` }]
  })
  if (meant.length === 0) return []
  const found = await existing(store, meant, options)
  return meant.filter(one => !found.has(referenceOf(one)) || unseen?.has(referenceOf(one)) === true).map(({ expression }) => unknownReference(expression))
}

async function existing(store: Store, meant: readonly { type: string; id: string }[], options: CallOptions): Promise<Set<string>> {
  const ids = new Map<string, Set<string>>()
  for (const { type, id } of meant) ids.set(type, (ids.get(type) ?? new Set()).add(id))
  const urls = [...ids].map(([type, wanted]) => `${type}?_id=${[...wanted].join(',')}&_elements=id&_count=1000`)
  const entries = elementsOf(memberOf(await askBatch(store, urls, options), 'entry') ?? '[]')
  return new Set(entries.flatMap(entry => elementsOf(memberOf(memberOf(entry, 'resource') ?? '{}', 'entry') ?? '[]')).flatMap(referenceOfEntry))
}

function referenceOfEntry(entry: string): string[] {
  const resource = memberOf(entry, 'resource')
  if (resource === undefined) return []
  const { resourceType, id } = JSON.parse(resource) as { resourceType: string; id: string }
  return [referenceOf({ type: resourceType, id })]
}

/** Of all that was found the code that says it best; each issue keeps its own. What the form and the store found alike is told once. */
export function refusal(found: readonly Issue[]): HubError {
  const issues = [...new Map(found.map(one => [JSON.stringify([one.rule, one.expression, one.text]), one])).values()]
  const rules = issues.filter(isError).map(issue => issue.rule)
  const only = (code: 'fhir.provenance_missing' | 'fhir.reference_unknown'): boolean => rules.every(rule => rule === code)
  const isProfile = issues.some(issue => isError(issue) && issue.code !== ERRORS['fhir.business_rule'].issue)
  const named = (['fhir.provenance_missing', 'fhir.reference_unknown'] as const).find(only)
  return new HubError(named ?? (isProfile ? 'fhir.invalid' : 'fhir.business_rule'), { issues })
}
