// Version 1, JSON objects, beside version 2: what both of them say, each in its own way.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { binaryPush } from './support/binary.mjs';
import { Person } from './support/person.mjs';
import { closeAllRaw, isReplyTo, opcode } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { V1Socket } from './support/v1.mjs';

const room = 'room:lobby';
let server;
let ann;
let bob;

before(async () => {
    server = await Server.start({ env: { ROOST_CORES: '2' } });
    ann = await Person.register(server, 'Ann');
    bob = await Person.register(server, 'Bob');
});
afterEach(closeAllRaw);
after(() => server?.stop());

const connectV1 = (person = ann, tier = 'api') => V1Socket.connect(server.port(tier), person.token);
const connect = (person = ann, tier = 'api') => person.connect(tier);

describe('version 1', () => {
    version1();
    version1Binary();
    version1Wrong();
});
describe('both versions', () => both());

function version1() {
    test('is an object in both directions, and a reply has no join_ref (protocol 2, 30)', async () => {
        const socket = await connectV1();
        socket.send({ topic: 'phoenix', event: 'heartbeat', ref: '1' });
        assert.deepEqual(await socket.receive(), {
            topic: 'phoenix',
            event: 'phx_reply',
            payload: { status: 'ok', response: {} },
            ref: '1',
        });
        for (const joinRef of ['7', undefined, null, 7]) {
            const reply = await socket.join(room, {}, joinRef);
            assert.deepEqual(Object.keys(reply).sort(), ['event', 'payload', 'ref', 'topic']);
            const [left, closed] = [
                await socket.call(room, 'phx_leave', {}, joinRef),
                await socket.receive(),
            ];
            assert.deepEqual(left.at(-1).payload, { status: 'ok', response: {} });
            assert.deepEqual([closed.topic, closed.event, closed.payload], [room, 'phx_close', {}]);
            assert.ok(!('join_ref' in closed));
        }
    });

    test('gives pushes and broadcasts without join_ref, with ref null', async () => {
        const { slug } = await ann.makeRoom();
        const topic = `messages:${slug}`;
        await ann.say(slug, 'before');
        const socket = await connectV1();
        await socket.join(topic, {}, '3');
        const history = await socket.receive();
        assert.deepEqual([history.topic, history.event, history.ref], [topic, 'messages_history', null]);
        assert.deepEqual(
            history.payload.messages.map((m) => m.content),
            ['before'],
        );
        const [broadcast, reply] = await socket.call(topic, 'new_message', { content: 'ä🐦' }, '3');
        assert.deepEqual([broadcast.topic, broadcast.event, broadcast.ref], [topic, 'new_message', null]);
        assert.deepEqual(reply.payload, { status: 'ok', response: broadcast.payload });
        for (const message of [history, broadcast])
            assert.ok(!('join_ref' in message), JSON.stringify(message));
    });

    test('refs come back as the JSON value they were (protocol 38, 84)', async () => {
        const socket = await connectV1();
        await socket.join(room);
        for (const ref of ['7', 7, 0, 1.5, null, 'ä🐦"\\\u0001', '', 9007199254740991]) {
            socket.send({ topic: room, event: 'ping', ref });
            const reply = await socket.receive();
            assert.deepEqual([reply.ref, reply.event, reply.payload.status], [ref, 'phx_reply', 'ok']);
        }
    });

    test('knows topics, events and stale joins as version 2 does (protocol 62, 74, 75, 85, 87)', async () => {
        const socket = await connectV1();
        const answer = async (...push) => (await socket.call(...push)).at(-1).payload;
        const error = (reason) => ({ status: 'error', response: { reason } });
        assert.deepEqual(await answer('nope', 'phx_join', {}), error('unmatched topic'));
        assert.deepEqual(await answer('room:no-such-room', 'phx_join', {}), error('room_not_found'));
        assert.deepEqual(await answer(room, 'shout', { message: 'x' }), error('unmatched topic'));
        assert.deepEqual((await answer(room, 'phx_leave', {})).status, 'ok');
        await socket.join(room, {}, '1');
        assert.deepEqual(await answer(room, 'no_such_event', {}, '1'), error('unknown event'));
        socket.send({
            topic: room,
            event: 'shout',
            payload: { message: 'stale' },
            ref: 's',
            join_ref: 'other',
        });
        const got = await socket.call(room, 'shout', { message: 'fresh' }, '1');
        assert.deepEqual(
            got.map((m) => m.payload.message ?? m.payload.status),
            ['fresh', 'ok'],
        );
    });

    test('closes the first of two channels of a topic (protocol 67, 68)', async () => {
        const socket = await connectV1();
        await socket.join(room, {}, 'a');
        socket.send({ topic: room, event: 'phx_join', ref: 'b', join_ref: 'b' });
        const [reply, closed] = [await socket.receive(), await socket.receive()];
        assert.deepEqual([reply.event, reply.ref, reply.payload.status], ['phx_reply', 'b', 'ok']);
        assert.deepEqual([closed.event, closed.ref], ['phx_close', 'a']);
    });

    test('takes more members and any order; members may be escaped', async () => {
        const socket = await connectV1();
        socket.raw.sendText(
            '{"more":[{}],"ref":"1","payload":{},"\\u0065vent":"heartbeat","topic":"phoeni\\u0078"}',
        );
        assert.equal((await socket.receive()).payload.status, 'ok');
    });
}

