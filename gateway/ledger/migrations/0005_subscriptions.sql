-- Who asked to be told of what: subscriptions of clients (rest-hook), and those that a member of a care circle has by being one.

create table subscription (
  id uuid primary key,
  origin text not null check (origin in ('client', 'circle')),
  -- Of a client its clientId; of a member nothing.
  client text,
  -- Who is told: `Organization/<id>` of the client's structure, or the member.
  holder text not null,
  status text not null check (status in ('requested', 'active', 'error', 'off', 'deleted')),
  -- A code of the reason, where the status is error or off.
  reason text,
  version integer not null default 1,
  -- Codes of hub-cs-evenement that may bring something.
  events text[] not null,
  -- Only of this person.
  patient text,
  -- The circle entry a member's subscription follows from.
  circle text,
  since text,
  -- As the client wrote it, the secret of its endpoint included: for nobody else, and for no log.
  resource text,
  heartbeat_seconds integer,
  ends_at timestamptz,
  -- Notifications of events so far; the number of the last one.
  told bigint not null default 0,
  -- What was planned before is not told.
  active_since timestamptz,
  -- The last time the endpoint took something, and since when it takes nothing.
  heard_at timestamptz,
  failing_since timestamptz,
  -- Nobody else greets or calls the endpoint before.
  called_at timestamptz not null default '-infinity',
  made_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp()
) with (fillfactor = 80);
create index subscription_of_client on subscription (client, id) where origin = 'client';
create index subscription_live on subscription (patient) where status = 'active';
create index subscription_open on subscription (status, called_at) where origin = 'client' and status in ('requested', 'active');
create unique index subscription_of_member on subscription (circle, holder, since, events) where origin = 'circle';

-- The number under which its subscriber knows an event; given once, when it is first sent.
alter table delivery add column event_number bigint;
create index delivery_of_subscription on delivery (action) where channel = 'subscription' and status in ('planned', 'sending', 'waiting', 'parked');
