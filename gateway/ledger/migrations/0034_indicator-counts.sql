-- What the indicators count, kept by day and by month behind the facts. Until a day is kept, and again from the moment something of it changes, it is counted from the facts themselves.

-- Days before this one are counted; at first none is.
create table indicator_until (is_only boolean primary key default true check (is_only), until date not null);
insert into indicator_until (until) values ('-infinity');

-- The territories that are counted for: where they change, everything is counted again.
create table indicator_scope (structure text primary key, codes text not null);

create table indicator_count (
  step text not null check (step in ('day', 'month')),
  -- The day, or the first of the month, in Paris.
  at date not null,
  -- The structure whose territory it is.
  structure text not null,
  indicator text not null,
  -- Who asked, wrote or was told, as far as the directory knows.
  type text,
  category text,
  sector text,
  support text,
  -- Of what stands (plans, circles) how many more than the day before.
  count integer not null
) with (autovacuum_vacuum_scale_factor = 0.05);
create index indicator_count_at on indicator_count (step, at);
create index indicator_count_of on indicator_count (step, indicator, at);

-- How long each took that was accepted, or decided, on a day; of a month the median alone.
create table indicator_delay (step text not null check (step in ('day', 'month')), at date not null, structure text not null, indicator text not null, seconds float8[] not null);
create index indicator_delay_at on indicator_delay (step, at);

-- Days of which something changed, counted anew from `due` on; or somebody in the directory, whose days are looked up first. No key: writers never wait for each other.
create table indicator_stale (day date, reference text, due timestamptz not null default '-infinity', check ((day is null) <> (reference is null)))
  with (autovacuum_vacuum_scale_factor = 0.02);

-- Marks the days of these moments. A day is counted an hour after it ends: what is younger than fifty minutes needs no mark, and its transaction is long over by then.
create function mark_indicator_days(variadic moments timestamptz[]) returns void language sql as $$
  insert into indicator_stale (day) select distinct (moment at time zone 'Europe/Paris')::date from unnest(moments) moment
  where moment < clock_timestamp() - interval '50 minutes'
$$;

create index care_fact_ended on care_fact (kind, greatest(started_at, ended_at)) where ended_at is not null;
create index care_fact_patient on care_fact (patient);
-- An `ask` says the kind of support of the Task about it; a review is one of several about its plan.
drop index care_fact_review;
create index care_fact_about on care_fact (about, due_at) where about is not null;

create function care_fact_moments(f care_fact) returns timestamptz[] language sql immutable as $$
  select array[f.started_at, f.due_at, f.accepted_at, f.refused_at, f.answered_at, greatest(f.started_at, f.ended_at)]
$$;

create function mark_care_fact() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform mark_indicator_days(variadic care_fact_moments(old)); end if;
  if tg_op <> 'DELETE' then perform mark_indicator_days(variadic care_fact_moments(new)); end if;
  if coalesce(new.kind, old.kind) = 'ask' then
    perform mark_indicator_days(variadic care_fact_moments(f)) from care_fact f where f.about = coalesce(new.reference, old.reference);
  elsif coalesce(new.kind, old.kind) = 'review' then
    perform mark_indicator_days(f.started_at) from care_fact f where f.kind = 'review' and f.about in (new.about, old.about);
  end if;
  return null;
end $$;
create trigger care_fact_made after insert or delete on care_fact for each row execute function mark_care_fact();
create trigger care_fact_changed after update on care_fact for each row
  when ((old.is_counted, old.patient, old.structure, old.party, old.about, old.support, old.places, care_fact_moments(old))
    is distinct from (new.is_counted, new.patient, new.structure, new.party, new.about, new.support, new.places, care_fact_moments(new)))
  execute function mark_care_fact();

create function mark_stay_alert() returns trigger language plpgsql as $$
begin
  perform mark_indicator_days(old.happened_at, new.happened_at);
  return null;
end $$;
create trigger stay_alert_made after insert on stay_alert for each row when (new.happened_at < clock_timestamp() - interval '50 minutes') execute function mark_stay_alert();
create trigger stay_alert_changed after update or delete on stay_alert for each row when (old.happened_at < clock_timestamp() - interval '50 minutes') execute function mark_stay_alert();

-- A stay was told to somebody, or is no longer; or he read it.
create function mark_stays_told(told uuid) returns void language sql as $$
  select mark_indicator_days(e.at, a.happened_at) from event e left join stay_alert a on a.cause = e.cause and a.kind = 'discharge' and e.type = 'encounter.sor'
  where e.id = told and e.type in ('encounter.adm', 'encounter.sor')
$$;
create function is_told(status text) returns boolean language sql immutable parallel safe as $$ select status in ('sent', 'delivered', 'unconfirmed') $$;
create function mark_told() returns trigger language plpgsql as $$
begin
  perform mark_stays_told(new.event_id);
  return null;
end $$;
create trigger delivery_told after insert on delivery for each row when (is_told(new.status)) execute function mark_told();
create trigger delivery_told_later after update of status, member on delivery for each row
  when ((is_told(old.status), old.member) is distinct from (is_told(new.status), new.member)) execute function mark_told();
create function mark_read() returns trigger language plpgsql as $$
begin
  perform mark_stays_told(d.event_id) from delivery d where d.id = new.delivery_id;
  return null;
end $$;
create trigger receipt_read after insert on receipt for each row when (new.outcome in ('displayed', 'processed')) execute function mark_read();

-- The territory of an event is that of its stay where nothing else says it.
create function mark_reported() returns trigger language plpgsql as $$
begin
  perform mark_stays_told(new.id);
  return null;
end $$;
create trigger event_reported after insert on event for each row when (new.type in ('encounter.adm', 'encounter.sor')) execute function mark_reported();

-- Where a person lives, or who runs his circle where that is not known, is the ground of what happened to him.
create function mark_indicators_of(person text) returns void language sql as $$
  select mark_indicator_days(variadic care_fact_moments(f)) from care_fact f where f.patient = person;
  select mark_indicator_days(a.happened_at) from stay_alert a where a.patient = person;
  select mark_indicator_days(e.at) from event e where e.patient = person and e.type in ('encounter.adm', 'encounter.sor');
$$;
create function mark_home() returns trigger language plpgsql as $$
begin
  perform mark_indicators_of(new.patient);
  return null;
end $$;
create trigger home_known after insert on home for each row execute function mark_home();
create trigger home_moved after update on home for each row when (old.places <> new.places) execute function mark_home();
create function mark_managed() returns trigger language plpgsql as $$
declare person text := coalesce(new.patient, old.patient);
begin
  if not exists (select from home where patient = person) then perform mark_indicators_of(person); end if;
  return null;
end $$;
create trigger access_managed after insert or update on access for each row when (new.kind = 'managing') execute function mark_managed();
create trigger access_unmanaged after delete on access for each row when (old.kind = 'managing') execute function mark_managed();

create function mark_named() returns trigger language plpgsql as $$
begin
  insert into indicator_stale (reference) values (coalesce(new.reference, old.reference));
  return null;
end $$;
create trigger access_directory_named after insert or delete on access_directory for each row execute function mark_named();
create trigger access_directory_renamed after update on access_directory for each row
  when ((old.organization, old.sector, old.type, old.territory) is distinct from (new.organization, new.sector, new.type, new.territory)) execute function mark_named();
