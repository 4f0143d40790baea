/*
  Questions to the table of served types: is this type served, is this done with it, which methods has this place.
    place => /            POST of a transaction or batch, GET of a page
             /<Type>      search, create, conditional update and patch            /<Type>/<id>      read, update, patch, delete
*/
import { HubError } from '../../profiles/errors.ts'
import { type FhirInteraction, SERVED_TYPES, type ServedTypeRow } from '../../profiles/tables/served-types.ts'
import { isResourceType } from './validate/schema.ts'

export type ServedType = keyof typeof SERVED_TYPES

export const servedTypes = Object.keys(SERVED_TYPES) as ServedType[]

export const rowOf = (type: ServedType): ServedTypeRow => SERVED_TYPES[type]

/** Throws: fhir.type_unknown. */
export function requireServed(type: unknown): ServedType {
  const served = servedTypes.find(one => one === type)
  if (served === undefined) throw new HubError('fhir.type_unknown')
  return served
}

export const does = (type: ServedType, interaction: FhirInteraction): boolean => rowOf(type).interactions.includes(interaction)

/** Throws: fhir.type_unknown, and fhir.method where the type has no such interaction. */
export function requireInteraction(type: unknown, interaction: FhirInteraction): ServedType {
  const served = requireServed(type)
  if (!does(served, interaction)) throw new HubError('fhir.method', { path: served })
  return served
}

/** What `Allow` lists: the methods of a path below the base, whatever the caller may do; none for what a type does not have. Throws: fhir.type_unknown, fhir.path_unknown. */
export function allowedMethods(path: string): string[] {
  const [first, second, third, version, beyond] = path.split('/').filter(part => part !== '')
  if (first === undefined) return ['GET', 'HEAD', 'POST']
  if (first === '$validate' && second === undefined) return ['POST']
  // What is judged need not be served.
  if (second === '$validate' && third === undefined && isResourceType(first)) return ['POST']
  const type = requireServed(first)
  const has = (interaction: FhirInteraction, ...methods: string[]): string[] => (does(type, interaction) ? methods : [])
  if (second === undefined) return [...has('search-type', 'GET', 'HEAD'), ...has('create', 'POST'), ...has('update', 'PUT'), ...has('patch', 'PATCH')]
  if (second === '_search' && third === undefined) return has('search-type', 'POST')
  if (second === '_history' && third === undefined) return has('history-type', 'GET', 'HEAD')
  // No id begins so: an operation, and none that is served.
  if (second.startsWith('$')) throw new HubError('fhir.path_unknown')
  if (third === undefined) return [...has('read', 'GET', 'HEAD'), ...has('update', 'PUT'), ...has('patch', 'PATCH'), ...has('delete', 'DELETE')]
  if (third === '_history' && beyond === undefined) return version === undefined ? has('history-instance', 'GET', 'HEAD') : has('vread', 'GET', 'HEAD')
  if (version === undefined && rowOf(type).operations.some(name => third === `$${name}`)) return ['GET', 'HEAD', 'POST']
  throw new HubError('fhir.path_unknown')
}

/** FHIR id: 1 to 64 of A-Z a-z 0-9 - and . ; anything else exists nowhere. Throws: store.not_found. */
export function requireId(id: unknown): string {
  if (typeof id !== 'string' || !/^[A-Za-z0-9.-]{1,64}$/.test(id)) throw new HubError('store.not_found')
  return id
}
