-- What population searches look at, so that none goes through the persons of a whole region; taken from Tasks as they are written, made anew by `hub rebuild-access`.

create table worklist (
  -- Task/<id>
  reference text primary key,
  patient text not null,
  owner text,
  requester text,
  -- Tokens in each form they may be asked for: the code alone, and system|code.
  code text[] not null,
  status text not null,
  business_status text[] not null,
  territory text[] not null,
  authored timestamptz,
  modified timestamptz,
  due timestamptz
) with (autovacuum_vacuum_scale_factor = 0.05);
create index worklist_owner on worklist (owner, status);
create index worklist_requester on worklist (requester);
create index worklist_territory on worklist using gin (territory);

-- Persons that a structure wrote down.
create index access_author_persons on access_author (structure, resource) where resource like 'Patient/%';

-- Members of active circles, person by person: a page of a structure's persons or circles is read in this order and no further.
create index access_members on access (party, patient, source) where kind = 'member' and detail ->> 'status' = 'active';
