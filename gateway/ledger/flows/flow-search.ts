/*
  Finds flows among millions: every filter is answered by streams, each in the order of an index, newest first; a page takes the first of all of them.
    what the roll-ups have seen   flow_term: one term's messages by id; other conditions are checked row by row
    what is newer or still open   the rows themselves, few
  A count goes as far as COUNTED_UP_TO and no further.
*/
import { HubError } from '../../../profiles/errors.ts'
import {
  type Conditions,
  conditionsOf,
  type FlowFilter,
  hasSent,
  isKindOfMessage,
  isOpen,
  type Term,
  termsOf,
  type Values,
  valuesOf,
  type Windowed,
  windowOf,
} from './flow-filter.ts'
import { countMessages, daysWith, type MessagesAsked, rolledUntil } from '../figures/rollup-read.ts'
import { timeOfId } from '../ids.ts'
import { OPEN_DELIVERY } from '../status.ts'
import type { Db, Tx } from '../db.ts'
import type { FlowRow } from './flow.ts'

/** A larger total is said to be larger than this. */
export const COUNTED_UP_TO = 10_000
/** A count that takes longer is given up: what is certain is said. */
const LONGEST_COUNT_MS = 200

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
  /** Where the ids alone can be counted; asked for by a count only, as its values are of no other statement. */
  counted?: () => { from: string; conditions: readonly string[] }
}

/** A page of rows, newest first. */
export async function findRows(tx: Tx, filter: FlowFilter, page: FlowPage): Promise<FlowRow[]> {
  const until = await rolledUntil(tx)
  const asked = countedByRollups(filter)
  const { text, values } = asked === undefined ? selectFlows(filter, page, until) : selectOnDays(filter, page, await daysOf(tx, asked, { page, until }))
  return (await tx.query<FlowRow>(text, values)).rows
}

/** Ids only, newest first: what a replay takes. */
export async function findFlowIds(tx: Tx, filter: FlowFilter, limit: number): Promise<string[]> {
  return (await findRows(tx, filter, { limit })).map(row => row.id)
}

function selectFlows(filter: FlowFilter, page: FlowPage, until: Date): { text: string; values: unknown[] } {
  const values = valuesOf()
  const limit = values.add(page.limit)
  const after = page.after === undefined ? [] : [values.add(page.after)]
  const parts = streamsOf(filter, values, until).map(({ from, id, conditions }) => {
    const all = [...conditions, ...after.map(value => `${id} < ${value}::uuid`)]
    return `(select m.* from ${from}${all.length === 0 ? '' : ` where ${all.join(' and ')}`} order by ${id} desc limit ${limit})`
  })
  const [only = '', ...others] = parts
  if (others.length === 0) return { text: only, values: values.all }
  return { text: `select * from (select distinct on (id) * from (${parts.join(' union all ')}) u order by id desc) f limit ${limit}`, values: values.all }
}

/** Exact up to COUNTED_UP_TO; undefined where it could not be counted in time. */
export async function countFlows(db: Db, filter: FlowFilter): Promise<FlowTotal | undefined> {
  const asked = countedByRollups(filter)
  const counting = asked === undefined ? countStreams(db, filter) : countMessages(db, asked)
  return counting.then(
    count => ({ total: Math.min(count, COUNTED_UP_TO), totalIsExact: count <= COUNTED_UP_TO }),
    error => {
      if (error instanceof HubError && error.code === 'ledger.unavailable') return undefined
      throw error
    },
  )
}

