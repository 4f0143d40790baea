/*
  Keeps the status of a stored message true to what became of it: complete when every channel is planned and every delivery final.
*/
import type { Tx } from '../tx.ts'
import { OPEN_DELIVERY } from '../status.ts'

/** `$3` are stored from here on. */
const REFRESH = `
update message m set status = s.status, closed_at = case s.status when 'complete' then coalesce(m.closed_at, clock_timestamp()) end,
  stored_at = coalesce(m.stored_at, clock_timestamp()), code = case when s.is_new then null else m.code end, path = case when s.is_new then null else m.path end
from (
  select o.id, case
    when bool_or(d.status = 'parked') then 'parked'
    when bool_or(d.status = 'waiting') then 'waiting'
    when bool_or(d.status = any($2)) or bool_or(p.event_id is not null) then 'running'
    else 'complete' end as status,
    o.id = any($3::uuid[]) as is_new
  from message o
    left join event e on e.cause = o.id
    left join planning p on p.event_id = e.id and p.planned_at is null
    left join decision x on x.event_id = e.id
    left join delivery d on d.id = x.delivery_id
  where o.id = any($1::uuid[]) and (o.stored_at is not null or o.id = any($3::uuid[])) and o.status <> 'refused'
  group by o.id
) s
where m.id = s.id and m.id = any($1::uuid[]) and (m.status <> s.status or s.is_new)`

/** Message id → is it stored by this transaction? */
type Waiting = Map<string, boolean>

const atCommit = new WeakMap<Tx, Waiting>()

/** Messages are locked last in any transaction: inside one, their refresh waits for its end. */
export async function refreshFlows(tx: Tx, messageIds: readonly string[], isStored = false): Promise<void> {
  const collected = atCommit.get(tx)
  const waiting: Waiting = collected ?? new Map()
  for (const id of messageIds) waiting.set(id, isStored || waiting.get(id) === true)
  if (collected === undefined) await refreshNow(tx, waiting)
}

const CAUSES = 'select array(select e.cause from decision d join event e on e.id = d.event_id where d.delivery_id = any($1::uuid[])) as causes'

/** The messages whose flow shows one of these deliveries. Call it after the statement that changes them: who comes to share one holds it until then, and is seen by no statement that waited for it. */
export async function refreshFlowsOf(tx: Tx, deliveryIds: readonly string[]): Promise<void> {
  const { rows } = await tx.query<{ causes: string[] }>(CAUSES, [deliveryIds], 'delivery-causes')
  await refreshFlows(tx, rows[0]?.causes ?? [])
}

/** From here on `tx` collects what finishFlows refreshes, right before its commit. */
export function collectFlows(tx: Tx): void {
  atCommit.set(tx, new Map())
}

/** Asks before it waits: what is asked of `tx` after this call comes after the refresh. */
export async function finishFlows(tx: Tx): Promise<void> {
  await refreshNow(tx, atCommit.get(tx) ?? new Map())
}

/** Locks the messages first, so that two last deliveries settled at the same moment see each other. */
async function refreshNow(tx: Tx, waiting: Waiting): Promise<void> {
  const ids = [...waiting.keys()]
  if (ids.length === 0) return
  await Promise.all([
    tx.query('select from message where id = any($1::uuid[]) order by id for update', [ids], 'flow-lock'),
    tx.query(REFRESH, [ids, OPEN_DELIVERY, ids.filter(id => waiting.get(id))], 'flow-refresh'),
  ])
}
