/*
  Reads what the indicators are made of, by territory and month, from one moment: months that are kept, the kept days of the others, and the facts of days that are open.
    open day     not counted yet, or something of it has changed since
*/
import type { IndicatorCode } from '../../../profiles/tables/indicators.ts'
import type { Sector } from '../../../profiles/tables/sectors.ts'
import type { Tx } from '../db.ts'
import { countsBy, delaysBy, PARIS, SCOPES, SETTLED_AFTER, SETTLING, STANDING } from './indicator-facts.ts'

/** Whose facts are counted together: those of a structure, and those on its ground. */
export interface Scope {
  /** As the territory is named in the answer. */
  name: string
  /** `Organization/<id>` */
  structure: string
  /** COG codes of communes or départements. */
  codes: readonly string[]
}

export interface Tally {
  /** The structure whose territory it is. */
  structure: string
  /** `2026-06` */
  month: string
  indicator: IndicatorCode
  type: string | null
  category: string | null
  sector: Sector | null
  support: string | null
  /** Of what stands: how many more than the month before. */
  count: number
}

export interface Delay {
  structure: string
  month: string
  indicator: IndicatorCode
  seconds: number
}

export interface Asked {
  scopes: readonly Scope[]
  /** `2026-06`, both counted. */
  from: string
  to: string
}

const listed = (codes: readonly string[]): string => codes.map(code => `'${code}'`).join(', ')
const MONTH_OF_MOMENT = `date_trunc('month', f.moment ${PARIS})::date`

/** $3 the first of the first month, $4 the first after the last, $5 whether anything is kept for these territories. */
const KNOWN = `
with ${SCOPES},
  since as materialized (select $3::date::timestamp ${PARIS} as at),
  kept as materialized (select until, least(until, ((statement_timestamp() - ${SETTLED_AFTER}) ${PARIS})::date) as settled
    from (select case when $5 then until else '-infinity' end as until from indicator_until) u),
  stale as materialized (select distinct day from indicator_stale, kept where day < until and day < $4 and due <= statement_timestamp()),
  stale_month as materialized (select distinct date_trunc('month', day)::date as at from stale),
  open as materialized (select first::timestamp ${PARIS} as begins, next::timestamp ${PARIS} as ends
    from (select day as first, day + 1 as next from stale union all select until, $4::date from kept where until < $4) d),
  unsettled as materialized (select first::timestamp ${PARIS} as begins, next::timestamp ${PARIS} as ends
    from (select day as first, day + 1 as next from stale, kept where day < settled union all select settled, $4::date from kept where settled < $4) d)`

const MONTH_OF_DAY = "date_trunc('month', c.at)::date"
/** A kept day that tells the truth. */
const HOLDS = `c.at < $4 and c.at < kept.until and not exists (select from stale where day = c.at) and (c.indicator not in (${listed(SETTLING)}) or c.at < kept.settled)`

/** Rows of whole months, and of days of the others. `which` narrows them, by the index it names. */
const keptWhere = (which: string, { table, columns }: { table: string; columns: string }): string => `
  select c.at, ${columns} from kept join ${table} c on c.step = 'month' and ${which}
    where c.at + interval '1 month' <= kept.settled and c.at < $4 and not exists (select from stale_month m where m.at = c.at)
  union all
  select ${MONTH_OF_DAY}, ${columns} from kept join ${table} c on c.step = 'day' and ${which} and c.at >= date_trunc('month', kept.settled) where ${HOLDS}
  union all
  select ${MONTH_OF_DAY}, ${columns} from kept cross join stale_month m join ${table} c
    on c.step = 'day' and ${which} and c.at >= m.at and c.at < m.at + interval '1 month' and c.at < date_trunc('month', kept.settled) where ${HOLDS}`

const COUNTS = { table: 'indicator_count', columns: 'c.structure, c.indicator, c.type, c.category, c.sector, c.support, c.count' }
const TIMES = { table: 'indicator_delay', columns: 'c.structure, c.indicator, unnest(c.seconds) as seconds' }

const TALLIES = `${KNOWN}
select to_char(at, 'YYYY-MM') as month, structure, indicator, type, category, sector, support, sum(count)::int as count from (
  ${keptWhere(`c.at >= $3 and c.indicator not in (${listed(STANDING)})`, COUNTS)}
  union all
  ${keptWhere(`c.indicator in (${listed(STANDING)})`, COUNTS)}
  union all
  ${countsBy(MONTH_OF_MOMENT)}
) c join scope using (structure) group by 1, 2, 3, 4, 5, 6, 7 having sum(count) <> 0`

const DELAYS = `${KNOWN}
select to_char(at, 'YYYY-MM') as month, structure, indicator, percentile_cont(0.5) within group (order by seconds) as seconds from (
  ${keptWhere('c.at >= $3', TIMES)}
  union all
  ${delaysBy(MONTH_OF_MOMENT)}
) c join scope using (structure) group by 1, 2, 3`

/** What stood before the first month is in rows of earlier ones. */
export async function tallyIndicators(tx: Tx, { scopes, from, to }: Asked): Promise<{ tallies: Tally[]; delays: Delay[] }> {
  const counted = await countedScopes(tx)
  const isKept = (scope: Scope): boolean => counted.get(scope.structure) === codesOf(scope)
  const found = { tallies: [] as Tally[], delays: [] as Delay[] }
  for (const kept of [true, false]) {
    const those = scopes.filter(scope => isKept(scope) === kept)
    if (those.length === 0) continue
    const values = [those.map(one => one.structure), those.map(codesOf), `${from}-01`, firstAfter(to), kept]
    found.tallies.push(...(await tx.query<Tally>(TALLIES, values, 'indicator-tallies')).rows)
    found.delays.push(...(await tx.query<Delay>(DELAYS, values, 'indicator-delays')).rows)
  }
  return found
}

export const codesOf = ({ codes }: Pick<Scope, 'codes'>): string => codes.join(',')

/** Territories that days are kept for, with the codes they were counted by. */
export async function countedScopes(tx: Tx): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ structure: string; codes: string }>('select structure, codes from indicator_scope', [], 'indicator-scopes')
  return new Map(rows.map(({ structure, codes }) => [structure, codes]))
}

function firstAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 10)
}

export interface Territory extends Scope {
  type: string
}

/** The structures that a report may be about: each DAC and CPTS that is at work. */
export async function findTerritories(tx: Tx): Promise<Territory[]> {
  const { rows } = await tx.query<Omit<Territory, 'name'>>(
    "select reference as structure, type, territory as codes from access_directory where type in ('604', '606') and is_active and reference like 'Organization/%' order by reference",
    [],
    'indicator-territories',
  )
  return rows.map(row => ({ ...row, codes: [...row.codes].sort(), name: [...row.codes].sort()[0] ?? row.structure }))
}
