-- Which professional broke the glass on whom, and who was told of it. Why he did stands in the audit alone.

create table emergency (
  -- `Patient/<id>`
  patient text not null,
  -- idNatPs of the professional.
  human text not null,
  opened_at timestamptz not null,
  ends_at timestamptz not null,
  -- When the person, the coordinator and the privacy officer were told.
  told_at timestamptz,
  primary key (patient, human)
);

create index on emergency (opened_at) where told_at is null;
