// Rooms: making, listing, changing and removing them, and the lobby, which stays.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Api, assertDone, assertFaults, assertProblem } from './support/http.mjs';
import { assertAlive, Person, uniqueSlug } from './support/person.mjs';
import { closeAllRaw } from './support/raw.mjs';
import { Server } from './support/server.mjs';

let server;
let admin;
let ann;
let bob;

before(async () => {
    server = await Server.start({ env: { ROOST_CORES: '2' } });
    admin = await Person.admin(server);
    ann = await Person.register(server, 'Ann');
    bob = await Person.register(server, 'Bob');
});
after(async () => {
    closeAllRaw();
    await server?.stop();
});

const pathOf = ({ slug }) => `/api/rooms/${slug}`;
const author = ({ user }) => ({ id: user.id, name: user.name });

// The room of an answer; `unread` is the caller's own and has tests with the read marks.
async function roomFrom(pending, status = 200) {
    const answer = await pending;
    assert.equal(answer.status, status, answer.text);
    assert.deepEqual(Object.keys(answer.body), ['room']);
    const { unread, ...room } = answer.body.room;
    return room;
}

// Every place that a room appears in says the same of it.
async function assertRoom(person, expected) {
    assert.deepEqual(await roomFrom(person.get(pathOf(expected))), expected);
    const { body } = await person.get(`/api/rooms?q=${expected.slug}`);
    const listed = body.rooms.find(({ slug }) => slug === expected.slug);
    const { unread, ...room } = listed ?? {};
    assert.deepEqual(room, expected);
}

async function assertGone(person, room) {
    assertProblem(await person.get(pathOf(room)), 404, 'room_not_found');
    assert.deepEqual((await person.get(`/api/rooms?q=${room.slug}`)).body, { rooms: [] });
}

describe('making a room', () => {
    test('gives it to its maker, public and empty', async () => {
        const slug = uniqueSlug();
        const room = await roomFrom(ann.post('/api/rooms', { slug, name: 'Ann’s 🐦' }), 201);
        const expected = { slug, name: 'Ann’s 🐦', private: false, owner: author(ann), seq: 0 };
        assert.deepEqual(room, expected);
        for (const person of [ann, bob, admin]) await assertRoom(person, expected);
        const message = await bob.say(slug, 'the first');
        assert.equal(message.seq, 1);
        await assertRoom(ann, { ...expected, seq: 1 });
    });

    test('may make it private: then only members find it', async () => {
        const slug = uniqueSlug();
        const json = { slug, name: 'Quiet', private: true };
        const expected = { slug, name: 'Quiet', private: true, owner: author(ann), seq: 0 };
        assert.deepEqual(await roomFrom(ann.post('/api/rooms', json), 201), expected);
        await assertRoom(ann, expected);
        for (const person of [bob, admin]) await assertGone(person, expected);
    });

    test('needs a caller', async () => {
        const answer = await ann.api.post('/api/rooms', { slug: uniqueSlug(), name: 'x' });
        assertProblem(answer, 401, 'unauthorized');
    });

    test('refuses a slug that is taken, also by a private room of others', async () => {
        for (const taken of [
            await ann.makeRoom(),
            await ann.makeRoom({ private: true }),
            { slug: 'lobby' },
        ]) {
            for (const person of [ann, bob]) {
                const json = { slug: taken.slug, name: 'Again', private: true };
                assertProblem(await person.post('/api/rooms', json), 409, 'slug_taken');
            }
        }
    });

    test('gives one of many who want the same slug at the same time the room', async () => {
        const json = { slug: uniqueSlug(), name: 'Wanted' };
        const wanting = Array.from({ length: 8 }, (_, index) =>
            [ann, bob][index % 2].post('/api/rooms', json),
        );
        const answers = await Promise.all(wanting);
        const statuses = answers.map((answer) => answer.status).sort();
        assert.deepEqual(statuses, [201, ...Array(7).fill(409)]);
        const made = answers.find((answer) => answer.status === 201);
        await assertRoom(bob, await roomFrom(made, 201));
    });

    for (const slug of ['', 'Upper', 'a b', 'ü', 'a_b', 'a/b', 'a.b', 's'.repeat(65), 'a\u0000', 5, null]) {
        test(`refuses the slug ${JSON.stringify(slug).slice(0, 20)}`, async () => {
            assertFaults(await ann.post('/api/rooms', { slug, name: 'x' }), ['/slug']);
        });
    }

    test('takes 64 characters of slug and 160 of name', async () => {
        const json = { slug: uniqueSlug().padEnd(64, '-0'), name: '🐦'.repeat(160) };
        const { slug, name } = await roomFrom(ann.post('/api/rooms', json), 201);
        assert.deepEqual({ slug, name }, json);
    });

    test('names every fault at once, unknown members too', async () => {
        assertFaults(await ann.post('/api/rooms', {}), ['/slug', '/name']);
        const json = { slug: 'No', name: 'n'.repeat(161), private: 'yes', owner: bob.user.id, seq: 7, id: 1 };
        const pointers = ['/slug', '/name', '/private', '/owner', '/seq', '/id'];
        assertFaults(await ann.post('/api/rooms', json), pointers);
        assertFaults(await ann.post('/api/rooms', { slug: uniqueSlug(), name: '' }), ['/name']);
    });
});

