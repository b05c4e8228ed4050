// Coming back to a room with `since`: what the answer is, to whom, and how much of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, JoinRefused } from './support/channel.mjs';
import { sql } from './support/database.mjs';
import { places } from './support/follower.mjs';
import { Api, assertDone, assertFaultList, assertTombstone } from './support/http.mjs';
import { startPair, stopPair } from './support/pair.mjs';
import { Person, uniqueSlug } from './support/person.mjs';
import { large, pour } from './support/pouring.mjs';
import { frame, opcode } from './support/raw.mjs';
import { V1Socket } from './support/v1.mjs';
import { until } from './support/wait.mjs';

const tiers = ['api', 'gateway'];
let server;
let ann;
let bob;

before(async () => ({ server, ann, bob } = await startPair()));
after(() => stopPair(server));

const pathOf = ({ id }) => `/api/messages/${id}`;
const range = (from, to) => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

async function edit(person, message, content) {
    const answer = await person.put(pathOf(message), { content });
    assert.equal(answer.status, 200, answer.text);
    return answer.body.message;
}

async function remove(person, message) {
    assertDone(await person.delete(pathOf(message)));
    return (await person.get(pathOf(message))).body.message;
}

// The answer to a join with this payload on a connection of its own.
async function answerTo(person, slug, payload, tier = 'api', prefix = '') {
    const socket = await person.connect(tier);
    const topic = `${prefix}messages:${slug}`;
    socket.send(['7', 'ref', topic, 'phx_join', payload]);
    const reply = await socket.receive('the reply');
    assert.deepEqual(reply.slice(0, 4), ['7', 'ref', topic, 'phx_reply'], 'first of all the reply');
    return { socket, topic, ...reply[4], drained: () => socket.drain('7', topic) };
}

// The answer to `since`, after which nothing comes.
async function resumed(person, slug, since, tier, prefix) {
    const { socket, status, response, drained } = await answerTo(person, slug, { since }, tier, prefix);
    assert.equal(status, 'ok', JSON.stringify(response));
    assert.deepEqual(Object.keys(response).sort(), ['complete', 'messages', 'seq']);
    assert.deepEqual(await drained(), [], 'no history, and nothing else');
    socket.close();
    return response;
}

async function assertNoRoom(person, slug) {
    const { socket, status, response } = await answerTo(person, slug, { since: 0 });
    assert.deepEqual([status, response], ['error', { reason: 'room_not_found' }]);
    socket.close();
}

