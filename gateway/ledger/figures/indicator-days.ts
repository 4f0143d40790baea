/*
  Keeps what the indicators count: each day once it is over, and again when something of it has changed; months from their days.
    what is written of a day replaces what was written before, in the transaction that moves `indicator_until` or takes its marks: killed at any line, the next pass gives the same
*/
import type { Db, Tx } from '../db.ts'
import { countsBy, delaysBy, PARIS, SETTLED_AFTER } from './indicator-facts.ts'
import { codesOf, countedScopes, findTerritories, type Scope } from './indicators.ts'

/** Days of one transaction: few where they are full, many where they are empty. */
const FEWEST_DAYS = 4
const MOST_DAYS = 32
const QUICK_MS = 500
/** The first stretch is all that is older: little or nothing, and nobody asks for its months. */
const OLDEST_YEARS = 11
const MARKS_AT_ONCE = 5000

/** One pass, under a lease: a second one would only wait. Out: is there more to do at once? */
export function keepIndicators(db: Db): () => Promise<boolean> {
  let next = FEWEST_DAYS
  return async () => {
    const [days, began] = [next, Date.now()]
    next = FEWEST_DAYS
    const isMore = await countIndicatorDays(db, days)
    if (Date.now() - began < QUICK_MS) next = Math.min(days * 2, MOST_DAYS)
    return isMore
  }
}

/** One pass over at most so many days of each sort. Out: is there more to do at once? */
export async function countIndicatorDays(db: Db, days: number): Promise<boolean> {
  const hasAdvanced = await db.tx(tx => advance(tx, days))
  const hasMended = await db.tx(tx => mend(tx, days))
  return hasAdvanced || hasMended
}

/** Counts days that are over, the oldest first. Out: is there more? */
async function advance(tx: Tx, days: number): Promise<boolean> {
  await lockUntil(tx)
  const scopes = await findTerritories(tx)
  if (await isOfOthers(tx, scopes)) await forgetDays(tx, scopes)
  const { rows } = await tx.query<{ from: string; to: string; ripe: string }>(NEXT_STRETCH, [days])
  const [next] = rows
  if (next === undefined) return false
  // Set back with a clock that ran ahead: the days to come are counted when they are over.
  if (next.from < next.to) await countStretches(tx, [next])
  await tx.query('update indicator_until set until = $1', [next.to])
  return next.to !== next.ripe
}

const NEXT_STRETCH = `
select until::text as "from", least(ripe, case when until = '-infinity' then oldest else until + $1::int end)::text as "to", ripe::text as ripe
from indicator_until, (select ((clock_timestamp() - interval '1 hour') ${PARIS})::date as ripe) r,
  (select greatest(clock_timestamp() - interval '${OLDEST_YEARS} years', least(
      (select min(least(started_at, due_at, accepted_at, refused_at, answered_at)) from care_fact), (select min(happened_at) from stay_alert),
      (select min(at) from event where type in ('encounter.adm', 'encounter.sor')), clock_timestamp()))::date as oldest) o
where until <> ripe`

/** Whoever counts holds this row; everything is counted after it is ours. */
async function lockUntil(tx: Tx): Promise<void> {
  await tx.query('select until from indicator_until for update')
}

async function isOfOthers(tx: Tx, scopes: readonly Scope[]): Promise<boolean> {
  const counted = await countedScopes(tx)
  return counted.size !== scopes.length || scopes.some(scope => counted.get(scope.structure) !== codesOf(scope))
}

async function forgetDays(tx: Tx, scopes: readonly Scope[]): Promise<void> {
  for (const table of ['indicator_count', 'indicator_delay', 'indicator_scope', 'indicator_stale']) await tx.query(`delete from ${table}`)
  await tx.query("update indicator_until set until = '-infinity'")
  await tx.query('insert into indicator_scope (structure, codes) select * from unnest($1::text[], $2::text[])', [
    scopes.map(one => one.structure),
    scopes.map(codesOf),
  ])
}

/** Counts again the days that have changed. Out: is there more? */
async function mend(tx: Tx, days: number): Promise<boolean> {
  await lockUntil(tx)
  await tx.query(MARK_DAYS_OF_NAMED, [MARKS_AT_ONCE])
  await tx.query('delete from indicator_stale where day >= (select until from indicator_until)')
  const { rows } = await tx.query<{ from: string; to: string }>(TAKE_STALE, [days])
  if (rows.length === 0) return false
  await countStretches(tx, rows)
  return rows.length === days
}

