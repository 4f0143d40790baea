/*
  What the store does not say of a profile: what its references may lead to, and that a resource carries `meta` at all (the store is shown one that names the profile).
*/
import { readFileSync } from 'node:fs'
import { HUB } from '../../../profiles/canonicals.ts'
import { profiledReferences, type TargetRule } from '../../../profiles/fhir/profiled-references.ts'
import type { Issue } from '../../../profiles/issues.ts'
import { required, targetIssue } from './findings.ts'
import { referenceFault } from './references.ts'
import { isResourceType } from './schema.ts'

let targets: Record<string, TargetRule[]> | undefined

/** The targets of references by canonical of the profile, as generated with the packages. */
function targetRules(profile: string): TargetRule[] {
  targets ??= JSON.parse(readFileSync(new URL('../../../profiles/fhir/packages/reference-targets.json', import.meta.url), 'utf8')) as Record<
    string,
    TargetRule[]
  >
  return targets[profile] ?? []
}

const ASK_FOR_META = new Set([`${HUB}StructureDefinition/hub-careteam`, 'https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam'])

/** In: a resource of sound form; the profiles that judge it. */
export function checkProfiles(resource: object, place: string, profiles: readonly string[]): Issue[] {
  const found = profiles.flatMap(profile => profiledReferences(resource, targetRules(profile)))
  const misled = found.filter(({ reference, targets: allowed }) => referenceFault(reference, allowed, isResourceType) === 'target')
  const issues = new Map(misled.map(one => [one.path, targetIssue(`${place}.${one.path}`, one.targets)]))
  const isBare = !('meta' in resource) && profiles.some(profile => ASK_FOR_META.has(profile))
  return [...issues.values(), ...(isBare ? [required(`${place}.meta`)] : [])]
}
