// `roost db check`: whether the logs are consistent, told to an operator, while the server runs and while it does not.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { command, terminalCommand } from './support/command.mjs';
import { sql } from './support/database.mjs';
import { Person } from './support/person.mjs';
import { run, Server, temporaryDirectory } from './support/server.mjs';
import { until } from './support/wait.mjs';

let server;
let env;
let ann;

before(async () => {
    server = await Server.start();
    // Away from the settings files of the repository.
    env = { ROOST_DATA_DIR: server.dataDir, ROOST_BCRYPT_COST: '4', ROOST_ENV: 'production' };
    ann = await Person.register(server, 'Ann');
});
after(() => server?.stop());

const dbCheck = (...args) => command(['db', 'check', ...args], { env, cwd: temporaryDirectory() });

// Says nothing beside what it is for.
async function ended(code, ...args) {
    const end = await dbCheck(...args);
    assert.deepEqual([end.code, end.signal, end.stderr], [code, null, ''], end.stdout);
    return end.stdout;
}

async function json(code, ...args) {
    return JSON.parse(await ended(code, '--json', ...args));
}

async function refused(expected, ...args) {
    const { code, stdout, stderr } = await dbCheck(...args);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^roost: [^\n]+\n$/, 'one sentence');
    assert.ok(stderr.includes(expected), `${expected} in: ${stderr}`);
}

// A room of Ann's with five messages, the second edited and the third deleted: seven places. Its id and slug.
async function talkedIn() {
    const { slug } = await ann.makeRoom();
    const messages = [];
    for (const content of ['one', 'two', 'three', 'four', 'five']) messages.push(await ann.say(slug, content));
    assert.equal((await ann.put(`/api/messages/${messages[1].id}`, { content: 'better' })).status, 200);
    assert.equal((await ann.delete(`/api/messages/${messages[2].id}`)).status, 204);
    return { slug, id: Number(messages[0].id.split('-')[0]) };
}

const erase = ({ id }, places) =>
    sql(server, `DELETE FROM messages WHERE room_id = ${id} AND seq IN (${places.join(',')});`);
const restore = ({ id }) => sql(server, `DELETE FROM messages WHERE room_id = ${id};`);

test('it explains itself', async () => {
    const { code, stdout } = await run(['db', 'check', '--help']);
    assert.equal(code, 0);
    for (const word of ['--room', '--json', 'DATABASE_URL', 'Exit code: 0'])
        assert.ok(stdout.includes(word), `${word} in: ${stdout}`);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
    assert.match((await run(['db', '--help'])).stdout, /\n +check +Prove/);
});

describe('logs as the server leaves them', () => {
    test('give nothing, and are counted', async () => {
        const room = await talkedIn();
        const text =
            'Rooms: 1. Places: 7, of which messages: 5, changes: 2. Tombstones: 1.\nFindings: 0.\n';
        assert.equal(await ended(0, '--room', room.slug), text);
        const counts = { rooms: 1, places: 7, messages: 5, changes: 2, tombstones: 1, found: 0 };
        assert.deepEqual(await json(0, '--room', room.slug), { ...counts, findings: [], unerased: [] });
        const all = await json(0);
        assert.ok(all.rooms >= 2 && all.messages >= 8, JSON.stringify(all));
        assert.deepEqual([all.found, all.findings], [0, []]);
    });

    test('also when accounts and rooms were removed', async () => {
        const gone = await Person.register(server, 'Gone');
        const { slug } = await gone.makeRoom();
        await gone.say(slug, 'to nobody');
        await gone.say('lobby', 'to everybody');
        assert.equal((await gone.delete(`/api/rooms/${slug}`)).status, 204);
        assert.equal((await gone.delete('/api/users/me')).status, 204);
        const isErased = async () => (await json(0)).unerased.length === 0;
        await until(isErased, 'the removed room to be erased');
    });

    test('show how far it is in a terminal alone', async () => {
        const { code, screen } = await terminalCommand(['db', 'check'], [], { env });
        assert.equal(code, 0, screen);
        assert.ok(screen.includes('\r\x1b[Kroom 1 (lobby): place '), JSON.stringify(screen));
        assert.match(screen, /\r\x1b\[KRooms: .*\r\nFindings: 0\.\r\n$/);
    });
});

describe('a log that lacks places', () => {
    let room;
    before(async () => {
        room = await talkedIn();
        await erase(room, [1, 4, 5]);
    });
    after(() => restore(room));

    test('is told line by line, and is a failure', async () => {
        const name = `room ${room.id} (${room.slug})`;
        const text =
            `${name}: place 1 is missing\n${name}: places 4 to 5 are missing\n` +
            'Rooms: 1. Places: 4, of which messages: 2, changes: 2. Tombstones: 1.\nFindings: 2.\n';
        assert.equal(await ended(1, '--room', room.slug), text);
        assert.ok((await ended(1)).includes(text.split('Rooms')[0]), 'also among all rooms');
    });

    test('is told as JSON', async () => {
        const { found, findings } = await json(1);
        assert.equal(found, 2);
        const about = { room_id: room.id, room: room.slug, kind: 'missing_place' };
        assert.deepEqual(findings, [
            { ...about, place: 1, text: 'place 1 is missing' },
            { ...about, place: 4, text: 'places 4 to 5 are missing' },
        ]);
    });

    test('concerns no other room', async () => {
        assert.equal((await json(0, '--room', 'lobby')).found, 0);
    });
});

test('of many findings the first twenty are shown', async () => {
    const room = await talkedIn();
    await sql(
        server,
        `INSERT INTO messages (room_id, seq, changed_seq, author_name, content, writer)
         SELECT ${room.id}, n, n, 'Ann', '', 1 FROM generate_series(8, 30) AS n;`,
    );
    const lines = (await ended(1)).split('\n').filter((line) => line.startsWith('room '));
    assert.equal(lines.length, 21);
    assert.ok(lines[19].endsWith(': message 27 has no content'), lines[19]);
    assert.ok(lines[20].endsWith(': and 3 more of the kind message_without_content'), lines[20]);
    const { found, findings } = await json(1);
    assert.deepEqual([found, findings.length], [23, 20]);
    await restore(room);
});

test('what is left of a removed room is a warning', async () => {
    const left = { id: 1_000_000 };
    await sql(
        server,
        `INSERT INTO messages (room_id, seq, changed_seq, writer) VALUES (${left.id}, 5, 5, 1), (${left.id}, 9, 9, 1);`,
    );
    assert.match(await ended(0), /^warning: room 1000000 was removed, and its places 5 to 9 are still /);
    assert.deepEqual((await json(0)).unerased, [{ room_id: left.id, first: 5, last: 9 }]);
    await restore(left);
});

test('a room that is not there is refused', async () => {
    await refused('there is no room nowhere', '--room', 'nowhere');
    await refused('--room must be', '--room', 'No Slug');
});

test('a database without tables is refused', async () => {
    env = { ...env, ROOST_DATA_DIR: join(temporaryDirectory(), 'd') };
    await refused('db status');
    env = { ...env, ROOST_DATA_DIR: server.dataDir };
});

test('it works while no server runs', async () => {
    await server.terminate();
    assert.equal((await json(0)).found, 0);
    await server.restart();
});
