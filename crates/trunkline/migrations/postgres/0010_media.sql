-- Media: files that came or go with messages. The bytes are in a folder or a bucket; here is what is known of them.

create table media (
    id uuid primary key,
    -- None yet for an upload.
    message_id uuid references messages (id),
    -- Which of the message's it is, from 0.
    position bigint not null,
    direction text not null,
    uploader_id uuid,
    -- As its sender named it.
    name text,
    -- The type that its sender said, and the one that its bytes show.
    declared_type text,
    content_type text,
    bytes bigint,
    sha256 text,
    width bigint,
    height bigint,
    thumbnail boolean not null,
    -- waiting, kept, refused or gone
    state text not null,
    -- Why it was refused, is gone, or is not here yet.
    reason text,
    -- Where it is fetched from, and with whose credentials.
    source_url text,
    line_id uuid references lines (id),
    -- The name of the bytes where they are kept.
    object text,
    created_at timestamptz not null,
    kept_at timestamptz
);
create index media_message_id on media (message_id, position) where message_id is not null;
create index media_uploads on media (created_at) where message_id is null;
create unique index media_object_key on media (object) where object is not null;