async function countStreams(db: Db, filter: FlowFilter): Promise<number> {
  const until = await rolledUntil(db)
  const values = valuesOf()
  const most = values.add(COUNTED_UP_TO + 1)
  const parts = streamsOf(filter, values, until).map(({ id, counted, ...stream }) => {
    const { from, conditions } = counted?.() ?? stream
    // In the order of ids terms are merged, and the merge ends at the limit.
    return `(select ${id} as id from ${from}${conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`} order by ${id} desc limit ${most})`
  })
  return db.tx(async tx => {
    await tx.query(`set local statement_timeout = ${LONGEST_COUNT_MS}`)
    const { rows } = await tx.query<{ count: number }>(
      `select count(*)::int as count from (select ${parts.length > 1 ? 'distinct ' : ''}id from (${parts.join(' union all ')}) u limit ${most}) f`,
      values.all,
    )
    return rows[0]?.count ?? 0
  })
}

/** The days that fill a page, by the roll-ups: nothing between them is walked through. */
function daysOf(tx: Tx, asked: MessagesAsked, { page, until }: { page: FlowPage; until: Date }): Promise<Date[]> {
  const after = page.after === undefined ? asked.to : new Date(timeOfId(page.after).getTime() + 1)
  return daysWith(tx, { ...asked, to: after < asked.to ? after : asked.to }, { until, flows: page.limit })
}

function selectOnDays(filter: FlowFilter, { limit, after }: FlowPage, days: readonly Date[]): { text: string; values: unknown[] } {
  const values = valuesOf()
  const most = values.add(limit)
  const day =
    "m.received_at >= d.at and m.received_at < d.at + interval '24 hours' and m.id >= flow_id_at(d.at) and m.id < flow_id_at(d.at + interval '24 hours 10 s')"
  const { ordered, looked } = conditionsOf(filter, values)
  const conditions = [day, ...windowOf(filter, values).ofMessage, ...ordered, ...looked, ...(after === undefined ? [] : [`m.id < ${values.add(after)}::uuid`])]
  return {
    text: `select m.* from unnest(${values.add(days)}::timestamptz[]) d (at)
      cross join lateral (select * from message m where ${conditions.join(' and ')} order by m.id desc limit ${most}) m order by m.id desc limit ${most}`,
    values: values.all,
  }
}

const ROLLED_UP_FROM_MS = 2 * 86_400_000

/** A long stretch by what roll-ups tell apart is a sum of them. Out: undefined where something else is asked. */
function countedByRollups({ sender, partner, direction, kind, territory, within, status, from, to, ...others }: FlowFilter): MessagesAsked | undefined {
  const isElse = Object.values(others).some(value => value !== undefined) || isOpen(status) || (kind !== undefined && !isKindOfMessage(kind))
  const isSentTo = direction === 'out' || (partner !== undefined && direction === undefined)
  const isLong = from === undefined || (to ?? new Date()).getTime() - from.getTime() > ROLLED_UP_FROM_MS
  if (isElse || isSentTo || !isLong) return undefined
  const senders = [sender, partner].filter(one => one !== undefined)
  const territories = [territory, within].filter(one => one !== undefined)
  return { from: from ?? new Date(0), to: to ?? new Date(Date.now() + 60_000), senders, territories, kind, outcome: status }
}

/** A partner is whoever sent it and whoever something went to, unless the direction is said. */
function streamsOf(filter: FlowFilter, values: Values, until: Date): Stream[] {
  if (filter.partner === undefined || filter.direction !== undefined) return streamsOfOne(filter, values, until)
  return [...streamsOfOne({ ...filter, direction: 'in' }, values, until), ...streamsOfOne({ ...filter, direction: 'out' }, values, until)]
}

function streamsOfOne(filter: FlowFilter, values: Values, until: Date): Stream[] {
  const window = windowOf(filter, values)
  const conditions = conditionsOf(filter, values)
  const terms = termsOf(filter, values)
  if (filter.direction === 'out' && !terms.some(({ name }) => name === 'to' || name === 'channel')) conditions.looked.push(hasSent("d.status <> 'none'"))
  const whole = [...window.ofMessage, ...conditions.ordered, ...conditions.looked]
  const held = [...whole, ...terms.map(term => term.holds)]
  if (filter.person !== undefined) return ofPerson(filter.person, held, values)
  const isNarrow = [filter.controlId, filter.documentId, filter.messageId].some(value => value !== undefined)
  if (isNarrow || (terms.length === 0 && !isOpen(filter.status))) return [ofMessages(held, terms, { window, conditions })]
  if (isOpen(filter.status)) return [{ from: openMessages(`m.status = '${filter.status}'`), id: 'm.id', conditions: held }]
  return [rolledUp(terms, { window, conditions }, values), ...notYet(terms, whole, values.add(until))]
}

function ofMessages(held: readonly string[], terms: readonly Term[], { window, conditions }: { window: Windowed; conditions: Conditions }): Stream {
  const stream = { from: 'message m', id: 'm.id', conditions: held }
  const isIndexed = terms.length === 0 && conditions.looked.length === 0
  return isIndexed ? { ...stream, counted: () => ({ from: stream.from, conditions: [...window.ofId('m.id'), ...conditions.ordered] }) } : stream
}

/** Messages of which this holds, few: without the fence a planner would rather walk through all messages in their order. */
const messagesOf = (condition: string): string => `(select m.* from message m where ${condition} offset 0) m`
const openMessages = (condition: string): string => messagesOf(`m.status not in ('complete', 'refused') and ${condition}`)
const messageOf = (id: string): string => `cross join lateral (select * from message where id = ${id} offset 0) m`

/** Messages of a person: what events name, and what waits for somebody in his lanes. */
function ofPerson({ patients, lanes }: NonNullable<FlowFilter['person']>, held: readonly string[], values: Values): Stream[] {
  const told = `(select distinct cause as id from event where patient = any(${values.add(patients)}) offset 0) c ${messageOf('c.id')}`
  return [
    { from: told, id: 'm.id', conditions: held },
    { from: openMessages(`m.lane_key = any(${values.add(lanes)})`), id: 'm.id', conditions: held },
  ]
}

/** Terms and indexed conditions are merged in the order of ids; what is left is looked at in the rows they agree on. */
function rolledUp(terms: readonly Term[], { window, conditions }: { window: Windowed; conditions: Conditions }, values: Values): Stream {
  const named = terms.map(({ name, value }, index) => `t${index}.term = flow_term_of('${name}', ${values.add(value)})`)
  const joined = terms.slice(1).map((_, index) => `join flow_term t${index + 1} on t${index + 1}.id = t0.id`)
  const merged = conditions.ordered.map((condition, index) => `join message c${index} on c${index}.id = t0.id and ${condition.replace('m.', `c${index}.`)}`)
  const from = ['flow_term t0', ...joined, ...merged].join(' ')
  const bounded = [...named, ...window.ofId('t0.id')]
  return {
    from: `${from} ${messageOf('t0.id')}`,
    id: 't0.id',
    conditions: [...bounded, ...conditions.looked],
    ...(conditions.looked.length === 0 ? { counted: () => ({ from, conditions: bounded }) } : {}),
  }
}

/** What no roll-up has seen: messages and deliveries since, and what is open, which changes without it. Each begins with the few of which one of the terms holds by itself. */
function notYet(terms: readonly Term[], whole: readonly string[], since: string): Stream[] {
  const isSending = `d.status in (${OPEN_DELIVERY.map(status => `'${status}'`).join(', ')})`
  const begun = (part: 'own' | 'open' | 'sent' | 'sending', from: (condition: string) => string): Stream[] => {
    const able = terms.flatMap(({ [part]: condition }) => (condition === undefined ? [] : [condition]))
    if (able.length === 0) return []
    // The one it begins with needs no second look.
    const others = terms.filter(term => able.length > 1 || term[part] === undefined).map(term => term.holds)
    return [{ from: from(`(${able.join(' or ')})`), id: 'm.id', conditions: [...whole, ...others] }]
  }
  return [
    ...begun('own', condition => messagesOf(`m.id >= flow_id_at(${since}) and ${condition}`)),
    ...begun('open', openMessages),
    ...begun('sent', condition => causesOf(`d.planned_at >= ${since} and ${condition}`)),
    ...begun('sending', condition => causesOf(`${isSending} and ${condition}`)),
  ]
}

/** The messages behind deliveries of which this holds. */
function causesOf(condition: string): string {
  const found = `select d.id from delivery d where ${condition} offset 0`
  const causes = `select distinct e.cause as id from (${found}) d join decision x on x.delivery_id = d.id join event e on e.id = x.event_id offset 0`
  return `(${causes}) c ${messageOf('c.id')}`
}
