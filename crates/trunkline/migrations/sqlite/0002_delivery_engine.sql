-- Schedules, holds, priorities ------------------------------------------------------------------------

alter table messages add column priority integer not null default 7;
alter table messages add column purpose text not null default 'reply';
alter table messages add column scheduled_at integer;
alter table messages add column schedule_local text;
alter table messages add column schedule_zone text;
alter table messages add column cancel_if_answered integer not null default 0;
alter table messages add column hold_code text;
alter table messages add column hold_reason text;
alter table messages add column held_until integer;
alter table messages add column expires_at integer;
alter table messages add column template_id blob;
alter table messages add column template_version integer;
alter table messages add column template_variant text;
alter table messages add column retry_of blob;
alter table messages add column dismissed_at integer;
create index messages_waiting on messages (coalesce(held_until, scheduled_at), id)
    where state = 'scheduled' or state = 'held';
create index messages_cancel_if_answered on messages (conversation_id)
    where cancel_if_answered;
create index messages_dead on messages (at, id)
    where dismissed_at is null and (state = 'failed' or state = 'undelivered' or state = 'unknown');
create index messages_retry_of on messages (retry_of) where retry_of is not null;

-- To tell the copies of a message apart, whether they were placed or not.
drop index receipts_unclaimed;
create index receipts_provider_message_id on receipts (line_id, provider_message_id);

-- A lane says how urgent a job is, a pool what it draws on, such as a line. A parked job has an order key but
-- does not stand in its line yet: its time has not come.
alter table jobs add column lane integer not null default 0;
alter table jobs add column pool blob;
alter table jobs add column parked integer not null default 0;
-- Each claim has a token of its own: an answer that belongs to an earlier one is recognised by it.
alter table jobs add column claim integer;
-- The place in the line of an order key, given while the line is held: clocks differ, places do not.
alter table jobs add column place integer not null default 0;
drop index jobs_due_at;
create index jobs_due_at on jobs (queue, due_at, id) where pool is null;
drop index jobs_order_key;
create index jobs_order_key on jobs (order_key, place) where order_key is not null;
create index jobs_pool on jobs (pool, lane, due_at, id) where pool is not null;

-- The gate ----------------------------------------------------------------------------------------------

alter table contacts add column time_zone text;

-- One row per word on consent, never changed: who, when, how, in which words.
create table consents (
    id blob primary key,
    at integer not null,
    address text not null,
    line_id blob,
    purpose text not null,
    status text not null,
    source text not null,
    wording text,
    evidence text,
    by_id blob,
    by_name text
) strict;
create index consents_address on consents (address, at);

create table blocks (
    address text primary key,
    at integer not null,
    reason text,
    by_id blob,
    by_name text
) strict;

-- Texts in free words that may mean "stop": a person looks at them.
create table consent_reviews (
    id blob primary key,
    at integer not null,
    message_id blob not null,
    conversation_id blob not null,
    line_id blob not null,
    address text not null,
    body text not null,
    phrase text not null,
    decided_at integer,
    decision text,
    decided_by blob
) strict;
create index consent_reviews_open on consent_reviews (at, id) where decided_at is null;

-- Dead letters ------------------------------------------------------------------------------------------

-- What was done with dead letters, so that it can be undone.
create table dead_letter_actions (
    id blob not null,
    message_id blob not null,
    at integer not null,
    kind text not null,
    replacement_id blob,
    primary key (id, message_id)
) strict;

-- Lines -------------------------------------------------------------------------------------------------

-- How fast a line may send and whether it works: one row, shared by all nodes.
create table line_states (
    line_id blob primary key,
    rate text not null,
    breaker text not null,
    updated_at integer not null
) strict;

-- Templates ---------------------------------------------------------------------------------------------

create table templates (
    id blob primary key,
    name text not null,
    purpose text not null,
    version integer not null,
    archived_at integer,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index templates_name_key on templates (name) where archived_at is null;

-- A version is never changed: what was sent can always be traced to its words.
create table template_versions (
    template_id blob not null references templates (id),
    version integer not null,
    at integer not null,
    by_id blob,
    by_name text,
    variants text not null,
    variables text not null,
    primary key (template_id, version)
) strict;
create index messages_template_id on messages (template_id, at) where template_id is not null;
