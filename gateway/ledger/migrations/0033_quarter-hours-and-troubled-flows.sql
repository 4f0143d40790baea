-- Roll-ups of a quarter of an hour between minutes and hours, and quarters and hours of all partners together ('*'), as days have them: the points of a day and of a week are few rows.
do $$
declare sums text; columns text; until timestamptz;
begin
  select string_agg(format('sum(b%s)', n), ', '), string_agg('b' || n, ', ') into sums, columns from generate_series(0, 23) n;
  select date_bin('15 min', rollup_until.until, 'epoch') into until from rollup_until;

  insert into rollup (step, at, direction, kind, partner, territory, outcome, flows)
  select 900, date_bin('15 min', at, 'epoch'), direction, kind, partner, territory, outcome, sum(flows) from rollup where step = 60 and at < until group by 2, 3, 4, 5, 6, 7;
  insert into rollup (step, at, direction, kind, partner, territory, outcome, flows)
  select step, at, direction, '*', '*', territory, outcome, sum(flows) from rollup where step in (900, 3600) group by 1, 2, 3, 6, 7;

  execute format('insert into rollup_latency (step, at, direction, kind, partner, territory, stage, flows, %s)
    select 900, date_bin(''15 min'', at, ''epoch''), direction, kind, partner, territory, stage, sum(flows), %s from rollup_latency where step = 60 and at < $1 group by 2, 3, 4, 5, 6, 7', columns, sums) using until;
  execute format('insert into rollup_latency (step, at, direction, kind, partner, territory, stage, flows, %s)
    select step, at, direction, ''*'', ''*'', territory, stage, sum(flows), %s from rollup_latency where step in (900, 3600) group by 1, 2, 3, 6, 7', columns, sums);
end $$;

create index rollup_of_all on rollup (step, at) where partner = '*';
create index rollup_latency_of_all on rollup_latency (step, at) where partner = '*';

-- What waits or is parked, by its code: found among a backlog without a look at all of it. What is only queued has no code, and stands in neither.
create index message_troubled on message (code, id) where code is not null and status not in ('complete', 'refused');
create index delivery_troubled on delivery (code, id) where code is not null and status in ('planned', 'sending', 'sent', 'waiting', 'parked');
