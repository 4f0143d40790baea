/*
  Finds flows among millions: every filter is answered by streams, each in the order of an index, newest first; a page takes the first of all of them.
    what the roll-ups have seen   flow_term: one term's messages by id; other conditions are checked row by row
    what is newer or still open   the rows themselves, few
  A count goes as far as COUNTED_UP_TO and no further.
*/
import { conditionsOf, type FlowFilter, hasSent, isOpen, OPEN_MESSAGE, type Term, termsOf, type Values, valuesOf } from './flow-filter.ts'
import type { FlowRow } from './flows.ts'
import { OPEN_DELIVERY } from './status.ts'
import type { Db, Tx } from './db.ts'

/** A larger total is said to be larger than this. */
export const COUNTED_UP_TO = 10_000
/** A count that takes longer is given up: what is certain is said. */
const LONGEST_COUNT_MS = 900

export interface FlowPage {
  /** The `next` of the page before. */
  after?: string
  limit: number
}

export interface FlowTotal {
  total: number
  /** false: there are more than `total`. */
  totalIsExact: boolean
}

interface Stream {
  from: string
  id: string
  conditions: readonly string[]
}

/** A page of rows, newest first. */
export async function findRows(tx: Tx, filter: FlowFilter, page: FlowPage): Promise<FlowRow[]> {
  const { text, values } = selectFlows(filter, page)
  return (await tx.query<FlowRow>(text, values)).rows
}

/** Ids only, newest first: what a replay takes. */
export async function findFlowIds(tx: Tx, filter: FlowFilter, limit: number): Promise<string[]> {
  return (await findRows(tx, filter, { limit })).map(row => row.id)
}

export function selectFlows(filter: FlowFilter, page: FlowPage): { text: string; values: unknown[] } {
  const values = valuesOf()
  const limit = values.add(page.limit)
  const after = page.after === undefined ? [] : [values.add(page.after)]
  const parts = streamsOf(filter, values).map(({ from, id, conditions }) => {
    const all = [...conditions, ...after.map(value => `${id} < ${value}::uuid`)]
    return `(select m.* from ${from}${all.length === 0 ? '' : ` where ${all.join(' and ')}`} order by ${id} desc limit ${limit})`
  })
  const [only = '', ...others] = parts
  if (others.length === 0) return { text: only, values: values.all }
  return { text: `select * from (select distinct on (id) * from (${parts.join(' union all ')}) u order by id desc) f limit ${limit}`, values: values.all }
}

/** Exact up to COUNTED_UP_TO; undefined where it could not be counted in time. */
export async function countFlows(db: Db, filter: FlowFilter): Promise<FlowTotal | undefined> {
  const values = valuesOf()
  const most = values.add(COUNTED_UP_TO + 1)
  const parts = streamsOf(filter, values).map(
    ({ from, id, conditions }) => `(select ${id} as id from ${from}${conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`} limit ${most})`,
  )
  return db
    .tx(async tx => {
      await tx.query(`set local statement_timeout = ${LONGEST_COUNT_MS}`)
      const { rows } = await tx.query<{ count: number }>(
        `select count(*)::int as count from (select ${parts.length > 1 ? 'distinct ' : ''}id from (${parts.join(' union all ')}) u limit ${most}) f`,
        values.all,
      )
      const count = rows[0]?.count ?? 0
      return { total: Math.min(count, COUNTED_UP_TO), totalIsExact: count <= COUNTED_UP_TO }
    })
    .catch(() => undefined)
}

/** A partner is whoever sent it and whoever something went to, unless the direction is said. */
function streamsOf(filter: FlowFilter, values: Values): Stream[] {
  if (filter.partner === undefined || filter.direction !== undefined) return streamsOfOne(filter, values)
  return [...streamsOfOne({ ...filter, direction: 'in' }, values), ...streamsOfOne({ ...filter, direction: 'out' }, values)]
}

function streamsOfOne(filter: FlowFilter, values: Values): Stream[] {
  const conditions = conditionsOf(filter, values)
  const terms = termsOf(filter, values)
  const sentSomewhere = filter.direction === 'out' && !terms.some(({ name }) => name === 'to' || name === 'channel') ? [hasSent("d.status <> 'none'")] : []
  const held = [...conditions, ...sentSomewhere, ...terms.map(term => term.holds)]
  if (filter.person !== undefined) return ofPerson(filter.person, held, values)
  const isNarrow = [filter.controlId, filter.documentId, filter.messageId].some(value => value !== undefined) || isOpen(filter.status)
  if (isNarrow || terms.length === 0) return [{ from: 'message m', id: 'm.id', conditions: held }]
  return [rolledUp(terms, [...conditions, ...sentSomewhere], values), ...notYet(terms, held)]
}

/** Messages of a person: what events name, and what waits for somebody in his lanes. */
function ofPerson({ patients, lanes }: NonNullable<FlowFilter['person']>, held: readonly string[], values: Values): Stream[] {
  return [
    { from: 'message m', id: 'm.id', conditions: [`m.id in (select cause from event where patient = any(${values.add(patients)}))`, ...held] },
    { from: 'message m', id: 'm.id', conditions: [OPEN_MESSAGE, `m.lane_key = any(${values.add(lanes)})`, ...held] },
  ]
}

function rolledUp(terms: readonly Term[], conditions: readonly string[], values: Values): Stream {
  const term = ({ name, value }: Term): string => `flow_term_of('${name}', ${values.add(value)})`
  const [first, ...others] = terms
  const joined = others.map((_, index) => `join flow_term t${index + 1} on t${index + 1}.id = t0.id`)
  const is = first === undefined ? [] : [`t0.term = ${term(first)}`]
  // The bounds of time are those of the index, too.
  const bounds = conditions.map(condition => condition.replace(/m\.id (>=|<) flow_id_at/g, 't0.id $1 flow_id_at'))
  return {
    from: ['flow_term t0', ...joined, 'join message m on m.id = t0.id'].join(' '),
    id: 't0.id',
    conditions: [...is, ...others.map((one, index) => `t${index + 1}.term = ${term(one)}`), ...bounds],
  }
}

/** What no roll-up has seen: messages and deliveries since, and what is open, which changes without it. */
function notYet(terms: readonly Term[], held: readonly string[]): Stream[] {
  const since = '(select until from rollup_until)'
  const recent: Stream = { from: 'message m', id: 'm.id', conditions: [`m.id >= flow_id_at(${since})`, ...held] }
  const isOpened = terms.some(({ name }) => name === 'code' || name === 'path')
  const open: Stream[] = isOpened ? [{ from: 'message m', id: 'm.id', conditions: [OPEN_MESSAGE, ...held] }] : []
  const statuses = OPEN_DELIVERY.map(status => `'${status}'`).join(', ')
  const sent = terms.flatMap(term => (term.sent === undefined ? [] : [term.sent]))
  const causes = (which: string): string =>
    `m.id in (select e.cause from delivery d join decision x on x.delivery_id = d.id join event e on e.id = x.event_id where ${which} and (${sent.join(' or ')}))`
  const deliveries: Stream[] =
    sent.length === 0
      ? []
      : [`d.planned_at >= ${since}`, `d.status in (${statuses})`].map(which => ({ from: 'message m', id: 'm.id', conditions: [causes(which), ...held] }))
  return [recent, ...open, ...deliveries]
}
