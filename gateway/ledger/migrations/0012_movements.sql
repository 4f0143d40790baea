-- Stays: every accepted movement, from which the state of a stay is made, and what was announced of it.
create table movement (
  -- The order of acceptance within a visit.
  n bigint generated always as identity primary key,
  message_id uuid not null unique,
  -- Id of the Encounter.
  stay uuid not null,
  visit_system text not null,
  visit_value text not null,
  person_key text not null,
  ids text[] not null,
  kind text not null check (kind in ('insert', 'update', 'cancel')),
  trigger text not null,
  starts_at timestamptz not null,
  recorded_at timestamptz not null,
  is_historic boolean not null,
  is_repeat boolean not null,
  content jsonb not null,
  at timestamptz not null default clock_timestamp()
);
create index movement_stay on movement (stay);
create index movement_visit on movement (visit_system, visit_value);

-- An admission or discharge that was announced: one identifier, also in its withdrawal. `withdraw_at` is the end of the grace time of a cancellation.
create table stay_alert (
  id uuid primary key,
  kind text not null check (kind in ('admission', 'discharge')),
  patient text not null,
  structure text not null,
  stay uuid not null,
  movement_ids text[] not null,
  -- The message that announced it.
  cause uuid not null,
  happened_at timestamptz not null,
  state text not null check (state in ('standing', 'cancelled', 'withdrawn')),
  withdraw_at timestamptz,
  cancelled_by uuid,
  cancelled_at timestamptz,
  -- The versions that the cancellation stored.
  resources text[] not null default '{}',
  at timestamptz not null default clock_timestamp(),
  unique (cause, kind)
);
create index stay_alert_stay on stay_alert (stay);
create index stay_alert_person on stay_alert (patient, structure);
create index stay_alert_due on stay_alert (withdraw_at) where state = 'cancelled';

-- What a person last said of the national record (ZFA): by the time it was said, then by that of the message.
create table dmp_choice (
  patient text not null,
  nature text not null check (nature in ('dmp-alimentation', 'dmp-consultation')),
  code text not null,
  said_at timestamptz not null,
  sent_at timestamptz not null,
  message_id uuid not null,
  primary key (patient, nature)
);
