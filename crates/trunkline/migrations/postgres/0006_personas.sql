-- Personas: who answers in a conversation, what was asked of the model and what it cost, and what is known of a contact.

-- What a persona says of a message that it wrote: which one it was, why, and what it cost.
alter table messages add column persona jsonb;

-- One row for each conversation in which there is something to remember.
create table persona_threads (
    conversation_id uuid primary key references conversations (id),
    -- answers, off or handed_over
    mode text not null,
    reason text,
    changed_at timestamptz not null,
    by_id uuid,
    by_name text,
    -- A person gave it back then: what people wrote before does not keep the persona out.
    released_at timestamptz,
    tags jsonb not null,
    -- What was said up to and with this message, in short.
    summary text,
    summary_at timestamptz,
    summary_id uuid
);

-- One row for each time an answer was begun, written before the model is asked. Until it has ended, what it costs is
-- an estimate; one that was broken off keeps it, since the model may have been paid.
create table persona_runs (
    id uuid primary key,
    conversation_id uuid not null references conversations (id),
    -- What came in; none for a dry run.
    message_id uuid,
    persona text not null,
    model text,
    outcome text not null,
    reason text,
    reply_id uuid,
    prompt_tokens bigint not null,
    completion_tokens bigint not null,
    micros bigint not null,
    started_at timestamptz not null,
    ended_at timestamptz
);
create index persona_runs_started_at on persona_runs (started_at);
create index persona_runs_conversation_id on persona_runs (conversation_id, started_at);
create index persona_runs_message_id on persona_runs (message_id) where message_id is not null;

-- What a persona learned about a contact. People see it, and delete what is wrong.
create table persona_facts (
    id uuid primary key,
    contact_id uuid not null references contacts (id),
    persona text not null,
    message_id uuid,
    text text not null,
    at timestamptz not null
);
create unique index persona_facts_contact_id_text_key on persona_facts (contact_id, text);