describe('what has changed since a place', () => {
    let slug;
    let changes; // messages as they are now, in the order of their changes
    before(async () => {
        ({ slug } = await ann.makeRoom());
        const posts = [];
        for (const content of ['one', 'two', 'three', 'four', 'five', 'six'])
            posts.push(await (content === 'two' ? bob : ann).say(slug, content, { metadata: { content } }));
        const [one, two, three, four, five, six] = posts;
        await edit(ann, one, 'one, edited once'); // 7
        const twice = await edit(ann, one, 'one, edited twice'); // 8
        await edit(ann, three, 'three, edited before it went'); // 9
        const early = await remove(ann, three); // 10
        const late = await remove(bob, two); // 11
        assertTombstone(late, two);
        changes = [four, five, six, twice, early, late];
        assert.deepEqual(places(changes), [4, 5, 6, 8, 10, 11]);
    });

    test('is each message once, in its latest state, in the order of changes, on both ports', async () => {
        for (const tier of tiers) {
            for (let since = 0; since <= 11; since += 1) {
                const messages = changes.filter((message) => message.changed_seq > since);
                const answer = await resumed(bob, slug, since, tier);
                assert.deepEqual(answer, { messages, seq: 11, complete: true }, `since ${since}`);
            }
        }
    });

    test('is the same for phoenix.js, for V1 and under the prefix of supabase', async () => {
        const expected = { messages: changes.slice(2), seq: 11, complete: true };
        const client = await Client.connect(server.gatewayPort, ann.token);
        const member = await client.join(`messages:${slug}`, { since: 5 });
        assert.deepEqual(member.joinReply, expected);
        for (const prefix of ['', 'realtime:']) {
            assert.deepEqual(await resumed(ann, slug, 5, 'gateway', prefix), expected);
            const socket = await V1Socket.connect(server.apiPort, ann.token);
            const reply = await socket.join(`${prefix}messages:${slug}`, { since: 5 });
            assert.equal(reply.topic, `${prefix}messages:${slug}`);
            assert.deepEqual(reply.payload, { status: 'ok', response: expected });
            const more = await socket.call(`${prefix}messages:${slug}`, 'no_such_event', {});
            assert.equal(more.length, 1, 'no history');
            socket.close();
        }
        assert.deepEqual(member.history, []);
    });

    test('is told whatever else is in the payload, and however the number is written', async () => {
        const expected = { messages: changes.slice(2), seq: 11, complete: true };
        const more = { since: 5, config: { broadcast: { self: true } }, after: 1, access_token: null };
        assert.deepEqual((await answerTo(ann, slug, more)).response, expected);
        for (const number of ['5', '5.0', '5e0', '50e-1']) {
            const socket = await ann.connect();
            socket.sendText(`["1", "1", "messages:${slug}", "phx_join", {"since": ${number}}]`);
            assert.deepEqual((await socket.receive())[4], { status: 'ok', response: expected }, number);
            socket.close();
        }
    });

    test('is not told to a join without it: an empty reply and the history', async () => {
        const latest = changes.toSorted((a, b) => a.seq - b.seq);
        for (const payload of [{}, { Since: 5 }, { config: { since: 5 } }]) {
            const { socket, topic, status, response } = await answerTo(ann, slug, payload);
            assert.deepEqual([status, response], ['ok', {}]);
            const history = ['7', null, topic, 'messages_history', { messages: latest, seq: 11 }];
            assert.deepEqual(await socket.receive('the history'), history);
            socket.close();
        }
    });

    for (const since of [-1, 1.5, '5', null, true, [], [5], {}, 2 ** 53, -(2 ** 53), 1e300]) {
        test(`is refused to since ${JSON.stringify(since)}, and nothing is joined`, async () => {
            const { socket, topic, status, response } = await answerTo(ann, slug, { since });
            assert.deepEqual([status, response.reason], ['error', 'invalid_input']);
            assertFaultList(response.errors, ['/since']);
            const [pushed] = await socket.call('7', topic, 'new_message', { content: 'not joined' });
            assert.deepEqual(pushed[4], { status: 'error', response: { reason: 'unmatched topic' } });
            socket.close();
        });
    }

    test('is everything, but not complete, for a place that the room never came to', async () => {
        for (const since of [12, 10_000, 20_000, Number.MAX_SAFE_INTEGER])
            assert.deepEqual(await resumed(ann, slug, since), { messages: changes, seq: 11, complete: false });
    });

    test('in an empty room is nothing', async () => {
        const { slug: empty } = await ann.makeRoom();
        assert.deepEqual(await resumed(ann, empty, 0), { messages: [], seq: 0, complete: true });
        assert.deepEqual(await resumed(ann, empty, 1), { messages: [], seq: 0, complete: false });
    });

    for (const prefix of ['', 'realtime:']) {
        test(`is told anew by a second join, and then live (to ${prefix}messages)`, async () => {
            const { slug: room } = await ann.makeRoom();
            const first = await ann.say(room, 'first');
            const { socket, topic } = await answerTo(bob, room, { since: 0 }, 'gateway', prefix);
            const [reply, end] = [
                await socket.send(['8', 'r8', topic, 'phx_join', { since: 1 }]).receive(),
                await socket.receive(),
            ];
            const response = { messages: [], seq: 1, complete: true };
            assert.deepEqual(reply, ['8', 'r8', topic, 'phx_reply', { status: 'ok', response }]);
            assert.deepEqual(end, ['7', '7', topic, 'phx_close', {}]);
            const message = await edit(ann, first, 'edited');
            assert.deepEqual(await socket.receive(), [null, null, topic, 'message_updated', { message }]);
            socket.close();
        });
    }

    test('comes before what is pushed right behind the join (protocol 65)', async () => {
        const { slug: room } = await ann.makeRoom();
        const messages = [await ann.say(room, 'first')];
        for (const since of [0, 1000]) {
            const socket = await bob.connect('gateway');
            const topic = `messages:${room}`;
            const pushes = [
                ['1', 'join', topic, 'phx_join', { since }],
                ['1', 'post', topic, 'new_message', { content: `after ${since}` }],
                ['1', 'leave', topic, 'phx_leave', {}],
            ];
            socket.raw.send(Buffer.concat(pushes.map((push) => frame(opcode.text, JSON.stringify(push)))));
            const [reply, live, posted, left, end] = await socket.receiveUntil((m) => m[3] === 'phx_close');
            const response = { messages: [...messages], seq: messages.length, complete: since === 0 };
            assert.deepEqual(reply, ['1', 'join', topic, 'phx_reply', { status: 'ok', response }]);
            const { message } = live[4];
            assert.deepEqual([live[3], message.seq], ['new_message', messages.length + 1]);
            assert.deepEqual([posted[1], posted[4].response, left[1], end[1]], ['post', { message }, 'leave', '1']);
            messages.push(message);
            socket.close();
        }
    });
});

