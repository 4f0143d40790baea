-- Who may look at the monitor, what he sees of it, and what he has repaired.

-- An event has the territory of the message that caused it, a write at the FHIR door that of its client's structure; none: seen by those alone whom no territory binds.
alter table intent add column territory text;
alter table event add column territory text;
update event e set territory = m.territory from message m where m.id = e.cause and m.territory is not null;
create index event_territory on event (territory, id);

-- Sessions of people at the monitor. Of a cookie only its SHA-256 is kept.
create table monitor_session (
  cookie bytea primary key,
  name text not null,
  role text not null check (role in ('observer', 'operator', 'privacy-officer')),
  territory text,
  csrf text not null,
  -- The provider takes it back as a hint when the session is ended there too.
  id_token text,
  began_at timestamptz not null default clock_timestamp(),
  -- Ends when nothing was asked for so long, and at the latest then.
  idle_at timestamptz not null,
  ends_at timestamptz not null
) with (fillfactor = 70);
create index monitor_session_ends on monitor_session (ends_at);

-- Every repair: who, when, why, to what. Its row in the audit is written with it.
create table repair (
  id uuid primary key,
  at timestamptz not null default clock_timestamp(),
  name text not null,
  role text not null,
  action text not null,
  -- A lane, a flow, a person, a replay.
  object text not null,
  -- Of what was repaired.
  territory text,
  reason text not null,
  outcome text not null,
  detail jsonb not null default '{}'
);
create index repair_object on repair (object, id);
create trigger repair_append_only before update on repair for each row execute function append_only();
