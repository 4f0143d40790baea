/*
  Counts of flows and their latencies over a stretch of time, from roll-ups where there are any and from the rows elsewhere.
*/
import type { Tx } from '../db.ts'
import { LATENCY_COLUMNS } from './latency.ts'
import { type Values, valuesOf } from '../flows/flow-filter.ts'
import { ALL, DIMENSIONS, factsOf, latenciesOf } from './rollup-facts.ts'
import { DAY, floor, keptFrom, MONTH, QUARTER, type Stretch } from './rollup.ts'
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

interface Counted {
  grouped: Grouped
  at: Date | null
  direction: 'in' | 'out'
  partner: string | null
  kind: string | null
}

export interface CountRow extends Counted {
  outcome: string
  flows: number
}

export interface LatencyRow extends Counted {
  stage: 'acknowledged' | 'stored' | 'delivered'
  /** How many fell into each interval of latency.ts. */
  counts: number[]
}

export async function rolledUntil(tx: Tx): Promise<Date> {
  const { rows } = await tx.query<{ until: Date }>('select until from rollup_until')
  return rows[0]?.until ?? new Date(0)
}

export interface Flows {
  counts: CountRow[]
  latencies: LatencyRow[]
  until: Date
}

/** Points come from pieces no coarser than they are, what is told of partners and kinds from the coarsest. */
export async function flowsOver(tx: Tx, asked: FlowsAsked): Promise<Flows> {
  const until = await rolledUntil(tx)
  const whole = piecesOf(asked, { step: MONTH, until, kept: keptFrom(new Date()) })
  const [points, counts, latencies] = await Promise.all([
    pointsOver(tx, asked, until),
    readGrouped<CountRow>(tx, asked, { ...COUNTS, pieces: whole, by: BY_NAME }),
    readGrouped<LatencyRow>(tx, asked, { ...LATENCIES, pieces: whole, by: BY_NAME }),
  ])
  return { counts: [...points.counts, ...counts], latencies: [...points.latencies, ...latencies], until }
}

/** The points alone. */
export async function pointsOver(tx: Tx, asked: FlowsAsked, known?: Date): Promise<Flows> {
  const until = known ?? (await rolledUntil(tx))
  const pieces = piecesOf(asked, { step: asked.step, until, kept: keptFrom(new Date()) })
  const [counts, latencies] = await Promise.all([
    readGrouped<CountRow>(tx, asked, { ...COUNTS, pieces, by: BY_TIME }),
    readGrouped<LatencyRow>(tx, asked, { ...LATENCIES, pieces, by: BY_TIME }),
  ])
  return { counts, latencies, until }
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
  // Of the day in which it ends little may lie before that: it is looked at, and fills nothing.
  const last = floor(to < until ? to : until, DAY)
  const [first, end, most] = [values.add(floor(from, DAY)), values.add(last), values.add(flows)]
  const { rows } = await tx.query<{ at: Date }>(
    `select at from (select at, sum(sum(flows)) over (order by at desc) - sum(flows) as before from rollup
       where step = ${DAY} and partner <> '${ALL}' and at >= ${first} and at < ${end} and ${where} group by at) d where before < ${most} order by at desc`,
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

const rolledIn = ({ source, from, to }: Piece, values: Values): string =>
  `step = ${source} and partner <> '${ALL}' and at >= ${values.add(from)} and at < ${values.add(to)}`

const POINT = "date_bin($1::int * interval '1 s', at, 'epoch')"

interface Grouping {
  name: string
  sets: readonly string[]
  columns: string
}

const BY_TIME: Grouping = {
  name: 'time',
  sets: ['(point, direction, said)'],
  columns: "'time' as grouped, point as at, direction, null as partner, null as kind",
}
const BY_NAME: Grouping = {
  name: 'name',
  sets: ['(direction, partner, said)', '(direction, kind, said)'],
  columns: "case when grouping(partner) = 0 then 'partner' else 'kind' end as grouped, null as at, direction, partner, kind",
}

interface Source {
  rollup: string
  /** The column that tells rows of one direction, kind and partner apart. */
  said: string
  measures: string
  sums: string
  ofRows: (rows: string) => string
}

const COUNTS: Source = {
  rollup: 'rollup',
  said: 'outcome',
  measures: 'flows',
  sums: 'sum(flows)::int as flows',
  ofRows: rows => `(select *, 1 as flows from ${rows})`,
}
const LATENCIES: Source = {
  rollup: 'rollup_latency',
  said: 'stage',
  measures: LATENCY_COLUMNS.join(', '),
  // As JSON, which Node reads many times faster than an array of PostgreSQL.
  sums: `json_build_array(${LATENCY_COLUMNS.map(name => `sum(${name})`).join(', ')}) as counts`,
  ofRows: rows => `(${latenciesOf(rows, POINT)})`,
}

/** One text for whatever stretch is asked, so that it stays prepared: to plan it over all partitions costs more than to run it. */
async function readGrouped<Row>(
  tx: Tx,
  { step, territory, partner, kind, direction }: FlowsAsked,
  { pieces, by, rollup, said, measures, sums, ofRows }: Source & { pieces: readonly Piece[]; by: Grouping },
): Promise<Row[]> {
  const values = valuesOf()
  values.add(step)
  const narrow = Object.entries({ territory, direction, partner, kind }).filter(([, value]) => value !== undefined)
  const where = [...narrow.map(([column, value]) => `${column} = ${values.add(value)}`), 'true'].join(' and ')
  const columns = `select ${POINT} as point, ${DIMENSIONS}, ${said} as said, ${measures}`
  const rolledUp = (is: '=' | '<>', of: readonly Piece[]): string => {
    const [units, begins, ends] = [of.map(piece => piece.source), of.map(piece => piece.from), of.map(piece => piece.to)]
    return `${columns} from unnest(${values.add(units)}::int[], ${values.add(begins)}::timestamptz[], ${values.add(ends)}::timestamptz[]) w (unit, begins, ends)
      cross join lateral (select * from ${rollup} where step = unit and at >= begins and at < ends and partner ${is} '${ALL}' and ${where} offset 0) r`
  }
  // Only points need no partner: the rows of all of them are enough where there are some.
  const isOfAll = by === BY_TIME && partner === undefined && kind === undefined
  const [together, apart, rows] = sorted(pieces, isOfAll)
  const parts = [
    ...(isOfAll ? [rolledUp('=', together)] : []),
    rolledUp('<>', apart),
    ...rows.map(piece => `${columns} from ${ofRows(`(${factsOf(values.add(piece.from), values.add(piece.to))}) f`)} l where ${where}`),
  ]
  const name = ['flows', rollup, by.name, ...narrow.map(([column]) => column), rows.length].join('-')
  const text = `select ${by.columns}, said as ${said}, ${sums} from (${parts.join(' union all ')}) q group by grouping sets (${by.sets.join(', ')})`
  return (await tx.query<Row>(text, values.all, name)).rows
}

/** Pieces of which the rows of all partners together are read, those of each partner, and those not rolled up. */
function sorted(pieces: readonly Piece[], isOfAll: boolean): [Piece[], Piece[], Piece[]] {
  const rolled = pieces.filter(({ source }) => source !== 'rows')
  const isTogether = ({ source }: Piece): boolean => isOfAll && source !== 'rows' && source >= QUARTER
  return [rolled.filter(isTogether), rolled.filter(piece => !isTogether(piece)), pieces.filter(({ source }) => source === 'rows')]
}
