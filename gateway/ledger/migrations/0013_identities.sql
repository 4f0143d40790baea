-- Persons who are one: what Patient.link says (replaced-by), with the one whom nobody replaces.
create table person_link (
  loser text primary key,
  survivor text not null,
  root text not null,
  at timestamptz not null default clock_timestamp()
);
create index person_link_root on person_link (root);

-- What a merge takes and moves, so that a split gives it back.
create table person_merge (
  n bigint generated always as identity primary key,
  survivor text not null,
  loser text not null,
  -- Version of the loser that was merged.
  version text not null,
  before jsonb not null,
  moved jsonb not null,
  at timestamptz not null default clock_timestamp(),
  unique (survivor, loser, version)
);
create index person_merge_loser on person_merge (loser, n desc);
