/*
  What the indicators of every territory over thirteen months cost to ask, at the load of a region, on a PostgreSQL of its own: CPU of the hub and of PostgreSQL together.
    PERSONS, FACTS (of care), STAYS      how many there are over thirteen months; two news are told of each stay
*/
import { findIndicators } from '../../gateway/indicators/find.ts'
import { monthOf } from '../../gateway/indicators/months.ts'
import { type Db, openLedger } from '../../gateway/ledger/db.ts'
import { countIndicatorDays } from '../../gateway/ledger/figures/indicator-days.ts'
import { findTerritories } from '../../gateway/ledger/figures/indicators.ts'
import { startOwnPostgres } from '../support/postgres.ts'
import { cpuSeconds } from './hub-process.ts'
import type { Report } from './report.ts'

const [PERSONS, FACTS, STAYS] = [Number(process.env['PERSONS'] ?? 200_000), Number(process.env['FACTS'] ?? 500_000), Number(process.env['STAYS'] ?? 1_000_000)]
const TERRITORIES = 12
const BUDGET_MS = 300
const ASKED = 5
/** Days of one pass while the ledger is filled. */
const DAYS = 4

export async function measureIndicators(): Promise<Report> {
  const postgres = await startOwnPostgres()
  const db = await openLedger({
    url: await postgres.createDatabase(),
    max: 1,
    statementTimeoutMs: 600_000,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  })
  try {
    await fill(db)
    const began = await cpuSecondsOfPostgres(db)
    while (await countIndicatorDays(db, DAYS));
    const counting = (await cpuSecondsOfPostgres(db)) - began
    const kept = await askedMs(db, ASKED)
    return {
      title: `the indicators of ${TERRITORIES} territories over 13 months, of ${FACTS} facts of care, ${STAYS} stays and ${PERSONS} persons`,
      figures: [
        { name: 'one answer, ms of CPU, kept', ours: kept, baseline: BUDGET_MS, unit: 'ms, what one may cost', wanted: '≤ 1' },
        { name: 'to count it all once, s of CPU of PostgreSQL', ours: counting, baseline: 60, unit: 's, a minute', wanted: '' },
      ],
    }
  } finally {
    await db.close()
    await postgres.stop()
  }
}

async function askedMs(db: Db, times: number): Promise<number> {
  const scopes = await findTerritories(db)
  const to = monthOf(new Date())
  const from = `${Number(to.slice(0, 4)) - 1}${to.slice(4)}`
  const ask = () => findIndicators(db, scopes, { from, to })
  if (times > 1) await ask()
  const [own, theirs] = [process.cpuUsage(), await cpuSecondsOfPostgres(db)]
  for (let n = 0; n < times; n += 1) await ask()
  const { user, system } = process.cpuUsage(own)
  return ((user + system) / 1000 + ((await cpuSecondsOfPostgres(db)) - theirs) * 1000) / times
}

/** Of the connections of the hub; nothing runs beside them: parallel workers are off. */
async function cpuSecondsOfPostgres(db: Db): Promise<number> {
  const { rows } = await db.query<{ pid: number }>("select pid from pg_stat_activity where datname = current_database() and application_name = 'hub'")
  return rows.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0)
}

/** Set by set, without the triggers: nothing is counted yet that a row could change. */
async function fill(db: Db): Promise<void> {
  await db.query('set max_parallel_workers_per_gather = 0')
  await db.query('set session_replication_role = replica')
  for (const text of LOAD) await db.query(text)
  await db.query('set session_replication_role = origin')
  await db.query('vacuum analyze')
}

const AT = "clock_timestamp() - random() * interval '395 days'"
const place = (of: string): string =>
  `array[lpad((${of} % ${TERRITORIES} + 1)::text, 2, '0') || lpad((${of} % 300)::text, 3, '0'), lpad((${of} % ${TERRITORIES} + 1)::text, 2, '0')]`
const KINDS = "(array['ask', 'demand', 'demand', 'validation', 'unscheduled', 'plan', 'review', 'alert', 'circle', 'opposition'])[1 + n % 10]"

const LOAD = [
  `insert into access_directory (reference, organization, sector, type, is_active, territory)
   select 'Organization/' || n, 'Organization/' || n, 'health', case when n <= ${TERRITORIES} then '606' when n <= 100 then '355' else '603' end, true,
     case when n <= ${TERRITORIES} then array[lpad(n::text, 2, '0')] else '{}' end from generate_series(1, 2000) n`,
  `insert into access_directory (reference, organization, sector, is_active) select 'PractitionerRole/' || n, 'Organization/' || 101 + n % 1900, 'health', true from generate_series(1, 10000) n`,
  `insert into home (patient, places) select 'Patient/' || n, ${place('n')} from generate_series(1, ${PERSONS}) n`,
  `insert into care_fact (reference, kind, patient, as_of, is_counted, structure, party, about, support, places, started_at, due_at, ended_at, accepted_at, refused_at, answered_at)
   select 'fact/' || n, kind, 'Patient/' || 1 + n % ${PERSONS}, at, true, case when n % 3 = 0 then 'Organization/' || 1 + n % ${TERRITORIES} end, 'PractitionerRole/' || 1 + n % 10000,
     case kind when 'demand' then 'fact/' || n - n % 10 when 'review' then 'CarePlan/' || n % 40000 end, case when kind = 'ask' then 'evaluation' end, '{}',
     at, case when kind = 'review' then at + interval '180 days' end, case when n % 7 < 3 then at + random() * interval '200 days' end,
     case when kind = 'demand' and n % 4 > 0 then at + random() * interval '9 days' end, case when kind = 'demand' and n % 4 = 0 then at + random() * interval '9 days' end,
     case when kind in ('validation', 'unscheduled', 'alert') and n % 5 > 0 then at + random() * interval '3 days' end
   from (select n, ${KINDS} as kind, ${AT} as at from generate_series(1, ${FACTS}) n) f`,
  `create temporary table stay as select gen_random_uuid() as id, n, ${AT} as at from generate_series(1, ${STAYS}) n`,
  `insert into stay_alert (id, kind, patient, structure, stay, movement_ids, cause, happened_at, state)
   select id, case when n % 2 = 0 then 'discharge' else 'admission' end, 'Patient/' || 1 + n % ${PERSONS}, 'Organization/' || 13 + n % 88, id, '{}', id, at, 'standing' from stay`,
  `insert into event (id, cause, type, n, person, sequence, patient, resources, changes, detail, traceparent, at, territory)
   select id, id, case when n % 2 = 0 then 'encounter.sor' else 'encounter.adm' end, 1, n::text, 1, 'Patient/' || 1 + n % ${PERSONS}, '{}', '{}', '{}', '', at, (${place('n')})[1] from stay`,
  `insert into delivery (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status, member, planned_at, settled_at)
   select gen_random_uuid(), id, 'mssante', 'mailbox', id::text, k::text, 'complet', 'rule', id::text, 'lane', case when n % 9 = 0 then 'failed' else 'delivered' end, 'PractitionerRole/' || 1 + (n * k) % 10000, at, at
   from stay cross join generate_series(1, 2) k`,
  `insert into receipt (delivery_id, kind, outcome, cause) select id, 'mdn', 'displayed', 'cause' from delivery where status = 'delivered' and random() < 0.3`,
]
