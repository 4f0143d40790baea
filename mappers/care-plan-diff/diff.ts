/*
  What changed between two versions of a plan: every difference, as a kind, a place and a plain French sentence; nothing is dropped, nothing is invented.
    not compared: what the store or the hub writes by itself (id, meta.versionId, meta.lastUpdated, meta.source, version-plan) and the ids of elements
*/
import type { CarePlan, Meta } from 'fhir/r4.js'
import { EXTENSION } from '../../profiles/canonicals.ts'
import { activityChanges } from './activity-changes.ts'
import type { Change, NameOf, PlanVersion } from './change.ts'
import { goalChanges } from './goal-changes.ts'
import { otherChange, PLAN_ELEMENTS } from './plan-changes.ts'
import { changedElements } from './same.ts'

/**
 * Compares two versions of one plan.
 * In:  the versions with their goals; `nameOf` is asked for the names of those who stand in a change, and for nobody else.
 * Out: goals and actions first, then the plan itself; empty when nothing changed.
 */
export function diffCarePlans(before: PlanVersion, after: PlanVersion, nameOf: NameOf): Change[] {
  const [old, young] = [written(before.plan), written(after.plan)]
  const goals = goalChanges(before, after)
  const activities = activityChanges(before, after, nameOf)
  const explained = new Set([...(goals.length > 0 ? ['goal'] : []), ...(activities.length > 0 ? ['activity'] : [])])
  const plan = changedElements(old, young, explained).flatMap(element => {
    const found = PLAN_ELEMENTS[element]?.(old, young, nameOf) ?? []
    return found.length > 0 ? found : [otherChange(element)]
  })
  return [...goals, ...activities, ...plan]
}

/** The plan as people wrote it. */
function written({ id: _id, meta, extension, ...plan }: CarePlan): CarePlan {
  const said = extension?.filter(one => one.url !== EXTENSION.planVersion) ?? []
  const { versionId: _version, lastUpdated: _time, source: _source, ...marks }: Meta = meta ?? {}
  return {
    ...plan,
    ...(Object.keys(marks).length === 0 ? {} : { meta: marks }),
    ...(said.length === 0 ? {} : { extension: said }),
  }
}
