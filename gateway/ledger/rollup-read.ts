/*
  Counts of flows and their latencies over a stretch of time, from roll-ups where there are any and from the rows elsewhere: one statement each, so that both are of one moment.
*/
import type { Tx } from './db.ts'
import { LATENCY_COLUMNS } from './latency.ts'
import { DIMENSIONS, factsOf, latenciesOf } from './rollup-facts.ts'
import { keptFrom, type Stretch } from './rollup.ts'
import { type Piece, piecesOf } from './rollup-pieces.ts'

export interface FlowsAsked extends Stretch {
  /** Seconds of one point. */
  step: number
  territory?: string | undefined
  partner?: string | undefined
  kind?: string | undefined
  direction?: 'in' | 'out' | undefined
}

type Grouped = 'time' | 'partner' | 'kind'

export interface CountRow {
  grouped: Grouped
  at: Date | null
  direction: 'in' | 'out'
  partner: string | null
  kind: string | null
  outcome: string
  flows: number
}

export interface LatencyRow {
  grouped: Grouped
  at: Date | null
  direction: 'in' | 'out'
  partner: string | null
  kind: string | null
  stage: 'acknowledged' | 'stored' | 'delivered'
  /** How many fell into each interval of latency.ts. */
  counts: number[]
}

export async function rolledUntil(tx: Tx): Promise<Date> {
  const { rows } = await tx.query<{ until: Date }>('select until from rollup_until')
  return rows[0]?.until ?? new Date(0)
}

export async function flowsOver(tx: Tx, asked: FlowsAsked): Promise<{ counts: CountRow[]; latencies: LatencyRow[]; until: Date }> {
  const until = await rolledUntil(tx)
  const pieces = piecesOf(asked, { step: asked.step, until, kept: keptFrom(new Date()) })
  const [counts, latencies] = await Promise.all([read<CountRow>(tx, asked, countsOver(pieces)), read<LatencyRow>(tx, asked, latenciesOver(pieces))])
  return { counts, latencies, until }
}

type Statement = (values: { add(value: unknown): string }, where: string) => string

async function read<Row>(tx: Tx, { step, territory, partner, kind, direction }: FlowsAsked, statement: Statement): Promise<Row[]> {
  const all: unknown[] = [step]
  const values = { add: (value: unknown): string => `$${all.push(value)}` }
  const is = (column: string, value: string | undefined): string[] => (value === undefined ? [] : [`${column} = ${values.add(value)}`])
  const where = [...is('territory', territory), ...is('partner', partner), ...is('kind', kind), ...is('direction', direction)].join(' and ')
  return (await tx.query<Row>(statement(values, where === '' ? 'true' : where), all)).rows
}

const POINT = "date_bin($1::int * interval '1 s', at, 'epoch')"
const GROUPED = `case when grouping(point) = 0 then 'time' when grouping(partner) = 0 then 'partner' else 'kind' end as grouped, point as at, direction, partner, kind`
const setsOf = (column: string): string =>
  `group by grouping sets ((point, direction, ${column}), (direction, partner, ${column}), (direction, kind, ${column}))`

const countsOver =
  (pieces: readonly Piece[]): Statement =>
  (values, where) => {
    const parts = pieces.map(({ source, from, to }) =>
      source === 'rows'
        ? `select at, ${DIMENSIONS}, outcome, 1 as flows from (${factsOf(values.add(from), values.add(to))}) f where ${where}`
        : `select at, ${DIMENSIONS}, outcome, flows from rollup where step = ${source} and at >= ${values.add(from)} and at < ${values.add(to)} and ${where}`,
    )
    return `select ${GROUPED}, outcome, sum(flows)::int as flows from (select ${POINT} as point, ${DIMENSIONS}, outcome, flows from (${parts.join(' union all ')}) p) q ${setsOf('outcome')}`
  }

const latenciesOver =
  (pieces: readonly Piece[]): Statement =>
  (values, where) => {
    const columns = LATENCY_COLUMNS.join(', ')
    const parts = pieces.map(({ source, from, to }) =>
      source === 'rows'
        ? `select at, ${DIMENSIONS}, stage, ${columns} from (${latenciesOf(`(${factsOf(values.add(from), values.add(to))}) f`, POINT)}) l where ${where}`
        : `select at, ${DIMENSIONS}, stage, ${columns} from rollup_latency where step = ${source} and at >= ${values.add(from)} and at < ${values.add(to)} and ${where}`,
    )
    const sums = LATENCY_COLUMNS.map(name => `sum(${name})::int`).join(', ')
    return `select ${GROUPED}, stage, array[${sums}] as counts from (select ${POINT} as point, ${DIMENSIONS}, stage, ${columns} from (${parts.join(' union all ')}) p) q ${setsOf('stage')}`
  }
