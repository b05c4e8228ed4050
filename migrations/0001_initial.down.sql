-- Dependents first: members and tokens refer to what follows them here.
drop table messages;
drop table members;
drop table rooms;
drop table refresh_tokens;
drop table sessions;
drop table users;
