-- Marks that hide a document, as its card has them now: one that comes after a mail was queued still stops it.
alter table access drop constraint access_kind_check, add constraint access_kind_check check (kind in ('member', 'managing', 'consent', 'addressed', 'relative', 'hidden'));
