-- Lines that were made in the running program. Those of the configuration have no row here.
create table line_settings (
    line_id uuid primary key references lines (id),
    -- Counted over all lines: the largest tells whether any of them changed.
    revision bigint not null,
    -- What is no secret: name, channel, provider, address, the provider's fields, limits, failover, signature mode.
    settings jsonb not null,
    -- The credentials, sealed with the key of that id; both are empty once a removed line can no longer be restored.
    sealed bytea not null,
    key_id text not null,
    -- By credential: its last characters and when it was set.
    hints jsonb not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    changed_by text not null,
    removed_at timestamptz
);
create unique index line_settings_revision_key on line_settings (revision);
