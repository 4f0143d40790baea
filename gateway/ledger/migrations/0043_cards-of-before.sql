-- What an earlier version did not keep is read from the store once: named here until it is done. Writes that were judged before `at` are waited for; `since`: what the store had
-- before has been read. A ledger that nobody has written to has nothing of before.
create table catch_up (name text primary key, at timestamptz not null default clock_timestamp(), since timestamptz);
insert into catch_up (name) select unnest(array['marks', 'cards']) where exists (select from access_author) or exists (select from message);

-- The id of its card, where it does not follow from the document: deposited through the FHIR door before migration 0042.
alter table document_version add column card text;

-- The document that a claim brings is stored already: settled at once. What it replaces is still to be changed in the store.
create function keep_earlier(owner uuid, its_card text, status text, at timestamptz) returns void language sql as $$
  delete from document_claim where intent = owner;
  update document_version set card = its_card, stored = status, received_at = at where intent = owner;
$$;
