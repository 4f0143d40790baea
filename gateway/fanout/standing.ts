/*
  What every channel asks of an event before its plan: how things stand with the person, and which subscriptions take it. Events of the same moment in the same statements.
*/
import { askedTogether } from '../access/rights/asked-together.ts'
import type { Tx } from '../ledger/db.ts'
import type { StoredEvent } from '../ledger/deliveries/events.ts'
import { loadStandings, type PersonStanding } from '../ledger/rights/person-standings.ts'
import { liveSubscriptionsOf, type StoredSubscription } from '../ledger/deliveries/subscriptions.ts'

export interface Standing {
  person: PersonStanding
  live: readonly StoredSubscription[]
}

export type AskStanding = (event: StoredEvent) => Promise<Standing>

export function askStandings(tx: Tx): AskStanding {
  return askedTogether<StoredEvent, Standing>(async events => {
    const [personOf, live] = await Promise.all([loadStandings(tx, events), liveSubscriptionsOf(tx, events)])
    return events.map(({ patient }, at) => ({ person: personOf(patient), live: live[at] ?? [] }))
  }).ask
}
