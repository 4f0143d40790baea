/*
  Messages of a replay that are not stored: the head of a parked lane is replayed in its place there, with what waits behind it; of any other is said what it waits for.
    the replay's entry stands before the message; committed, both are gone; refused, the lane is parked as it was
*/
import type { Tx } from '../db.ts'
import { refreshFlows } from '../flows/flow-status.ts'
import { advanceLane, type LaneClaim, parkLane, requireFence } from '../lanes/lanes.ts'

export type Standing = { state: 'stored' | 'refused' | 'set-aside' | 'waiting' } | { state: 'parked'; code: string }

const HEAD = '(select entry_id from lane_entry where lane_key = l.key order by position limit 1)'

const STANDING = `
select case when m.stored_at is not null then 'stored' when m.status = 'refused' then 'refused'
    when exists (select from set_aside s where s.entry_id = m.id and s.taken_at is null) then 'set-aside'
    when l.state = 'parked' and ${HEAD} = m.id then 'parked' else 'waiting' end as state, coalesce(l.code, m.code, '') as code
from message m left join lane l on l.key = m.lane_key where m.id = $1`

export async function standingOf(tx: Tx, messageId: string): Promise<Standing | undefined> {
  const { rows } = await tx.query<{ state: Standing['state']; code: string }>(STANDING, [messageId])
  const [row] = rows
  return row?.state === 'parked' ? { state: 'parked', code: row.code } : row && { state: row.state }
}

const RESUME = `
update lane l set state = 'ready', holder = null, due_at = clock_timestamp(), attempts = 0, code = null, path = null,
  acted = jsonb_build_object('who', r.committed_by, 'act', 'resume', 'reason', r.commit_reason, 'at', clock_timestamp(), 'territory', m.territory)
from replay_item i join replay r on r.id = i.replay_id join message m on m.id = i.message_id
where l.key = $1 and i.id = $2 and l.state = 'parked' and ${HEAD} = i.message_id`

/** Starts the lane again with the replay before its head. Out: false where it is no longer parked by this message. */
export async function standBeforeHead(tx: Tx, laneKey: string, itemId: string): Promise<boolean> {
  await tx.query('select from lane where key = $1 for update', [laneKey])
  const { rowCount } = await tx.query(RESUME, [laneKey, itemId])
  if (rowCount === 0) return false
  await tx.query('insert into lane_entry (lane_key, position, entry_id) select $1, min(position) - 1, $2 from lane_entry where lane_key = $1', [
    laneKey,
    itemId,
  ])
  return true
}

/** The message is stored: it leaves its lane together with the replay that stood before it. */
export async function advancePast(tx: Tx, claim: LaneClaim, messageId: string): Promise<void> {
  await requireFence(tx, claim)
  await tx.query('delete from lane_entry where lane_key = $1 and entry_id = $2', [claim.key, messageId])
  await tx.query('update message set stored_at = coalesce(stored_at, clock_timestamp()), code = null, path = null where id = $1', [messageId])
  await refreshFlows(tx, [messageId])
  await advanceLane(tx, claim)
}

/** The message was not made as it was shown: it holds its lane again. */
export async function parkAgain(
  tx: Tx,
  claim: LaneClaim,
  { messageId, code, path }: { messageId: string; code: string; path?: string | undefined },
): Promise<void> {
  await parkLane(tx, { ...claim, entryId: messageId }, { code, path })
  await tx.query('delete from lane_entry where lane_key = $1 and entry_id = $2', [claim.key, claim.entryId])
}
