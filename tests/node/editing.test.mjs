// Editing and deleting messages: by REST and on the channel, alone and many at once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, disconnectAll } from './support/channel.mjs';
import {
    Api,
    assertDone,
    assertFaultList,
    assertFaults,
    assertProblem,
    assertTombstone,
    timestamp,
} from './support/http.mjs';
import { Person } from './support/person.mjs';
import { closeAllRaw } from './support/raw.mjs';
import { Server } from './support/server.mjs';

let server;
let owner;
let ann;
let bob;
let slug;

before(async () => {
    server = await Server.start({ env: { ROOST_CORES: '3' } });
    [owner, ann, bob] = await Promise.all(
        ['Owner', 'Ann', 'Bob'].map((name) => Person.register(server, name)),
    );
    ({ slug } = await owner.makeRoom());
});
after(async () => {
    disconnectAll();
    closeAllRaw();
    await server?.stop();
});

const pathOf = ({ id }) => `/api/messages/${id}`;
const edit = (person, message, content) => person.put(pathOf(message), { content });
const counter = async () => (await bob.get(`/api/messages?room=${slug}&limit=1`)).body.seq;

async function messageFrom(pending, status = 200) {
    const answer = await pending;
    assert.equal(answer.status, status, answer.text);
    assert.deepEqual(Object.keys(answer.body), ['message']);
    return answer.body.message;
}

// `now` is `before` with another content, changed later.
function assertEdited(now, before, content) {
    const { changed_seq, updated_at } = now;
    assert.deepEqual(now, { ...before, content, changed_seq, updated_at });
    assert.ok(changed_seq > before.changed_seq, 'the edit is a change');
    assert.match(updated_at, timestamp);
    assert.ok(updated_at > before.updated_at, 'and came later');
}

// What every reader gets: by id without a token, in the page, on both ports.
async function assertReads(message) {
    for (const tier of ['gateway', 'api']) {
        const api = new Api(server.url(tier));
        assert.deepEqual(await messageFrom(api.get(pathOf(message))), message);
        const page = await api.get(`/api/messages?room=${slug}&after=${message.seq - 1}&limit=1`);
        assert.deepEqual(page.body.messages, [message]);
    }
}

describe('one message', () => {
    test('is read by its id', async () => {
        await assertReads(await ann.say(slug, 'read me', { metadata: { kept: [1] } }));
    });

    test('is not found by what is no id of a message', async () => {
        const message = await ann.say(slug, 'the only one');
        const edited = await messageFrom(edit(ann, message, 'edited'));
        const [roomId, seq] = message.id.split('-');
        for (const id of [
            'abc',
            roomId,
            `${roomId}-`,
            `-${seq}`,
            `${roomId}-0`,
            `${roomId}--${seq}`,
            `${roomId}-${seq}x`,
            `${roomId}-${seq}-${seq}`,
            `0${roomId}-${seq}`,
            `${roomId}-0${seq}`,
            `+${roomId}-${seq}`,
            `${roomId}-${edited.changed_seq}`, // the record of the edit
            `${roomId}-${seq}000000`,
            `${roomId}000000-${seq}`,
            `${roomId}-${'9'.repeat(30)}`,
        ]) {
            const path = `/api/messages/${id}`;
            for (const answer of [
                await ann.get(path),
                await ann.put(path, { content: 'x' }),
                await ann.delete(path),
            ])
                assertProblem(answer, 404, 'message_not_found');
        }
        await assertReads(edited);
    });
});

describe('editing', () => {
    test('changes the content, at the same place, as a later change', async () => {
        const message = await ann.say(slug, 'first', { metadata: { kept: true }, client_id: 'edited' });
        await bob.say(slug, 'in between');
        const second = await messageFrom(edit(ann, message, '  second 🐦 '));
        assertEdited(second, message, '  second 🐦 ');
        await assertReads(second);
        const third = await messageFrom(edit(ann, message, 'third'));
        assertEdited(third, second, 'third');
        await assertReads(third);
        assert.equal(await counter(), third.changed_seq, 'each is one step of the counter');
        assert.equal(third.changed_seq, second.changed_seq + 1);
    });

    test('is for the author alone', async () => {
        const message = await ann.say(slug, 'mine');
        for (const person of [bob, owner])
            assertProblem(await edit(person, message, 'theirs'), 403, 'not_the_author');
        const anonymous = await ann.api.request('PUT', pathOf(message), { json: { content: 'x' } });
        assertProblem(anonymous, 401, 'unauthorized');
        await assertReads(message);
    });

    test('takes the content that posting takes, and no other member', async () => {
        const message = await ann.say(slug, 'strict');
        for (const content of ['', ' \n ', 5, null, ['x'], 'a\u0000b', 'a'.repeat(4001)])
            assertFaults(await edit(ann, message, content), ['/content']);
        assertFaults(await ann.put(pathOf(message), {}), ['/content']);
        const more = { content: '', metadata: {}, room: 'lobby', client_id: 'x', seq: 1 };
        assertFaults(await ann.put(pathOf(message), more), [
            '/content',
            '/metadata',
            '/room',
            '/client_id',
            '/seq',
        ]);
        await assertReads(message);
        const longest = '🐦'.repeat(4000);
        assertEdited(await messageFrom(edit(ann, message, longest)), message, longest);
    });

    test('does not make a retried post another message', async () => {
        const post = { content: 'once', room: slug, client_id: 'retried' };
        const message = await messageFrom(ann.post('/api/messages', post), 201);
        const edited = await messageFrom(edit(ann, message, 'twice'));
        assert.deepEqual(await messageFrom(ann.post('/api/messages', post)), edited);
        assertDone(await ann.delete(pathOf(message)));
        const stored = await messageFrom(ann.post('/api/messages', post));
        assertTombstone(stored, edited);
    });
});

