-- People with an account.
create table users (
    id bigint generated always as identity primary key,
    -- Lower-cased by the server (ASCII letters, hence the collation), so that plain uniqueness is enough
    -- and the database needs no extension.
    email text not null unique check (email = lower(email collate "C")),
    name text not null,
    password_hash text not null,  -- bcrypt, with its cost and salt
    role text not null default 'user' check (role in ('user', 'admin')),
    inserted_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- A session is one login: the family of all refresh tokens that descend from it.
create table sessions (
    id uuid primary key,  -- the claim `sid` of its access tokens
    user_id bigint not null references users on delete cascade,
    inserted_at timestamptz not null default now(),
    expires_at timestamptz not null,  -- that of its newest refresh token: then the row may go
    revoked_at timestamptz
);
create index sessions_user_id_idx on sessions (user_id);
create index sessions_expires_at_idx on sessions (expires_at);
-- The sessions revoked within one access token's lifetime are loaded at start.
create index sessions_revoked_at_idx on sessions (revoked_at) where revoked_at is not null;

-- Refresh tokens by their hash: who reads the database cannot use them.
create table refresh_tokens (
    token_hash bytea primary key,
    session_id uuid not null references sessions on delete cascade,
    inserted_at timestamptz not null default now(),
    expires_at timestamptz not null,
    -- Set by the first rotation. Shortly after it the token gives another pair (two tabs, a lost answer);
    -- later it is a stolen one, and its session is revoked.
    first_used_at timestamptz
);
create index refresh_tokens_session_id_idx on refresh_tokens (session_id);
create index refresh_tokens_expires_at_idx on refresh_tokens (expires_at);

-- Rooms: each is one log of messages.
create table rooms (
    id bigint generated always as identity primary key,
    slug text not null unique check (slug ~ '^[a-z0-9-]{1,64}$'),
    name text not null,
    private boolean not null default false,  -- then only members find it
    owner_id bigint references users on delete set null,
    inserted_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index rooms_owner_id_idx on rooms (owner_id) where owner_id is not null;

-- Who belongs to a room.
create table members (
    room_id bigint not null references rooms on delete cascade,
    user_id bigint not null references users on delete cascade,
    -- The room's counter up to which this member has read: what came later is unread.
    last_read_seq bigint not null default 0 check (last_read_seq >= 0),
    inserted_at timestamptz not null default now(),
    primary key (room_id, user_id)
);
create index members_user_id_idx on members (user_id);

-- The logs. A row is either a message or, with target_seq, the record that one was edited or deleted. The
-- primary key is the concurrency control of appending, every value of a room's counter is a row, and "what
-- changed since N" is one range scan of the key (the targets of change records are looked up by the same
-- key).
-- No foreign keys: they halve the rate of appending; the server checks room and author.
create table messages (
    room_id bigint not null,
    seq bigint not null check (seq > 0),        -- the place in the room, given once
    target_seq bigint check (target_seq < seq),  -- a change record: the message it changed
    -- The room's counter at the message's latest change; equal to seq until the first one, and always in a
    -- change record.
    changed_seq bigint not null check (changed_seq >= seq),
    author_id bigint,   -- null when the account was removed
    author_name text,   -- as it was at posting time
    content text,       -- null in a change record
    metadata json,      -- json and not jsonb: kept as the client sent it
    client_id text,     -- chosen by the client: the same one again is the same message
    -- A random number of the server process that wrote the row. After a lost connection it tells "our
    -- batch had landed" from "another node was faster".
    writer bigint not null,
    inserted_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,  -- a tombstone: the row stays, its content goes
    primary key (room_id, seq)
);
-- Makes a retried post the same message. Partial: most messages need not pay for it.
create unique index messages_client_id_key on messages (room_id, author_id, client_id)
    where client_id is not null;

-- The room that always exists.
insert into rooms (slug, name) values ('lobby', 'Lobby');
