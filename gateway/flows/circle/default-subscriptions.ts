/*
  What a member of a care circle is told by being one: admission, discharge, transfer, plan, request for support. Joining begins it, leaving ends it; the member may want less, never more.
  Spec: fhir-fr.md 2.2, 5.5.
*/
import type { CareTeam } from 'fhir/r4.js'
import { EXTENSION } from '../../../profiles/canonicals.ts'
import type { EventCode } from '../../../profiles/events/event-types.ts'
import { choicesOf } from '../../access/rights/access-rows.ts'
import { keepMemberSubscriptions, type MemberEntry } from '../../ledger/deliveries/member-subscriptions.ts'
import type { Tx } from '../../ledger/db.ts'
import { isOver, targetOf } from '../person.ts'

export const DEFAULT_EVENTS: readonly EventCode[] = ['encounter.adm', 'encounter.sor', 'encounter.mut', 'pps.publie', 'appui.statut']

/** In the settlement of the circle. Running it again changes nothing. */
export async function keepDefaultSubscriptions(tx: Tx, team: CareTeam, now: Date): Promise<void> {
  const patient = targetOf(team.subject)
  if (patient === undefined || team.id === undefined) return
  await keepMemberSubscriptions(tx, { circle: `CareTeam/${team.id}`, patient, events: DEFAULT_EVENTS, entries: memberEntries(team, now) })
}

/** Entries that are not over, of a circle that is active; coming back is an entry of its own, several roles that began together are one. */
export function memberEntries({ status, participant = [] }: CareTeam, now: Date): MemberEntry[] {
  if (status !== 'active') return []
  const entries = new Map<string, MemberEntry>()
  for (const entry of participant) {
    const { member, period } = entry
    const holder = targetOf(member)
    if (holder === undefined || isOver(period, now)) continue
    const one = {
      holder,
      since: period?.start ?? '',
      unwanted: choicesOf(entry, EXTENSION.unwantedEvent),
      ...(period?.end === undefined ? {} : { until: new Date(period.end) }),
    }
    const key = `${holder} ${one.since}`
    const other = entries.get(key)
    entries.set(key, other === undefined ? one : together(one, other))
  }
  return [...entries.values()]
}

/** Told until the last of them is over, of what one of them wants. */
function together({ holder, since, unwanted = [], until }: MemberEntry, other: MemberEntry): MemberEntry {
  const last = until === undefined || other.until === undefined ? undefined : new Date(Math.max(until.getTime(), other.until.getTime()))
  return { holder, since, unwanted: unwanted.filter(code => other.unwanted?.includes(code) === true), ...(last === undefined ? {} : { until: last }) }
}
