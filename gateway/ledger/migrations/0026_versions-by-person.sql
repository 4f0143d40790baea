-- The latest documents of a set are asked for by their person: a sender may give one set id to everybody.

drop index document_version_set;
-- Without a list of what is yet to be filed: every acceptance would read it through.
create index document_version_person on document_version using gin (persons) with (fastupdate = off) where set_id is not null and state = 'current';
create index document_version_unowned on document_version (set_id) where set_id is not null and state = 'current' and persons = '{}';
