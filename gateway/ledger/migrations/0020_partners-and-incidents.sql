-- Partners as the monitor shows them: those that are held, how fast what they send arrives, incidents and who was told of them.

-- A partner that is held: what is for it waits in its lanes. A row stays as the record of who held it, why, and who let it go.
create table partner_pause (
  n bigint generated always as identity primary key,
  partner text not null,
  by text not null,
  reason text not null,
  at timestamptz not null default clock_timestamp(),
  resumed_by text,
  resume_reason text,
  resumed_at timestamptz
);
create unique index partner_pause_now on partner_pause (partner) where resumed_at is null;
create index lane_waiting on lane (code) where state = 'ready' and code is not null;

-- How long what came from a sender took to arrive, by the hour of the plan: `within` counts the arrivals within each of the times of ledger/service-hours.ts.
create table service_hour (
  hour timestamptz not null,
  sender text not null,
  channel text not null,
  -- Of a mailbox only its domain.
  recipient text not null,
  territory text not null default '',
  flows integer not null,
  within integer[] not null,
  failed integer not null,
  primary key (hour, sender, channel, recipient, territory)
);
create index service_hour_sender on service_hour (sender, hour);
create table service_counted (hour timestamptz primary key, is_final boolean not null);

-- What one hub process sees: its disk and its parts that are not ready. An old row is of a process that is gone.
create table outlook (
  holder text primary key,
  at timestamptz not null,
  free_disk_bytes bigint not null,
  parts jsonb not null
);

-- Last seen: software by its requests, certificates with their end.
create table sighting (name text primary key, at timestamptz not null, ends_at timestamptz);

create table incident (
  id uuid primary key,
  kind text not null,
  subject text not null,
  code text not null default '',
  territory text,
  state text not null check (state in ('suspected', 'open', 'closed')),
  count bigint not null,
  since timestamptz not null,
  opened_at timestamptz,
  cleared_at timestamptz,
  closed_at timestamptz
);
create unique index incident_now on incident (kind, subject, code) where state <> 'closed';
create index incident_closed on incident (id) where state = 'closed';
create index incident_subject on incident (subject, id);

-- One row per incident, moment and who is told: there is no second of them, whatever happens.
create table alert (
  incident_id uuid not null references incident (id) on delete cascade,
  moment text not null check (moment in ('start', 'end')),
  way text not null check (way in ('mail', 'webhook')),
  recipient text not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'given-up')),
  reference text not null,
  attempts integer not null default 0,
  code text,
  due_at timestamptz not null default clock_timestamp(),
  sent_at timestamptz,
  primary key (incident_id, moment, way, recipient)
);
create index alert_due on alert (due_at) where state = 'waiting';
create unique index alert_reference on alert (reference);
