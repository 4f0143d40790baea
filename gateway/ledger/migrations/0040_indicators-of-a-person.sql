-- In a function of SQL the name of a column comes before that of a parameter: of a person's events none was marked, only his facts and his stays.
create or replace function mark_indicators_of(person text) returns void language sql as $$
  select mark_indicator_days(variadic care_fact_moments(f)) from care_fact f where f.patient = $1;
  select mark_indicator_days(a.happened_at) from stay_alert a where a.patient = $1;
  select mark_indicator_days(e.at) from event e where e.patient = $1 and e.type in ('encounter.adm', 'encounter.sor');
$$;

-- Which days were kept too early is not known: each is counted again.
delete from indicator_scope;
