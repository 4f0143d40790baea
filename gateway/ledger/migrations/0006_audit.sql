-- The audit as it is served and proved: whom it is about, why, from where, by which rule; heads kept apart from the rows.

alter table audit
  add column id uuid,
  add column structure text,
  add column human text,
  add column patients text[] not null default '{}',
  add column request_id text,
  add column purpose text,
  add column level text,
  add column rule text,
  add column address text,
  -- Which columns the digest covers: 2 covers every one.
  add column form smallint not null default 1;
create unique index audit_id on audit (id) where id is not null;
create index audit_patients on audit using gin (patients);
create index audit_structure on audit (structure, at) where structure is not null;

-- Heads of the chains as they stood, each under a key that the database does not have; also written to a file of the data folder.
create table audit_anchor (
  n bigint generated always as identity primary key,
  at timestamptz not null,
  writer text not null,
  sequence bigint not null,
  digest bytea not null,
  mac text not null
);
create trigger audit_anchor_append_only before update on audit_anchor for each row execute function append_only();

-- What retention took away, and where the chain goes on.
create table audit_removed (
  writer text not null,
  until_sequence bigint not null,
  digest bytea not null,
  rows bigint not null,
  before timestamptz not null,
  at timestamptz not null default clock_timestamp(),
  mac text not null,
  primary key (writer, until_sequence)
);
create trigger audit_removed_append_only before update on audit_removed for each row execute function append_only();
