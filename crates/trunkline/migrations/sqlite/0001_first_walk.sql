-- Times are microseconds since 1970 UTC, ids 16 bytes, booleans 0 or 1, JSON text.

create table settings (
    key text primary key,
    value blob not null
) strict;

-- Team ----------------------------------------------------------------------------------------------

create table users (
    id blob primary key,
    name text not null,
    email text not null,
    password_hash text not null,
    role text not null,
    disabled integer not null default 0,
    created_at integer not null
) strict;
create unique index users_email_key on users (email);

create table sessions (
    id blob primary key,
    user_id blob not null references users (id) on delete cascade,
    token_hash blob not null,
    user_agent text not null,
    created_at integer not null,
    last_seen_at integer not null,
    expires_at integer not null
) strict;
create unique index sessions_token_hash_key on sessions (token_hash);
create index sessions_user_id on sessions (user_id);
create index sessions_expires_at on sessions (expires_at);

create table invitations (
    id blob primary key,
    email text not null,
    role text not null,
    token_hash blob not null,
    invited_by blob not null references users (id) on delete cascade,
    created_at integer not null,
    expires_at integer not null
) strict;
create unique index invitations_token_hash_key on invitations (token_hash);
create unique index invitations_email_key on invitations (email);

-- Lines and people ----------------------------------------------------------------------------------

create table lines (
    id blob primary key,
    slug text not null,
    name text not null,
    channel text not null,
    provider text not null,
    address text not null,
    simulated integer not null,
    created_at integer not null,
    last_seen_at integer not null
) strict;
create unique index lines_slug_key on lines (slug);

create table contacts (
    id blob primary key,
    name text,
    phone text,
    email text,
    metadata text not null,
    created_at integer not null,
    updated_at integer not null
) strict;
create unique index contacts_phone_key on contacts (phone);
create unique index contacts_email_key on contacts (email);
create index contacts_updated_at on contacts (updated_at, id);

create table opt_outs (
    line_id blob not null,
    address text not null,
    source text not null,
    evidence text not null,
    opted_out_at integer not null,
    primary key (line_id, address)
) strict;
create index opt_outs_address on opt_outs (address);

-- The inbox -----------------------------------------------------------------------------------------

create table conversations (
    id blob primary key,
    contact_id blob not null references contacts (id),
    status text not null,
    unread_count integer not null,
    last_message_id blob,
    last_activity_at integer not null,
    created_at integer not null
) strict;
create unique index conversations_contact_id_key on conversations (contact_id);
create index conversations_last_activity_at on conversations (last_activity_at, id);
create index conversations_status on conversations (status, last_activity_at, id);
create index conversations_unread on conversations (last_activity_at, id) where unread_count > 0;

create table messages (
    id blob primary key,
    conversation_id blob not null references conversations (id),
    contact_id blob not null references contacts (id),
    line_id blob not null references lines (id),
    direction text not null,
    channel text not null,
    state text not null,
    from_address text not null,
    to_address text not null,
    body text not null,
    media text not null,
    segments integer,
    error_code text,
    error_text text,
    author_id blob,
    author_name text,
    provider_message_id text,
    idempotency_scope text,
    idempotency_key text,
    policy text not null,
    retries integer not null,
    checks integer not null,
    possibly_doubled integer not null,
    price text,
    at integer not null,
    created_at integer not null,
    sent_at integer,
    delivered_at integer
) strict;
create unique index messages_line_id_provider_message_id_key on messages (line_id, provider_message_id)
    where provider_message_id is not null;
create unique index messages_idempotency_scope_idempotency_key_key on messages (idempotency_scope, idempotency_key)
    where idempotency_key is not null;
create index messages_conversation_id on messages (conversation_id, at, id);
create index messages_at on messages (at, id);

create table message_transitions (
    message_id blob not null references messages (id),
    at integer not null,
    number integer not null,
    state text not null,
    cause text not null,
    primary key (message_id, number)
) strict;

-- Delivery ------------------------------------------------------------------------------------------

create table attempts (
    id blob primary key,
    message_id blob not null references messages (id),
    number integer not null,
    line_id blob not null,
    recipient text not null,
    epoch integer not null,
    body_hash blob not null,
    started_at integer not null,
    ended_at integer,
    unresolved integer not null,
    outcome text,
    error_code text,
    error_text text
) strict;
create unique index attempts_message_id_number_key on attempts (message_id, number);
create unique index attempts_line_id_recipient_key on attempts (line_id, recipient) where unresolved;

create table receipts (
    id blob primary key,
    line_id blob not null,
    message_id blob,
    provider_message_id text not null,
    state text,
    raw_status text not null,
    error_code text,
    source text not null,
    at integer not null
) strict;
create index receipts_message_id on receipts (message_id);
create index receipts_unclaimed on receipts (line_id, provider_message_id) where message_id is null;

-- Journal, jobs, events -----------------------------------------------------------------------------

create table journal (
    id blob primary key,
    event_key text not null,
    line_id blob,
    kind text not null,
    url text not null,
    headers text not null,
    body blob not null,
    remote_address text not null,
    received_at integer not null,
    processed_at integer
) strict;
create unique index journal_event_key_key on journal (event_key);

create table processing_errors (
    id blob primary key,
    at integer not null,
    kind text not null,
    job_id blob not null,
    journal_id blob,
    message_id blob,
    session text,
    phone text,
    error text not null,
    cause_chain text not null,
    body text,
    attempts integer not null
) strict;
create index processing_errors_at on processing_errors (at, id);
create index processing_errors_session on processing_errors (session, at) where session is not null;

create table nodes (
    epoch integer primary key autoincrement,
    name text not null,
    started_at integer not null,
    heartbeat_at integer not null
) strict;
create unique index nodes_name_key on nodes (name);

-- The key is what a job is about, not its id: each further index would be paid for by every webhook, twice.
create table jobs (
    kind text not null,
    subject blob not null,
    id blob not null,
    queue text not null,
    order_key text,
    due_at integer not null,
    ready_at integer not null,
    attempt integer not null,
    epoch integer,
    created_at integer not null,
    primary key (kind, subject)
) strict, without rowid;
create index jobs_due_at on jobs (queue, due_at, id);
create index jobs_order_key on jobs (order_key, id) where order_key is not null;

create table events (
    position integer primary key autoincrement,
    txid integer not null default 0,
    kind text not null,
    subject blob not null,
    at integer not null
) strict;