describe('an answer is bounded:', () => {
    // A room with these rows of Ann's, written before the server has looked at it.
    async function roomOf(rows) {
        const { slug } = await ann.makeRoom();
        const columns = 'room_id, seq, target_seq, changed_seq, author_id, author_name, content, metadata, writer';
        await sql(
            server,
            `INSERT INTO messages (${columns}) SELECT r.id, v.* FROM rooms r, LATERAL (${rows}) AS v
             WHERE slug = :'slug';`,
            { slug },
        );
        return slug;
    }
    const author = () => `${ann.user.id}, 'Ann'`;
    const rowsOf = (count, content) =>
        `SELECT n, NULL::bigint, n, ${author()}, ${content}, '{}'::json, 1 FROM generate_series(1, ${count}) AS n`;

    test('the newest 1,000, whether the server has them in memory or not', async () => {
        const stored = await roomOf(rowsOf(1001, "'message ' || n"));
        const { slug: live } = await ann.makeRoom();
        await pour(ann, live, range(1, 1001).map((n) => ({ content: `message ${n}` })));
        for (const slug of [stored, live]) {
            const all = await resumed(ann, slug, 1);
            assert.deepEqual([all.seq, all.complete], [1001, true]);
            assert.deepEqual(
                all.messages.map((message) => `${message.changed_seq} ${message.content}`),
                range(2, 1001).map((n) => `${n} message ${n}`),
            );
            assert.deepEqual(await resumed(bob, slug, 0, 'gateway'), { ...all, complete: false });
            const edited = await edit(ann, { id: all.messages[0].id.replace(/-.*/, '-1') }, 'edited');
            const newest = [...all.messages.slice(1), edited];
            assert.deepEqual(await resumed(ann, slug, 1), { messages: newest, seq: 1002, complete: false });
            assert.deepEqual(await resumed(ann, slug, 2), { messages: newest, seq: 1002, complete: true });
        }
    });

    test('the newest that are no more than 1 MiB of JSON', async () => {
        const { slug } = await ann.makeRoom();
        await pour(ann, slug, large(140));
        const log = await ann.api.log(slug);
        const { messages, seq, complete } = await resumed(ann, slug, 0);
        assert.deepEqual([seq, complete], [140, false]);
        assert.deepEqual(messages, log.slice(-messages.length));
        const bytes = (list) => Buffer.byteLength(JSON.stringify(list));
        assert.ok(bytes(messages) <= 2 ** 20, `${bytes(messages)} bytes`);
        const more = log.slice(-messages.length - 1);
        assert.ok(bytes(more) > 2 ** 20, `one more would be ${bytes(more)} bytes`);
        const since = seq - messages.length;
        assert.deepEqual(await resumed(ann, slug, since), { messages, seq, complete: true });
        assert.deepEqual(await resumed(ann, slug, since - 1), { messages, seq, complete: false });
    });

    test('of more than 10,000 places no more is promised, however little has changed', async () => {
        const slug = await roomOf(
            `SELECT 1, NULL::bigint, 10000, ${author()}, 'edited often', '{}'::json, 1
             UNION ALL SELECT n, 1, n, NULL, NULL, NULL, NULL, 1 FROM generate_series(2, 10000) AS n`,
        );
        const { messages } = await resumed(ann, slug, 0);
        assert.deepEqual(messages.map((m) => [m.seq, m.changed_seq, m.content]), [[1, 10_000, 'edited often']]);
        assert.deepEqual(await resumed(ann, slug, 0), { messages, seq: 10_000, complete: true });
        const second = await ann.say(slug, 'second');
        const answer = { messages: [...messages, second], seq: 10_001 };
        assert.equal((await resumed(ann, slug, 0)).complete, false);
        assert.deepEqual(await resumed(ann, slug, 1), { ...answer, complete: true });
        assert.equal((await resumed(ann, slug, 10_002)).complete, false);
    });
});

