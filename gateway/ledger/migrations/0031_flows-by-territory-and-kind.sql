-- What observers are bound to, and the kind of what came, each in the order of a list: merged with a term of flow_term, no row of a message is looked at.
create index message_territory on message (territory, id) where territory is not null;
create index message_format on message (format, id);