describe('deleting', () => {
    for (const [who, person] of [
        ['the author', () => ann],
        ['the owner of the room', () => owner],
    ]) {
        test(`by ${who} leaves a tombstone, and again changes nothing`, async () => {
            const message = await ann.say(slug, 'gone', { metadata: { gone: true } });
            assertDone(await person().delete(pathOf(message)));
            const tombstone = await messageFrom(bob.get(pathOf(message)));
            assertTombstone(tombstone, message);
            await assertReads(tombstone);
            assert.equal(await counter(), tombstone.changed_seq);
            assertDone(await person().delete(pathOf(message)));
            await assertReads(tombstone);
            assert.equal(await counter(), tombstone.changed_seq);
            assertProblem(await edit(ann, message, 'back'), 410, 'message_deleted');
            await assertReads(tombstone);
        });
    }

    test('is for nobody else', async () => {
        const message = await ann.say(slug, 'stays');
        assertProblem(await bob.delete(pathOf(message)), 403, 'not_the_author');
        assertProblem(await ann.api.request('DELETE', pathOf(message)), 401, 'unauthorized');
        await assertReads(message);
    });

    test('holds after a restart, as edits do', async () => {
        const [one, two] = [await ann.say(slug, 'edited'), await ann.say(slug, 'deleted')];
        const edited = await messageFrom(edit(ann, one, 'lasting'));
        assertDone(await ann.delete(pathOf(two)));
        const tombstone = await messageFrom(ann.get(pathOf(two)));
        const seq = await counter();
        await server.terminate();
        await server.restart();
        await assertReads(edited);
        await assertReads(tombstone);
        assert.equal((await ann.say(slug, 'next')).seq, seq + 1);
    });
});

describe('live', () => {
    // The change that an event tells of: [event, changed_seq].
    const changeOf = ([, , , event, payload]) => [event, payload.message?.changed_seq ?? payload.changed_seq];

    test('each change is told once, in order, without holes', async () => {
        const watchers = [await bob.follow(slug, 'gateway'), await bob.follow(slug, 'api')];
        const start = await counter();
        const [one, two] = [await ann.say(slug, 'one'), await ann.say(slug, 'two')];
        const edited = await messageFrom(edit(ann, one, 'one, edited'));
        assertDone(await ann.delete(pathOf(two)));
        assertDone(await owner.delete(pathOf(one)));
        const [first, second] = [
            await messageFrom(bob.get(pathOf(one))),
            await messageFrom(bob.get(pathOf(two))),
        ];
        for (const { socket, topic } of watchers) {
            const got = [];
            while (got.length < 5) got.push(await socket.receive('a change'));
            assert.deepEqual(
                got.map((event) => event[4].message?.changed_seq ?? event[4].changed_seq),
                [1, 2, 3, 4, 5].map((step) => start + step),
            );
            const gone = ({ id, seq, changed_seq }) => ({ message_id: id, seq, changed_seq });
            const expected = [
                ['new_message', { message: one }],
                ['new_message', { message: two }],
                ['message_updated', { message: edited }],
                ['message_deleted', gone(second)],
                ['message_deleted', gone(first)],
            ];
            assert.deepEqual(
                got,
                expected.map(([event, payload]) => [null, null, topic, event, payload]),
            );
            socket.close();
        }
    });

    test('also of many at once by two users', async () => {
        const watcher = await bob.follow(slug);
        const start = await counter();
        const talk = async (person, api) => {
            for (let index = 0; index < 10; index += 1) {
                const message = await api.say(person.token, `talk ${index}`, { room: slug });
                const json = { content: `changed ${index}` };
                await messageFrom(api.request('PUT', pathOf(message), { token: person.token, json }));
                if (index % 2)
                    assertDone(await api.request('DELETE', pathOf(message), { token: person.token }));
            }
        };
        const tiers = ['gateway', 'api'].map((tier) => new Api(server.url(tier)));
        await Promise.all([ann, bob].flatMap((person) => tiers.map((api) => talk(person, api))));
        const total = 4 * (10 + 10 + 5);
        const got = [];
        while (got.length < total) got.push(changeOf(await watcher.socket.receive('a change')));
        assert.deepEqual(
            got.map(([, seq]) => seq),
            Array.from({ length: total }, (_, index) => start + index + 1),
        );
        assert.deepEqual(
            ['new_message', 'message_updated', 'message_deleted'].map(
                (event) => got.filter(([name]) => name === event).length,
            ),
            [40, 40, 20],
        );
        assert.equal(await counter(), start + total);
        watcher.socket.close();
    });
});

