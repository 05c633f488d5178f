-- The same file may go out with many messages: each has a row of its own, the bytes are one object.
drop index media_object_key;
create index media_object on media (object) where object is not null;
