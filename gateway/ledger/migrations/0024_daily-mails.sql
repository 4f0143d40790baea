-- Members who are told once a day: the mail that a delivery travels in, which is that of the first of its day.
create table carried (
  delivery_id uuid primary key,
  carrier uuid not null,
  level text not null
);
create index carried_by on carried (carrier);
