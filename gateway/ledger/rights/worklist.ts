/*
  The ledger's answer to population searches: Tasks by owner, state and territory, and the circles and persons somebody has to do with. It says who may be meant, never what may be seen.
*/
import type { FhirResource } from 'fhir/r4.js'
import { worklistRowOf } from '../../access/rights/worklist-rows.ts'
import type { Tx } from '../db.ts'

/** A resource that may be meant. */
export interface Candidate {
  /** `Type/<id>` */
  reference: string
  patient: string
  /** Whom it names as its own: owner and requester. */
  parties: string[]
  /** Of a Task: its place in the order asked for. */
  at?: string
}

export interface Reach {
  limit: number
  /** The one before the first that is meant. */
  after?: Pick<Candidate, 'reference' | 'patient' | 'at'>
}

type TextColumn = 'owner' | 'requester' | 'status'
type TokensColumn = 'code' | 'business_status' | 'territory'
type MomentColumn = 'authored' | 'modified' | 'due'

/** One condition on Tasks; all of them hold. */
export type TaskCondition =
  | { column: TextColumn; oneOf: string[] }
  | { column: TokensColumn; tokens: string[] }
  | { column: MomentColumn; comparison: '<' | '<=' | '>' | '>='; value: Date }

export interface TaskOrder {
  column: MomentColumn
  isDescending: boolean
}

interface TaskSearch {
  conditions: readonly TaskCondition[]
  order: TaskOrder
}

interface CircleSearch {
  parties: readonly string[]
  kinds: readonly ('member' | 'managing')[]
  statuses: readonly string[]
}

export type Population = { type: 'Patient'; parties: readonly string[] } | ({ type: 'Task' } & TaskSearch) | ({ type: 'CareTeam' } & CircleSearch)

/** In the order asked for. */
export function findCandidates(tx: Tx, population: Population, reach: Reach): Promise<Candidate[]> {
  switch (population.type) {
    case 'Patient':
      return findPersons(tx, population.parties, reach)
    case 'Task':
      return findTasks(tx, population, reach)
    case 'CareTeam':
      return findCircles(tx, population, reach)
  }
}

/** Names of columns come from the types above, values are bound. */
async function findTasks(tx: Tx, { conditions, order: { column, isDescending } }: TaskSearch, { limit, after }: Reach): Promise<Candidate[]> {
  const values: unknown[] = []
  const bound = (value: unknown): string => `$${values.push(value)}`
  const where = conditions.map(condition => {
    if ('oneOf' in condition) return `${condition.column} = any(${bound(condition.oneOf)}::text[])`
    if ('tokens' in condition) return `${condition.column} && ${bound(condition.tokens)}::text[]`
    return `${condition.column} ${condition.comparison} ${bound(condition.value.toISOString())}::timestamptz`
  })
  // What has no such moment stands behind all that has one.
  const place = `coalesce(${column}, '${isDescending ? '-' : ''}infinity'::timestamptz)`
  if (after !== undefined) {
    const at = `${bound(after.at)}::timestamptz`
    where.push(`(${place} ${isDescending ? '<' : '>'} ${at} or ${place} = ${at} and reference > ${bound(after.reference)})`)
  }
  const { rows } = await tx.query<Candidate>(
    `select reference, patient, array_remove(array[owner, requester], null) as parties, ${place}::text as at from worklist
     where ${where.join(' and ')} order by ${place} ${isDescending ? 'desc' : 'asc'}, reference limit ${bound(limit)}`,
    values,
  )
  return rows
}

async function findCircles(tx: Tx, { parties, kinds, statuses }: CircleSearch, { limit, after = NOBODY }: Reach): Promise<Candidate[]> {
  // As a constant the planner finds the index of active members.
  const isUsual = kinds.join() === 'member' && statuses.join() === 'active'
  const { rows } = await tx.query<Candidate>(
    `select source as reference, patient, '{}'::text[] as parties from access where party = any($1::text[])
       and ${isUsual ? ACTIVE_MEMBER : "kind = any($2::text[]) and detail ->> 'status' = any($3::text[])"}
       and (patient, source) > ($${isUsual ? '2' : '4'}::text, $${isUsual ? '3' : '5'}::text) group by patient, source order by patient, source limit ${limit}`,
    [parties, ...(isUsual ? [] : [kinds, statuses]), after.patient, after.reference],
  )
  return rows
}

/** Before everybody. */
const NOBODY = { patient: '', reference: '' }

const ACTIVE_MEMBER = "kind = 'member' and detail ->> 'status' = 'active'"

/** Persons in whose active circle one of these is a member, for whom something was delivered to one, whom one wrote down. */
async function findPersons(tx: Tx, parties: readonly string[], { limit, after = NOBODY }: Reach): Promise<Candidate[]> {
  const { rows } = await tx.query<Candidate>(
    `select patient as reference, patient, '{}'::text[] as parties from (
       (select distinct patient from access where party = any($1::text[]) and ${ACTIVE_MEMBER} and patient > $2 order by patient limit ${limit})
       union (select distinct patient from access where party = any($1::text[]) and kind = 'addressed' and patient > $2 order by patient limit ${limit})
       union (select distinct resource from access_author where structure = any($1::text[]) and resource like 'Patient/%' and resource > $2 order by resource limit ${limit})) as mine
     order by patient limit ${limit}`,
    [parties, after.patient],
  )
  return rows
}

/** In: resources with their ids, as stored. Running it again changes nothing. */
export async function projectWorklist(tx: Tx, resources: readonly FhirResource[]): Promise<void> {
  const rows = resources.flatMap(resource => worklistRowOf(resource) ?? [])
  if (rows.length === 0) return
  await tx.query(
    `insert into worklist (reference, patient, owner, requester, code, status, business_status, territory, authored, modified, due)
     select reference, patient, owner, requester, code, status, "businessStatus", territory, authored, modified, due from json_to_recordset($1::json)
       as r (reference text, patient text, owner text, requester text, code text[], status text, "businessStatus" text[], territory text[],
             authored timestamptz, modified timestamptz, due timestamptz) order by reference
     on conflict (reference) do update set patient = excluded.patient, owner = excluded.owner, requester = excluded.requester, code = excluded.code,
       status = excluded.status, business_status = excluded.business_status, territory = excluded.territory, authored = excluded.authored,
       modified = excluded.modified, due = excluded.due`,
    [JSON.stringify(rows)],
    'worklist-put',
  )
}
