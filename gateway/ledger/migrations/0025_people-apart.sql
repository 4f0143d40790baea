-- Persons who stand apart are few: the overview counts them at every look.
create index person_apart on person (id) where is_quarantined or is_conflict;
