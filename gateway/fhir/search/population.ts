/*
  Which searches are about a population, from the closed list: they are answered from the ledger, whatever the number of persons.
    Patient     nothing, or active=true          those the caller has to do with
    Task        owner requester code status business-status territoire, dates   one's own where neither owner, requester nor territory is named
                of a territory whatever else a Task is searched by: the store is asked it of those whom the ledger finds
    CareTeam    status, with participant or managingOrganization = oneself
*/
import { HubError } from '../../../profiles/errors.ts'
import { anchorsOf } from '../../../profiles/tables/search-anchors.ts'
import type { Party } from '../../access/rights/party.ts'
import type { Population, TaskCondition, TaskOrder } from '../../ledger/rights/worklist.ts'
import { alternatives, spanOf } from './query-values.ts'
import { type SearchRequest, SHAPE } from './query.ts'

/** Undefined for any other search. Throws: fhir.parameter_unknown for an order that the Tasks of a territory are not kept in. */
export function readPopulation({ type, query }: Pick<SearchRequest, 'type' | 'query'>, party: Party): Population | undefined {
  if (party.sector === 'citizen' || party.structures.length === 0) return undefined
  const conditions = [...query].filter(([name]) => !SHAPE.test(name))
  if (type === 'Patient') return ofPersons(conditions, party)
  if (type === 'Task') return ofTasks(conditions, party)
  return type === 'CareTeam' ? ofCircles(conditions, party) : undefined
}

type Conditions = [string, string][]

/** He himself, his roles, the structure he works for. */
export const ownReferences = (party: Party): string[] => [...party.references, ...party.structures.slice(0, 1)]

function ofPersons(conditions: Conditions, party: Party): Population | undefined {
  return conditions.every(([name, value]) => name === 'active' && value === 'true') ? { type: 'Patient', parties: ownReferences(party) } : undefined
}

function ofCircles(conditions: Conditions, party: Party): Population | undefined {
  const own = ownReferences(party)
  const [statuses, parties, kinds] = [new Set<string>(), new Set<string>(), new Set<'member' | 'managing'>()]
  for (const [name, value] of conditions) {
    const kind = CIRCLE_KINDS[name]
    if (name === 'status' && statuses.size === 0) for (const one of alternatives(value)) statuses.add(one)
    else if (kind !== undefined && kinds.size === 0 && alternatives(value).every(one => own.includes(one))) {
      kinds.add(kind)
      for (const one of alternatives(value)) parties.add(one)
    } else return undefined
  }
  const isListed = kinds.size > 0 && statuses.size > 0 && [...statuses].every(status => OPEN_CIRCLES.includes(status))
  return isListed ? { type: 'CareTeam', parties: [...parties], kinds: [...kinds], statuses: [...statuses] } : undefined
}

const CIRCLE_KINDS: Record<string, 'member' | 'managing'> = { participant: 'member', managingOrganization: 'managing' }
/** The ledger knows no others. */
const OPEN_CIRCLES = ['active', 'suspended', 'inactive']

const NAMING = ['owner', 'requester', 'territory']

function ofTasks(conditions: Conditions, party: Party): Population | undefined {
  const sorted = conditions.find(([name]) => name === '_sort')?.[1]
  const order = sorted === undefined ? NEWEST_FIRST : orderOf(sorted)
  const known = conditions.flatMap(([name, value]) => taskCondition(name, value) ?? [])
  const isOfTerritory = known.some(({ column }) => column === 'territory') && !conditions.some(([name]) => anchorsOf('Task').by.includes(name))
  if (order === undefined && isOfTerritory) throw new HubError('fhir.parameter_unknown', { path: '_sort' })
  if (order === undefined || (restOf('Task', conditions).length > 0 && !isOfTerritory)) return undefined
  const isNamed = known.some(({ column }) => NAMING.includes(column))
  return { type: 'Task', conditions: isNamed ? known : [...known, { column: 'owner', oneOf: ownReferences(party) }], order }
}

/** What the ledger does not know of what is asked of a population. */
export const restOf = (type: string, query: Iterable<[string, string]>): [string, string][] =>
  [...query].filter(([name, value]) => {
    const isKnown = type === 'CareTeam' || name === '_sort' || SHAPE.test(name)
    return !isKnown && (type === 'Patient' || taskCondition(name, value) === undefined)
  })

const NEWEST_FIRST: TaskOrder = { column: 'authored', isDescending: true }

const MOMENTS: Record<string, TaskOrder['column']> = { 'authored-on': 'authored', modified: 'modified', echeance: 'due' }
const REFERENCES: Record<string, 'owner' | 'requester'> = { owner: 'owner', requester: 'requester' }
const TOKENS: Record<string, 'code' | 'business_status' | 'territory'> = { code: 'code', 'business-status': 'business_status', territoire: 'territory' }

function orderOf(sort: string): TaskOrder | undefined {
  const column = MOMENTS[sort.replace(/^-/, '')]
  return column === undefined ? undefined : { column, isDescending: sort.startsWith('-') }
}

function taskCondition(name: string, value: string): TaskCondition | undefined {
  const values = alternatives(value)
  const [reference, token, moment] = [REFERENCES[name], TOKENS[name], MOMENTS[name]]
  if (reference !== undefined) return values.every(one => /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]+$/.test(one)) ? { column: reference, oneOf: values } : undefined
  if (name === 'status') return values.every(one => /^[a-z-]+$/.test(one)) ? { column: 'status', oneOf: values } : undefined
  if (token !== undefined) return values.every(one => /[^|\\]$/.test(one) && !/^\||\\/.test(one)) ? { column: token, tokens: values } : undefined
  return moment === undefined ? undefined : momentCondition(moment, value)
}

const COMPARISONS: Record<string, '<' | '<=' | '>' | '>='> = { ge: '>=', lt: '<', gt: '>', le: '<=' }

/** A day, a month or a year is a span: above it means behind its end. */
function momentCondition(column: TaskOrder['column'], value: string): TaskCondition | undefined {
  const [, prefix = '', written = '', time] = /^(ge|gt|le|lt)(\d{4}(?:-\d\d(?:-\d\d(T\S+(?:Z|[+-]\d\d:\d\d))?)?)?)$/.exec(value) ?? []
  const comparison = COMPARISONS[prefix]
  const from = new Date(written)
  if (comparison === undefined || Number.isNaN(from.getTime())) return undefined
  if (time !== undefined) return { column, comparison, value: from }
  const isBehind = comparison === '>' || comparison === '<='
  return { column, comparison: comparison === '<=' ? '<' : comparison === '>' ? '>=' : comparison, value: isBehind ? spanOf(written)[1] : from }
}
