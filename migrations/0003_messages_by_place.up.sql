-- Pages of a room's messages, however many changes lie between them. Not of change records: an edit does not pay
-- for it.
create index messages_posts_idx on messages (room_id, seq) where target_seq is null;
