/*
  The shared plan (PPS, PPCS): who may change it, its states, its number, and what is told of each version.
    draft => active => (on-hold <=> active) => completed | revoked        any => entered-in-error
    version-plan: 1, and one more with each change of content while the plan is active
  Spec: fhir-fr.md 2.1.
*/
import type { CarePlan, CareTeam, Extension, Goal } from 'fhir/r4.js'
import type { Change } from '../../../mappers/care-plan-diff/change.ts'
import { EXTENSION, PROFILE, SYSTEM } from '../../../profiles/canonicals.ts'
import { actsForAny, isMember, wroteFirst } from '../authorship.ts'
import type { CareFlow, Draft, Write } from '../care-flow.ts'
import { refuseCircle } from '../circular.ts'
import { hasCoordinator, warnNoCoordinator } from './coordinator.ts'
import { type Moves, refuseMove } from '../moves.ts'
import { refuse } from '../objections.ts'
import { hasCode, placeOf, targetOf } from '../person.ts'
import { describeChanges } from './plan-changes.ts'
import { addRendition, type Publication } from './rendition.ts'
import { refuseAnotherIdentity, refuseOtherPersons } from '../same-person.ts'

const MOVES: Moves = { draft: ['active'], active: ['on-hold', 'completed', 'revoked'], 'on-hold': ['active', 'completed', 'revoked'] }
const FINAL = ['completed', 'revoked']

interface Versions {
  before: CarePlan
  after: CarePlan
}

export const CARE_PLAN: CareFlow = {
  name: 'care-plan',
  types: ['CarePlan'],
  async judge(write, draft) {
    const after = draft.resource as CarePlan
    const before = draft.before as CarePlan | undefined
    await refuseOtherPersons(write, draft, referencesOf(after))
    await refuseCircle<CarePlan>(write, draft, { element: 'replaces', rule: 'plan.circular', next: ({ replaces = [] }) => replaces })
    if (before === undefined) {
      const publication = isEsms(after) ? undefined : await keepEdition(write, draft, { number: 1, isNew: after.status === 'active' })
      announce(write, draft, { changes: [], publication })
    } else {
      if (isEsms(before)) refuse(write, draft, 'plan.read-only')
      refuseMove(write, draft, { noun: 'plan', moves: MOVES, final: FINAL })
      refuseAnotherIdentity(write, draft, 'plan')
      await refuseOutsider(write, draft, { before, after })
      const changes = await changesOf(write, { before, after })
      const isMore = isNewEdition({ before, after }, changes)
      const publication = await keepEdition(write, draft, { number: numberOf(before) + (isMore ? 1 : 0), isNew: isMore || isPublished({ before, after }) })
      if (changes.length > 0) announce(write, draft, { changes, publication })
    }
    if (await isComplexWithoutCoordinator(write, after)) warnNoCoordinator(write, draft)
  },
}

/** What a goal says the plan says: where it changes alone, every active plan that rests on it has a new edition, as if it had been written itself. */
export async function publishGoal(write: Write, goal: Draft): Promise<void> {
  for (const plan of await write.search<CarePlan>('CarePlan', { goal: placeOf(goal), status: 'active' })) {
    const changes = await changesOf(write, { before: plan, after: plan })
    if (changes.length === 0 || isEsms(plan)) continue
    const draft: Draft = { type: 'CarePlan', id: plan.id ?? '', verb: 'update', by: 'hub', place: goal.place, resource: plan, before: plan }
    await refuseOutsider(write, draft, { before: plan, after: plan })
    announce(write, draft, { changes, publication: await keepEdition(write, draft, { number: numberOf(plan) + 1, isNew: true }) })
  }
}

function referencesOf(plan: CarePlan): Parameters<typeof refuseOtherPersons>[2] {
  const { careTeam, goal, addresses, supportingInfo, replaces, activity = [] } = plan
  return { careTeam, goal, addresses, supportingInfo, replaces, activity: activity.map(({ reference }) => reference) }
}

/** A plan that came from an ESMS in its own profile is kept as it is. */
const isEsms = ({ meta }: CarePlan): boolean => meta?.profile?.some(profile => profile.split('|')[0] === PROFILE.esmsPlan) === true

