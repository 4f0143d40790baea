-- What each message made, as the store held it then: `Type/<id>/_history/<n>`; `Type/<id>` of what it only refers to.
alter table lineage add column resources text[] not null default '{}';

-- A person is looked for by a number alone, whatever its authority.
create index identity_person_value on identity (value) where type = 'Patient';
