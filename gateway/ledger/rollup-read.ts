/*
  Counts of flows and their latencies over a stretch of time, from roll-ups where there are any and from the rows elsewhere.
*/
import type { Tx } from './db.ts'
import { LATENCY_COLUMNS } from './latency.ts'
import { type Values, valuesOf } from './flow-filter.ts'
import { ALL, DIMENSIONS, factsOf, latenciesOf } from './rollup-facts.ts'
import { DAY, floor, keptFrom, MONTH, type Stretch } from './rollup.ts'
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

/** Points come from pieces no coarser than they are, what is told of partners and kinds from the coarsest. */
export async function flowsOver(tx: Tx, asked: FlowsAsked): Promise<{ counts: CountRow[]; latencies: LatencyRow[]; until: Date }> {
  const until = await rolledUntil(tx)
  const known = { until, kept: keptFrom(new Date()) }
  const [points, whole] = [piecesOf(asked, { step: asked.step, ...known }), piecesOf(asked, { step: MONTH, ...known })]
  const read = <Row>(build: Build, pieces: readonly Piece[], sets: readonly string[]): Promise<Row[]> => readGrouped<Row>(tx, asked, { build, pieces, sets })
  const [counts, shares, latencies, measured] = await Promise.all([
    read<CountRow>(countsOver, points, BY_TIME),
    read<CountRow>(countsOver, whole, BY_NAME),
    read<LatencyRow>(latenciesOver, points, BY_TIME),
    read<LatencyRow>(latenciesOver, whole, BY_NAME),
  ])
  return { counts: [...counts, ...shares], latencies: [...latencies, ...measured], until }
}

export interface MessagesAsked extends Stretch {
  /** All of these. */
  senders: readonly string[]
  territories: readonly string[]
  kind: string | undefined
  outcome: string | undefined
}

/** How many messages came, of those that this says of. */
export async function countMessages(tx: Tx, { from, to, ...asked }: MessagesAsked): Promise<number> {
  const values = valuesOf()
  const where = conditionsOf(asked, values)
  const pieces = piecesOf({ from, to }, { step: MONTH, until: await rolledUntil(tx), kept: keptFrom(new Date()) })
  const parts = pieces.map(piece =>
    piece.source === 'rows'
      ? `select count(*) as flows from (${factsOf(values.add(piece.from), values.add(piece.to))}) f where ${where}`
      : `select sum(flows) as flows from rollup where ${rolledIn(piece, values)} and ${where}`,
  )
  const { rows } = await tx.query<{ flows: number }>(`select coalesce(sum(flows), 0)::int as flows from (${parts.join(' union all ')}) p`, values.all)
  return rows[0]?.flows ?? 0
}

/** The days, latest first, on which so many of them came, and those that are not rolled up. */
export async function daysWith(tx: Tx, { from, to, ...asked }: MessagesAsked, { until, flows }: { until: Date; flows: number }): Promise<Date[]> {
  const values = valuesOf()
  const where = conditionsOf(asked, values)
  const last = floor(until, DAY)
  const [first, end, most] = [values.add(floor(from, DAY)), values.add(to < last ? to : last), values.add(flows)]
  const { rows } = await tx.query<{ at: Date }>(
    `select at from (select at, sum(sum(flows)) over (order by at desc) - sum(flows) as before from rollup
       where step = ${DAY} and at >= ${first} and at < ${end} and ${where} group by at) d where before < ${most} order by at desc`,
    values.all,
  )
  const live: Date[] = []
  for (let at = last; at < to; at = new Date(at.getTime() + DAY * 1000)) live.unshift(at)
  return [...live, ...rows.map(row => row.at)]
}

function conditionsOf({ senders, territories, kind, outcome }: Omit<MessagesAsked, 'from' | 'to'>, values: Values): string {
  const is = (column: string, value: string | undefined): string[] => (value === undefined ? [] : [`${column} = ${values.add(value)}`])
  return [
    "direction = 'in'",
    ...senders.flatMap(one => is('partner', one)),
    ...territories.flatMap(one => is('territory', one)),
    ...is('kind', kind),
    ...is('outcome', outcome),
  ].join(' and ')
}

const rolledIn = ({ source, from, to, isOfAll = false }: Piece & { isOfAll?: boolean }, values: Values): string =>
  `step = ${source} and partner ${isOfAll ? '=' : '<>'} '${ALL}' and at >= ${values.add(from)} and at < ${values.add(to)}`

const BY_TIME = ['(point, direction, stage)']
const BY_NAME = ['(direction, partner, stage)', '(direction, kind, stage)']
const POINT = "date_bin($1::int * interval '1 s', at, 'epoch')"

type Build = (pieces: readonly Piece[], where: string, values: Values) => { part: string; sums: string; by: string }

async function readGrouped<Row>(
  tx: Tx,
  { step, territory, partner, kind, direction }: FlowsAsked,
  { build, pieces, sets }: { build: Build; pieces: readonly Piece[]; sets: readonly string[] },
): Promise<Row[]> {
  const values = valuesOf()
  values.add(step)
  const is = (column: string, value: string | undefined): string[] => (value === undefined ? [] : [`${column} = ${values.add(value)}`])
  const narrow = [...is('partner', partner), ...is('kind', kind)]
  const where = [...is('territory', territory), ...narrow, ...is('direction', direction), 'true'].join(' and ')
  // Only points need no partner: the rows of all of them are enough where there are some.
  const isOfAll = sets === BY_TIME && narrow.length === 0
  const { part, sums, by } = build(
    pieces.map(piece => ({ ...piece, isOfAll: isOfAll && piece.source !== 'rows' && piece.source >= DAY })),
    where,
    values,
  )
  const grouped = sets.map(set => set.replace('stage', by))
  const columns =
    sets === BY_TIME
      ? "'time' as grouped, point as at, direction, null as partner, null as kind"
      : "case when grouping(partner) = 0 then 'partner' else 'kind' end as grouped, null as at, direction, partner, kind"
  return (await tx.query<Row>(`select ${columns}, ${by}, ${sums} from (${part}) q group by grouping sets (${grouped.join(', ')})`, values.all)).rows
}

const countsOver: Build = (pieces, where, values) => {
  const columns = (flows: string): string => `select ${POINT} as point, ${DIMENSIONS}, outcome, ${flows}`
  const parts = pieces.map(piece =>
    piece.source === 'rows'
      ? `${columns('1 as flows')} from (${factsOf(values.add(piece.from), values.add(piece.to))}) f where ${where}`
      : `${columns('flows')} from rollup where ${rolledIn(piece, values)} and ${where}`,
  )
  return { part: parts.join(' union all '), sums: 'sum(flows)::int as flows', by: 'outcome' }
}

const latenciesOver: Build = (pieces, where, values) => {
  const columns = `select ${POINT} as point, ${DIMENSIONS}, stage, ${LATENCY_COLUMNS.join(', ')}`
  const parts = pieces.map(piece =>
    piece.source === 'rows'
      ? `${columns} from (${latenciesOf(`(${factsOf(values.add(piece.from), values.add(piece.to))}) f`, POINT)}) l where ${where}`
      : `${columns} from rollup_latency where ${rolledIn(piece, values)} and ${where}`,
  )
  return { part: parts.join(' union all '), sums: `array[${LATENCY_COLUMNS.map(name => `sum(${name})::int`).join(', ')}] as counts`, by: 'stage' }
}
