-- What was changed at providers from the app, so that it can be undone.
create table provisions (
    id uuid primary key,
    line_id uuid not null references lines (id),
    at timestamptz not null,
    by_name text not null,
    changes jsonb not null,
    undone_at timestamptz
);
create index provisions_line_id on provisions (line_id, at);

-- Why signatures of webhooks did not hold: one row for each line and reason, however often it happened.
create table signature_findings (
    line_id uuid not null references lines (id),
    reason text not null,
    -- What it was like the last time, in words, and what to do.
    told text not null,
    fix text not null,
    count bigint not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    primary key (line_id, reason)
);
