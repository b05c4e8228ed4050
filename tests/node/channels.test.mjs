// Joining and leaving, with one core and with three: the stock phoenix.js client for the journeys of users,
// raw frames where the exact wire matters.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, JoinRefused } from './support/channel.mjs';
import { Api, assertMessage } from './support/http.mjs';
import { frame, isReplyTo, opcode } from './support/raw.mjs';
import { until } from './support/wait.mjs';
import { ok, room, topic, World } from './support/world.mjs';

const unmatched = (ref, where) => [
    null,
    ref,
    where,
    'phx_reply',
    { status: 'error', response: { reason: 'unmatched topic' } },
];

for (const cores of [1, 4]) {
    describe(`channels with ROOST_CORES=${cores}`, () => {
        const world = new World();
        before(() => world.start(cores));
        after(() => world.stop());
        journeys(world);
        heartbeats(world);
        joining(world);
        rejoining(world);
        leaving(world);
    });
}

function journeys(world) {
    test('two phoenix.js users on different ports see what the other says; so does REST', async () => {
        const one = await Client.connect(world.server.gatewayPort, world.ann.token);
        const two = await Client.connect(world.server.apiPort, world.bob.token);
        const [ann, bob] = [await one.join(topic), await two.join(topic)];
        assert.ok((await ann.next('messages_history')).messages.length > 0, 'the seeded messages');
        await bob.next('messages_history');

        const said = await ann.push('new_message', { content: 'hello Bob', metadata: { mood: 'glad' } });
        assert.equal(said.status, 'ok', JSON.stringify(said));
        assertMessage(said.response.message, { content: 'hello Bob', user: world.ann.user });
        assert.deepEqual(said.response.message.metadata, { mood: 'glad' });
        for (const member of [ann, bob]) assert.deepEqual(await member.next('new_message'), said.response);
        const answered = await bob.push('new_message', { content: 'hello Ann' });
        for (const member of [ann, bob])
            assert.deepEqual(await member.next('new_message'), answered.response);

        const latest = await world.api.get('/api/messages?limit=2');
        assert.deepEqual(latest.body.messages, [said.response.message, answered.response.message]);
        for (const client of [one, two]) client.disconnect();
    });

    test('what is posted by REST appears on the channel', async () => {
        const client = await Client.connect(world.server.gatewayPort, world.ann.token);
        const member = await client.join(topic);
        for (const tier of ['gateway', 'api']) {
            const message = await new Api(world.server.url(tier)).say(
                world.bob.token,
                `by REST through the ${tier}`,
            );
            assert.deepEqual(await member.next('new_message'), { message });
        }
        client.disconnect();
    });

    test('phoenix.js may carry the token as authToken (protocol 24)', async () => {
        const client = await Client.connect(world.server.gatewayPort, undefined, {
            authToken: world.ann.token,
        });
        assert.ok(await client.join(topic));
        client.disconnect();
    });

    test('phoenix.js with a bad token or none never opens (protocol 13)', async () => {
        for (const token of ['bad', undefined]) {
            const client = new Client(world.server.apiPort, token);
            client.socket.connect();
            await until(() => client.closes.length >= 2, 'two refusals');
            client.disconnect();
            assert.equal(client.opened, 0);
        }
    });

    test('phoenix.js gets the reason when it joins what is not there (protocol 60, 62)', async () => {
        const client = await Client.connect(world.server.apiPort, world.ann.token);
        for (const [name, reason] of [
            ['messages:no-such-room', 'room_not_found'],
            ['nope', 'unmatched topic'],
        ]) {
            await assert.rejects(client.join(name), (error) => {
                assert.ok(error instanceof JoinRefused, String(error));
                assert.equal(error.response.reason, reason);
                return true;
            });
        }
        client.disconnect();
    });
}

