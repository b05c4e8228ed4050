// Who belongs to a room, what a private room hides from everybody else, and how far a room has been read.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertDone, assertFaults, assertProblem, timestamp } from './support/http.mjs';
import { assertAlive, Person, uniqueSlug } from './support/person.mjs';
import { closeAllRaw } from './support/raw.mjs';
import { Server } from './support/server.mjs';

let server;
let admin;
let ann;
let bob;
let cleo;
let stranger;

before(async () => {
    server = await Server.start({ env: { ROOST_CORES: '3' } });
    admin = await Person.admin(server);
    [ann, bob, cleo, stranger] = await Promise.all(
        ['Ann', 'Bob', 'Cleo', 'Stranger'].map((name) => Person.register(server, name)),
    );
});
after(async () => {
    closeAllRaw();
    await server?.stop();
});

const membersPath = (slug) => `/api/rooms/${slug}/members`;
const memberPath = (slug, { user }) => `${membersPath(slug)}/${user.id}`;
const inPublic = ({ user: { id, name } }) => ({ id, name });
const byId = (people) => people.map(inPublic).sort((a, b) => a.id - b.id);

async function membersOf(slug, person = ann, query = '') {
    const answer = await person.get(membersPath(slug) + query);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(Object.keys(answer.body), ['members']);
    return answer.body.members.map(({ inserted_at: since, ...user }) => {
        assert.match(since, timestamp);
        return user;
    });
}

// A private room of Ann's with these members.
async function privateRoom(...members) {
    const { slug } = await ann.makeRoom({ private: true });
    for (const member of members) await ann.addMember(slug, member);
    return slug;
}

describe('the members of a room', () => {
    test('are its owner and whom the owner added', async () => {
        const slug = await privateRoom();
        assert.deepEqual(await membersOf(slug), [inPublic(ann)]);
        for (let round = 0; round < 2; round += 1) assertDone(await ann.put(memberPath(slug, bob)));
        for (const person of [ann, bob]) assert.deepEqual(await membersOf(slug, person), byId([ann, bob]));
    });

    test('are read page by page', async () => {
        const slug = await privateRoom(bob, cleo);
        const all = byId([ann, bob, cleo]);
        assert.deepEqual(await membersOf(slug), all);
        assert.deepEqual(await membersOf(slug, ann, '?limit=2'), all.slice(0, 2));
        assert.deepEqual(await membersOf(slug, ann, `?limit=2&after=${all[1].id}`), all.slice(2));
        assert.deepEqual(await membersOf(slug, ann, `?after=${all[2].id}`), []);
        for (const [query, pointer] of [
            ['?limit=0', '/limit'],
            ['?limit=x', '/limit'],
            ['?after=x', '/after'],
        ])
            assertFaults(await ann.get(membersPath(slug) + query), [pointer]);
    });

    test('find the room as soon as they are added and no more once they are removed', async () => {
        const slug = await privateRoom();
        const path = `/api/rooms/${slug}`;
        for (let round = 0; round < 2; round += 1) {
            assertProblem(await bob.get(path), 404, 'room_not_found');
            await ann.addMember(slug, bob);
            assert.equal((await bob.get(path)).status, 200);
            assert.deepEqual((await bob.get(`/api/rooms?q=${slug}`)).body.rooms.length, 1);
            await bob.say(slug, `round ${round}`);
            assertDone(await ann.delete(memberPath(slug, bob)));
            assert.deepEqual((await bob.get(`/api/rooms?q=${slug}`)).body.rooms, []);
            const late = { content: 'too late', room: slug };
            assertProblem(await bob.post('/api/messages', late), 404, 'room_not_found');
        }
        assert.deepEqual(await membersOf(slug), [inPublic(ann)]);
    });

    test('may leave, but not the owner', async () => {
        const slug = await privateRoom(bob, cleo);
        assertDone(await bob.delete(memberPath(slug, bob)));
        assertProblem(await bob.get(membersPath(slug)), 404, 'room_not_found');
        assertProblem(await ann.delete(memberPath(slug, ann)), 403);
        assertProblem(await cleo.delete(memberPath(slug, ann)), 403);
        assert.deepEqual(await membersOf(slug), byId([ann, cleo]));
    });

    test('do not add or remove others', async () => {
        const slug = await privateRoom(bob, cleo);
        assertProblem(await bob.put(memberPath(slug, stranger)), 403, 'not_the_owner');
        assertProblem(await bob.delete(memberPath(slug, cleo)), 403, 'not_the_owner');
        assert.deepEqual(await membersOf(slug), byId([ann, bob, cleo]));
    });

    test('are users that exist', async () => {
        const slug = await privateRoom();
        assertProblem(await ann.put(`${membersPath(slug)}/987654321`), 404, 'user_not_found');
        for (const id of ['0', '-1', 'abc', '9'.repeat(30)])
            assertProblem(await ann.put(`${membersPath(slug)}/${id}`), 404);
    });

    test('are members no more when they remove their account', async () => {
        const leaving = await Person.register(server, 'Leaving');
        const slug = await privateRoom(leaving);
        assertDone(await leaving.delete('/api/users/me'));
        assert.deepEqual(await membersOf(slug), [inPublic(ann)]);
    });

    test('stay when the room is given to one of them', async () => {
        const slug = await privateRoom(bob);
        assert.equal((await ann.patch(`/api/rooms/${slug}`, { owner: bob.user.id })).status, 200);
        assertDone(await bob.delete(memberPath(slug, ann)));
        assertProblem(await ann.get(`/api/rooms/${slug}`), 404, 'room_not_found');
        assert.deepEqual(await membersOf(slug, bob), [inPublic(bob)]);
    });
});

