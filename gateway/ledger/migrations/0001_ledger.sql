-- The ledger: what was accepted, in which order, what followed from it, and what is still to do.

-- Inbound messages, their bytes and their lineage: monthly partitions by the time inside the UUIDv7 (made by partitions.ts).
create table message (
  id uuid primary key,
  door text not null,
  format text not null,
  sender text not null,
  territory text,
  control_id text not null,
  sha256 bytea not null,
  size integer not null,
  document_type text,
  document_id text,
  lane_key text,
  position bigint,
  status text not null check (status in ('received', 'running', 'waiting', 'parked', 'refused', 'complete')),
  code text,
  path text,
  attempts integer not null default 0,
  findings jsonb not null default '[]',
  refused_with jsonb,
  traceparent text not null,
  received_at timestamptz not null,
  accepted_at timestamptz not null default clock_timestamp(),
  stored_at timestamptz,
  closed_at timestamptz
) partition by range (id);
create index message_control on message (control_id, id);
create index message_sender on message (sender, id);
create index message_document on message (document_id, id) where document_id is not null;
create index message_open on message (status, id) where status not in ('complete', 'refused');

create table body (id uuid primary key, bytes bytea not null) partition by range (id);
alter table body alter column bytes set storage external;

create table lineage (
  id uuid primary key,
  mapper text not null,
  version integer not null,
  compressed bytea not null,
  mapped_at timestamptz not null
) partition by range (id);
alter table lineage alter column compressed set storage external;

create table seen (
  sender text not null,
  control_id text not null,
  sha256 bytea not null,
  message_id uuid not null,
  answer bytea not null,
  at timestamptz not null default clock_timestamp(),
  primary key (sender, control_id, sha256)
);
create index seen_at on seen using brin (at);

