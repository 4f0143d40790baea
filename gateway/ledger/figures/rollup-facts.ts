/*
  What is counted: messages that came, by their reception, and deliveries that went out, by their planning; the one place that says so.
    facts     => direction at kind partner territory outcome acknowledged stored delivered
    kind      => document stay identity receipt | a channel
    partner   => the sender | whom it went to, of a mailbox only the domain
*/
import { LATENCY_BOUNDS, LATENCY_COLUMNS } from './latency.ts'

/** An id is minted when its message is received, or up to this much later. */
export const ID_SLACK_MS = 10_000
export const ID_SLACK = `interval '${ID_SLACK_MS} ms'`

/** Statuses that count as failures: someone must act, or what was asked did not happen. */
export const FAILURES = { in: ['refused', 'parked'], out: ['failed', 'parked'] } as const

export const KIND_OF_FORMAT = { hl7v2: 'document', 'hl7v2-movement': 'stay', 'hl7v2-identity': 'identity', mail: 'receipt' } as const

const kindOfMessage = `case m.format ${Object.entries(KIND_OF_FORMAT)
  .map(([format, kind]) => `when '${format}' then '${kind}'`)
  .join(' ')} else m.format end`

/** A mailbox may be somebody's number: its domain is all that is counted or shown. */
export const PARTNER_OF_DELIVERY = "case when d.recipient like '%@%' then split_part(d.recipient, '@', 2) else d.recipient end"

/** Rows of [from, to); a decision that nothing is sent (`none`) is no flow. */
export const factsOf = (from: string, to: string): string => `
select 'in' as direction, m.received_at as at, ${kindOfMessage} as kind, m.sender as partner, coalesce(m.territory, '') as territory, m.status as outcome,
  greatest(extract(epoch from m.accepted_at - m.received_at), 0) as acknowledged, greatest(extract(epoch from m.stored_at - m.received_at), 0) as stored, null::numeric as delivered
from message m
where m.id >= flow_id_at(${from}) and m.id < flow_id_at(${to}::timestamptz + ${ID_SLACK}) and m.received_at >= ${from} and m.received_at < ${to}
union all
select 'out', d.planned_at, d.channel, ${PARTNER_OF_DELIVERY}, coalesce(e.territory, ''), d.status,
  null, null, case when d.status = 'delivered' then greatest(extract(epoch from d.settled_at - e.at), 0) end
from delivery d join event e on e.id = d.event_id
where d.planned_at >= ${from} and d.planned_at < ${to} and d.status <> 'none'`

export const DIMENSIONS = 'direction, kind, partner, territory'
const STAGES = "(values ('acknowledged', acknowledged), ('stored', stored), ('delivered', delivered)) as s (stage, seconds)"
const interval = `width_bucket(s.seconds::float8, array[${LATENCY_BOUNDS.join(', ')}]::float8[])`

/** The latencies of facts, an interval a column. */
export const latenciesOf = (facts: string, at: string): string => `
select ${at} as at, ${DIMENSIONS}, s.stage, count(*) as flows, ${LATENCY_COLUMNS.map((name, index) => `count(*) filter (where ${interval} = ${index}) as ${name}`).join(', ')}
from ${facts} cross join lateral ${STAGES} where s.seconds is not null
group by 1, 2, 3, 4, 5, 6`

export const countsOf = (facts: string, at: string): string => `
select ${at} as at, ${DIMENSIONS}, outcome, count(*) as flows from ${facts} group by 1, 2, 3, 4, 5, 6`

const COUNTED = `step, at, ${DIMENSIONS}, outcome, flows`
const MEASURED = `step, at, ${DIMENSIONS}, stage, flows, ${LATENCY_COLUMNS.join(', ')}`
const bin = "date_bin($3::int * interval '1 s', at, 'epoch')"

/** Counts [$1, $2) by steps of $3 seconds from the rows themselves. */
export const COUNT_ROWS = `
with f as materialized (${factsOf('$1', '$2')}), c as (insert into rollup (${COUNTED}) select $3, x.* from (${countsOf('f', bin)}) x)
insert into rollup_latency (${MEASURED}) select $3, x.* from (${latenciesOf('f', bin)}) x`

/** The partner and kind of rows that tell none apart: the points of a year are read from these. */
export const ALL = '*'

const SUMS = LATENCY_COLUMNS.map(name => `sum(${name})`).join(', ')

/** Adds steps of $4 seconds up to steps of $3. */
export const ADD_UP = `
with c as (
  insert into rollup (${COUNTED}) select $3, ${bin}, ${DIMENSIONS}, outcome, sum(flows)
  from rollup where step = $4 and partner <> '${ALL}' and at >= $1 and at < $2 group by 2, 3, 4, 5, 6, 7
)
insert into rollup_latency (${MEASURED}) select $3, ${bin}, ${DIMENSIONS}, stage, sum(flows), ${SUMS}
from rollup_latency where step = $4 and partner <> '${ALL}' and at >= $1 and at < $2 group by 2, 3, 4, 5, 6, 7`

/** Adds all partners and kinds of steps of $3 seconds together. */
export const ADD_ALL = `
with c as (
  insert into rollup (${COUNTED}) select $3, at, direction, '${ALL}', '${ALL}', territory, outcome, sum(flows)
  from rollup where step = $3 and at >= $1 and at < $2 group by 2, 3, 6, 7
)
insert into rollup_latency (${MEASURED}) select $3, at, direction, '${ALL}', '${ALL}', territory, stage, sum(flows), ${SUMS}
from rollup_latency where step = $3 and at >= $1 and at < $2 group by 2, 3, 6, 7`
