/*
  From what is true now to what becomes of the incidents. Pure, and total: the same conditions again change nothing.
    no row    + cause lasts long enough  → open        no row   + cause is young → suspected
    suspected + cause lasts long enough  → open        suspected, cause gone     → dropped
    open      + cause gone for endAfter  → closed      open, cause back before   → open, as if it had never gone
*/
import type { Incident } from '../../ledger/watch/incidents.ts'
import type { IncidentKind } from '../../../profiles/tables/incident-kinds.ts'

/** Something that is wrong at this moment. */
export interface Condition {
  kind: IncidentKind
  subject: string
  code?: string
  territory?: string | undefined
  /** Since when, where the state says it; else from the moment it is first seen. */
  since?: Date
  count?: number
}

export interface Timing {
  startsAfterMs(kind: IncidentKind): number
  endsAfterMs: number
}

export interface Verdict {
  added: Omit<Incident, 'id' | 'clearedAt' | 'closedAt'>[]
  changed: Incident[]
  dropped: Incident[]
}

export function judge(live: readonly Incident[], conditions: readonly Condition[], { now, timing }: { now: Date; timing: Timing }): Verdict {
  const held = new Map(conditions.map(condition => [keyOf(condition), condition]))
  const known = new Set(live.map(keyOf))
  const isDue = (kind: IncidentKind, since: Date): boolean => now.getTime() - since.getTime() >= timing.startsAfterMs(kind)
  const added = [...held].filter(([key]) => !known.has(key)).map(([, condition]) => beginning(condition, now, isDue))
  const next = live.map(incident => ({ before: incident, after: after(incident, held.get(keyOf(incident)), { now, timing, isDue }) }))
  return {
    added,
    changed: next.flatMap(({ before, after: one }) => (one === undefined || one === before ? [] : [one])),
    dropped: next.flatMap(({ before, after: one }) => (one === undefined ? [before] : [])),
  }
}

export const keyOf = ({ kind, subject, code = '' }: Pick<Condition, 'kind' | 'subject' | 'code'>): string => JSON.stringify([kind, subject, code])

type IsDue = (kind: IncidentKind, since: Date) => boolean

function beginning({ kind, subject, code = '', territory = undefined, since: from, count = 1 }: Condition, now: Date, isDue: IsDue): Verdict['added'][number] {
  const since = from !== undefined && from < now ? from : now
  const isOpen = isDue(kind, since)
  return { kind, subject, code, territory: territory ?? null, count, since, state: isOpen ? 'open' : 'suspected', openedAt: isOpen ? now : null }
}

/** Out: the incident itself where nothing changes, undefined where it is to be dropped. */
function after(
  incident: Incident,
  condition: Condition | undefined,
  { now, timing, isDue }: { now: Date; timing: Timing; isDue: IsDue },
): Incident | undefined {
  if (condition === undefined) {
    if (incident.state === 'suspected') return undefined
    const clearedAt = incident.clearedAt ?? now
    if (now.getTime() - clearedAt.getTime() >= timing.endsAfterMs) return { ...incident, state: 'closed', clearedAt, closedAt: now }
    return incident.clearedAt === null ? { ...incident, clearedAt } : incident
  }
  const count = condition.count ?? 1
  const opens = incident.state === 'suspected' && isDue(incident.kind, incident.since)
  if (!opens && incident.clearedAt === null && count === incident.count) return incident
  return { ...incident, count, clearedAt: null, ...(opens ? { state: 'open' as const, openedAt: now } : {}) }
}
