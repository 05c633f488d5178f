-- The same tables as for SQLite, with the types PostgreSQL has; a test holds the two against each other.

create table settings (
    key text primary key,
    value bytea not null
);

-- Team ----------------------------------------------------------------------------------------------

create table users (
    id uuid primary key,
    name text not null,
    email text not null,
    password_hash text not null,
    role text not null,
    disabled boolean not null default false,
    created_at timestamptz not null
);
create unique index users_email_key on users (email);

create table sessions (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    token_hash bytea not null,
    user_agent text not null,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null
);
create unique index sessions_token_hash_key on sessions (token_hash);
create index sessions_user_id on sessions (user_id);
create index sessions_expires_at on sessions (expires_at);

create table invitations (
    id uuid primary key,
    email text not null,
    role text not null,
    token_hash bytea not null,
    invited_by uuid not null references users (id) on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create unique index invitations_token_hash_key on invitations (token_hash);
create unique index invitations_email_key on invitations (email);

-- Lines and people ----------------------------------------------------------------------------------

create table lines (
    id uuid primary key,
    slug text not null,
    name text not null,
    channel text not null,
    provider text not null,
    address text not null,
    simulated boolean not null,
    created_at timestamptz not null,
    last_seen_at timestamptz not null
);
create unique index lines_slug_key on lines (slug);

create table contacts (
    id uuid primary key,
    name text,
    phone text,
    email text,
    metadata jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index contacts_phone_key on contacts (phone);
create unique index contacts_email_key on contacts (email);
create index contacts_updated_at on contacts (updated_at, id);

create table opt_outs (
    line_id uuid not null,
    address text not null,
    source text not null,
    evidence text not null,
    opted_out_at timestamptz not null,
    primary key (line_id, address)
);
create index opt_outs_address on opt_outs (address);

-- The inbox -----------------------------------------------------------------------------------------

create table conversations (
    id uuid primary key,
    contact_id uuid not null references contacts (id),
    status text not null,
    unread_count bigint not null,
    last_message_id uuid,
    last_activity_at timestamptz not null,
    created_at timestamptz not null
);
create unique index conversations_contact_id_key on conversations (contact_id);
create index conversations_last_activity_at on conversations (last_activity_at, id);
create index conversations_status on conversations (status, last_activity_at, id);
create index conversations_unread on conversations (last_activity_at, id) where unread_count > 0;

create table messages (
    id uuid primary key,
    conversation_id uuid not null references conversations (id),
    contact_id uuid not null references contacts (id),
    line_id uuid not null references lines (id),
    direction text not null,
    channel text not null,
    state text not null,
    from_address text not null,
    to_address text not null,
    body text not null,
    media jsonb not null,
    segments bigint,
    error_code text,
    error_text text,
    author_id uuid,
    author_name text,
    provider_message_id text,
    idempotency_scope text,
    idempotency_key text,
    policy text not null,
    retries bigint not null,
    checks bigint not null,
    possibly_doubled boolean not null,
    price text,
    at timestamptz not null,
    created_at timestamptz not null,
    sent_at timestamptz,
    delivered_at timestamptz
);
create unique index messages_line_id_provider_message_id_key on messages (line_id, provider_message_id)
    where provider_message_id is not null;
create unique index messages_idempotency_scope_idempotency_key_key on messages (idempotency_scope, idempotency_key)
    where idempotency_key is not null;
create index messages_conversation_id on messages (conversation_id, at, id);
create index messages_at on messages (at, id);

create table message_transitions (
    message_id uuid not null references messages (id),
    at timestamptz not null,
    number bigint not null,
    state text not null,
    cause text not null,
    primary key (message_id, number)
);

-- Delivery ------------------------------------------------------------------------------------------

create table attempts (
    id uuid primary key,
    message_id uuid not null references messages (id),
    number bigint not null,
    line_id uuid not null,
    recipient text not null,
    epoch bigint not null,
    body_hash bytea not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    unresolved boolean not null,
    outcome text,
    error_code text,
    error_text text
);
create unique index attempts_message_id_number_key on attempts (message_id, number);
create unique index attempts_line_id_recipient_key on attempts (line_id, recipient) where unresolved;

create table receipts (
    id uuid primary key,
    line_id uuid not null,
    message_id uuid,
    provider_message_id text not null,
    state text,
    raw_status text not null,
    error_code text,
    source text not null,
    at timestamptz not null
);
create index receipts_message_id on receipts (message_id);
create index receipts_unclaimed on receipts (line_id, provider_message_id) where message_id is null;

-- Journal, jobs, events -----------------------------------------------------------------------------

create table journal (
    id uuid primary key,
    event_key text not null,
    line_id uuid,
    kind text not null,
    url text not null,
    headers jsonb not null,
    body bytea not null,
    remote_address text not null,
    received_at timestamptz not null,
    processed_at timestamptz
);
create unique index journal_event_key_key on journal (event_key);

create table processing_errors (
    id uuid primary key,
    at timestamptz not null,
    kind text not null,
    job_id uuid not null,
    journal_id uuid,
    message_id uuid,
    session text,
    phone text,
    error text not null,
    cause_chain jsonb not null,
    body text,
    attempts bigint not null
);
create index processing_errors_at on processing_errors (at, id);
create index processing_errors_session on processing_errors (session, at) where session is not null;

create table nodes (
    epoch bigint generated always as identity primary key,
    name text not null,
    started_at timestamptz not null,
    heartbeat_at timestamptz not null
);
create unique index nodes_name_key on nodes (name);

-- The key is what a job is about, not its id: each further index would be paid for by every webhook, twice.
create table jobs (
    kind text not null,
    subject uuid not null,
    id uuid not null,
    queue text not null,
    order_key text,
    due_at timestamptz not null,
    ready_at timestamptz not null,
    attempt bigint not null,
    epoch bigint,
    created_at timestamptz not null,
    primary key (kind, subject)
);
create index jobs_due_at on jobs (queue, due_at, id);
create index jobs_order_key on jobs (order_key, id) where order_key is not null;

create table events (
    position bigint generated always as identity,
    txid bigint not null default (pg_current_xact_id()::text::bigint),
    kind text not null,
    subject uuid not null,
    at timestamptz not null,
    primary key (txid, position)
);