function heartbeats(world) {
    test('a heartbeat is answered without channels, ref as it came (protocol 38, 49, 50, 84)', async () => {
        for (const tier of ['gateway', 'api']) {
            const socket = await world.connect(world.ann, tier);
            for (const ref of ['7', 7, null, 'ä🐦"\\']) {
                assert.deepEqual(
                    await socket.send([null, ref, 'phoenix', 'heartbeat', {}]).receive(),
                    ok(null, ref, 'phoenix'),
                );
            }
            socket.close();
        }
    });

    test('any other event on the topic phoenix is an unmatched topic (protocol 51)', async () => {
        const socket = await world.connect();
        for (const event of ['phx_join', 'heartbeats', '']) {
            assert.deepEqual(
                await socket.send([null, '1', 'phoenix', event, {}]).receive(),
                unmatched('1', 'phoenix'),
            );
        }
        socket.close();
    });

    test('elements of a frame past the fifth are ignored', async () => {
        const socket = await world.connect();
        assert.deepEqual(
            await socket.send([null, '1', 'phoenix', 'heartbeat', {}, 'more', {}]).receive(),
            ok(null, '1', 'phoenix'),
        );
        socket.close();
    });
}

function joining(world) {
    test('a join is answered before any push of it; then comes the history (protocol 57, 58)', async () => {
        const socket = await world.connect();
        socket.send(['4', '5', topic, 'phx_join', {}]);
        const reply = await socket.receive();
        assert.deepEqual(reply.slice(0, 4), ['4', '5', topic, 'phx_reply']);
        assert.equal(reply[4].status, 'ok');
        const push = await socket.receive();
        assert.deepEqual(push.slice(0, 4), ['4', null, topic, 'messages_history']);
        const { body } = await world.api.get('/api/messages?limit=50');
        assert.deepEqual(push[4], { messages: body.messages, seq: body.seq });
        socket.close();
    });

    test('refs come back as the JSON they were (protocol 38)', async () => {
        const socket = await world.connect();
        socket.send([1, 2, room, 'phx_join', {}]);
        assert.deepEqual((await socket.receive()).slice(0, 4), [1, 2, room, 'phx_reply']);
        socket.close();
    });

    test('what a join payload has besides is ignored', async () => {
        const socket = await world.connect();
        await socket.join(room, { presence: false, whatever: [1] });
        socket.close();
    });

    test('a topic of no kind is unmatched, with join_ref null (protocol 62, 63)', async () => {
        const socket = await world.connect();
        for (const name of [
            'nope',
            '',
            'messages',
            'rooms:lobby',
            'Room:lobby',
            'xroom:lobby',
            '__proto__',
            'x'.repeat(200),
        ]) {
            assert.deepEqual(
                await socket.send(['1', '1', name, 'phx_join', {}]).receive(),
                unmatched('1', name),
            );
        }
        socket.close();
    });

    test('an unknown room is refused and not registered (protocol 60)', async () => {
        const socket = await world.connect();
        for (const name of [
            'messages:no-such-room',
            'room:no-such-room',
            'messages:Lobby',
            'room:',
            "messages:' OR 1=1 --",
        ]) {
            assert.deepEqual(await socket.send(['1', '2', name, 'phx_join', {}]).receive(), [
                '1',
                '2',
                name,
                'phx_reply',
                { status: 'error', response: { reason: 'room_not_found' } },
            ]);
            assert.deepEqual(
                await socket.send([null, '3', name, 'shout', { message: 'x' }]).receive(),
                unmatched('3', name),
            );
        }
        socket.close();
    });

    test('a join and pushes in one write work in order (protocol 65)', async () => {
        const socket = await world.connect();
        const pushes = Array.from({ length: 5 }, (_, index) => `p${index}`);
        socket.raw.send(
            Buffer.concat(
                [
                    ['1', '1', topic, 'phx_join', {}],
                    ...pushes.map((ref) => ['1', ref, topic, 'new_message', { content: ref }]),
                ].map((message) => frame(opcode.text, JSON.stringify(message))),
            ),
        );
        const got = await socket.receiveUntil(isReplyTo('p4'));
        assert.deepEqual(got[0].slice(0, 4), ['1', '1', topic, 'phx_reply']);
        const replies = got.slice(1).filter((m) => m[3] === 'phx_reply');
        assert.deepEqual(
            replies.map((m) => [m[0], m[1], m[4].status, m[4].response.message?.content]),
            pushes.map((ref) => ['1', ref, 'ok', ref]),
        );
        socket.close();
    });

    test('an event on a topic that is not joined is unmatched, with the same ref (protocol 75)', async () => {
        const socket = await world.connect();
        assert.deepEqual(
            await socket.send([null, '9', topic, 'new_message', { content: 'x' }]).receive(),
            unmatched('9', topic),
        );
        socket.close();
    });
}

