/*
  What needs a human now, worst first: each source asks the ledger one small question.
*/
import type { Tx } from '../ledger/db.ts'
import { findIncidents } from '../ledger/watch/incidents.ts'
import { parkedReasons } from '../ledger/lanes/lane-list.ts'
import { rolledUntil } from '../ledger/figures/rollup-read.ts'
import { laneReason, type Sentence } from '../../profiles/tables/lane-reasons.ts'
import type { IncidentKind } from '../../profiles/tables/incident-kinds.ts'

export interface AttentionItem {
  kind: IncidentKind | 'identity.quarantined' | 'rollup.late'
  count: number
  since: string | null
  /** The view that shows it. */
  href: string
  /** Error code, where there is one. */
  code?: string
  /** Its sentence, of a lane. */
  text?: Sentence
  /** A partner, a part of the hub, a file of the configuration. */
  subject?: string
  /** What that is called. */
  name?: string
}

export interface Looked {
  /** The bound of the viewer. */
  territory: string | undefined
  now: Date
  /** Of a partner; whatever is none keeps its own. */
  nameOf(subject: string): string
}

type Source = (tx: Tx, looked: Looked) => Promise<AttentionItem[]>

const MOST_INCIDENTS = 50
const ROLLUP_LATE_MS = 10 * 60_000

const SOURCES: readonly Source[] = [openIncidents, parkedLanes, peopleApart, lateRollup]

export async function needsHuman(tx: Tx, looked: Looked): Promise<AttentionItem[]> {
  return (await Promise.all(SOURCES.map(source => source(tx, looked)))).flat()
}

/** Parked lanes are told at once, below; their incident comes later. */
async function openIncidents(tx: Tx, { territory, nameOf }: Looked): Promise<AttentionItem[]> {
  const { items } = await findIncidents(tx, { state: 'open', territory, limit: MOST_INCIDENTS })
  return items
    .filter(({ kind }) => kind !== 'lane.parked')
    .map(({ kind, subject, code, count, since }) => ({
      kind,
      count,
      since: since.toISOString(),
      href: `/monitor/partners?partner=${encodeURIComponent(subject)}`,
      subject,
      name: nameOf(subject),
      ...(code === '' ? {} : { code }),
    }))
}

async function parkedLanes(tx: Tx, { territory }: Looked): Promise<AttentionItem[]> {
  return (await parkedReasons(tx, territory)).map(({ code, count, since }) => ({
    kind: 'lane.parked',
    count,
    since: since.toISOString(),
    href: '/monitor/lanes',
    ...(code === null ? {} : { code, text: laneReason(code) }),
  }))
}

async function peopleApart(tx: Tx, { territory }: Looked): Promise<AttentionItem[]> {
  const { rows } = await tx.query<{ count: number; since: Date | null }>(
    `select count(*)::int as count, min(p.changed_at) as since from person p
     where (p.is_quarantined or p.is_conflict) and not exists (select from person_link l where l.loser = 'Patient/' || p.id)
       and ($1::text is null or exists (select from event e where e.patient = 'Patient/' || p.id and e.territory = $1))`,
    [territory ?? null],
  )
  const [{ count, since } = { count: 0, since: null }] = rows
  return count === 0 ? [] : [{ kind: 'identity.quarantined', count, since: since?.toISOString() ?? null, href: '/monitor/persons' }]
}

/** The numbers stay right; they cost more. */
async function lateRollup(tx: Tx, { now }: Looked): Promise<AttentionItem[]> {
  const until = await rolledUntil(tx)
  return now.getTime() - until.getTime() < ROLLUP_LATE_MS ? [] : [{ kind: 'rollup.late', count: 1, since: until.toISOString(), href: '/monitor' }]
}
