-- A delivery that was settled in the instant in which another flow came to share it left that flow `running` for good.
update message m set status = 'complete', closed_at = coalesce(
  (select max(d.settled_at) from event e join decision x on x.event_id = e.id join delivery d on d.id = x.delivery_id where e.cause = m.id), m.stored_at)
where m.status = 'running' and m.stored_at is not null
  and not exists (select from event e join planning p on p.event_id = e.id where e.cause = m.id and p.planned_at is null)
  and not exists (select from event e join decision x on x.event_id = e.id join delivery d on d.id = x.delivery_id where e.cause = m.id and d.settled_at is null);