const TAKE_STALE = `
with taken as (delete from indicator_stale where day in (select distinct day from indicator_stale where due <= clock_timestamp() order by day limit $1) and due <= clock_timestamp() returning day)
select distinct day::text as "from", (day + 1)::text as "to" from taken`

/** Where somebody works, of what kind his structure is: days of what he did, asked or was told, and of those whose circle he runs. */
const MARK_DAYS_OF_NAMED = `
with taken as (delete from indicator_stale where ctid = any(array(select ctid from indicator_stale where reference is not null limit $1)) returning reference),
  named as materialized (select reference from taken union select d.reference from taken join access_directory d on d.organization = taken.reference),
  run as materialized (select distinct patient from access where kind = 'managing' and party in (select reference from named)),
  moments as (
    select unnest(care_fact_moments(f)) as at from care_fact f where f.structure in (select reference from named) or f.party in (select reference from named)
    union all select unnest(care_fact_moments(f)) from run join care_fact f using (patient)
    union all select happened_at from stay_alert where structure in (select reference from named) or patient in (select patient from run)
    union all select e.at from run join event e using (patient) where e.type in ('encounter.adm', 'encounter.sor')
    union all select e.at from named join delivery d on d.member = named.reference join event e on e.id = d.event_id where e.type in ('encounter.adm', 'encounter.sor'))
insert into indicator_stale (day) select distinct (at ${PARIS})::date from moments where at is not null and exists (select from named)`

type Stretch = Record<'from' | 'to', string>

/** $1 the first days of stretches, $2 the days after their last. */
const STRETCHES = 'unnest($1::date[], $2::date[]) as r (first, next)'
const OPEN = `
with scope as materialized (select structure, string_to_array(codes, ',') as codes from indicator_scope),
  since as (select '-infinity'::timestamptz as at),
  open as materialized (select first::timestamp ${PARIS} as begins, next::timestamp ${PARIS} as ends from ${STRETCHES}),
  unsettled as (select * from open)`
const DAY = `(f.moment ${PARIS})::date`

const MONTHS = `(select distinct date_trunc('month', first) as begins, date_trunc('month', next - 1) + interval '1 month' as ends from ${STRETCHES}) m`
const daysOfMonths = (table: string): string => `${MONTHS} join ${table} c on c.step = 'day' and c.at >= m.begins and c.at < m.ends`
const MONTH = "'month', date_trunc('month', at)::date"
const COUNT = 'indicator_count (step, at, structure, indicator, type, category, sector, support, count)'
const DELAY = 'indicator_delay (step, at, structure, indicator, seconds)'

/** In this order; each replaces what there was. */
const COUNT_STRETCHES = [
  ...['indicator_count', 'indicator_delay'].flatMap(table => [
    `delete from ${table} c using ${STRETCHES} where c.step = 'day' and c.at >= first and c.at < next`,
    `delete from ${table} c using ${STRETCHES} where c.step = 'month' and c.at >= date_trunc('month', first) and c.at < next`,
  ]),
  `${OPEN} insert into ${COUNT} select 'day', c.* from (${countsBy(DAY)}) c`,
  `${OPEN} insert into ${DELAY} select 'day', at, structure, indicator, array_agg(seconds) from (${delaysBy(DAY)}) c group by 2, 3, 4`,
  `insert into ${COUNT} select ${MONTH}, structure, indicator, type, category, sector, support, sum(count) from ${daysOfMonths('indicator_count')} group by 2, 3, 4, 5, 6, 7, 8`,
  `insert into ${DELAY} select ${MONTH}, structure, indicator, array[percentile_cont(0.5) within group (order by took)]
   from ${daysOfMonths('indicator_delay')} cross join lateral unnest(c.seconds) as took group by 2, 3, 4`,
  // What settles late is counted again once it has.
  `insert into indicator_stale (day, due)
   select day, due from ${STRETCHES} cross join generate_series(greatest(first, next - 4), next - 1, interval '1 day') d
     cross join lateral (select d::date as day, (d::date + 1)::timestamp ${PARIS} + ${SETTLED_AFTER} as due) s
   where due > clock_timestamp() and not exists (select from indicator_stale t where t.day = s.day and t.due = s.due)`,
]

async function countStretches(tx: Tx, stretches: readonly Stretch[]): Promise<void> {
  const values = [stretches.map(one => one.from), stretches.map(one => one.to)]
  for (const [n, text] of COUNT_STRETCHES.entries()) await tx.query(text, values, `indicator-keep-${n}`)
}
