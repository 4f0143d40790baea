-- Writes through the FHIR door: kept before they reach the store, together with what they hold until they are decided.

create table intent (
  id uuid primary key,
  client text not null,
  -- Digest of what makes a repeat known; absent where a write has no key of its own.
  key text,
  sha256 bytea not null,
  state text not null check (state in ('open', 'settled', 'abandoned')),
  -- What is written, announced and answered, kept before the store is asked.
  plan text,
  traceparent text not null,
  at timestamptz not null default clock_timestamp(),
  planned_at timestamptz,
  -- The store's own time of the write.
  stored_at timestamptz,
  settled_at timestamptz
) with (autovacuum_vacuum_scale_factor = 0.05);
create unique index intent_key on intent (key) where key is not null;
create index intent_open on intent (at) where state = 'open';
create index intent_settled on intent (settled_at) where state <> 'open';

-- A person, an identifier, a territory: held by one write at a time.
create table intent_lock (key text primary key, intent uuid not null) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
create index intent_lock_intent on intent_lock (intent);