describe('a removed member', () => {
    for (const [how, remove] of [
        ['by the owner', (slug) => ann.delete(memberPath(slug, bob))],
        ['by leaving', (slug) => bob.delete(memberPath(slug, bob))],
    ]) {
        test(`${how} loses the channels of the room at once and hears nothing more`, async () => {
            const slug = await privateRoom(bob, cleo);
            const { socket, topic, joinRef } = await bob.follow(slug, 'gateway');
            const live = await socket.join(`room:${slug}`);
            const lobby = await socket.joinMessages('lobby');
            const witness = await cleo.follow(slug);
            const unjoined = (ref, where) => [
                null,
                ref,
                where,
                'phx_reply',
                { status: 'error', response: { reason: 'unmatched topic' } },
            ];

            assertDone(await remove(slug));
            const message = await ann.say(slug, 'among ourselves');
            assert.deepEqual((await witness.socket.receive())[4], { message });
            const [ends, rest] = [
                [await socket.receive('the end of a channel'), await socket.receive('the other end')],
                await assertAlive(socket),
            ];
            assert.deepEqual(
                ends.toSorted((a, b) => Number(a[0]) - Number(b[0])),
                [
                    [joinRef, joinRef, topic, 'phx_close', {}],
                    [live, live, `room:${slug}`, 'phx_close', {}],
                ],
            );
            assert.deepEqual(rest, []);
            for (const [where, event, payload] of [
                [topic, 'new_message', { content: 'too late' }],
                [`room:${slug}`, 'shout', { message: 'too late' }],
            ])
                assert.deepEqual(
                    await socket.send([null, 'x', where, event, payload]).receive(),
                    unjoined('x', where),
                );
            assert.deepEqual(await socket.drain(lobby.joinRef, 'messages:lobby'), [], 'other channels go on');
            assert.deepEqual((await cleo.get(`/api/messages?room=${slug}`)).body.messages, [message]);
            for (const open of [socket, witness.socket]) open.close();
        });
    }

    test('who had the room open twice loses both, and others none', async () => {
        const slug = await privateRoom(bob, cleo);
        const [first, second] = [
            await bob.follow(slug, 'gateway'),
            await (await bob.logInAgain()).follow(slug),
        ];
        const witness = await cleo.follow(slug);
        assertDone(await ann.delete(memberPath(slug, bob)));
        for (const { socket, topic, joinRef } of [first, second])
            assert.deepEqual(await socket.receive(), [joinRef, joinRef, topic, 'phx_close', {}]);
        const said = await witness.socket.call(witness.joinRef, witness.topic, 'new_message', {
            content: 'here',
        });
        assert.deepEqual(
            said.map((message) => message[3]),
            ['new_message', 'phx_reply'],
        );
        for (const { socket } of [first, second, witness]) socket.close();
    });
});

