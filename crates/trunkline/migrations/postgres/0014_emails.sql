-- What an email has beside its message: subject, thread, what it repeats, HTML as it came. One row per email.
create table emails (
    message_id uuid primary key references messages (id),
    conversation uuid not null references conversations (id),
    subject text not null,
    -- Its Message-ID, without angle brackets.
    rfc_id text,
    in_reply_to text,
    -- The ids of its thread, the oldest first: a JSON array.
    thread jsonb not null,
    -- What the sender repeated below their own words.
    quoted text not null,
    html text,
    -- A program wrote it.
    automatic boolean not null
);
create index emails_rfc_id on emails (rfc_id) where rfc_id is not null;
create index emails_conversation on emails (conversation, message_id);
