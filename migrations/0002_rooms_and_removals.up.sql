-- How far somebody has read a room. Not a column of members: whoever reads a public room has a mark, and is no
-- member of it when it becomes private.
create table read_marks (
    user_id bigint not null references users on delete cascade,
    room_id bigint not null references rooms on delete cascade,
    seq bigint not null check (seq >= 0),  -- the room's counter up to which it was read
    updated_at timestamptz not null default now(),
    primary key (user_id, room_id)
);
create index read_marks_room_id_idx on read_marks (room_id);
insert into read_marks (user_id, room_id, seq)
    select user_id, room_id, last_read_seq from members where last_read_seq > 0;
alter table members drop column last_read_seq;

-- Accounts that were removed. Their access tokens are refused although they have not expired, and their messages
-- become tombstones one after the other: what is left to do is known after a restart.
create table removed_users (
    user_id bigint primary key,
    removed_at timestamptz not null default now(),
    tombstoned_at timestamptz  -- when the last of the messages had become one
);
create index removed_users_removed_at_idx on removed_users (removed_at);
create index removed_users_work_idx on removed_users (user_id) where tombstoned_at is null;
