-- Media: files that came or go with messages. The bytes are in a folder or a bucket; here is what is known of them.

create table media (
    id blob primary key,
    -- None yet for an upload.
    message_id blob references messages (id),
    -- Which of the message's it is, from 0.
    position integer not null,
    direction text not null,
    uploader_id blob,
    -- As its sender named it.
    name text,
    -- The type that its sender said, and the one that its bytes show.
    declared_type text,
    content_type text,
    bytes integer,
    sha256 text,
    width integer,
    height integer,
    thumbnail integer not null,
    -- waiting, kept, refused or gone
    state text not null,
    -- Why it was refused, is gone, or is not here yet.
    reason text,
    -- Where it is fetched from, and with whose credentials.
    source_url text,
    line_id blob references lines (id),
    -- The name of the bytes where they are kept.
    object text,
    created_at integer not null,
    kept_at integer
) strict;
create index media_message_id on media (message_id, position) where message_id is not null;
create index media_uploads on media (created_at) where message_id is null;
create unique index media_object_key on media (object) where object is not null;
