/*
  Counts what the indicators are made of, by territory and month: one branch per indicator over the facts of care, the stays and what was delivered of them.
    territory of a fact    the DAC that answers for it; else its commune, the structure's, the person's home, that of the structure that runs his circle
    month                  that of Paris
*/
import type { IndicatorCode } from '../../profiles/tables/indicators.ts'
import type { Sector } from '../../profiles/tables/sectors.ts'
import type { Tx } from './db.ts'
import { READ } from './receipts.ts'

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
  territory: string
  /** `2026-06` */
  month: string
  indicator: IndicatorCode
  type: string | null
  category: string | null
  sector: Sector | null
  support: string | null
  count: number
}

export interface Delay {
  territory: string
  month: string
  indicator: IndicatorCode
  seconds: number
}

export interface Asked {
  scopes: readonly Scope[]
  /** `2026-06`, one after the other. */
  months: readonly string[]
}

const REACHED = "d.status in ('sent', 'delivered', 'unconfirmed') and (d.member is not null or d.channel = 'subscription')"

/** Where a message came from, as places of a fact; one written through the FHIR door has its event alone. */
const placesOf = (territory: string): string =>
  `case when ${territory} is null then '{}' else array[${territory}, left(${territory}, case when ${territory} ~ '^9[78]' then 3 else 2 end)] end`

/** The whole stretch of time that is asked for: facts are read within it by an index, then each finds its month. */
const BEGINS = "((($1::text[])[1] || '-01')::timestamp at time zone 'Europe/Paris')"
const ENDS = "(((($1::text[])[cardinality($1)] || '-01')::timestamp + interval '1 month') at time zone 'Europe/Paris')"
const within = (column: string): string => `${column} >= ${BEGINS} and ${column} < ${ENDS}`

/** Facts that are in no row of care_fact: discharges with the first time a circle was told, and what was told of stays to one recipient each. */
const STAYS = {
  discharge: `(select a.patient, a.structure, a.structure as party, null as about, ${placesOf('t.territory')} as places, a.happened_at as started_at,
      (select min(d.planned_at) from event e join delivery d on d.event_id = e.id where e.cause = a.cause and e.type = 'encounter.sor' and ${REACHED}) as answered_at
    from stay_alert a cross join lateral (select coalesce((select territory from message where id = a.cause), (select max(territory) from event where cause = a.cause)) as territory offset 0) t
    where a.kind = 'discharge' and a.state <> 'withdrawn' and ${within('a.happened_at')})`,
  news: `(select e.patient, null as structure, d.member as party, null as about, ${placesOf('coalesce(m.territory, e.territory)')} as places, e.at as started_at,
      (select min(r.at) from receipt r where r.delivery_id = d.id and r.outcome in (${READ.map(outcome => `'${outcome}'`).join(', ')})) as answered_at
    from event e join delivery d on d.event_id = e.id left join message m on m.id = e.cause
    where e.type in ('encounter.adm', 'encounter.sor') and ${within('e.at')} and ${REACHED})`,
}

const facts = (kind: string, column: string): string => `(select * from care_fact where is_counted and kind = '${kind}' and ${within(column)})`
const standing = (kind: string): string =>
  `(select * from care_fact where is_counted and kind = '${kind}' and started_at < ${ENDS} and (ended_at is null or ended_at >= ${BEGINS}))`
const during = (column: string): string => `f.${column} >= m.begins and f.${column} < m.ends`
const IN_MONTH = during('started_at')
const STANDING = 'f.started_at < m.until and (f.ended_at is null or f.ended_at >= m.until)'
const OVER_48H = "(f.answered_at is not null or (f.ended_at is null and f.started_at + interval '48 hours' <= clock_timestamp()))"
const IN_48H = "f.answered_at <= f.started_at + interval '48 hours'"
const EARLIER_REVIEW = "exists (select from care_fact e where e.kind = 'review' and e.about = f.about and e.due_at < f.due_at)"
const ANSWERED = 'f.answered_at is not null'

