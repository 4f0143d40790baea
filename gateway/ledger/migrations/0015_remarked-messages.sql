-- The conformance report of a sender looks only at those of its messages against which something was said.
create index message_remarked on message (sender, id) where findings <> '[]' or refused_with is not null;
