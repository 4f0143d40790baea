-- Whose an undecided write is: the number under which its process holds an advisory lock for as long as it lives.

alter table intent add column process integer;