describe('a private room is to others as if it were not there:', () => {
    let room;
    let nothing;
    let outsiders;
    before(async () => {
        const slug = await privateRoom(bob);
        const message = await ann.say(slug, 'a secret', { metadata: { secret: true } });
        room = { slug, id: message.id, member: bob };
        const [roomId, seq] = message.id.split('-');
        nothing = { slug: uniqueSlug(), id: `${Number(roomId) + 1_000_000}-${seq}`, member: bob };
        outsiders = [stranger, admin];
    });
    const withoutId = ({ body: { request_id, ...rest } }) => rest;
    const names = (headers) => [...headers.keys()].sort();

    const words = {
        slug: '<slug>',
        id: '<id>',
        member: { user: { id: '<member>' } },
        caller: { user: { id: '<caller>' } },
    };

    // `anyone`: also without a token.
    for (const [method, path, json, code, anyone] of [
        ['GET', (r) => `/api/rooms/${r.slug}`, undefined, 'room_not_found'],
        ['HEAD', (r) => `/api/rooms/${r.slug}`, undefined, null],
        ['PATCH', (r) => `/api/rooms/${r.slug}`, { name: 'x' }, 'room_not_found'],
        ['PATCH', (r) => `/api/rooms/${r.slug}`, { name: 5, owner: 'x' }],
        ['DELETE', (r) => `/api/rooms/${r.slug}`, undefined, 'room_not_found'],
        ['GET', (r) => membersPath(r.slug), undefined, 'room_not_found'],
        ['GET', (r) => `${membersPath(r.slug)}?limit=x`],
        ['PUT', (r, caller) => memberPath(r.slug, caller), undefined, 'room_not_found'],
        ['PUT', (r) => `${membersPath(r.slug)}/abc`],
        ['DELETE', (r, caller) => memberPath(r.slug, caller), undefined, 'room_not_found'],
        ['DELETE', (r) => memberPath(r.slug, r.member), undefined, 'room_not_found'],
        ['PUT', (r) => `/api/rooms/${r.slug}/read`, { seq: 1 }, 'room_not_found'],
        ['PUT', (r) => `/api/rooms/${r.slug}/read`, { seq: -1 }],
        ['GET', (r) => `/api/rooms/${r.slug}/presence`, undefined, 'room_not_found'],
        ['GET', (r) => `/api/messages?room=${r.slug}`, undefined, 'room_not_found', true],
        ['GET', (r) => `/api/messages?room=${r.slug}&after=0`, undefined, 'room_not_found', true],
        ['GET', (r) => `/api/messages/${r.id}`, undefined, 'message_not_found', true],
        ['PUT', (r) => `/api/messages/${r.id}`, { content: 'x' }, 'message_not_found'],
        ['PUT', (r) => `/api/messages/${r.id}`, { content: '' }],
        ['DELETE', (r) => `/api/messages/${r.id}`, undefined, 'message_not_found'],
        ['POST', () => '/api/messages', (r) => ({ content: 'x', room: r.slug }), 'room_not_found'],
    ]) {
        const spelled = JSON.stringify(json) ?? '';
        test(`${method} ${path(words, words.caller)} ${spelled}`.trim(), async () => {
            for (const caller of anyone ? [...outsiders, new Person(server, {})] : outsiders) {
                const ask = (place) =>
                    caller.request(
                        method,
                        path(place, caller),
                        typeof json === 'function' ? json(place) : json,
                    );
                const [real, unreal] = [await ask(room), await ask(nothing)];
                assert.deepEqual(names(real.headers), names(unreal.headers));
                if (method === 'HEAD') {
                    for (const { status, text } of [real, unreal])
                        assert.deepEqual([status, text], [404, '']);
                    continue;
                }
                assertProblem(real, code ? 404 : unreal.status, code);
                assert.deepEqual(withoutId(real), withoutId(unreal));
            }
        });
    }

    for (const kind of ['messages', 'room']) {
        test(`joining ${kind}:<slug>`, async () => {
            for (const person of outsiders) {
                const socket = await person.connect();
                for (const { slug } of [room, nothing]) {
                    const topic = `${kind}:${slug}`;
                    assert.deepEqual(await socket.send(['1', '1', topic, 'phx_join', {}]).receive(), [
                        '1',
                        '1',
                        topic,
                        'phx_reply',
                        { status: 'error', response: { reason: 'room_not_found' } },
                    ]);
                }
                socket.close();
            }
        });
    }

    test('while its members use it, and all is as it was', async () => {
        for (const person of [ann, bob]) {
            const { body } = await person.get(`/api/messages?room=${room.slug}`);
            assert.deepEqual([body.messages.length, body.seq], [1, 1]);
            assert.equal((await person.get(`/api/messages/${room.id}`)).body.message.content, 'a secret');
        }
        assert.deepEqual(await membersOf(room.slug), byId([ann, bob]));
        assert.equal((await ann.get(`/api/rooms/${room.slug}`)).body.room.name, 'A room');
    });
});

