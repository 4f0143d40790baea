/*
  The instances the profiles are tried with: valid examples, their faults and doubts, their valid variants; and the rules a profile states.
*/
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { applyPatch, type Operation } from 'fast-json-patch'
import type { ElementDefinition, FhirResource, StructureDefinition } from 'fhir/r4.js'
import { CARE_PLAN } from './faults/care-plan.ts'
import { CARE_TEAM } from './faults/care-team.ts'
import { COMMUNICATION } from './faults/communication.ts'
import { CONSENT } from './faults/consent.ts'
import type { Fault } from './faults/fault.ts'
import { GUIDES } from './faults/guides.ts'
import { PEOPLE } from './faults/people.ts'
import { SERVICE_REQUEST } from './faults/service-request.ts'
import { SUPPORTING } from './faults/supporting.ts'
import { TASK } from './faults/task.ts'

const EXAMPLES = resolve(import.meta.dirname, '../../../profiles/fhir/examples')

export const faults: Record<string, Fault[]> = {
  ...CARE_PLAN,
  ...CARE_TEAM,
  ...SERVICE_REQUEST,
  ...TASK,
  ...CONSENT,
  ...COMMUNICATION,
  ...PEOPLE,
  ...SUPPORTING,
  ...GUIDES,
}

/** Profile ids, one example each. */
export const examples: readonly string[] = readdirSync(EXAMPLES).map(file => file.replace('.json', ''))

export function example(profile: string, patch: readonly Operation[] = []): FhirResource {
  const resource = JSON.parse(readFileSync(join(EXAMPLES, `${profile}.json`), 'utf8')) as FhirResource
  return applyPatch(resource, structuredClone(patch)).newDocument
}

/** A fault may try a rule in more than one way: `hub-cp-1 (no activity)`. */
export const ruleOf = ({ rule }: Fault): string => rule.replace(/ \(.*\)$| on \w+$/, '')

/** What a profile adds to its parent: element and aspect; an invariant by its id. What tells a slice from others is no rule, nor what follows from a mandatory slice. */
export function rulesOf({ differential }: StructureDefinition): string[] {
  return (differential?.element ?? []).flatMap(element => {
    const id = element.id?.split('.').slice(1).join('.') ?? ''
    const rules = aspectsOf(element)
      .map(aspect => `${id} ${aspect}`)
      .filter(rule => !/(^|\.)extension min$|^(input|output):[\w-]+\.type value$/.test(rule))
    return [...rules, ...(element.constraint ?? []).filter(({ severity }) => severity === 'error').map(({ key }) => key)]
  })
}

function aspectsOf(element: ElementDefinition): string[] {
  const isSliced = element.sliceName !== undefined
  return [
    ...((element.min ?? 0) > 0 ? ['min'] : []),
    ...(element.max !== undefined && element.max !== '*' ? ['max'] : []),
    ...(Object.keys(element).some(key => /^(fixed|pattern)/.test(key)) ? ['value'] : []),
    ...(element.binding?.strength === 'required' ? ['binding'] : []),
    ...(element.type !== undefined && !isSliced ? ['type'] : []),
  ]
}
