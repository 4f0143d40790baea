/*
  The care circle: one active circle per person; members join, leave and come back, and nothing of that is lost.
    proposed => active => (suspended <=> active) => inactive        proposed => inactive (nobody confirmed it)        any => entered-in-error
  Spec: fhir-fr.md 2.2. A member's default subscriptions follow when the circle is settled (default-subscriptions.ts).
*/
import type { CareTeam, CareTeamParticipant } from 'fhir/r4.js'
import { canonical, changedElements } from '../../../mappers/care-plan-diff/same.ts'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { HubError } from '../../../profiles/errors.ts'
import type { CircleChange } from '../../../profiles/tables/circle-changes.ts'
import { actsForAny, isMember, wroteFirst } from '../authorship.ts'
import type { CareFlow, Draft, Write } from '../care-flow.ts'
import { entriesOf, entryChanges, objectionTo } from './circle-entries.ts'
import { COORDINATOR, hasCoordinator, isComplexCase, warnNoCoordinator } from '../plan/coordinator.ts'
import { agreeOnGeneralPractitioner } from './general-practitioner.ts'
import { type Moves, refuseMove } from '../moves.ts'
import { refuse } from '../objections.ts'
import { runningTogether } from '../period.ts'
import { activeCircles, hasCode, placeOf, targetOf } from '../person.ts'
import { refuseAnotherIdentity } from '../same-person.ts'

const MOVES: Moves = { proposed: ['active', 'inactive'], active: ['suspended', 'inactive'], suspended: ['active', 'inactive'] }

const ONE_OF_EACH = [
  {
    system: SYSTEM.participationFunction,
    code: 'PCP',
    rule: 'circle.one-mt',
    text: { en: 'A circle has one current médecin traitant.', fr: 'Le cercle n’a qu’un médecin traitant à la fois.' },
  },
  {
    ...COORDINATOR,
    rule: 'circle.one-coordinator',
    text: { en: 'A circle has one current coordinator.', fr: 'Le cercle n’a qu’un coordonnateur de parcours à la fois.' },
  },
]

export const CARE_CIRCLE: CareFlow = {
  name: 'care-circle',
  types: ['CareTeam'],
  async judge(write, draft) {
    const after = draft.resource as CareTeam
    const before = draft.before as CareTeam | undefined
    refuseTwoAtOnce(write, draft, after.participant)
    refuseMemberTwice(write, draft, after.participant)
    if (before !== undefined) {
      refuseMove(write, draft, { noun: 'circle', moves: MOVES, final: ['inactive'] })
      refuseAnotherIdentity(write, draft, 'circle')
      refuseLostEntries(write, draft, { before, after })
      await refuseOutsider(write, draft, before)
    }
    if (after.status === 'active') {
      await requireOnlyActive(write, draft, after)
      await agreeOnGeneralPractitioner(write, draft)
      if (!hasCoordinator(after, write.now) && (await isComplexCase(write, targetOf(after.subject) ?? ''))) warnNoCoordinator(write, draft)
    }
    const changes = before === undefined ? ['circle.created'] : changesOf({ before, after }, write.now)
    if (changes.length > 0) write.announce({ type: 'cercle.modifie', patient: targetOf(after.subject) ?? '', about: placeOf(draft), changes })
  },
}

/** Two entries without end are the profile's to refuse (hub-ct-1, hub-ct-4); an end that lies ahead is still current. */
function refuseTwoAtOnce(write: Write, draft: Draft, participants: readonly CareTeamParticipant[] = []): void {
  for (const { system, code, rule, text } of ONE_OF_EACH) {
    const holders = participants.flatMap(({ role, period }, index) => (hasCode(role, system, code) ? [{ period, index }] : []))
    const lasting = holders.find(({ period }) => period?.end === undefined)
    const second = runningTogether(
      holders.filter(one => one === lasting || one.period?.end !== undefined),
      write.now,
    )
    if (second !== undefined) write.refuse(draft, { rule, element: `participant[${second}]`, text })
  }
}

/** A member may have several roles at once, and each of them once. */
function refuseMemberTwice(write: Write, draft: Draft, participants: readonly CareTeamParticipant[] = []): void {
  const entries = new Map<string, { period: CareTeamParticipant['period']; index: number }[]>()
  for (const [index, { member, role, period }] of participants.entries()) {
    const name = `${targetOf(member)} ${canonical(role)}`
    const known = entries.get(name)
    if (known === undefined) entries.set(name, [{ period, index }])
    else known.push({ period, index })
  }
  const [second] = [...entries.values()].flatMap(of => runningTogether(of, write.now) ?? [])
  if (second !== undefined) refuse(write, draft, 'circle.member-twice', `participant[${second}]`)
}

interface Versions {
  before: CareTeam
  after: CareTeam
}

function refuseLostEntries(write: Write, draft: Draft, { before, after }: Versions): void {
  for (const entry of entriesOf(before, after)) {
    const objection = objectionTo(entry, write.now)
    if (objection !== undefined) write.refuse(draft, objection)
  }
}

/** Members write the circle, and so do who manages it and who wrote it first. */
async function refuseOutsider(write: Write, draft: Draft, before: CareTeam): Promise<void> {
  if ((await actsForAny(write, before.managingOrganization)) || (await isMember(write, before)) || (await wroteFirst(write, draft))) return
  refuse(write, draft, 'circle.outsider')
}

/** Throws: fhir.duplicate. */
async function requireOnlyActive(write: Write, draft: Draft, { subject }: CareTeam): Promise<void> {
  const active = await activeCircles(write, targetOf(subject) ?? '')
  if (active.every(({ id }) => id === draft.id)) return
  const text = { en: 'This person has an active care circle already.', fr: 'Cette personne a déjà un cercle de soins actif.' }
  const issue = { severity: 'error', code: 'duplicate', rule: 'circle.one-active', expression: `${draft.place}.status`, text } as const
  throw new HubError('fhir.duplicate', { path: draft.place, issues: [issue] })
}

function changesOf({ before, after }: Versions, now: Date): CircleChange[] {
  const elements = changedElements(before, after, new Set(['id', 'meta', 'status', 'participant']))
  return [
    ...(before.status === after.status ? [] : (['circle.status'] as const)),
    ...entryChanges(entriesOf(before, after), now),
    ...(elements.length > 0 ? (['circle.changed'] as const) : []),
  ]
}
