/*
  Documents that nobody was told of because of whose they were: held while the identity was not sure, and told once it is.
  One whose event is still to be planned will be held by what its message said: it is released as well.
*/
import type { Tx } from '../db.ts'
import { eventOf, type EventRow, type StoredEvent } from '../deliveries/events.ts'
import type { IdentityTag } from '../../../profiles/identity.ts'

export interface HeldDocument {
  /** The last event of the document. */
  event: StoredEvent
  /** Of who the person is now. */
  tag: IdentityTag
  /** Of the event that tells it, by the same cause. */
  n: number
}

const HELD = `
select e.*, p.tag, (select count(*) + 1 from event c where c.cause = e.cause and c.type = 'document.depose') as next_n
from event e
  left join person_link l on l.loser = e.patient
  cross join lateral (select coalesce(l.root, e.patient) as owner, e.detail -> 'facts' ->> 'identity' as said) top
  join person p on p.id = case when top.owner ~ '^Patient/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then substr(top.owner, 9)::uuid end
where e.patient = any(array(select one from unnest($1::text[]) one union select m.loser from person_link m where m.root = any($1::text[]))) and e.detail ? 'documentId' and not p.is_conflict and not p.is_quarantined
  and (exists (select from delivery d where d.event_id = e.id and d.status in ('none', 'stopped') and d.code = 'identity.quarantined')
    or (top.said in ('conflit', 'recuperee', 'provisoire') and top.said <> p.tag and exists (select from planning x where x.event_id = e.id and x.planned_at is null)
      and not exists (select from event c where c.cause = e.cause and c.detail ? 'isReleased')))
  and not exists (select from document_version v where v.document_id = e.detail->>'documentId' and v.state <> 'current')
order by top.owner, e.sequence`

/** Of persons whose identity is sure now, and of all who were merged into them; a document that was replaced or withdrawn meanwhile is told by what came after it. */
export async function heldDocuments(tx: Tx, patients: readonly string[]): Promise<HeldDocument[]> {
  const { rows } = await tx.query<EventRow & { tag: IdentityTag; next_n: string }>(HELD, [patients], 'held-documents')
  return rows.map(row => ({ event: eventOf(row), tag: row.tag, n: Number(row.next_n) }))
}
