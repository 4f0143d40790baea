/*
  What a person was told, agreed to or refuses: recorded, changed by a new version, withdrawn with an end date; never edited by a third party.
    draft | proposed => active | rejected        active => inactive (withdrawn)        any => entered-in-error
  A person, or the legal representative, records and withdraws it himself with a token of his own, and then nobody else gives it.
  Spec: fhir-fr.md 2.5. What follows from an opposition is decided where things are shown and sent (issue C); open Tasks of whom it names are cancelled.
*/
import type { Consent, Reference, RelatedPerson } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { tre } from '../../../profiles/oids.ts'
import { actsForAny, wroteFirst } from '../authorship.ts'
import type { CareFlow, Draft, Write } from '../care-flow.ts'
import { type Moves, refuseMove } from '../moves.ts'
import { refuse } from '../objections.ts'
import { cancelOpposed } from './opposed-tasks.ts'
import { codeOf, hasCode, placeOf, targetOf } from '../person.ts'
import { refuseAnotherIdentity } from '../same-person.ts'

const MOVES: Moves = { draft: ['proposed', 'active', 'rejected'], proposed: ['draft', 'active', 'rejected'], active: ['inactive'] }
/** Accepted, but without effect. */
const PENDING = ['draft', 'proposed']

export const CONSENT: CareFlow = {
  name: 'consent',
  types: ['Consent'],
  async judge(write, draft) {
    const after = draft.resource as Consent
    const before = draft.before as Consent | undefined
    await refuseOtherPerformers(write, draft, after)
    await refuseForAnother(write, draft, { before, after })
    if (before !== undefined) {
      refuseMove(write, draft, { noun: 'consent', moves: MOVES, final: ['inactive', 'rejected'] })
      refuseAnotherIdentity(write, draft, 'consent')
      refuseAnotherNature(write, draft, { before, after })
      await refuseThirdParty(write, draft, before)
    }
    const act = actOf(before?.status, after.status)
    if (act === undefined) return
    // Which nature, and what was done: never with whom or why.
    const changes = [`${natureOf(after) ?? 'consent'}.${act}`]
    write.announce({ type: 'consent.modifie', patient: targetOf(after.patient) ?? '', about: placeOf(draft), changes })
    if (after.status === 'active' && natureOf(after) === 'opposition') await cancelOpposed(write, after)
  },
}

const natureOf = ({ category }: Consent): string | undefined => codeOf(category, SYSTEM.hub)

/** It is given by the person, or by the legal representative of this very person. */
async function refuseOtherPerformers(write: Write, draft: Draft, { patient, performer = [] }: Consent): Promise<void> {
  for (const [index, one] of performer.entries()) {
    if (targetOf(one) === targetOf(patient) || (await isGuardian(write, one, targetOf(patient)))) continue
    refuse(write, draft, 'consent.performer', `performer[${index}]`)
  }
}

/** A relative who is no representative may read much, and consents to nothing; nor does the person speak for the representative. */
async function refuseForAnother(write: Write, draft: Draft, { before, after }: { before: Consent | undefined; after: Consent }): Promise<void> {
  if (write.actor.context !== 'patient') return
  const known = before?.performer?.map(targetOf) ?? []
  for (const [index, one] of (after.performer ?? []).entries()) {
    if (known.includes(targetOf(one)) || (await write.actsFor(targetOf(one)))) continue
    refuse(write, draft, 'consent.performer', `performer[${index}]`)
  }
}

async function isGuardian(write: Write, reference: Reference, patient: string | undefined): Promise<boolean> {
  const target = targetOf(reference)
  if (target?.startsWith('RelatedPerson/') !== true) return false
  const relative = await write.read<RelatedPerson>(target)
  return (
    targetOf(relative?.patient) === patient && [tre('R260-HL7RoleClass'), SYSTEM.v3RoleClass].some(system => hasCode(relative?.relationship, system, 'GUARD'))
  )
}

function refuseAnotherNature(write: Write, draft: Draft, { before, after }: { before: Consent; after: Consent }): void {
  if (natureOf(before) !== natureOf(after)) refuse(write, draft, 'consent.nature')
}

/** The person, his legal representative, the structure that collected it. */
async function refuseThirdParty(write: Write, draft: Draft, { patient, performer = [], organization = [] }: Consent): Promise<void> {
  const { relative = '' } = write.actor.person ?? {}
  if ((await actsForAny(write, [patient, ...performer, ...organization])) || (await isGuardian(write, { reference: relative }, targetOf(patient)))) return
  if (!(await wroteFirst(write, draft))) refuse(write, draft, 'consent.third-party')
}

/** What is told of a version; undefined while it is without effect. */
function actOf(before: string | undefined, after: string): 'recorded' | 'changed' | 'withdrawn' | 'rejected' | 'cancelled' | undefined {
  const wasPending = before === undefined || PENDING.includes(before)
  switch (after) {
    case 'active':
      return wasPending ? 'recorded' : 'changed'
    case 'inactive':
      return 'withdrawn'
    case 'rejected':
      return 'rejected'
    case 'entered-in-error':
      return wasPending ? undefined : 'cancelled'
    default:
      return undefined
  }
}
