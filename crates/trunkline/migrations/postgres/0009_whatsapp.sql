-- What WhatsApp adds: when people last wrote to a sender of ours, which opens its 24-hour window, and what a message
-- carries beside its text (a tapped button, a place, what it answers).
create table windows (
    line_id uuid not null references lines (id),
    address text not null,
    last_inbound_at timestamptz not null,
    primary key (line_id, address)
);
alter table messages add column details jsonb;
