/*
  Judges resources: the form by itself, the profiles by the store, French identifiers beside.
    a write        => every profile it claims that the hub knows, and the default one of its type (fhir-fr.md 2.0 a)
    $validate      => exactly the profile named in the call, else what it claims, else the default (3.6)
*/
import type { FhirResource } from 'fhir/r4.js'
import { HUB } from '../../../profiles/canonicals.ts'
import { defaultProfile, loadedProfile } from '../../../profiles/fhir/default-profiles.ts'
import type { Environment } from '../../../profiles/identity.ts'
import type { Issue } from '../../../profiles/issues.ts'
import type { CallOptions, Store } from '../../store/store.ts'
import { membersOf, writeObject } from '../json-text.ts'
import { checkForm } from './form.ts'
import { checkFrenchIdentifiers } from './french-checks.ts'
import { createKnownShapes } from './known-shapes.ts'
import { checkProfiles } from './profile-checks.ts'
import { toIssues } from './store-findings.ts'

/** One resource of sound form, as it would be stored. */
export interface Candidate {
  text: string
  resource: FhirResource
  /** `CarePlan`, `Bundle.entry[2].resource` */
  place: string
}

export interface Validator {
  /** Tier 1. A place other than the type is where it stands in a bundle. */
  form(resource: unknown, place?: string): Issue[]
  /** Tier 2 of a write. Throws: store.unavailable. */
  profile(candidate: Candidate, options?: CallOptions): Promise<Issue[]>
  /** Tier 2 of $validate. In: the profile named in the call. Throws: store.unavailable. */
  named(candidate: Candidate, profile: string | undefined, options?: CallOptions): Promise<Issue[]>
}

const BASE = 'http://hl7.org/fhir/StructureDefinition/'

export function createValidator({ store, environment }: { store: Store; environment: Environment }): Validator {
  const shapes = createKnownShapes()
  const judge = async ({ resource, text, place }: Candidate, judges: (string | undefined)[], options?: CallOptions): Promise<Issue[]> => {
    const profiles = known(judges)
    const own = [...checkFrenchIdentifiers(resource, place, environment), ...checkProfiles(resource, place, profiles)]
    const shape = shapes.of(resource, profiles)
    if (shape !== undefined && shapes.isSound(shape)) return own
    const found = toIssues(await store.validate({ type: resource.resourceType, text: claiming(text, profiles) }, options), place)
    if (shape !== undefined && found.length === 0) shapes.remember(shape)
    return [...own, ...found]
  }
  return {
    form: checkForm,
    profile: async (candidate, options) => {
      const claims = claimsOf(candidate)
      const judges = [...claims.map(claim => loadedProfile(claim.canonical)), defaultProfile(candidate.resource)]
      return [...unknownClaims(claims), ...(await judge(candidate, judges, options))]
    },
    named: async (candidate, profile, options) => {
      const claims = profile === undefined ? claimsOf(candidate) : [{ canonical: profile, place: candidate.place, isNamed: true }]
      const judges = claims.length > 0 ? claims.map(claim => loadedProfile(claim.canonical)) : [defaultProfile(candidate.resource)]
      return [...unknownClaims(claims), ...(await judge(candidate, judges, options))]
    },
  }
}

interface Claim {
  canonical: string
  place: string
  isNamed: boolean
}

function claimsOf({ resource, place }: Candidate): Claim[] {
  const claims: unknown = resource.meta?.profile
  return (Array.isArray(claims) ? claims : []).flatMap((canonical: unknown, index) =>
    typeof canonical === 'string' ? [{ canonical, place: `${place}.meta.profile[${index}]`, isNamed: false }] : [],
  )
}

/** Base R4 judges without being named. */
const known = (profiles: (string | undefined)[]): string[] => [...new Set(profiles.filter(one => one !== undefined && !one.startsWith(BASE)))] as string[]

/** A profile of the hub's own that it does not have, or one named in the call, is a fault; a foreign claim only goes unchecked. */
function unknownClaims(claims: Claim[]): Issue[] {
  return claims
    .filter(({ canonical }) => loadedProfile(canonical) === undefined)
    .map(({ canonical, place, isNamed }) => ({
      severity: isNamed || canonical.startsWith(HUB) ? 'error' : 'warning',
      code: 'not-supported',
      rule: 'profile.unknown',
      expression: place,
      text: { en: 'The hub does not know this profile, or this version of it.', fr: 'Le hub ne connaît pas ce profil, ou pas cette version.' },
    }))
}

/** The same resource, claiming these profiles and no other. */
function claiming(text: string, profiles: string[]): string {
  const members = membersOf(text)
  const written = members.find(member => member.key === 'meta')?.text ?? '{}'
  const meta = membersOf(written.startsWith('{') ? written : '{}').filter(member => !/^_?profile$/.test(member.key))
  if (profiles.length > 0) meta.push({ key: 'profile', text: JSON.stringify(profiles) })
  const rest = members.filter(member => member.key !== 'meta')
  return writeObject(meta.length > 0 ? [...rest, { key: 'meta', text: writeObject(meta) }] : rest)
}
