// PostgreSQL itself fails, in every way in which it can, while people post; the server recovers by itself.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { sql } from './support/database.mjs';
import { FaultStand } from './support/fault_stand.mjs';
import { idleConnection } from './support/postgres.mjs';
import { until } from './support/wait.mjs';

const mostConnections = 20;
const pageBytes = 8192;
const segmentBytes = 1_048_576; // of its own log
let stand;
let postgres;
let proxy;
let crowd;

before(async () => {
    stand = await FaultStand.start({ max_connections: mostConnections });
    ({ postgres, proxy, crowd } = stand);
});
afterEach(() => proxy.pass());
after(() => stand?.stop());

for (const mode of ['fast', 'immediate']) {
    test(`it is stopped (${mode}) and started again`, () =>
        crowd.withstand(async () => {
            await postgres.stop(mode);
            await crowd.someAreRefused();
            await postgres.restart();
        }));
}

test('it is killed, and recovers when it is started again', () =>
    crowd.withstand(async () => {
        await postgres.kill9();
        await crowd.isRefused();
        await postgres.restart();
    }));

test('one of its processes is killed: it ends all the others and recovers', () =>
    crowd.withstand(async () => {
        const [victim, ...others] = await postgres.backends();
        process.kill(victim, 'SIGKILL');
        await until(() => !postgres.children().includes(others[0]), 'the others to end');
    }));

test('its connections are ended, again and again', () =>
    crowd.withstand(async () => {
        for (let times = 0; times < 5; times += 1) {
            const [[ended]] = await sql(
                postgres,
                `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE datname = 'roost' AND pid <> pg_backend_pid();`,
            );
            assert.ok(Number(ended) > 0);
            await crowd.flows(2);
        }
    }));

test('it has no connection left', () =>
    crowd.withstand(async () => {
        proxy.refuse();
        proxy.cut();
        const others = [];
        const isFull = () =>
            idleConnection(postgres).then(
                (connection) => (others.push(connection), false),
                ({ message }) => message === '53300',
            );
        await until(isFull, 'the last connection to be taken');
        const before = proxy.accepted;
        proxy.pass();
        await until(() => proxy.accepted > before, 'the server to try');
        await crowd.someAreRefused();
        for (const connection of others) connection.destroy();
    }));

test('it is read-only', () =>
    crowd.withstand(async () => {
        const set = (value) =>
            sql(
                postgres,
                `ALTER SYSTEM SET default_transaction_read_only = ${value}; SELECT pg_reload_conf();`,
            );
        await set('on');
        await crowd.isRefused();
        await set('off');
    }));

test('its processes are frozen, and later go on where they were', () =>
    crowd.withstand(async () => {
        const frozen = await postgres.backends();
        for (const pid of frozen) process.kill(pid, 'SIGSTOP');
        // The server gives them up for new ones; only what they have begun holds up others.
        await crowd.someAreRefusedOrAllGoOn();
        for (const pid of frozen) process.kill(pid, 'SIGCONT');
    }));

// A write that reaches past the limit in the middle of a page is cut short, as on a full disk (SQLSTATE 53100).
test('its disk is full: the log of messages cannot grow', () =>
    crowd.withstand(async () => {
        await fillBeyond(postgres, segmentBytes);
        const [[bytes]] = await sql(postgres, "SELECT pg_relation_size('messages');");
        await postgres.limitFiles(Number(bytes) + pageBytes / 2);
        await crowd.someAreRefused();
        await postgres.limitFiles('unlimited');
        assert.match(postgres.log, /could not extend file/);
    }));

// It gives up then, and is started again when there is space.
test('its disk is full: it cannot write its own log', () =>
    crowd.withstand(async () => {
        await postgres.limitFiles(pageBytes);
        await until(() => !postgres.isRunning(), 'PostgreSQL to give up', 20_000);
        await crowd.someAreRefused();
        await postgres.restart();
        assert.match(postgres.log, /PANIC/);
    }));

// Makes the file of the table longer than that, by the log of a room that nobody has.
async function fillBeyond(to, bytes) {
    await sql(
        to,
        `INSERT INTO messages (room_id, seq, changed_seq, content, writer)
         SELECT 1000000, n, n, repeat('x', 1000), 1 FROM generate_series(1, ${Math.ceil(bytes / 1000)}) AS n;`,
    );
}
