-- What a partner finds on its topic about one person is numbered by itself: no gap says that something was withheld. The last number and the delivery that has it.
create table partner_sequence (
  topic text not null,
  person text not null,
  last bigint not null,
  delivery_id uuid,
  primary key (topic, person)
) with (fillfactor = 70);

-- Who has read already goes on above the last number he saw.
insert into partner_sequence (topic, person, last)
select d.recipient, e.person, max(e.sequence)
from delivery d join event e on e.id = d.event_id
where d.recipient like 'hub.partner.%' and d.status = 'delivered'
group by d.recipient, e.person;
