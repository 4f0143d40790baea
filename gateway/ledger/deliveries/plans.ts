/*
  Plans events for channels, several in the same statements. Events of a person are planned in their order, per channel.
*/
import type { Tx } from '../db.ts'
import { refreshFlows, refreshFlowsOf } from '../flows/flow-status.ts'
import { columnsOf, type PlannedDelivery, type Planning, writeDeliveries } from './planned-deliveries.ts'

export type { PlannedDelivery, PlannedRecipient, Planning } from './planned-deliveries.ts'

export type Plan =
  | { state: 'planned'; deliveries: PlannedDelivery[] }
  /** Somebody else did it. */
  | { state: 'already' }
  /** These events of the same person come first. */
  | { state: 'blocked'; earlier: string[] }

/** Several in the same statements; an event from before there was this channel has nothing to plan there. Out: in their order. */
export async function planEvents(tx: Tx, plannings: readonly Planning[]): Promise<Plan[]> {
  const standings = await lockStandings(tx, plannings)
  const plans: Plan[] = standings.map((one, at) => {
    if (one?.isOpen !== true || isAgain(plannings, at)) return { state: 'already' }
    return one.earlier.length > 0 ? { state: 'blocked', earlier: one.earlier } : { state: 'planned', deliveries: [] }
  })
  const planned = plannings.filter((_, at) => plans[at]?.state === 'planned')
  if (planned.length === 0) return plans
  const deliveries = await writeDeliveries(tx, planned)
  await tx.query(
    'update planning p set planned_at = clock_timestamp() from unnest($1::uuid[], $2::text[]) k (event_id, channel) where p.event_id = k.event_id and p.channel = k.channel',
    keysOf(planned),
    'plan-planned',
  )
  await refreshFlows(tx, [...new Set(standings.flatMap((one, at) => (one !== undefined && plans[at]?.state === 'planned' ? [one.cause] : [])))])
  return plans.map((plan, at) => (plan.state === 'planned' ? { ...plan, deliveries: deliveries.get(plannings[at]) ?? [] } : plan))
}

const isAgain = (plannings: readonly Planning[], at: number): boolean =>
  plannings.findIndex(one => one.eventId === plannings[at]?.eventId && one.channel === plannings[at].channel) < at

const keysOf = (plannings: readonly Planning[]): unknown[][] => columnsOf(plannings, ({ eventId, channel }) => [eventId, channel], 2)

interface Standing {
  isOpen: boolean
  cause: string
  /** Events of the same person and channel that must be planned before this one, in their order. */
  earlier: string[]
}

/** From here to the end of the transaction nobody else plans these persons on these channels. Out: in their order; undefined where there is nothing to plan. */
async function lockStandings(tx: Tx, plannings: readonly Planning[]): Promise<(Standing | undefined)[]> {
  await tx.query(
    `select pg_advisory_xact_lock(h) from (select distinct hashtextextended(p.channel || '|' || p.person, 4201004) as h
       from unnest($1::uuid[], $2::text[]) k (event_id, channel) join planning p using (event_id, channel) order by 1) sorted`,
    keysOf(plannings),
    'plan-lock',
  )
  const { rows } = await tx.query<Standing & { n: string }>(
    `select k.n, p.planned_at is null as "isOpen", e.cause,
       array(select x.event_id from planning x where x.channel = p.channel and x.person = p.person and x.sequence < p.sequence and x.planned_at is null order by x.sequence) as earlier
     from unnest($1::uuid[], $2::text[]) with ordinality k (event_id, channel, n) join planning p using (event_id, channel) join event e on e.id = p.event_id for update of p`,
    keysOf(plannings),
    'plan-open',
  )
  const standings = new Map(rows.map(row => [Number(row.n), row]))
  return plannings.map((_, at) => standings.get(at + 1))
}

/** Decisions and deliveries beside the plan of an event: a business acknowledgement that follows from a receipt. */
export async function addDeliveries(tx: Tx, planning: Planning): Promise<PlannedDelivery[]> {
  const deliveries = (await writeDeliveries(tx, [planning])).get(planning) ?? []
  await refreshFlowsOf(
    tx,
    deliveries.map(({ deliveryId }) => deliveryId),
  )
  return deliveries
}
