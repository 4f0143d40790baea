-- Reports that say a mailbox does not exist: few, and asked for whenever a mailbox is chosen.
create index receipt_no_mailbox on receipt (delivery_id) where kind = 'dsn' and detail->>'status' = '5.1.1';
