/*
  Conditions of a write and what meets them.
    condition => <base>/Type?query | Type?query | [?] query         none met: undefined     several: 412
*/
import type { FhirResource } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import type { Level } from '../../../profiles/tables/decisions.ts'
import { type Actor, requireScope } from '../../access/callers/actor.ts'
import type { CallOptions, Store } from '../../store/store.ts'
import { asksOpenElements } from '../search/matches.ts'
import { readSearch, SHAPE } from '../search/query.ts'
import { requireServed } from '../types.ts'
import { askText, type Current, currentOf, matchesOf } from './current.ts'

/** Out: the query alone. Throws: fhir.request at `place` for another type, or none at all; fhir.parameter_unknown for what is no condition. */
export function readCondition(text: string, type: string, place: string): string {
  const [address = '', ...behind] = text.trim().split('?')
  // What names a parameter before its first question mark is a bare query.
  const isAddress = behind.length > 0 && !address.includes('=')
  const named = isAddress ? address.slice(address.lastIndexOf('/') + 1) : ''
  const query = isAddress ? behind.join('?') : text.trim()
  if (query === '' || (named !== '' && named !== type)) throw new HubError('fhir.request', { path: place })
  const parameters = new URLSearchParams(query)
  if (![...parameters].every(([name, value]) => /^[A-Za-z_]/.test(name) && value !== '')) throw new HubError('fhir.request', { path: place })
  // What says how matches are shown, or how many, would have the one that is met counted, or judged by a part of it.
  const shape = [...parameters.keys()].find(name => SHAPE.test(name) || name === '_sort')
  if (shape !== undefined) throw new HubError('fhir.parameter_unknown', { path: shape })
  return parameters.toString()
}

export interface Asking extends CallOptions {
  actor: Actor
  baseUrl: string
  /** Of those who meet it: what the client may not see is not there, nor is what he sees in part found by what he does not see of it. */
  levelOf(resource: FhirResource): Promise<Level | undefined>
}

/** Looked at until two are found that may be seen. */
const MOST_MET = '50'

/** A condition asks as much as a search does. Throws: fhir.multiple_matches at `place`, fhir.parameter_unknown, fhir.scope, store.unavailable. */
export async function findMatch(
  store: Store,
  { type, condition, place }: { type: string; condition: string; place: string },
  { actor, baseUrl, levelOf, ...options }: Asking,
): Promise<Current | undefined> {
  const { query, reached } = readSearch(requireServed(type), new URLSearchParams(condition), { baseUrl })
  for (const other of reached) requireScope(actor, other, 's')
  query.set('_count', MOST_MET)
  const headers = { accept: 'application/fhir+json', 'content-type': 'application/x-www-form-urlencoded', prefer: 'handling=strict' }
  // By POST: what is searched for belongs in no URL, so in no log of the store.
  const asked = { method: 'POST' as const, path: `${type}/_search`, headers, body: Buffer.from(query.toString()) }
  const seen: Current[] = []
  for (const current of matchesOf(await askText(store, asked, options)).map(currentOf)) {
    const level = await levelOf(current.resource)
    if (level !== undefined && asksOpenElements(level, type, query)) seen.push(current)
  }
  if (seen.length > 1) throw new HubError('fhir.multiple_matches', { path: place })
  return seen[0]
}
