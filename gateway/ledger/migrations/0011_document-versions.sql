-- Documents as versions of each other: what was accepted decides what may replace or withdraw what.

create table document_version (
  document_id text primary key,
  -- SHA-256 of the CDA; null while the document is known only as what another one replaces. 16 bytes of it from before this table.
  digest bytea,
  state text not null check (state in ('awaited', 'current', 'superseded', 'withdrawn')),
  change text check (change in ('create', 'replace')),
  replaces text,
  replaced_by text,
  other_format text,
  set_id text,
  version integer,
  kind text,
  organisation text,
  persons text[] not null default '{}',
  received_at timestamptz,
  -- What the store holds of it: the status of its DocumentReference.
  stored text check (stored in ('current', 'superseded', 'entered-in-error')),
  -- An acceptance that was judged on an older revision is judged again.
  revision integer not null default 1
);
create index document_version_set on document_version (set_id) where set_id is not null and state = 'current';
create index document_version_replaced on document_version (replaces) where replaces is not null;

-- What each accepted message did to its documents.
create table document_change (
  message_id uuid not null,
  document_id text not null,
  change text not null check (change in ('create', 'replace', 'delete')),
  -- false: a version that was replaced before it came, or a repeat of one that is replaced or withdrawn; nobody is told.
  is_told boolean not null,
  is_repeat boolean not null,
  n integer not null,
  primary key (message_id, document_id)
);

insert into document_version (document_id, digest, state, change, received_at, stored)
  select value, decode(replace(id::text, '-', ''), 'hex'), 'current', 'create', at, 'current' from identity where type = 'DocumentContent';
delete from identity where type = 'DocumentContent';

create function stale_document_versions() returns boolean language plpgsql as $$
begin
  raise exception 'judged on an older revision' using errcode = '40001';
end $$;
