-- What was changed at providers from the app, so that it can be undone.
create table provisions (
    id blob primary key,
    line_id blob not null references lines (id),
    at integer not null,
    by_name text not null,
    changes text not null,
    undone_at integer
) strict;
create index provisions_line_id on provisions (line_id, at);

-- Why signatures of webhooks did not hold: one row for each line and reason, however often it happened.
create table signature_findings (
    line_id blob not null references lines (id),
    reason text not null,
    -- What it was like the last time, in words, and what to do.
    told text not null,
    fix text not null,
    count integer not null,
    first_at integer not null,
    last_at integer not null,
    primary key (line_id, reason)
) strict;