describe('the list of rooms', () => {
    const word = `heron${process.pid}`;
    let slugs;
    before(async () => {
        slugs = ['a', 'b', 'c', 'd', 'e'].map((letter) => `${word}-${letter}`);
        for (const slug of slugs.toReversed())
            await ann.makeRoom({ slug, name: `Room ${slug}`, private: slug.endsWith('c') });
        await ann.makeRoom({ name: `${word.toUpperCase()} by 100% name` });
    });
    const list = async (query, person = ann) => {
        const answer = await person.get(`/api/rooms?${new URLSearchParams(query)}`);
        assert.equal(answer.status, 200, answer.text);
        assert.deepEqual(Object.keys(answer.body), ['rooms']);
        return answer.body.rooms.map(({ slug }) => slug);
    };

    test('is in the order of the slugs and leaves out private rooms of others', async () => {
        assert.deepEqual(await list({ q: `${word}-` }), slugs);
        const visible = slugs.filter((slug) => !slug.endsWith('c'));
        for (const person of [bob, admin]) assert.deepEqual(await list({ q: `${word}-` }, person), visible);
        assert.ok((await list({ limit: 100 })).includes('lobby'));
    });

    test('is read page by page, and pages are full although rooms are left out', async () => {
        const page = (after) => list({ q: `${word}-`, limit: 2, ...after }, bob);
        assert.deepEqual(await page(), [slugs[0], slugs[1]]);
        assert.deepEqual(await page({ after: slugs[1] }), [slugs[3], slugs[4]]);
        assert.deepEqual(await page({ after: slugs[4] }), []);
        assert.deepEqual(await list({ q: `${word}-`, after: slugs[2] }, bob), slugs.slice(3));
        assert.deepEqual(await list({ q: `${word}-`, after: `${word}-bb` }), slugs.slice(2));
    });

    test('finds names too, in whatever case, and takes no sign for a wildcard', async () => {
        assert.equal((await list({ q: `${word} BY` })).length, 1);
        assert.equal((await list({ q: word })).length, 6);
        assert.equal((await list({ q: `${word} by 100%` })).length, 1);
        for (const q of [`${word}%name`, `${word}_a`, `${word}-_`, "' OR 1=1 --"])
            assert.deepEqual(await list({ q }), [], q);
    });

    test('is for callers, and refuses limits and places that make no sense', async () => {
        assertProblem(await ann.api.get('/api/rooms'), 401, 'unauthorized');
        for (const [query, pointer] of [
            ['limit=0', '/limit'],
            ['limit=x', '/limit'],
            ['limit=1000000', '/limit'],
            ['after=Not%20A%20Slug', '/after'],
        ])
            assertFaults(await ann.get(`/api/rooms?${query}`), [pointer]);
    });
});

describe('a room that does not exist', () => {
    for (const slug of ['no-such-room', 'Lobby', 'a_b', 's'.repeat(65), 'a%20b', '%C3%BC']) {
        test(`is answered 404 on every path: ${slug.slice(0, 20)}`, async () => {
            const path = `/api/rooms/${slug}`;
            for (const answer of [
                await ann.get(path),
                await ann.patch(path, { name: 'x' }),
                await ann.delete(path),
                await ann.get(`${path}/members`),
                await ann.put(`${path}/members/${bob.user.id}`),
                await ann.delete(`${path}/members/${bob.user.id}`),
                await ann.put(`${path}/read`, { seq: 0 }),
                await ann.get(`${path}/presence`),
            ])
                assertProblem(answer, 404, 'room_not_found');
        });
    }
});

