-- What left and what did not, by time: the figures of the last hour and day count a stretch of these.
create index messages_sent_at on messages (sent_at) where sent_at is not null;
create index message_transitions_trouble on message_transitions (at, state)
    where state = 'failed' or state = 'undelivered' or state = 'unknown';
