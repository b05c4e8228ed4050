// Channels that fail inside: the tables are taken away under the running server. Whoever is on another channel, or
// asks for something else, does not notice.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Client, disconnectAll } from './support/channel.mjs';
import { sql } from './support/database.mjs';
import { Person } from './support/person.mjs';
import { closeAllRaw, isReplyTo } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { V1Socket } from './support/v1.mjs';
import { until } from './support/wait.mjs';

const room = 'room:lobby';
const topic = 'messages:lobby';
const tables = ['messages', 'rooms'];
let server;
let ann;

before(async () => {
    server = await Server.start({ env: { ROOST_CORES: '2' } });
    ann = await Person.register(server, 'Ann');
});
afterEach(() => {
    closeAllRaw();
    disconnectAll();
});
after(() => server?.stop());

async function withoutTables(act) {
    const rename = (from, to) =>
        sql(server, tables.map((t) => `ALTER TABLE ${t}${from} RENAME TO ${t}${to};`).join(''));
    await rename('', '_away');
    try {
        return await act();
    } finally {
        await rename('_away', '');
    }
}

test('a join that fails inside says so, and the socket goes on (protocol 61)', async () => {
    const { slug } = await ann.makeRoom();
    const socket = await ann.connect();
    const live = await socket.join(room);
    const name = `messages:${slug}`;
    await withoutTables(async () => {
        const reply = await socket.send(['9', '10', name, 'phx_join', {}]).receive();
        assert.deepEqual(reply, [
            '9',
            '10',
            name,
            'phx_reply',
            { status: 'error', response: { reason: 'join crashed' } },
        ]);
        const later = (await socket.call(null, name, 'new_message', { content: 'x' })).at(-1);
        assert.equal(later[4].response.reason, 'unmatched topic', 'it is not registered');
        assert.equal((await socket.call(live, room, 'shout', { message: 'here' })).at(-1)[4].status, 'ok');
    });
    await socket.joinMessages(slug);
});

test('a channel that fails gets phx_error with its own join_ref; the others go on (protocol 91, 92)', async () => {
    const socket = await ann.connect();
    const witness = await ann.connect('gateway');
    const [live, { joinRef }] = [await socket.join(room), await socket.joinMessages()];
    const other = (await witness.joinMessages()).joinRef;
    await withoutTables(async () => {
        socket.send([joinRef, 'lost', topic, 'new_message', { content: 'lost' }]);
        const [error] = await socket.receiveUntil((m) => m[3] === 'phx_error');
        assert.deepEqual(error, [joinRef, joinRef, topic, 'phx_error', { reason: 'channel_crash' }]);
        const gone = (await socket.call(null, topic, 'new_message', { content: 'x' })).at(-1);
        assert.equal(gone[4].response.reason, 'unmatched topic');
        assert.equal((await socket.call(live, room, 'shout', { message: 'here' })).at(-1)[4].status, 'ok');
    });
    const again = (await socket.joinMessages()).joinRef;
    const said = (await socket.call(again, topic, 'new_message', { content: 'found' })).at(-1);
    assert.equal(said[4].status, 'ok');
    const heard = await witness.receiveUntil((m) => m[3] === 'new_message');
    assert.deepEqual(heard.at(-1)[4], said[4].response);
    assert.equal((await witness.call(other, topic, 'new_message', { content: 'x' })).at(-1)[4].status, 'ok');
});

test('a failed push is not stored, and neither are those behind it on the same channel', async () => {
    const { slug } = await ann.makeRoom();
    const { socket, joinRef, topic: name } = await ann.follow(slug);
    await withoutTables(async () => {
        for (let n = 0; n < 5; n += 1)
            socket.send([joinRef, `p${n}`, name, 'new_message', { content: `${n}` }]);
        await socket.receiveUntil((m) => m[3] === 'phx_error');
        socket.send([null, 'end', 'phoenix', 'heartbeat', {}]);
        for (const message of await socket.receiveUntil(isReplyTo('end')))
            if (message[1] !== 'end') assert.equal(message[4].status, 'error', JSON.stringify(message));
    });
    assert.deepEqual(await ann.api.log(slug), []);
});

test('a failed channel of version 1 gets phx_error with ref = its join_ref (protocol 91, 92)', async () => {
    const socket = await V1Socket.connect(server.apiPort, ann.token);
    await socket.join(topic, {}, '5');
    await socket.receiveUntil((m) => m.event === 'messages_history');
    await withoutTables(async () => {
        socket.send({ topic, event: 'new_message', payload: { content: 'lost' }, ref: '6', join_ref: '5' });
        const [error] = await socket.receiveUntil((m) => m.event === 'phx_error');
        assert.deepEqual(error, {
            topic,
            event: 'phx_error',
            payload: { reason: 'channel_crash' },
            ref: '5',
        });
    });
});

test('phoenix.js joins again by itself after its channel has failed, and hears on', async () => {
    const client = await Client.connect(server.gatewayPort, ann.token);
    const member = await client.join(topic);
    await member.next('messages_history');
    const live = await client.join(room);
    let errors = 0;
    member.channel.onError(() => (errors += 1));
    await withoutTables(async () => {
        const lost = await member.push('new_message', { content: 'lost' }, 500);
        assert.equal(lost.status, 'timeout');
        await until(() => errors > 0, 'the error');
        assert.equal((await live.push('shout', { message: 'here' })).status, 'ok');
    });
    await member.next('messages_history');
    const said = await member.push('new_message', { content: 'found' });
    assert.deepEqual(await member.next('new_message'), said.response);
    assert.deepEqual([client.opened, client.closes], [1, []]);
});