describe('changing a room', () => {
    test('changes what is sent and nothing else', async () => {
        const { unread, ...room } = await ann.makeRoom();
        const path = pathOf(room);
        let expected = room;
        for (const change of [
            { name: 'Renamed' },
            { private: true },
            { private: false },
            { name: 'B', private: true },
        ]) {
            expected = { ...expected, ...change };
            assert.deepEqual(await roomFrom(ann.patch(path, change)), expected);
            await assertRoom(ann, expected);
            if (expected.private) await assertGone(bob, expected);
            else await assertRoom(bob, expected);
        }
    });

    test('may give it to another owner, who alone looks after it then', async () => {
        const { unread, ...room } = await ann.makeRoom();
        const path = pathOf(room);
        const given = { ...room, owner: author(bob) };
        assert.deepEqual(await roomFrom(ann.patch(path, { owner: bob.user.id })), given);
        await assertRoom(ann, given);
        assertProblem(await ann.patch(path, { name: 'Mine' }), 403, 'not_the_owner');
        assertProblem(await ann.delete(path), 403, 'not_the_owner');
        assert.equal((await roomFrom(bob.patch(path, { name: 'Mine' }))).name, 'Mine');
    });

    test('may not give it to nobody', async () => {
        const room = await ann.makeRoom();
        const answer = await ann.patch(pathOf(room), { owner: 987654321 });
        assert.ok([404, 422].includes(answer.status), answer.text);
        assertProblem(answer, answer.status);
        assert.deepEqual((await roomFrom(ann.get(pathOf(room)))).owner, author(ann));
        for (const owner of [null, 'x', 0, -1, 1.5])
            assertFaults(await ann.patch(pathOf(room), { owner }), ['/owner']);
    });

    test('names every fault at once; the slug is given for good', async () => {
        const room = await ann.makeRoom();
        const json = { name: '', private: 1, slug: uniqueSlug(), seq: 0 };
        assertFaults(await ann.patch(pathOf(room), json), ['/name', '/private', '/slug', '/seq']);
    });

    test('to a private one ends the channels of those who are no members', async () => {
        const room = await ann.makeRoom();
        const { socket, topic, joinRef } = await bob.follow(room.slug);
        const live = await socket.join(`room:${room.slug}`);
        await roomFrom(ann.patch(pathOf(room), { private: true }));
        const closed = [await socket.receive('the end of a channel'), await socket.receive('the other end')];
        const expected = [
            [joinRef, joinRef, topic, 'phx_close', {}],
            [live, live, `room:${room.slug}`, 'phx_close', {}],
        ];
        const lines = (messages) => messages.map((message) => JSON.stringify(message)).sort();
        assert.deepEqual(lines(closed), lines(expected));
        await assertAlive(socket);
        socket.close();
    });
});

describe('removing a room', () => {
    test('takes its messages and channels with it', async () => {
        const room = await ann.makeRoom();
        const message = await bob.say(room.slug, 'soon gone');
        const { socket, topic, joinRef } = await bob.follow(room.slug);
        assertDone(await ann.delete(pathOf(room)));
        assert.deepEqual(await socket.receive(), [joinRef, joinRef, topic, 'phx_close', {}]);
        for (const person of [ann, bob]) {
            await assertGone(person, room);
            assertProblem(await person.get(`/api/messages?room=${room.slug}`), 404, 'room_not_found');
            assertProblem(await person.get(`/api/messages/${message.id}`), 404, 'message_not_found');
            const post = { content: 'late', room: room.slug };
            assertProblem(await person.post('/api/messages', post), 404, 'room_not_found');
        }
        assertProblem(await ann.delete(pathOf(room)), 404, 'room_not_found');
        socket.close();
    });

    test('frees its slug for a room that has nothing of it', async () => {
        const { slug } = await ann.makeRoom();
        const old = await ann.say(slug, 'of the old room', { client_id: 'same' });
        assertDone(await ann.delete(`/api/rooms/${slug}`));
        await bob.makeRoom({ slug });
        assert.deepEqual((await bob.get(`/api/messages?room=${slug}`)).body, {
            messages: [],
            room: slug,
            seq: 0,
        });
        const fresh = await ann.say(slug, 'of the new room', { client_id: 'same' });
        assert.equal(fresh.seq, 1);
        assert.notEqual(fresh.id, old.id);
        assertProblem(await ann.get(`/api/messages/${old.id}`), 404, 'message_not_found');
    });
});

describe('the lobby', () => {
    const lobby = '/api/rooms/lobby';
    test('has no owner and is looked after by admins', async () => {
        const before = await roomFrom(ann.get(lobby));
        assert.deepEqual([before.private, 'owner' in before], [false, false]);
        assertProblem(await ann.patch(lobby, { name: 'Mine' }), 403, 'not_the_owner');
        assert.equal((await roomFrom(admin.patch(lobby, { name: 'Hall' }))).name, 'Hall');
        assert.equal((await roomFrom(ann.get(lobby))).name, 'Hall');
        assert.deepEqual(await roomFrom(admin.patch(lobby, { name: before.name })), before);
    });

    test('stays, and stays public, whoever asks', async () => {
        const before = await roomFrom(ann.get(lobby));
        for (const person of [ann, admin]) {
            assertProblem(await person.delete(lobby), 403);
            assertProblem(await person.patch(lobby, { private: true }), 403);
            assertProblem(await person.patch(lobby, { name: 'Half done', private: true }), 403);
        }
        assert.deepEqual(await roomFrom(ann.get(lobby)), before);
        assert.equal((await new Api(server.url('api')).get('/api/messages')).status, 200);
    });
});

describe('a room whose owner removed the account', () => {
    test('goes on without one, and admins look after it', async () => {
        const person = await Person.register(server, 'Leaving');
        const { owner, unread, ...room } = await person.makeRoom();
        const message = await bob.say(room.slug, 'stays');
        assertDone(await person.delete('/api/users/me'));
        await assertRoom(bob, { ...room, seq: 1 });
        assertProblem(await bob.patch(pathOf(room), { name: 'Mine' }), 403, 'not_the_owner');
        assert.equal((await roomFrom(admin.patch(pathOf(room), { name: 'Ours' }))).name, 'Ours');
        assertDone(await admin.delete(`/api/messages/${message.id}`));
        assertDone(await admin.delete(pathOf(room)));
        await assertGone(bob, room);
    });
});
