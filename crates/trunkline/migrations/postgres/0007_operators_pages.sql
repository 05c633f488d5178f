-- What operators look for. The journal gets no index: each would be paid for by every webhook, and its ids sort by
-- time already. Errors are few, and of the jobs only those that failed stand in an index of their own.
alter table journal add column duplicates bigint not null default 0;
create index jobs_failed on jobs (kind, subject) where attempt > 0;
create index processing_errors_journal_id on processing_errors (journal_id, at) where journal_id is not null;
create index processing_errors_phone on processing_errors (phone, at) where phone is not null;
