import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { StructureDefinition } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { EXTENSION } from '../../../profiles/canonicals.ts'
import { LOADED_PROFILES, loadedProfile, PROFILES_VERSION } from '../../../profiles/fhir/default-profiles.ts'
import { INVARIANT_TEXTS } from '../../../profiles/tables/invariant-texts.ts'
import { faults, ruleOf, rulesOf } from './instances.ts'

// The built packages and what the hub knows of them say the same.

const PACKAGES = resolve(import.meta.dirname, '../../../profiles/fhir/packages')
const HUB = 'https://hub.e-parcours.example/fhir/'

interface Conformance {
  resourceType: string
  id: string
  url: string
  version: string
  status: string
}

const contents = (name: string): Conformance[] =>
  readdirSync(join(PACKAGES, name))
    .filter(file => /^[A-Z].*\.json$/.test(file))
    .map(file => JSON.parse(readFileSync(join(PACKAGES, name, file), 'utf8')) as Conformance)

const manifest = (name: string) =>
  JSON.parse(readFileSync(join(PACKAGES, name, 'package.json'), 'utf8')) as { version: string; dependencies: Record<string, string> }

const minorOf = (version: string): string => version.slice(0, version.lastIndexOf('.'))

const hub = contents('fr.e-parcours.hub')
const stubs = contents('fr.e-parcours.national-stubs')
const structures = [...hub, ...stubs].filter(one => one.resourceType === 'StructureDefinition') as unknown as StructureDefinition[]

describe('the hub’s package', () => {
  it('holds what stands under the hub’s canonical and nothing else, each with one version, that of the package but for its patch', () => {
    expect(hub.filter(one => !one.url.startsWith(HUB) || one.version !== PROFILES_VERSION || one.status !== 'active').map(one => one.url)).toEqual([])
    expect(stubs.filter(one => one.url.startsWith(HUB)).map(one => one.url)).toEqual([])
    expect(minorOf(manifest('fr.e-parcours.hub').version)).toBe(minorOf(PROFILES_VERSION))
  })

  it('the image of the store is told to load the packages that are kept, by the versions they have', () => {
    const image = parse(readFileSync(join(PACKAGES, '../../../docker/hapi/application.yaml'), 'utf8')) as {
      hapi: { fhir: { implementationguides: Record<string, { name: string; version: string }> } }
    }
    const told = Object.values(image.hapi.fhir.implementationguides).map(({ name, version }) => [name, version])
    expect(told).toEqual(['fr.e-parcours.national-stubs', 'fr.e-parcours.hub'].map(name => [name, manifest(name).version]))
    expect(manifest('fr.e-parcours.hub').dependencies['fr.e-parcours.national-stubs']).toBe(manifest('fr.e-parcours.national-stubs').version)
  })

  it('a stub says that it is one', () => {
    const silent = stubs.filter(
      one => one.resourceType !== 'SearchParameter' && (one.status !== 'draft' || !JSON.stringify(one).includes('in place of the official package')),
    )
    expect(silent.map(one => one.url)).toEqual([])
  })

  it('has a snapshot for each of its structures', () => {
    expect(structures.filter(one => (one.snapshot?.element.length ?? 0) < 2).map(one => one.url)).toEqual([])
  })

  it('its profiles of resources are those that default-profiles.ts knows', () => {
    const profiles = structures.filter(one => one.kind === 'resource').map(one => one.url)
    expect(profiles.toSorted()).toEqual(LOADED_PROFILES.toSorted())
    expect(profiles.map(url => loadedProfile(url)).filter(url => !profiles.includes(url ?? ''))).toEqual([])
  })

  it('defines every extension the hub writes', () => {
    const known = new Set(structures.map(one => one.url))
    const national = Object.values(EXTENSION).filter(url => !url.startsWith('http://hl7.org/'))
    expect(national.filter(url => !known.has(url))).toEqual([])
  })

  it('every invariant of it can be told in plain French and English', () => {
    const keys = structures.flatMap(one => one.differential?.element ?? []).flatMap(element => (element.constraint ?? []).map(({ key }) => key))
    expect([...new Set(keys)].toSorted()).toEqual(Object.keys(INVARIANT_TEXTS).toSorted())
  })
})

describe('the faults', () => {
  it.each(structures.filter(one => one.kind === 'resource' && one.url.startsWith(HUB)).map(one => [one.id ?? '', one] as const))(
    'of %s leave out no rule the profile adds',
    (id, profile) => {
      const tried = new Set((faults[id] ?? []).map(ruleOf))
      expect(rulesOf(profile).filter(rule => !tried.has(rule))).toEqual([])
    },
  )
})
