-- What the indicators of a territory count. Taken from resources as they are written, made anew from every version in the store by `hub rebuild-access`: run it once after this migration on a hub that has resources already.

-- One row per demande d'appui, question to a médecin traitant, unscheduled request, plan, re-assessment date, alert, circle with a médecin traitant, opposition.
create table care_fact (
  -- `Task/<id>`; of a re-assessment `CarePlan/<id>#<date>`.
  reference text primary key,
  kind text not null check (kind in ('ask', 'demand', 'validation', 'unscheduled', 'plan', 'review', 'alert', 'circle', 'opposition')),
  patient text not null,
  -- When the version was stored that the row says last.
  as_of timestamptz not null,
  -- Drafts and what was entered in error count for nothing.
  is_counted boolean not null,
  -- Who answers for it, and who asked, wrote or collected it.
  structure text,
  party text,
  -- Of a Task its request; of a re-assessment its plan.
  about text,
  -- Kind of support.
  support text,
  -- Communes it is about, with their départements.
  places text[] not null default '{}',
  started_at timestamptz not null,
  due_at timestamptz,
  ended_at timestamptz,
  -- The first time each happened, in whatever order versions are read.
  accepted_at timestamptz,
  refused_at timestamptz,
  answered_at timestamptz
) with (autovacuum_vacuum_scale_factor = 0.05);
create index care_fact_started on care_fact (kind, started_at);
create index care_fact_due on care_fact (kind, due_at) where due_at is not null;
create index care_fact_accepted on care_fact (accepted_at) where accepted_at is not null;
create index care_fact_refused on care_fact (refused_at) where refused_at is not null;
create index care_fact_answered on care_fact (kind, answered_at) where answered_at is not null;
create index care_fact_review on care_fact (about, due_at) where kind = 'review';

-- Where a person lives: the commune and its département.
create table home (patient text primary key, places text[] not null) with (fillfactor = 90);

-- Communes or départements a structure answers for.
alter table access_directory add column territory text[] not null default '{}';

-- Announced admissions and discharges, by their time.
create index event_of_stay on event (at) where type in ('encounter.adm', 'encounter.sor');
create index stay_alert_happened on stay_alert (kind, happened_at);
