-- Alerts: what went wrong at the doors, what is or was wrong, and who was told.

-- One row for what a process could not do as it should: a webhook that was spooled or kept nowhere, one that came to a
-- fallback address, messages that had to be fetched.
create table incidents (
    id uuid primary key,
    at timestamptz not null,
    -- spooled, not_stored, fallback or recovered
    kind text not null,
    -- The slug of the line.
    line text not null,
    -- How many messages or webhooks.
    count bigint not null
);
create index incidents_at on incidents (at);

create table alerts (
    id uuid primary key,
    code text not null,
    -- What it is about, such as a line; empty where there is only one.
    subject text not null,
    text text not null,
    opened_at timestamptz not null,
    -- When it was last found to be so.
    seen_at timestamptz not null,
    -- When somebody was last told, or would have been.
    told_at timestamptz not null,
    closed_at timestamptz,
    muted_until timestamptz
);
-- What is wrong is one alert, whoever finds it.
create unique index alerts_code_subject_key on alerts (code, subject) where closed_at is null;
create index alerts_opened_at on alerts (opened_at, id);

-- One row for each word to somebody outside, and what became of it.
create table alert_notices (
    id uuid primary key,
    -- None for a test.
    alert_id uuid references alerts (id),
    -- opened, reminder, closed or test
    happened text not null,
    -- webhook, slack, discord or email
    target text not null,
    at timestamptz not null,
    told_at timestamptz,
    error text
);
create index alert_notices_at on alert_notices (at, id);
create index alert_notices_alert_id on alert_notices (alert_id) where alert_id is not null;