describe('a room that is made anew under a slug', () => {
    test('gives those who knew the old one everything, and says that it is not what they missed', async () => {
        const slug = uniqueSlug();
        await ann.makeRoom({ slug });
        for (const n of range(1, 5)) await ann.say(slug, `old ${n}`);
        const client = await Client.connect(server.apiPort, bob.token);
        const member = await client.join(`messages:${slug}`, () => ({ since: 5 }));
        assert.deepEqual(member.joinReply, { messages: [], seq: 5, complete: true });
        assertDone(await ann.delete(`/api/rooms/${slug}`));
        await until(() => member.channel.state === 'closed', 'the channel to be closed');
        await assert.rejects(client.join(`messages:${slug}`, { since: 5 }), JoinRefused);
        await ann.makeRoom({ slug });
        assert.deepEqual(await resumed(bob, slug, 5), { messages: [], seq: 0, complete: false });
        const messages = [await ann.say(slug, 'new 1'), await ann.say(slug, 'new 2')];
        const again = await client.join(`messages:${slug}`, { since: 5 });
        assert.deepEqual(again.joinReply, { messages, seq: 2, complete: false });
    });
});

describe('a private room', () => {
    test('is resumed by its members, and is not there for others', async () => {
        const { slug } = await ann.makeRoom({ private: true });
        const messages = [await ann.say(slug, 'first'), await ann.say(slug, 'second')];
        const member = `/api/rooms/${slug}/members/${bob.user.id}`;
        await assertNoRoom(bob, slug);
        for (const round of [1, 2]) {
            await ann.addMember(slug, bob);
            const answer = { messages: messages.slice(1), seq: 2, complete: true };
            assert.deepEqual(await resumed(bob, slug, 1, 'gateway'), answer, `round ${round}`);
            assertDone(await ann.delete(member));
            await assertNoRoom(bob, slug);
        }
        await assertNoRoom(bob, uniqueSlug());
        assert.deepEqual((await resumed(ann, slug, 0)).messages, messages);
    });

    test('that was public is not there any more for those who were no members', async () => {
        const { slug } = await ann.makeRoom();
        const messages = [await ann.say(slug, 'first')];
        assert.deepEqual((await resumed(bob, slug, 0)).messages, messages);
        assert.equal((await ann.patch(`/api/rooms/${slug}`, { private: true })).status, 200);
        await assertNoRoom(bob, slug);
        assert.deepEqual((await resumed(ann, slug, 0)).messages, messages);
    });
});

describe('a removed account', () => {
    test('leaves tombstones of nobody, to those who come back, who were there and who are new', async () => {
        const { slug } = await ann.makeRoom();
        const leaving = await Person.register(server, 'Leaving');
        const said = [];
        for (const n of range(1, 6)) said.push(await (n % 3 ? leaving : ann).say(slug, `message ${n}`));
        const edited = await edit(leaving, said[1], 'edited'); // 7
        const gone = await remove(leaving, said[3]); // 8
        const watcher = await Client.connect(server.gatewayPort, bob.token);
        const member = await watcher.join(`messages:${slug}`, { since: 8 });
        assertDone(await leaving.delete('/api/users/me'));
        const living = [said[0], edited, said[4]];
        await until(() => member.history.length >= living.length, 'the deletions to be heard of');
        const isNobodys = async () => (await ann.get(pathOf(gone))).body.message.user.id === 0;
        await until(isNobodys, "what was deleted before to be nobody's");

        const { messages, seq, complete } = await resumed(bob, slug, 8);
        assert.equal(complete, true);
        const nobody = { id: 0, name: 'deleted user' };
        const tombs = new Map(messages.map((message) => [message.id, message]));
        for (const message of living) assertTombstone(tombs.get(message.id), message, nobody);
        const log = await ann.api.log(slug);
        assert.ok(log.filter(({ id }) => said[2].id !== id && said[5].id !== id).every(({ user }) => user.id === 0));
        const { body } = await new Api(server.url('gateway')).get(`/api/messages?room=${slug}`);
        assert.deepEqual(body, { messages: log, room: slug, seq });
        const changes = log.toSorted((a, b) => a.changed_seq - b.changed_seq);
        assert.deepEqual((await resumed(bob, slug, 0)).messages, changes);
        const { history } = await (await bob.connect()).joinMessages(slug);
        assert.deepEqual(history, { messages: log, seq });
        assert.deepEqual(log.filter((message) => !message.deleted_at), [said[2], said[5]]);
        await until(() => member.history.length >= seq - 8, 'every change to be heard of');
        const heard = member.history.map(({ payload }) => payload.message ?? payload);
        assert.deepEqual(places(heard), range(9, seq));
    });
});
