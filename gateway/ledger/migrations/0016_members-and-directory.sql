-- Deliveries to members of a care circle, and what the national directory said of mailboxes.

-- The member a delivery is for: `PractitionerRole/<id>`, `Organization/<id>`, `RelatedPerson/<id>`; nobody where the sender named the recipient.
alter table delivery add column member text;
update delivery set member = action where channel = 'mssante' and action ~ '^(PractitionerRole|Organization)/';
create index delivery_of_member on delivery (member) where member is not null;

-- One answer per register number: holders of mailboxes with `active` and `telecom`, no name.
create table directory_answer (
  system text not null,
  value text not null,
  holders jsonb not null,
  asked_at timestamptz not null,
  primary key (system, value)
);