/** What each indicator counts: facts, and which of them in a month. */
const COUNTED: readonly [IndicatorCode, string, string][] = [
  ['demandes-recues', facts('demand', 'started_at'), IN_MONTH],
  ['demandes-acceptees', facts('demand', 'accepted_at'), during('accepted_at')],
  ['demandes-rejetees', facts('demand', 'refused_at'), during('refused_at')],
  ['mt-informes', facts('validation', 'started_at'), IN_MONTH],
  ['mt-decisions', facts('validation', 'answered_at'), during('answered_at')],
  ['pps-actifs', standing('plan'), STANDING],
  ['pps-a-reevaluer', facts('review', 'due_at'), during('due_at')],
  ['pps-reevalues', facts('review', 'started_at'), `${IN_MONTH} and ${EARLIER_REVIEW}`],
  ['snp-echues', facts('unscheduled', 'started_at'), `${IN_MONTH} and ${OVER_48H}`],
  ['snp-repondues-48h', facts('unscheduled', 'started_at'), `${IN_MONTH} and ${IN_48H}`],
  ['sorties', STAYS.discharge, IN_MONTH],
  ['sorties-annoncees', STAYS.discharge, `${IN_MONTH} and ${ANSWERED}`],
  ['alertes-delivrees', facts('alert', 'started_at'), IN_MONTH],
  ['alertes-delivrees', STAYS.news, IN_MONTH],
  ['alertes-lues', facts('alert', 'started_at'), `${IN_MONTH} and ${ANSWERED}`],
  ['alertes-lues', STAYS.news, `${IN_MONTH} and ${ANSWERED}`],
  ['cercles-avec-mt', standing('circle'), STANDING],
  ['oppositions', facts('opposition', 'started_at'), IN_MONTH],
]

/** Of which the median is told: facts, the column that says when, since started_at. */
const TIMED: readonly [IndicatorCode, string, string][] = [
  ['delai-acceptation', 'demand', 'accepted_at'],
  ['delai-decision-mt', 'validation', 'answered_at'],
]

// Months and scopes come as arrays: the planner knows how few they are.
const WITH = `
with month as (
    select name as month, first at time zone 'Europe/Paris' as begins, (first + interval '1 month') at time zone 'Europe/Paris' as ends,
      least((first + interval '1 month') at time zone 'Europe/Paris', clock_timestamp()) as until
    from unnest($1::text[]) as name cross join lateral (select (name || '-01')::timestamp as first) as begun),
  scope as materialized (select name, structure, string_to_array(codes, ',') as codes from unnest($2::text[], $3::text[], $4::text[]) as r (name, structure, codes))`

/** Worked out once for a fact, not once for each scope: that is what the fence is for. */
const GROUND = `
  left join access_directory own on own.reference = f.structure
  left join access_directory org on org.reference = own.organization
  left join home h on h.patient = f.patient
  cross join lateral (select case
      when org.type = '606' and org.territory <> '{}' then org.territory
      when f.places <> '{}' then f.places
      when org.territory <> '{}' then org.territory
      when h.places is not null then h.places
      else coalesce((select run.territory from access a join access_directory run on run.reference = a.party where a.patient = f.patient and a.kind = 'managing' limit 1), '{}')
    end as codes offset 0) as ground
  join scope s on s.structure = org.reference or s.codes && ground.codes`

const WHO = `
  left join access_directory one on one.reference = f.party
  left join access_directory place on place.reference = one.organization
  left join care_fact ask on ask.reference = f.about and ask.kind = 'ask'`

const TALLIES = `${WITH}
${COUNTED.map(
  ([
    indicator,
    source,
    which,
  ]) => `select s.name as territory, m.month, '${indicator}' as indicator, split_part(f.party, '/', 1) as type, place.type as category,
  coalesce(one.sector, place.sector) as sector, ask.support, count(*)::int as count
from month m join ${source} f on ${which} ${GROUND} ${WHO} group by 1, 2, 4, 5, 6, 7`,
).join('\nunion all\n')}`

const DELAYS = `${WITH}
${TIMED.map(
  ([indicator, kind, column]) => `select s.name as territory, m.month, '${indicator}' as indicator,
  percentile_cont(0.5) within group (order by extract(epoch from f.${column} - f.started_at))::float8 as seconds
from month m join ${facts(kind, column)} f on ${during(column)} ${GROUND} group by 1, 2`,
).join('\nunion all\n')}`

export async function tallyIndicators(tx: Tx, { scopes, months }: Asked): Promise<{ tallies: Tally[]; delays: Delay[] }> {
  if (scopes.length === 0) return { tallies: [], delays: [] }
  const values = [months, scopes.map(one => one.name), scopes.map(one => one.structure), scopes.map(one => one.codes.join(','))]
  const tallies = await tx.query<Tally>(TALLIES, values, 'indicator-tallies')
  const delays = await tx.query<Delay>(DELAYS, values, 'indicator-delays')
  return { tallies: tallies.rows, delays: delays.rows }
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
