/*
  What each indicator counts: moments of facts of care, of stays and of what was told of them, each in the territory it lies in. The same text counts days to be kept and days that are open.
    territory of a fact    the DAC that answers for it; else its commune, the structure's, the person's home, that of the structure that runs his circle
    what stands            one more from when it begins, one fewer from when it ends
*/
import type { IndicatorCode } from '../../../profiles/tables/indicators.ts'
import { READ } from '../deliveries/receipts.ts'

/** How many there are at the end of a month: kept as what each day adds and takes away. */
export const STANDING: readonly IndicatorCode[] = ['pps-actifs', 'cercles-avec-mt']
/** Not settled before the facts are 48 hours old. */
export const SETTLING: readonly IndicatorCode[] = ['snp-echues', 'snp-repondues-48h']
export const SETTLED_AFTER = "interval '49 hours'"

export const PARIS = "at time zone 'Europe/Paris'"

const TOLD = "is_told(d.status) and (d.member is not null or d.channel = 'subscription')"

/** Where a message came from, as places of a fact; one written through the FHIR door has its event alone. */
const placesOf = (territory: string): string =>
  `case when ${territory} is null then '{}' else array[${territory}, left(${territory}, case when ${territory} ~ '^9[78]' then 3 else 2 end)] end`

const COLUMNS = 'patient, structure, party, about, places, started_at, ended_at, accepted_at, refused_at, answered_at, due_at'

/** Facts whose `moment` lies in an open stretch: each stretch is read by its index, whatever the planner thinks of their number. */
function facts(kind: string, moment: string, { open = 'open', since = '(select at from since)', which = 'is_counted' } = {}): string {
  return `${open} o cross join lateral (select ${COLUMNS}, ${moment} as moment from care_fact
    where ${which} and kind = '${kind}' and ${moment} >= greatest(o.begins, ${since}) and ${moment} < o.ends offset 0) f`
}

const NO_FACT = 'null::timestamptz as ended_at, null::timestamptz as accepted_at, null::timestamptz as refused_at'

/** Discharges with the first time a circle was told, and what was told of stays to one recipient each: in no row of care_fact. */
const DISCHARGE = `open o cross join lateral (
    select a.patient, a.structure, a.structure as party, null as about, ${placesOf('t.territory')} as places, a.happened_at as started_at, ${NO_FACT}, null::timestamptz as due_at,
      (select min(d.planned_at) from event e join delivery d on d.event_id = e.id where e.cause = a.cause and e.type = 'encounter.sor' and ${TOLD}) as answered_at, a.happened_at as moment
    from stay_alert a cross join lateral (select coalesce((select territory from message where id = a.cause), (select max(territory) from event where cause = a.cause)) as territory offset 0) t
    where a.kind = 'discharge' and a.state <> 'withdrawn' and a.happened_at >= greatest(o.begins, (select at from since)) and a.happened_at < o.ends offset 0) f`
const NEWS = `open o cross join lateral (
    select e.patient, null as structure, d.member as party, null as about, ${placesOf('coalesce((select territory from message where id = e.cause), e.territory)')} as places, e.at as started_at, ${NO_FACT}, null::timestamptz as due_at,
      (select min(r.at) from receipt r where r.delivery_id = d.id and r.outcome in (${READ.map(outcome => `'${outcome}'`).join(', ')})) as answered_at, e.at as moment
    from event e join delivery d on d.event_id = e.id
    where e.type in ('encounter.adm', 'encounter.sor') and e.at >= greatest(o.begins, (select at from since)) and e.at < o.ends and ${TOLD} offset 0) f`

const OVER_48H = "(f.answered_at is not null or (f.ended_at is null and f.started_at + interval '48 hours' <= statement_timestamp()))"
const EARLIER_REVIEW = "exists (select from care_fact e where e.kind = 'review' and e.about = f.about and e.due_at < f.due_at)"
const BY_NOW = 'f.moment < statement_timestamp()'
const ANSWERED = 'f.answered_at is not null'
const UNSCHEDULED = facts('unscheduled', 'started_at', { open: 'unsettled' })

interface Counted {
  codes: readonly IndicatorCode[]
  source: string
  /** Of each code, which of the facts count. */
  when?: readonly string[]
  count?: 1 | -1
}

/** Whenever it began, back to the first of all. */
function standing(code: IndicatorCode, kind: string): Counted[] {
  const since = 'o.begins'
  return [
    { codes: [code], source: facts(kind, 'started_at', { since }), when: [BY_NOW] },
    {
      codes: [code],
      source: facts(kind, 'greatest(started_at, ended_at)', { since, which: 'is_counted and ended_at is not null' }),
      when: [BY_NOW],
      count: -1,
    },
  ]
}