-- Lanes: the order of work. due_at is when the lane may be claimed: now, the end of a back-off, or the end of the holder's lease.
create sequence lane_fence;
create table lane (
  key text primary key,
  kind text not null check (kind in ('inbound', 'delivery')),
  last_position bigint not null,
  state text not null check (state in ('idle', 'ready', 'parked')),
  due_at timestamptz not null,
  holder text,
  fence bigint not null default 0,
  lease_ms integer not null default 20000,
  attempts integer not null default 0,
  code text,
  path text,
  moved_at timestamptz not null default clock_timestamp()
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
create index lane_due on lane (kind, due_at) where state = 'ready';
create index lane_parked on lane (kind, key) where state = 'parked';

create table lane_entry (
  lane_key text not null,
  position bigint not null,
  entry_id uuid not null,
  primary key (lane_key, position)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

-- Identities shared by many messages.
create table identity (
  type text not null,
  system text not null,
  value text not null,
  id uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (type, system, value)
);
create index identity_id on identity (id);

-- The resource behind an identity: pending until the transaction that stores it is settled.
create table identified (
  id uuid primary key,
  type text not null,
  state text not null check (state in ('pending', 'settled')),
  revision integer not null default 1,
  creation bytea,
  cause uuid,
  at timestamptz not null default clock_timestamp()
);

create table person (
  id uuid primary key references identified (id),
  ins_system text,
  ins_value text,
  traits jsonb not null,
  tag text not null check (tag in ('provisoire', 'recuperee', 'validee', 'qualifiee')),
  is_quarantined boolean not null,
  is_conflict boolean not null,
  changed_at timestamptz not null default clock_timestamp()
);

create table identity_link (
  n bigint generated always as identity primary key,
  person uuid not null,
  other uuid not null,
  kind text not null check (kind in ('conflict', 'link', 'unlink')),
  cause uuid,
  at timestamptz not null default clock_timestamp()
);
create index identity_link_person on identity_link (person);
create index identity_link_other on identity_link (other);

-- What happened, and to whom it must be told.
create table event_sequence (person text primary key, last bigint not null) with (fillfactor = 70);

create table event (
  id uuid primary key,
  cause uuid not null,
  type text not null,
  n integer not null,
  person text not null,
  sequence bigint not null,
  patient text not null,
  resources text[] not null,
  changes text[] not null,
  detail jsonb not null,
  traceparent text not null,
  at timestamptz not null,
  announced_at timestamptz,
  unique (cause, type, n),
  unique (person, sequence)
);
create index event_patient on event (patient);
create index event_resources on event using gin (resources);

create table planning (
  event_id uuid not null references event (id) on delete cascade,
  channel text not null,
  person text not null,
  sequence bigint not null,
  at timestamptz not null default clock_timestamp(),
  planned_at timestamptz,
  primary key (event_id, channel)
);
create index planning_open on planning (channel, person, sequence) where planned_at is null;
create index planning_late on planning (channel, at) where planned_at is null;

create table delivery (
  id uuid primary key,
  event_id uuid not null,
  channel text not null,
  recipient text not null,
  what text not null,
  action text not null,
  level text not null check (level in ('complet', 'restreint', 'minimal', 'aucun')),
  rule text not null,
  reference text not null,
  lane_key text not null,
  position bigint,
  status text not null check (status in ('planned', 'sending', 'sent', 'waiting', 'parked', 'delivered', 'failed', 'stopped', 'unconfirmed', 'none')),
  attempts integer not null default 0,
  code text,
  path text,
  partner_reference text,
  planned_at timestamptz not null default clock_timestamp(),
  sending_at timestamptz,
  sent_at timestamptz,
  recorded_at timestamptz,
  settled_at timestamptz,
  unique (what, action, recipient, channel)
);
create index delivery_event on delivery (event_id);
create index delivery_reference on delivery (reference);
create index delivery_open on delivery (status, channel, id) where status in ('planned', 'sending', 'sent', 'waiting', 'parked');

create table decision (
  n bigint generated always as identity primary key,
  event_id uuid not null,
  channel text not null,
  recipient text not null,
  delivery_id uuid not null,
  moment text not null check (moment in ('plan', 'send')),
  level text not null,
  rule text not null,
  basis jsonb not null,
  at timestamptz not null default clock_timestamp()
);
create index decision_event on decision (event_id);
create index decision_delivery on decision (delivery_id);

create table receipt (
  n bigint generated always as identity primary key,
  delivery_id uuid not null,
  kind text not null,
  outcome text not null,
  code text,
  cause text not null,
  detail jsonb not null default '{}',
  at timestamptz not null default clock_timestamp(),
  unique (delivery_id, kind, cause)
);

create table outbox (
  n bigint generated always as identity primary key,
  event_id uuid not null,
  at timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0.02);

-- Who did what to whose data; each writer's rows are a digest chain.
create table audit_writer (writer text primary key, sequence bigint not null, digest bytea not null);
create table audit (
  writer text not null,
  sequence bigint not null,
  at timestamptz not null,
  actor text not null,
  action text not null,
  object text not null,
  outcome text not null,
  detail text not null,
  digest bytea not null,
  primary key (writer, sequence)
);
create index audit_at on audit (at);
create index audit_object on audit (object, at);

create table lease (name text primary key, holder text, fence bigint not null, until timestamptz not null);

create table token_seen (jti text primary key, expires_at timestamptz not null);
create index token_seen_expires on token_seen (expires_at);

create function append_only() returns trigger language plpgsql as $$
begin
  raise exception 'append only' using errcode = '23514';
end $$;
create trigger decision_append_only before update on decision for each row execute function append_only();
create trigger receipt_append_only before update on receipt for each row execute function append_only();
create trigger audit_append_only before update on audit for each row execute function append_only();
create trigger identity_link_append_only before update on identity_link for each row execute function append_only();
create trigger event_append_only before update of id, cause, type, n, person, sequence, patient, resources, changes, detail, at on event
  for each row execute function append_only();
