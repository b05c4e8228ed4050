drop table removed_users;
alter table members add column last_read_seq bigint not null default 0 check (last_read_seq >= 0);
update members set last_read_seq = seq
    from read_marks where read_marks.user_id = members.user_id and read_marks.room_id = members.room_id;
drop table read_marks;
