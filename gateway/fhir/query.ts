/*
  The query of a search as the hub passes it on: a closed list of control parameters, a bounded page.
*/
import { HubError } from '../../profiles/errors.ts'

const DEFAULT_COUNT = 20
const LARGEST_COUNT = 200
const LONGEST_URL = 4096

// Control parameters of R4 that are served; others that begin with an underscore, the store's own paging among them, are refused.
const CONTROL = new Set([
  '_id',
  '_lastUpdated',
  '_tag',
  '_profile',
  '_security',
  '_sort',
  '_count',
  '_elements',
  '_summary',
  '_total',
  '_include',
  '_revinclude',
  '_has',
  '_pretty',
])

// Modifiers of R4; the store passes over one it does not know, and answers more than was asked for.
const MODIFIERS = new Set(['exact', 'contains', 'missing', 'not', 'text', 'in', 'not-in', 'above', 'below', 'identifier', 'of-type', 'iterate', 'recurse'])

/** Throws: fhir.request at `_search` for a URL that should have been a form. */
export function requireShortUrl(url: string): void {
  if (url.length > LONGEST_URL) throw new HubError('fhir.request', { path: '_search' })
}

/**
 * Throws: fhir.parameter_unknown, fhir.request, at the parameter's name.
 */
export function readQuery(sent: URLSearchParams): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of sent) {
    if (name === '_format' || name === '_count') continue
    const control = /^_[A-Za-z]*/.exec(name)?.[0]
    if (control !== undefined && !CONTROL.has(control)) throw new HubError('fhir.parameter_unknown', { path: place(name) })
    if (name === '' || !hasKnownModifiers(name)) throw new HubError('fhir.parameter_unknown', { path: place(name) })
    query.append(name, value)
  }
  query.set('_count', String(readCount(sent.get('_count'))))
  return query
}

/** `_has` has colons of its own; elsewhere a word with a capital is a type (`subject:Patient.name`). */
function hasKnownModifiers(name: string): boolean {
  if (name.startsWith('_has:')) return true
  return name.split('.').every(link => {
    const [, ...modifiers] = link.split(':')
    return modifiers.every(modifier => MODIFIERS.has(modifier) || /^[A-Z][A-Za-z]+$/.test(modifier))
  })
}

/** The types a search reaches into by its parameter names: `_has:Task:focus:status`, `subject:Patient.name`, `patient.name`. */
export function reachedTypes(query: URLSearchParams): string[] {
  const names = [...query.keys()]
  const named = names.flatMap(name => [...name.matchAll(/_has:([A-Z][A-Za-z]+):|:([A-Z][A-Za-z]+)\./g)].map(match => match[1] ?? match[2] ?? ''))
  const patients = names.some(name => /(^|[.:])patient\./.test(name)) ? ['Patient'] : []
  return [...new Set([...named, ...patients])]
}

function readCount(text: string | null): number {
  if (text === null) return DEFAULT_COUNT
  if (!/^\d{1,9}$/.test(text)) throw new HubError('fhir.request', { path: '_count' })
  return Math.min(Number(text), LARGEST_COUNT)
}

/** The name of a parameter where it is one; a place never carries what might be a value. */
function place(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/.test(name) ? name : 'query'
}