function version1Binary() {
    test('reads JSON from a binary frame too, and answers in text (protocol 33)', async () => {
        const socket = await connectV1();
        for (const [ref, topic] of [
            ['1', 'phoenix'],
            ['2', 'phoenix'],
        ]) {
            const message = { topic, event: 'heartbeat', payload: {}, ref };
            socket.raw.sendFrame(opcode.binary, JSON.stringify(message));
            const frame = await socket.raw.nextFrame();
            assert.equal(frame.kind, opcode.text);
            assert.equal(JSON.parse(frame.payload).ref, ref);
        }
    });

    test('is never sent a binary frame', async () => {
        const topic = `room:${(await ann.makeRoom()).slug}`;
        const [socket, other] = [await connectV1(), await connect(bob)];
        socket.raw.sendFrame(
            opcode.binary,
            JSON.stringify({ topic, event: 'phx_join', payload: {}, ref: '1' }),
        );
        assert.equal((await socket.receive()).payload.status, 'ok');
        const joinRef = await other.join(topic);
        other.sendFrame(opcode.binary, binaryPush([joinRef, 's', topic, 'signal', [1, 2]]));
        await other.nextFrame();
        await other.call(joinRef, topic, 'shout', { message: 'behind it' });
        const frame = await socket.raw.nextFrame(
            (f) => f.kind === opcode.binary || f.payload.includes('behind it'),
        );
        assert.equal(frame.kind, opcode.text);
    });
}

function version1Wrong() {
    const good = { topic: 'phoenix', event: 'heartbeat', payload: {}, ref: '1' };
    const without = (name) => JSON.stringify({ ...good, [name]: undefined });
    const changed = (change) => JSON.stringify({ ...good, ...change });
    for (const [what, text] of [
        ['no JSON', 'hello'],
        ['empty', ''],
        ['cut off', JSON.stringify(good).slice(0, -1)],
        ['followed by more', `${JSON.stringify(good)} {}`],
        ['a list of version 2', '[null,"1","phoenix","heartbeat",{}]'],
        ['null', 'null'],
        ['without a topic', without('topic')],
        ['without an event', without('event')],
        ['without a payload', without('payload')],
        ['without a ref', without('ref')],
        ['of a topic that is a number', changed({ topic: 5 })],
        ['of an event that is null', changed({ event: null })],
        ['of a ref that is an object', changed({ ref: {} })],
        ['of a join_ref that is a list', changed({ join_ref: [] })],
        [
            'nested without end',
            `{"topic":"phoenix","event":"heartbeat","ref":"1","payload":${'['.repeat(100_000)}`,
        ],
    ]) {
        test(`ends with 1007 or 1003 and a reason when a message is ${what} (protocol 31, 32)`, async () => {
            const [socket, other] = [await connectV1(), await connectV1(bob)];
            const { code, reason } = await socket.raw.sendText(text).closedBy();
            assert.ok([1003, 1007].includes(code), String(code));
            assert.notEqual(reason, '');
            assert.equal((await other.call('phoenix', 'heartbeat')).at(-1).payload.status, 'ok');
        });
    }
}

function both() {
    test('hear the same broadcasts, each in the same bytes for all who speak it (protocol 81)', async () => {
        const topic = `room:${(await ann.makeRoom()).slug}`;
        const ones = [];
        const twos = [];
        for (let n = 0; n < 4; n += 1) {
            ones.push(await connectV1(bob, ['api', 'gateway'][n % 2]));
            await ones[n].join(topic);
            twos.push(await connect(bob, ['api', 'gateway'][n % 2]));
            await twos[n].join(topic);
        }
        const isShout = (frame) => frame.kind === opcode.text && frame.payload.includes('"shout"');
        for (let round = 0; round < 10; round += 1) {
            const speaker = [ones, twos][round % 2][0];
            const push = { topic, event: 'shout', payload: { message: `round ${round} 🐦` } };
            speaker.send(round % 2 ? [null, null, topic, push.event, push.payload] : push);
            const heard = [];
            for (const socket of ones) heard.push((await socket.raw.nextFrame(isShout)).payload);
            for (const bytes of heard) assert.deepEqual(bytes, heard[0]);
            const others = [];
            for (const socket of twos) others.push((await socket.nextFrame(isShout)).payload);
            for (const bytes of others) assert.deepEqual(bytes, others[0]);
            const [, , , event, payload] = JSON.parse(others[0]);
            assert.deepEqual(JSON.parse(heard[0]), { topic, event, payload, ref: null });
        }
    });

    test('send no payload that is not an object (protocol 39)', async () => {
        const { slug } = await ann.makeRoom();
        const socket = await connect();
        const wrong = [null, 1, 'x', [], true];
        const frames = [];
        for (const topic of [`room:${slug}`, `messages:${slug}`, 'nope', 'phoenix']) {
            for (const event of [
                'phx_join',
                'heartbeat',
                'ping',
                'new_message',
                'shout',
                'typing',
                'no_such_event',
            ])
                for (const payload of [{}, ...wrong])
                    socket.send([null, `${frames.length}`, topic, event, payload]);
            socket.send([null, `end ${topic}`, topic, 'phx_leave', {}]);
            frames.push(...(await socket.receiveUntil(isReplyTo(`end ${topic}`))));
        }
        assert.ok(frames.length > 150, String(frames.length));
        for (const [, , , event, payload] of frames) {
            const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
            assert.ok(isObject(payload), `${event}: ${JSON.stringify(payload)}`);
            if (event === 'phx_reply') assert.ok(isObject(payload.response), JSON.stringify(payload));
        }
    });
}