describe('at the same time', () => {
    test('ten edits of one message all happen, one after the other', async () => {
        const message = await ann.say(slug, 'contested');
        const edits = Array.from({ length: 10 }, (_, index) =>
            messageFrom(edit(ann, message, `edit ${index}`)),
        );
        const versions = (await Promise.all(edits)).sort((a, b) => a.changed_seq - b.changed_seq);
        assert.deepEqual(
            versions.map((version) => version.changed_seq),
            versions.map((_, index) => message.seq + 1 + index),
        );
        assert.deepEqual(
            versions.map((version) => version.content).sort(),
            versions.map((_, i) => `edit ${i}`),
        );
        await assertReads(versions.at(-1));
    });

    test('an edit and a deletion: nothing brings the message back', async () => {
        for (let round = 0; round < 10; round += 1) {
            const message = await ann.say(slug, `round ${round}`);
            const [one, gone, again, two] = await Promise.all([
                edit(ann, message, 'before?'),
                ann.delete(pathOf(message)),
                owner.delete(pathOf(message)),
                edit(ann, message, 'after?'),
            ]);
            for (const done of [gone, again]) assertDone(done);
            const tombstone = await messageFrom(ann.get(pathOf(message)));
            assertTombstone(tombstone, message);
            const edits = [one, two].filter((answer) => answer.status === 200);
            for (const { body } of edits) assert.ok(body.message.changed_seq < tombstone.changed_seq);
            for (const answer of [one, two])
                if (answer.status !== 200) assertProblem(answer, 410, 'message_deleted');
            assert.equal(await counter(), message.seq + edits.length + 1, 'one deletion');
        }
    });
});

describe('on the channel', () => {
    test('phoenix.js edits and deletes; everybody sees it before the reply', async () => {
        const client = await Client.connect(server.gatewayPort, ann.token);
        const member = await client.join(`messages:${slug}`);
        const watcher = await bob.follow(slug);
        const { message } = (await member.push('new_message', { content: 'typo' })).response;
        const edited = await member.push('edit_message', { id: message.id, content: 'fixed' });
        assert.equal(edited.status, 'ok', JSON.stringify(edited));
        assertEdited(edited.response.message, message, 'fixed');
        assert.deepEqual(member.history.at(-1), { event: 'message_updated', payload: edited.response });
        const deleted = await member.push('delete_message', { id: message.id });
        assert.deepEqual(deleted, { status: 'ok', response: {} });
        const { event, payload } = member.history.at(-1);
        const { id, seq } = message;
        const changed_seq = edited.response.message.changed_seq + 1;
        assert.deepEqual([event, payload], ['message_deleted', { message_id: id, seq, changed_seq }]);
        const again = await member.push('delete_message', { id });
        assert.deepEqual(again, { status: 'ok', response: {} });
        const told = [];
        while (told.length < 3) told.push((await watcher.socket.receive()).slice(3));
        assert.deepEqual(told, [
            ['new_message', { message }],
            ['message_updated', edited.response],
            ['message_deleted', payload],
        ]);
        assert.deepEqual(await watcher.socket.drain(watcher.joinRef, watcher.topic), [], 'and no more');
        watcher.socket.close();
        client.disconnect();
    });

    test('what is refused by REST is refused with the same code, and nothing changes', async () => {
        const message = await ann.say(slug, 'mine');
        const gone = await bob.say(slug, 'gone');
        assertDone(await bob.delete(pathOf(gone)));
        const elsewhere = await bob.say('lobby', 'in another room');
        const seq = await counter();
        const { socket, topic, joinRef } = await bob.follow(slug);
        for (const [event, payload, reason, pointers] of [
            ['edit_message', { id: message.id, content: 'x' }, 'not_the_author'],
            ['delete_message', { id: message.id }, 'not_the_author'],
            ['edit_message', { id: gone.id, content: 'x' }, 'message_deleted'],
            ['edit_message', { id: 'abc', content: 'x' }, 'invalid_input', ['/id']],
            ['delete_message', { id: `${message.id}0000` }, 'message_not_found'],
            ['edit_message', { id: elsewhere.id, content: 'x' }, 'message_not_found'],
            ['delete_message', { id: elsewhere.id }, 'message_not_found'],
            ['edit_message', { id: gone.id, content: ' ' }, 'invalid_input', ['/content']],
            ['edit_message', {}, 'invalid_input', ['/id', '/content']],
            ['edit_message', { id: 5, content: 'x', seq: 1 }, 'invalid_input', ['/id', '/seq']],
            ['delete_message', { message_id: gone.id }, 'invalid_input', ['/id', '/message_id']],
        ]) {
            const got = await socket.call(joinRef, topic, event, payload);
            assert.deepEqual(
                got.map((m) => [m[4].status, m[4].response.reason]),
                [['error', reason]],
                `${event} ${JSON.stringify(payload)}`,
            );
            if (pointers) assertFaultList(got[0][4].response.errors, pointers);
        }
        assert.equal(await counter(), seq);
        await assertReads(message);
        socket.close();
    });
});
