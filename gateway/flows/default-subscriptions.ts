/*
  What a member of a care circle is told by being one: admission, discharge, transfer, plan, request for support. Joining begins it, leaving ends it; the member may want less, never more.
  Spec: fhir-fr.md 2.2, 5.5.
*/
import type { CareTeam } from 'fhir/r4.js'
import { EXTENSION } from '../../profiles/canonicals.ts'
import type { EventCode } from '../../profiles/events/event-types.ts'
import { choicesOf } from '../access/access-rows.ts'
import { keepMemberSubscriptions, type MemberEntry } from '../ledger/member-subscriptions.ts'
import type { Tx } from '../ledger/db.ts'
import { isOver, targetOf } from './person.ts'

export const DEFAULT_EVENTS: readonly EventCode[] = ['encounter.adm', 'encounter.sor', 'encounter.mut', 'pps.publie', 'appui.statut']

/** In the settlement of the circle. Running it again changes nothing. */
export async function keepDefaultSubscriptions(tx: Tx, team: CareTeam, now: Date): Promise<void> {
  const patient = targetOf(team.subject)
  if (patient === undefined || team.id === undefined) return
  await keepMemberSubscriptions(tx, { circle: `CareTeam/${team.id}`, patient, events: DEFAULT_EVENTS, entries: memberEntries(team, now) })
}

/** Entries that are not over, of a circle that is active; coming back is an entry of its own. */
export function memberEntries({ status, participant = [] }: CareTeam, now: Date): MemberEntry[] {
  if (status !== 'active') return []
  return participant.flatMap(entry => {
    const { member, period } = entry
    const holder = targetOf(member)
    if (holder === undefined || isOver(period, now)) return []
    const unwanted = choicesOf(entry, EXTENSION.unwantedEvent)
    return [
      {
        holder,
        since: period?.start ?? '',
        ...(unwanted.length === 0 ? {} : { unwanted }),
        ...(period?.end === undefined ? {} : { until: new Date(period.end) }),
      },
    ]
  })
}