function rejoining(world) {
    test('a second join is answered, then the first gets phx_close (protocol 67, 68, 92)', async () => {
        const socket = await world.connect();
        await socket.join(room);
        const [reply, close] = [
            await socket.send(['b', 'b', room, 'phx_join', {}]).receive(),
            await socket.receive(),
        ];
        assert.deepEqual(reply.slice(0, 4), ['b', 'b', room, 'phx_reply']);
        assert.equal(reply[4].status, 'ok');
        assert.deepEqual(close, ['1', '1', room, 'phx_close', {}]);
        const got = await socket.call('b', room, 'shout', { message: 'once only' });
        assert.deepEqual(
            got.map((m) => m[3]),
            ['shout', 'phx_reply'],
            'one subscription is left',
        );
        socket.close();
    });

    test('a stale join_ref is dropped without a reply (protocol 74)', async () => {
        const socket = await world.connect();
        await socket.join(room);
        socket.send(['b', 'b', room, 'phx_join', {}]);
        await socket.receiveUntil((m) => m[3] === 'phx_close');
        socket.send(['1', 'stale', room, 'shout', { message: 'from the past' }]);
        assert.deepEqual(await socket.drain('b', room), []);
        socket.close();
    });

    test('a channel of one topic does not disturb that of another on the same socket', async () => {
        const socket = await world.connect();
        const [live, { joinRef }] = [await socket.join(room), await socket.joinMessages()];
        socket.send([live, 'l', room, 'phx_leave', {}]);
        await socket.receiveUntil((m) => m[3] === 'phx_close');
        assert.equal(
            (await socket.call(joinRef, topic, 'new_message', { content: 'still in' })).at(-1)[4].status,
            'ok',
        );
        socket.close();
    });
}

function leaving(world) {
    test('a leave is answered, then closed, then the topic is unmatched (protocol 86, 89, 92)', async () => {
        const socket = await world.connect();
        const joinRef = await socket.join(room);
        socket.send([joinRef, 'bye', room, 'phx_leave', {}]);
        assert.deepEqual(await socket.receive(), ok(joinRef, 'bye', room));
        assert.deepEqual(await socket.receive(), [joinRef, joinRef, room, 'phx_close', {}]);
        assert.deepEqual(
            await socket.send([null, '9', room, 'shout', { message: 'x' }]).receive(),
            unmatched('9', room),
        );
        await socket.join(room);
        socket.close();
    });

    test('a leave of what is not joined is ok (protocol 87)', async () => {
        const socket = await world.connect();
        for (const name of [room, 'nope']) {
            const reply = await socket.send(['1', '2', name, 'phx_leave', {}]).receive();
            assert.deepEqual(reply.slice(1), ['2', name, 'phx_reply', { status: 'ok', response: {} }]);
        }
        socket.close();
    });

    test('a leave with a stale join_ref is silent and changes nothing (protocol 88)', async () => {
        const socket = await world.connect();
        const joinRef = await socket.join(room);
        socket.send(['stale', 'x', room, 'phx_leave', {}]);
        assert.deepEqual(await socket.drain(joinRef, room), []);
        assert.equal((await socket.call(joinRef, room, 'shout', { message: 'here' })).at(-1)[4].status, 'ok');
        socket.close();
    });

    test('phoenix.js leaves and joins again', async () => {
        const client = await Client.connect(world.server.apiPort, world.ann.token);
        for (let round = 0; round < 3; round += 1) {
            const member = await client.join(topic);
            await member.next('messages_history');
            await member.leave();
        }
        client.disconnect();
    });
}
