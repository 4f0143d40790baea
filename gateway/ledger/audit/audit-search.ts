/*
  Finds entries of the audit, a page at a time.
*/
import type { Tx } from '../db.ts'

export interface AuditRow {
  id: string
  writer: string
  sequence: number
  at: Date
  actor: string
  action: string
  object: string
  outcome: string
  structure: string | null
  human: string | null
  patients: string[]
  requestId: string | null
  purpose: string | null
  level: string | null
  rule: string | null
  address: string | null
  /** Said by whoever broke the glass: for the privacy officer alone. */
  reason: string | null
}

export interface AuditFilter {
  id?: string
  /** `Patient/<id>`s: about one of them. */
  patients?: readonly string[]
  structure?: string
  /** All of these hold, each by one of its comparisons. */
  dates: readonly (readonly { operator: '>=' | '<'; at: Date }[])[]
  /** Clients, professionals, structures, persons: of each one is enough. */
  agents?: readonly string[][]
  /** Kinds of agents: a human, or the software that every entry has. */
  roles?: readonly string[][]
  /** `rest`, or the action of what is no FHIR interaction. */
  kinds?: readonly string[][]
  /** `read`, `search`, `create`, … */
  interactions?: readonly string[][]
  /** What it was done to, if that is no person. */
  objects?: readonly string[][]
  /** Did it end well? */
  isRefused?: boolean
  /** What was answered as if nobody were there is about nobody. */
  isUnseenNobody?: boolean
}

export interface AuditPage {
  /** The last one seen. */
  after?: { at: Date; id: string }
  isOldestFirst?: boolean
  limit: number
}

export async function findAudit(tx: Tx, filter: AuditFilter, { after, limit, isOldestFirst = false }: AuditPage): Promise<AuditRow[]> {
  const { where, values } = conditionsOf(filter)
  const [beyond, order] = isOldestFirst ? ['>', 'asc'] : ['<', 'desc']
  if (after !== undefined) {
    values.push(after.at, after.id)
    where.push(`(at, id) ${beyond} ($${values.length - 1}, $${values.length}::uuid)`)
  }
  values.push(limit)
  const { rows } = await tx.query<Omit<AuditRow, 'sequence' | 'requestId'> & { sequence: string; request_id: string | null }>(
    `select id, writer, sequence, at, actor, action, object, outcome, structure, human, patients, request_id, purpose, level, rule, address, detail::jsonb->>'reason' as reason
     from audit where ${where.join(' and ')} order by at ${order}, id ${order} limit $${values.length}`,
    values,
  )
  return rows.map(({ request_id, sequence, ...row }) => ({ ...row, sequence: Number(sequence), requestId: request_id }))
}

export async function countAudit(tx: Tx, filter: AuditFilter): Promise<number> {
  const { where, values } = conditionsOf(filter)
  const { rows } = await tx.query<{ count: string }>(`select count(*) from audit where ${where.join(' and ')}`, values)
  return Number(rows[0]?.count ?? 0)
}

/** The caller was told that nobody is there, whoever is. */
export const UNSEEN: readonly string[] = ['store.not_found', 'fhir.reference_unknown']

export const SEARCH = 'fhir.search'

const REFUSED = "(outcome not in ('shown', 'written', 'granted', 'done', 'delivered', 'sent'))"

/** Codes of extra-security-role-type, as an AuditEvent gives them to its agents. */
export const HUMAN_ROLE = 'humanuser'
export const SOFTWARE_ROLE = 'dataprocessor'

function conditionsOf(filter: AuditFilter): { where: string[]; values: unknown[] } {
  const { id, patients, structure, dates, agents = [], roles = [], kinds = [], interactions = [], objects = [], isRefused, isUnseenNobody } = filter
  const values: unknown[] = []
  const where = ['id is not null']
  const add = (value: unknown, condition: (place: string) => string): void => {
    if (value === undefined) return
    values.push(value)
    where.push(condition(`$${values.length}`))
  }
  add(id, place => `id = ${place}::uuid`)
  add(patients, place => `patients && ${place}::text[]`)
  add(structure, place => `structure = ${place}`)
  for (const bounds of dates) where.push(`(${bounds.map(({ operator, at }) => `at ${operator} $${values.push(at)}`).join(' or ')})`)
  for (const some of agents) add(some, place => `array[actor, human, structure] && ${place}::text[]`)
  for (const some of roles) if (!some.includes(SOFTWARE_ROLE)) where.push(some.includes(HUMAN_ROLE) ? 'human is not null' : 'false')
  for (const some of kinds) add(some, place => `case when action like 'fhir.%' then 'rest' else action end = any(${place}::text[])`)
  for (const some of interactions) add(some, place => `action = any(array(select 'fhir.' || unnest(${place}::text[])))`)
  for (const some of objects) add(some, place => `object = any(${place}::text[])`)
  // A search that meets nobody whom the caller may see was answered like one that meets nobody.
  const refused = isUnseenNobody === true ? `(${REFUSED} and not (action = '${SEARCH}' and outcome in (${UNSEEN.map(one => `'${one}'`).join(', ')})))` : REFUSED
  if (isRefused !== undefined) where.push(isRefused ? refused : `not ${refused}`)
  add(isUnseenNobody === true && patients !== undefined ? UNSEEN : undefined, place => `outcome <> all(${place}::text[])`)
  return { where, values }
}
