-- Who may see whom: taken from circles, consents, Tasks and Provenances as they are written, made anew from the store by `hub rebuild-access`.

-- One row to lock per person: a delivery shares it while it is marked as being sent, whoever restricts takes it alone.
create table access_person (patient text primary key, restricted_at timestamptz) with (fillfactor = 70);

create table access (
  source text not null,
  n integer not null,
  patient text not null,
  kind text not null check (kind in ('member', 'managing', 'consent', 'addressed', 'relative')),
  -- Who is meant: a role, a structure, a relative; absent where it is everybody.
  party text,
  detail jsonb not null,
  at timestamptz not null default clock_timestamp(),
  primary key (source, n)
) with (autovacuum_vacuum_scale_factor = 0.05);
create index access_patient on access (patient);
create index access_party on access (party, kind, patient) where party is not null;

-- Which structures wrote a resource, or keep it.
create table access_author (resource text not null, structure text not null, primary key (resource, structure));

-- Professionals and structures: who works where, what stands above, health or social.
create table access_directory (
  reference text primary key,
  practitioner text,
  organization text,
  parent text,
  sector text check (sector in ('health', 'social')),
  type text,
  is_active boolean not null
);
create index access_directory_practitioner on access_directory (practitioner) where practitioner is not null;
create index access_directory_parent on access_directory (parent) where parent is not null;
