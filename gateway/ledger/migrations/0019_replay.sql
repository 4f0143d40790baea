-- Repairs of lanes, and replays: what today's mappers make of stored messages, shown first, committed afterwards.

-- The last repair of a lane, so that a second operator learns what the first one did: {who, act, reason, at}.
alter table lane add column acted jsonb;

-- Heads of lanes that were put aside so that what stood behind them goes on. The entry keeps its status `parked`; taken_* once it is back in its lane.
create table set_aside (
  entry_id uuid primary key,
  lane_key text not null,
  kind text not null check (kind in ('inbound', 'delivery')),
  code text,
  path text,
  who text not null,
  reason text not null,
  at timestamptz not null default clock_timestamp(),
  taken_by text,
  taken_reason text,
  taken_at timestamptz
);
create index set_aside_open on set_aside (at) where taken_at is null;

create table replay (
  id uuid primary key,
  state text not null check (state in ('computing', 'shown', 'committing', 'committed', 'stopped')),
  filter jsonb not null,
  territory text,
  who text not null,
  reason text not null,
  total integer not null,
  at timestamptz not null default clock_timestamp(),
  shown_at timestamptz,
  committed_by text,
  commit_reason text,
  committing_at timestamptz,
  stopped_by text,
  stop_reason text,
  ended_at timestamptz
);
create index replay_open on replay (at) where state in ('computing', 'committing');

-- One message of a replay. `seen` and `digest` are what was shown: the versions that were stored, and what the mappers made.
create table replay_item (
  id uuid primary key,
  replay_id uuid not null references replay (id) on delete cascade,
  n integer not null,
  message_id uuid not null,
  state text not null check (state in ('pending', 'shown', 'queued', 'committed', 'refused', 'failed', 'skipped')),
  outcome text check (outcome in ('unchanged', 'changed')),
  code text,
  path text,
  created integer not null default 0,
  changed integer not null default 0,
  unchanged integer not null default 0,
  notified integer not null default 0,
  mapper text,
  version integer,
  digest bytea,
  seen jsonb,
  -- The differences, compressed.
  shown bytea,
  -- Of a refusal: the resources that changed since.
  since text[],
  at timestamptz not null default clock_timestamp(),
  unique (replay_id, n)
);
create index replay_item_state on replay_item (replay_id, state, n);
