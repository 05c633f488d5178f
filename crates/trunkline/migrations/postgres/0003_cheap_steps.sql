-- A message changes its state at each step of its way. While indexes ask for the state, each of these changes is
-- paid for in all of them; these two marks change only for those few messages that wait or fail.

alter table messages add column waits boolean not null default false;
alter table messages add column dead boolean not null default false;
update messages set waits = true where state in ('scheduled', 'held');
update messages set dead = true where direction = 'outbound' and state in ('failed', 'undelivered', 'unknown');
drop index messages_waiting;
create index messages_waiting on messages (coalesce(held_until, scheduled_at), id) where waits;
drop index messages_dead;
create index messages_dead on messages (at, id) where dead and dismissed_at is null;

-- Room on each page for the next version of a row, so that a step that changes no index stays on its page.
alter table messages set (fillfactor = 75);
alter table jobs set (fillfactor = 75);
alter table attempts set (fillfactor = 85);
