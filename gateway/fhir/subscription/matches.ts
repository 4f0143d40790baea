/*
  Does a resource, as its subscriber's level shows it, meet what a subscription asks for? What the level hides is not there, so that no filter finds it.
*/
import type { FhirResource, Patient } from 'fhir/r4.js'
import { communeOf, territoryOf } from '../../flows/requests/territory.ts'
import { overlaps } from '../../../profiles/tables/communes.ts'
import type { Condition } from './criteria.ts'

export interface Seen {
  /** What the event is about. */
  resource: FhirResource | undefined
  /** Whom it is about, where his home says the territory. */
  patient: Patient | undefined
  /** `Patient/<id>`s of the one it is about, and of whoever is one with him. */
  persons: readonly string[]
  now: Date
}

export function matches(conditions: readonly Condition[], seen: Seen): boolean {
  return conditions.every(condition => meets(condition, seen))
}

function meets({ name, kind, paths, values }: Condition, { resource, patient, persons, now }: Seen): boolean {
  // The person of an event is known to everybody who is told of it.
  if (name === 'patient' || name === 'subject') return values.some(value => persons.some(person => isReference(value, person)))
  if (kind === 'territory') return territoriesOf(resource, { patient, now }).some(code => values.some(value => overlaps(withoutSystem(value), code)))
  const found = paths.flatMap(path => valuesAt(resource, path.split('.')))
  return kind === 'reference'
    ? found.some(one => values.some(value => isReference(value, referenceIn(one))))
    : found.some(one => codingsIn(one).some(coding => values.some(value => isToken(value, coding))))
}

/** Of a Task its own; else where the person lives. */
function territoriesOf(resource: FhirResource | undefined, { patient, now }: { patient: Patient | undefined; now: Date }): string[] {
  const own = resource?.resourceType === 'Task' ? territoryOf(resource) : []
  return own.length > 0 ? own : [communeOf(patient, now)].filter(code => code !== undefined)
}

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap(one => valuesAt(one, path))
  const [member, ...rest] = path
  if (member === undefined) return value === undefined ? [] : [value]
  return isObject(value) ? valuesAt(value[member], rest) : []
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const referenceIn = (value: unknown): string => (isObject(value) && typeof value['reference'] === 'string' ? value['reference'] : '')

const isReference = (asked: string, found: string): boolean => {
  const [literal = ''] = found.split('/_history/')
  return asked.includes('/') ? literal === asked : literal.split('/')[1] === asked
}

interface Code {
  system: string
  code: string
}

/** A code by itself, a Coding, a CodeableConcept, an Identifier. */
function codingsIn(value: unknown): Code[] {
  if (typeof value === 'string') return [{ system: '', code: value }]
  if (!isObject(value)) return []
  if (Array.isArray(value['coding'])) return value['coding'].flatMap(codingsIn)
  const code = value['code'] ?? value['value']
  return typeof code === 'string' ? [{ system: typeof value['system'] === 'string' ? value['system'] : '', code }] : []
}

function isToken(asked: string, { system, code }: Code): boolean {
  const at = asked.lastIndexOf('|')
  return at < 0 ? asked === code : asked.slice(at + 1) === code && asked.slice(0, at) === system
}

const withoutSystem = (value: string): string => value.slice(value.lastIndexOf('|') + 1)
