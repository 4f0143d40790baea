-- Counters of what flowed, made behind the acceptance from the rows of the ledger, and the terms by which the monitor finds a flow among millions.

-- The lowest id of that moment: a UUIDv7 begins with its milliseconds.
create function flow_id_at(at timestamptz) returns uuid language sql immutable parallel safe
  return (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid;

-- One number per term, the same in every process.
create function flow_term_of(name text, value text) returns bigint language sql immutable parallel safe
  return hashtextextended(name || '=' || value, 0);

-- Up to here every minute is rolled up; at first the moment of the oldest row.
create table rollup_until (is_only boolean primary key default true check (is_only), until timestamptz not null);
insert into rollup_until (until) select date_trunc('hour', least(
  (select to_timestamp(('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0) from message order by id limit 1),
  (select min(planned_at) from delivery),
  clock_timestamp() - interval '1 hour'));

create table rollup (
  -- Seconds: 60, 3600 or 86400 (days of UTC).
  step integer not null,
  at timestamptz not null,
  direction text not null check (direction in ('in', 'out')),
  -- What came (document, stay, identity, receipt), or the channel of what went out.
  kind text not null,
  -- The sender, or whom it went to: of a mailbox only the domain.
  partner text not null,
  territory text not null,
  -- The status of the message or delivery.
  outcome text not null,
  flows integer not null
) with (autovacuum_vacuum_scale_factor = 0.05);
create index rollup_at on rollup (step, at);

create table rollup_latency (
  step integer not null,
  at timestamptz not null,
  direction text not null,
  kind text not null,
  partner text not null,
  territory text not null,
  -- acknowledged and stored count from the reception, delivered from the event.
  stage text not null check (stage in ('acknowledged', 'stored', 'delivered')),
  flows integer not null,
  -- One count per interval of ledger/latency.ts.
  b0 integer not null, b1 integer not null, b2 integer not null, b3 integer not null, b4 integer not null, b5 integer not null,
  b6 integer not null, b7 integer not null, b8 integer not null, b9 integer not null, b10 integer not null, b11 integer not null,
  b12 integer not null, b13 integer not null, b14 integer not null, b15 integer not null, b16 integer not null, b17 integer not null,
  b18 integer not null, b19 integer not null, b20 integer not null, b21 integer not null, b22 integer not null, b23 integer not null
) with (autovacuum_vacuum_scale_factor = 0.05);
create index rollup_latency_at on rollup_latency (step, at);

-- Rows that changed after their minute may have been rolled up. No key: writers never wait for each other.
create table rollup_stale (direction text not null, id uuid not null, at timestamptz not null) with (autovacuum_vacuum_scale_factor = 0.02);

create function mark_stale_message() returns trigger language plpgsql as $$
begin
  insert into rollup_stale (direction, id, at) values ('in', new.id, new.received_at);
  return null;
end $$;
create function mark_stale_delivery() returns trigger language plpgsql as $$
begin
  insert into rollup_stale (direction, id, at) values ('out', old.id, old.planned_at);
  return null;
end $$;

-- What is younger is not rolled up yet (rollup.ts waits longer): its changes cost one comparison.
create trigger message_stale after update on message for each row
  when (new.received_at < clock_timestamp() - interval '90 s'
    and (old.status, old.stored_at, old.findings) is distinct from (new.status, new.stored_at, new.findings))
  execute function mark_stale_message();
create trigger delivery_stale after update on delivery for each row
  when (old.planned_at < clock_timestamp() - interval '90 s'
    and (old.status, old.settled_at, old.recipient, old.planned_at) is distinct from (new.status, new.settled_at, new.recipient, new.planned_at))
  execute function mark_stale_delivery();
create index delivery_planned on delivery (planned_at);

-- What a flow is found by, beside its own columns: document type, codes and places of what was said against it, channels and recipients of what it sent.
create table flow_term (term bigint not null, id uuid not null, primary key (term, id)) partition by range (id);
do $$
declare part record;
begin
  for part in select c.relname, pg_get_expr(c.relpartbound, c.oid) as bounds from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'message'::regclass
  loop
    execute format('create table if not exists %I partition of flow_term %s', replace(part.relname, 'message_', 'flow_term_'), part.bounds);
  end loop;
end $$;

create index message_refused on message (id) where status = 'refused';
