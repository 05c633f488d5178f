-- How far a line's mailbox has been read: the UIDs up to this one, as long as its UIDVALIDITY is the same.
create table mailboxes (
    line_id blob primary key references lines (id),
    folder text not null,
    uid_validity integer not null,
    last_uid integer not null
) strict;