describe('a read mark', () => {
    let slug;
    const read = (person, seq) => person.put(`/api/rooms/${slug}/read`, { seq });
    // The same in the room and in the list of rooms.
    const unread = async (person) => {
        const one = await person.get(`/api/rooms/${slug}`);
        assert.equal(one.status, 200, one.text);
        const { rooms } = (await person.get(`/api/rooms?q=${slug}`)).body;
        assert.deepEqual(rooms, [one.body.room]);
        return one.body.room.unread;
    };
    const mark = async (person, seq, left) => {
        assertDone(await read(person, seq));
        assert.equal(await unread(person), left, `after reading up to ${seq}`);
    };

    for (const isPrivate of [false, true]) {
        test(`leaves what others posted after it unread, in a ${isPrivate ? 'private' : 'public'} room`, async () => {
            ({ slug } = await ann.makeRoom({ private: isPrivate }));
            if (isPrivate) for (const person of [bob, cleo]) await ann.addMember(slug, person);
            for (const person of [ann, bob, cleo]) await mark(person, 0, 0);
            for (const content of ['one', 'two', 'three']) await ann.say(slug, content);
            await bob.say(slug, 'four');
            assert.deepEqual([await unread(ann), await unread(bob), await unread(cleo)], [1, 3, 4]);
            await mark(bob, 2, 1);
            await mark(bob, 1, 1);
            await mark(bob, 4, 0);
            assert.equal(await unread(cleo), 4, 'to each their own');
            await ann.say(slug, 'five');
            assert.equal(await unread(bob), 1);
        });
    }

    test('counts no deleted message, and an edited one once', async () => {
        ({ slug } = await ann.makeRoom());
        await mark(bob, 0, 0);
        const said = [];
        for (const content of ['one', 'two', 'three']) said.push(await ann.say(slug, content));
        assertDone(await ann.delete(`/api/messages/${said[1].id}`));
        assert.equal(await unread(bob), 2);
        const edit = await ann.put(`/api/messages/${said[0].id}`, { content: 'one, again' });
        assert.equal(edit.status, 200, edit.text);
        assert.equal(await unread(bob), 2);
        await mark(bob, edit.body.message.changed_seq, 0);
        assert.equal((await ann.put(`/api/messages/${said[2].id}`, { content: 'changed' })).status, 200);
        assert.equal(await unread(bob), 0, 'a change of what was read is nothing new');
    });

    test('never goes back, however many set it at once', async () => {
        ({ slug } = await ann.makeRoom());
        for (let seq = 1; seq <= 10; seq += 1) await ann.say(slug, `message ${seq}`);
        const answers = await Promise.all([3, 9, 1, 7, 5, 2, 8, 4, 6, 0].map((seq) => read(bob, seq)));
        for (const answer of answers) assertDone(answer);
        assert.equal(await unread(bob), 1);
    });

    test('is a place in the log', async () => {
        ({ slug } = await ann.makeRoom());
        for (const json of [{}, { seq: -1 }, { seq: '1' }, { seq: 1.5 }, { seq: null }])
            assertFaults(await bob.put(`/api/rooms/${slug}/read`, json), ['/seq']);
        assertFaults(await bob.put(`/api/rooms/${slug}/read`, { seq: 0, user: 1 }), ['/user']);
        assertProblem(await bob.api.request('PUT', `/api/rooms/${slug}/read`, { json: { seq: 0 } }), 401);
    });
});

describe('presence', () => {
    test('of a room where nobody is', async () => {
        const { slug } = await ann.makeRoom();
        for (const where of [slug, await privateRoom()]) {
            const answer = await ann.get(`/api/rooms/${where}/presence`);
            assert.equal(answer.status, 200, answer.text);
            assert.deepEqual(answer.body, { users: [], count: 0 });
        }
    });
});
