-- Templates that WhatsApp approves, as the provider last told of them.
create table content_templates (
    id uuid primary key,
    line_id uuid not null references lines (id),
    -- The provider's id.
    content_sid text not null,
    name text not null,
    language text not null,
    kind text not null,
    -- None for a kind without a text of its own.
    body text,
    buttons jsonb not null,
    -- An example of each value.
    samples jsonb not null,
    category text,
    status text not null,
    rejection text,
    synced_at timestamptz not null
);
create unique index content_templates_line_id_content_sid_key on content_templates (line_id, content_sid);
-- The approved template that a message is sent as, and what fills it.
alter table messages add column content jsonb;
