-- A message whose lane was parked by it may be replayed: the code it was parked with when it was shown; null for one that was stored.
alter table replay_item add column parked_for text;