/** Codes with one source are read from it once. */
const COUNTED: readonly Counted[] = [
  { codes: ['demandes-recues'], source: facts('demand', 'started_at') },
  { codes: ['demandes-acceptees'], source: facts('demand', 'accepted_at') },
  { codes: ['demandes-rejetees'], source: facts('demand', 'refused_at') },
  { codes: ['mt-informes'], source: facts('validation', 'started_at') },
  { codes: ['mt-decisions'], source: facts('validation', 'answered_at') },
  { codes: ['pps-a-reevaluer'], source: facts('review', 'due_at') },
  { codes: ['pps-reevalues'], source: facts('review', 'started_at'), when: [EARLIER_REVIEW] },
  { codes: ['snp-echues', 'snp-repondues-48h'], source: UNSCHEDULED, when: [OVER_48H, "f.answered_at <= f.started_at + interval '48 hours'"] },
  { codes: ['sorties', 'sorties-annoncees'], source: DISCHARGE, when: ['true', ANSWERED] },
  { codes: ['alertes-delivrees', 'alertes-lues'], source: facts('alert', 'started_at'), when: ['true', ANSWERED] },
  { codes: ['alertes-delivrees', 'alertes-lues'], source: NEWS, when: ['true', ANSWERED] },
  { codes: ['oppositions'], source: facts('opposition', 'started_at') },
  ...standing('pps-actifs', 'plan'),
  ...standing('cercles-avec-mt', 'circle'),
]

/** Of which the median is told: facts, and the column that says when, since started_at. */
const TIMED: readonly { code: IndicatorCode; source: string }[] = [
  { code: 'delai-acceptation', source: facts('demand', 'accepted_at') },
  { code: 'delai-decision-mt', source: facts('validation', 'answered_at') },
]

/** The one row, by its key: to hash a whole register for the facts of a day would cost more than all the rest. */
const looked = (table: string, name: string, which: string): string => `left join lateral (select * from ${table} where ${which} offset 0) ${name} on true`

/** Worked out once for a fact, not once for each scope: that is what the fence is for. */
const GROUND = `
  ${looked('access_directory', 'own', 'reference = f.structure')}
  ${looked('access_directory', 'org', 'reference = own.organization')}
  ${looked('home', 'h', 'patient = f.patient')}
  cross join lateral (select case
      when org.type = '606' and org.territory <> '{}' then org.territory
      when f.places <> '{}' then f.places
      when org.territory <> '{}' then org.territory
      when h.places is not null then h.places
      else coalesce((select run.territory from access a join access_directory run on run.reference = a.party where a.patient = f.patient and a.kind = 'managing' limit 1), '{}')
    end as codes offset 0) as ground
  join scope s on s.structure = org.reference or s.codes && ground.codes`

const WHO = `
  ${looked('access_directory', 'one', 'reference = f.party')}
  ${looked('access_directory', 'place', 'reference = one.organization')}
  ${looked('care_fact', 'ask', "reference = f.about and kind = 'ask'")}`

const occurrences = COUNTED.map(
  ({
    codes,
    source,
    when = ['true'],
    count = 1,
  }) => `select array_remove(array[${codes.map((code, n) => `case when ${when[n]} then '${code}' end`).join(', ')}], null) as codes,
    ${count} as n, f.moment, f.patient, f.structure, f.party, f.about, f.places from ${source}`,
).join('\nunion all\n')

/** The territories, from $1 (structures) and $2 (their codes, joined by commas). */
export const SCOPES = `scope as materialized (select structure, string_to_array(codes, ',') as codes from unnest($1::text[], $2::text[]) as r (structure, codes))`

/**
 * In: common table expressions scope; open and unsettled (begins, ends: stretches to be counted; unsettled those of what settles late); since (at: nothing older is wanted but what stands).
 * Out: a text that counts by what `at` makes of a moment.
 */
export const countsBy = (
  at: string,
): string => `select ${at} as at, s.structure, code as indicator, split_part(f.party, '/', 1) as type, place.type as category,
  coalesce(one.sector, place.sector) as sector, ask.support, sum(f.n)::int as count
from (${occurrences}) f ${GROUND} ${WHO} cross join lateral unnest(f.codes) as code
where f.codes <> '{}' group by 1, 2, 3, 4, 5, 6, 7`

/** In: as countsBy. Out: a text with one row for each that took its time. */
export const delaysBy = (at: string): string =>
  TIMED.map(
    ({ code, source }) =>
      `select ${at} as at, s.structure, '${code}' as indicator, extract(epoch from f.moment - f.started_at)::float8 as seconds from ${source} ${GROUND}`,
  ).join('\nunion all\n')
