-- How far each chain is anchored is asked of every writer, twice a minute.
create index audit_anchor_writer on audit_anchor (writer, sequence desc);
