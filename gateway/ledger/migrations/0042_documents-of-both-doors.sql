-- A document that the FHIR door brings is a version like those of messages. A write claims its documents with its plan; what becomes of them follows from its intent.

-- The write that brought it: the card in the store is the one that was deposited. Until that write is decided (stored is null), messages about it wait.
alter table document_version add column intent uuid;
create index document_version_intent on document_version (intent) where intent is not null;

create table document_claim (
  intent uuid not null,
  document_id text not null,
  -- As it was; null where nobody knew it.
  state text,
  replaced_by text,
  -- What the store holds of it once the write is stored.
  stored text,
  primary key (intent, document_id)
);

-- False when one of them is no longer what it was judged on.
create function claim_documents(owner uuid, claimed jsonb) returns boolean language plpgsql as $$
declare
  asked document_version;
  known document_version;
begin
  for asked in select * from jsonb_populate_recordset(null::document_version, claimed) order by document_id loop
    select * into known from document_version where document_id = asked.document_id for update;
    if coalesce(known.revision, 0) <> asked.revision then return false; end if;
    asked.intent := case when known.digest is null and asked.digest is not null then owner else known.intent end;
    asked.received_at := coalesce(known.received_at, case when asked.digest is not null then clock_timestamp() end);
    asked.stored := known.stored;
    asked.revision := asked.revision + 1;
    insert into document_version as v values (asked.*) on conflict (document_id) do update set digest = excluded.digest, state = excluded.state, change = excluded.change,
      replaces = excluded.replaces, replaced_by = excluded.replaced_by, other_format = excluded.other_format, set_id = excluded.set_id, version = excluded.version,
      kind = excluded.kind, organisation = excluded.organisation, persons = excluded.persons, received_at = excluded.received_at, revision = excluded.revision,
      intent = excluded.intent where v.revision = excluded.revision - 1;
    if not found then return false; end if;
    insert into document_claim values (owner, asked.document_id, known.state, known.replaced_by,
      case asked.state when 'withdrawn' then 'entered-in-error' when 'awaited' then null else asked.state end);
  end loop;
  return true;
end $$;

-- The write was not done. What a message brought or changed meanwhile stays.
create function release_documents(owner uuid) returns void language sql as $$
  update document_version v set revision = v.revision + 1, replaced_by = c.replaced_by,
    state = coalesce(c.state, case when v.digest is null then 'awaited' else 'current' end)
  from document_claim c
  where c.intent = owner and c.document_id = v.document_id and v.intent is distinct from owner
    and case v.state when 'withdrawn' then not exists (select from document_change k where k.document_id = v.document_id and k.change = 'delete')
      else exists (select from document_version x where x.document_id = v.replaced_by and x.intent = owner)
        and not exists (select from document_change k where k.document_id = v.replaced_by) end;
  delete from document_version v using document_claim c where c.intent = owner and c.document_id = v.document_id and v.state = 'awaited' and v.replaced_by is null;
  update document_version v set revision = v.revision + 1, intent = null, organisation = null
  where v.intent = owner and exists (select from document_change k where k.document_id = v.document_id);
  update document_version v set revision = v.revision + 1, intent = null, state = 'awaited', digest = null, change = null, replaces = null, other_format = null,
    set_id = null, version = null, kind = null, organisation = null, persons = '{}', received_at = null
  where v.intent = owner and v.replaced_by is not null;
  delete from document_version where intent = owner;
  delete from document_claim where intent = owner;
$$;

create function follow_intent() returns trigger language plpgsql as $$
begin
  if not exists (select from document_claim where intent = old.id) then return null; end if;
  if tg_op = 'DELETE' or new.state <> 'settled' then
    perform release_documents(old.id);
  else
    update document_version v set stored = c.stored from document_claim c where c.intent = old.id and c.document_id = v.document_id and c.stored is not null;
    delete from document_claim where intent = old.id;
  end if;
  return null;
end $$;
create trigger intent_documents after delete or update of state on intent for each row when (old.state = 'open') execute function follow_intent();
