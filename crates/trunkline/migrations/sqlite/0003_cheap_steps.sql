-- A message changes its state at each step of its way. While indexes ask for the state, each of these changes is
-- paid for in all of them; these two marks change only for those few messages that wait or fail.

alter table messages add column waits integer not null default 0;
alter table messages add column dead integer not null default 0;
update messages set waits = 1 where state in ('scheduled', 'held');
update messages set dead = 1 where direction = 'outbound' and state in ('failed', 'undelivered', 'unknown');
drop index messages_waiting;
create index messages_waiting on messages (coalesce(held_until, scheduled_at), id) where waits;
drop index messages_dead;
create index messages_dead on messages (at, id) where dead and dismissed_at is null;