/** The circle writes the plan; its state is moved by its référent, by who manages the circle, or by who wrote it first. */
async function refuseOutsider(write: Write, draft: Draft, { before, after }: Versions): Promise<void> {
  const teams = await circlesOf(write, before)
  const steers = async (): Promise<boolean> =>
    (await actsForAny(write, [before.author, ...teams.flatMap(team => team.managingOrganization)])) || (await wroteFirst(write, draft))
  if (before.status !== after.status) {
    if (!(await steers())) refuse(write, draft, 'plan.status-author')
    return
  }
  for (const team of teams) if (await isMember(write, team)) return
  if (!(await steers())) refuse(write, draft, 'plan.outside-circle')
}

async function circlesOf(write: Write, { careTeam = [] }: CarePlan): Promise<CareTeam[]> {
  const found = await Promise.all(careTeam.map(({ reference = '' }) => write.read(reference)))
  return found.flatMap(circle => (circle?.resourceType === 'CareTeam' ? [circle] : []))
}

async function isComplexWithoutCoordinator(write: Write, plan: CarePlan): Promise<boolean> {
  if (plan.status !== 'active' || !hasCode(plan.category, SYSTEM.hub, 'PPCS')) return false
  return !(await circlesOf(write, plan)).some(circle => hasCoordinator(circle, write.now))
}

/** Goals of the same write are compared with what is stored. */
function changesOf(write: Write, { before, after }: Versions): Promise<Change[]> {
  const drafts = new Map(write.drafts().map(one => [placeOf(one), one]))
  const goal = (reference: string): Promise<Goal | undefined> => write.read<Goal>(reference)
  const goalBefore = async (reference: string): Promise<Goal | undefined> => {
    const draft = drafts.get(reference)
    return draft === undefined ? goal(reference) : (draft.before as Goal | undefined)
  }
  return describeChanges(reference => write.read(reference), { plan: before, goal: goalBefore }, { plan: after, goal })
}

/** While the plan is active each change but that of its state or of its meta makes a new edition. */
function isNewEdition({ before, after }: Versions, changes: readonly Change[]): boolean {
  const isLive = before.status === 'active' || (before.status === 'on-hold' && after.status === 'active')
  return isLive && changes.some(({ kind, path }) => kind !== 'status' && path !== 'CarePlan.meta')
}

const isPublished = ({ before, after }: Versions): boolean => before.status === 'draft' && after.status === 'active'

const isNumber = ({ url }: Extension): boolean => url === EXTENSION.planVersion

function numberOf({ extension }: CarePlan): number {
  return extension?.find(isNumber)?.valuePositiveInt ?? 1
}

async function keepEdition(write: Write, draft: Draft, { number, isNew }: { number: number; isNew: boolean }): Promise<Publication | undefined> {
  await numbered(write, draft, number)
  return isNew ? addRendition(write, draft, number) : undefined
}

/** The hub alone numbers; what a client writes there is passed over. */
async function numbered(write: Write, draft: Draft, number: number): Promise<void> {
  const { extension = [] } = draft.resource as CarePlan
  const numbers = extension.filter(isNumber)
  if (numbers.length === 1 && numbers[0]?.valuePositiveInt === number) return
  const others = extension.filter(one => !isNumber(one))
  await write.change(placeOf(draft), { extension: [...others, { url: EXTENSION.planVersion, valuePositiveInt: number }] })
}

interface News {
  changes: readonly Change[]
  publication: Publication | undefined
}

/** Once for each version that leaves the draft; the kinds travel, the sentences and what may be mailed stay in the ledger. */
function announce(write: Write, draft: Draft, { changes, publication }: News): void {
  const { status, subject } = draft.resource as CarePlan
  const wasPublished = draft.before !== undefined && (draft.before as CarePlan).status !== 'draft'
  if (status === 'draft' || (status === 'entered-in-error' && !wasPublished)) return
  const kinds = changes.length === 0 ? ['plan.created'] : [...new Set(changes.map(({ kind }) => kind))]
  write.announce({
    type: 'pps.publie',
    patient: targetOf(subject) ?? '',
    about: placeOf(draft),
    changes: kinds,
    detail: { changes, ...(publication === undefined ? {} : { publication }) },
  })
}
