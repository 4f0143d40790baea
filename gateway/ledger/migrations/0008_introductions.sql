-- Whom a structure has presented by a qualified INS with equal traits: it may name this person in its own writes, and sees nothing of him by that.
create table access_introduced (
  structure text not null,
  patient text not null,
  at timestamptz not null default clock_timestamp(),
  primary key (structure, patient)
);
