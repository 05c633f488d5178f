-- Planned messages that a provider keeps until their time: one row for each time one was handed over, written
-- before the provider is asked. Those that are over stay, so that what the provider says of a copy that was
-- taken back is never taken for a word on the message itself.
create table hand_overs (
    message_id blob not null references messages (id),
    number integer not null,
    line_id blob not null,
    recipient text not null,
    stage text not null,
    is_open integer not null,
    leaves_at integer not null,
    provider_message_id text,
    wanted_back integer not null,
    wishes text not null,
    ask_gate integer not null,
    checks integer not null,
    at integer not null,
    primary key (message_id, number)
) strict;
create unique index hand_overs_message_id_key on hand_overs (message_id) where is_open;
create unique index hand_overs_line_id_provider_message_id_key on hand_overs (line_id, provider_message_id)
    where provider_message_id is not null;
-- One in doubt per line and recipient: look-ups could not tell two with the same text apart.
create unique index hand_overs_line_id_recipient_key on hand_overs (line_id, recipient)
    where is_open and provider_message_id is null;
create index hand_overs_open on hand_overs (recipient) where is_open;
