-- Schedules, holds, priorities ------------------------------------------------------------------------

alter table messages add column priority bigint not null default 7;
alter table messages add column purpose text not null default 'reply';
alter table messages add column scheduled_at timestamptz;
alter table messages add column schedule_local text;
alter table messages add column schedule_zone text;
alter table messages add column cancel_if_answered boolean not null default false;
alter table messages add column hold_code text;
alter table messages add column hold_reason text;
alter table messages add column held_until timestamptz;
alter table messages add column expires_at timestamptz;
alter table messages add column template_id uuid;
alter table messages add column template_version bigint;
alter table messages add column template_variant text;
alter table messages add column retry_of uuid;
alter table messages add column dismissed_at timestamptz;
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
alter table jobs add column lane bigint not null default 0;
alter table jobs add column pool uuid;
alter table jobs add column parked boolean not null default false;
-- Each claim has a token of its own: an answer that belongs to an earlier one is recognised by it.
alter table jobs add column claim bigint;
-- The place in the line of an order key, given while the line is held: clocks differ, places do not.
alter table jobs add column place bigint not null default 0;
drop index jobs_due_at;
create index jobs_due_at on jobs (queue, due_at, id) where pool is null;
drop index jobs_order_key;
create index jobs_order_key on jobs (order_key, place) where order_key is not null;
create index jobs_pool on jobs (pool, lane, due_at, id) where pool is not null;

-- The gate ----------------------------------------------------------------------------------------------

alter table contacts add column time_zone text;

-- One row per word on consent, never changed: who, when, how, in which words.
create table consents (
    id uuid primary key,
    at timestamptz not null,
    address text not null,
    line_id uuid,
    purpose text not null,
    status text not null,
    source text not null,
    wording text,
    evidence text,
    by_id uuid,
    by_name text
);
create index consents_address on consents (address, at);

create table blocks (
    address text primary key,
    at timestamptz not null,
    reason text,
    by_id uuid,
    by_name text
);

-- Texts in free words that may mean "stop": a person looks at them.
create table consent_reviews (
    id uuid primary key,
    at timestamptz not null,
    message_id uuid not null,
    conversation_id uuid not null,
    line_id uuid not null,
    address text not null,
    body text not null,
    phrase text not null,
    decided_at timestamptz,
    decision text,
    decided_by uuid
);
create index consent_reviews_open on consent_reviews (at, id) where decided_at is null;

-- Dead letters ------------------------------------------------------------------------------------------

-- What was done with dead letters, so that it can be undone.
create table dead_letter_actions (
    id uuid not null,
    message_id uuid not null,
    at timestamptz not null,
    kind text not null,
    replacement_id uuid,
    primary key (id, message_id)
);

-- Lines -------------------------------------------------------------------------------------------------

-- How fast a line may send and whether it works: one row, shared by all nodes.
create table line_states (
    line_id uuid primary key,
    rate jsonb not null,
    breaker jsonb not null,
    updated_at timestamptz not null
);

-- Templates ---------------------------------------------------------------------------------------------

create table templates (
    id uuid primary key,
    name text not null,
    purpose text not null,
    version bigint not null,
    archived_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index templates_name_key on templates (name) where archived_at is null;

-- A version is never changed: what was sent can always be traced to its words.
create table template_versions (
    template_id uuid not null references templates (id),
    version bigint not null,
    at timestamptz not null,
    by_id uuid,
    by_name text,
    variants jsonb not null,
    variables jsonb not null,
    primary key (template_id, version)
);
create index messages_template_id on messages (template_id, at) where template_id is not null;
