// The binary frames of version 2, byte for byte: pushes and replies, sizes, signals to those who can read them, and the
// kind that the client of supabase sends.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { binaryPush, readBinary, userBroadcast } from './support/binary.mjs';
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

const connectV1 = (person) => V1Socket.connect(server.port('api'), person.token);
const connect = (person = ann, tier = 'api') => person.connect(tier);

describe('a binary frame', () => {
    pushes();
    sizes();
    signals();
    userBroadcasts();
});

async function ping(socket, [joinRef, ref, topic, data]) {
    socket.sendFrame(opcode.binary, binaryPush([joinRef, ref, topic, 'ping', data]));
    const frame = await socket.nextFrame((f) => f.kind !== opcode.text || f.payload.includes('phx_reply'));
    assert.equal(frame.kind, opcode.binary, frame.payload.toString());
    return frame.payload;
}

function pushes() {
    test('is answered by a binary reply with the same bytes, status in the place of the event (protocol 36)', async () => {
        const socket = await connect();
        const joinRef = await socket.join(room, {});
        assert.equal(joinRef, '1');
        const answer = await ping(socket, ['1', '123', room, Buffer.from([101, 102, 0, 255])]);
        const expected = Buffer.concat([
            Buffer.from([1, 1, 3, room.length, 2]),
            Buffer.from(`1123${room}ok`),
            Buffer.from([101, 102, 0, 255]),
        ]);
        assert.deepEqual(answer, expected);
        for (const data of [Buffer.alloc(0), Buffer.alloc(1, 0), Buffer.alloc(200_000, 0xa5)])
            assert.deepEqual(readBinary(await ping(socket, ['1', 'r', room, data])).data, data);
        const [reply] = await socket.call('1', room, 'ping');
        assert.equal(typeof reply[4].response.pong, 'string', 'and text by text');
    });

    test('of the topic phoenix, or of none that is joined, is answered in words (protocol 51, 75)', async () => {
        const socket = await connect();
        for (const [topic, event] of [
            ['nope', 'x'],
            [room, 'ping'],
            ['phoenix', 'x'],
        ]) {
            socket.sendFrame(opcode.binary, binaryPush(['4', '5', topic, event, [1, 2, 3]]));
            assert.deepEqual(await socket.receive(), [
                null,
                '5',
                topic,
                'phx_reply',
                { status: 'error', response: { reason: 'unmatched topic' } },
            ]);
        }
    });

    test('of an event that takes no bytes is refused, and the channel lives on', async () => {
        const socket = await connect();
        const joinRef = await socket.join(room);
        for (const event of ['shout', 'typing', 'no_such_event', 'access_token']) {
            socket.sendFrame(opcode.binary, binaryPush([joinRef, event, room, event, [0x7b, 0x7d]]));
            const reply = (await socket.receiveUntil(isReplyTo(event))).at(-1);
            assert.equal(reply[4].status, 'error', event);
            assert.equal(typeof reply[4].response.reason, 'string');
        }
        assert.deepEqual(readBinary(await ping(socket, [joinRef, 'r', room, [1]])).status, 'ok');
    });

    test('of a signal in words is refused too', async () => {
        const socket = await connect();
        const joinRef = await socket.join(room);
        const [reply] = await socket.call(joinRef, room, 'signal', {});
        assert.equal(reply[4].status, 'error');
    });

    test('may join and leave, and a stale join_ref is dropped (protocol 74)', async () => {
        const socket = await connect();
        const joinRef = await socket.join(room);
        socket.sendFrame(opcode.binary, binaryPush(['stale', 's', room, 'ping', [1]]));
        const { ref } = readBinary(await ping(socket, [joinRef, 'fresh', room, [2]]));
        assert.equal(ref, 'fresh');
    });

    for (const [what, bytes] of [
        ['a header without sizes', [0]],
        ['a header that is cut off', [0, 1, 1, 1]],
        ['a size past the end', [0, 1, 1, 1, 9, 0x31, 0x31, 0x61, 0x62]],
        ['the kind of a reply', [1, 1, 1, 1, 1, 0x31, 0x31, 0x61, 0x62]],
        ['the kind of a broadcast', [2, 1, 1, 0x61, 0x62]],
        ['the kind 255', [255, 0, 0, 0, 0]],
        ['a ref that is not UTF-8', [0, 1, 1, 1, 1, 0x31, 0xff, 0x61, 0x62]],
        ['an event that is not UTF-8', [0, 1, 1, 1, 1, 0x31, 0x31, 0x61, 0xc0]],
    ]) {
        test(`with ${what} ends its connection (protocol 34)`, async () => {
            const [socket, other] = [await connect(), await connect(bob)];
            const { code, reason } = await socket.sendFrame(opcode.binary, Buffer.from(bytes)).closedBy();
            assert.ok([1003, 1007].includes(code), String(code));
            assert.notEqual(reason, '');
            assert.equal((await other.call(null, 'phoenix', 'heartbeat')).at(-1)[4].status, 'ok');
        });
    }
}

function sizes() {
    test('has sizes in bytes, not characters (protocol 48)', async () => {
        const socket = await connect();
        const joinRef = 'jöin🐦';
        assert.equal((await socket.send([joinRef, '1', room, 'phx_join', {}]).receive())[4].status, 'ok');
        const reply = readBinary(await ping(socket, [joinRef, 'réf🐦', room, [9]]));
        assert.deepEqual(
            [reply.joinRef, reply.ref, reply.topic, [...reply.data]],
            [joinRef, 'réf🐦', room, [9]],
        );
    });

    test('has fields of up to 255 bytes, and none is ever longer (protocol 35)', async () => {
        const socket = await connect();
        const longest = '🐦'.repeat(63) + 'abc';
        await socket.send([longest, '1', room, 'phx_join', {}]).receive();
        const reply = readBinary(await ping(socket, [longest, longest, room, [1, 2]]));
        assert.deepEqual([reply.joinRef, reply.ref, [...reply.data]], [longest, longest, [1, 2]]);
        // A reply to a channel whose join_ref would not fit: there is no such channel.
        const { code } = await socket.send([`${longest}!`, '2', room, 'phx_join', {}]).closedBy();
        assert.ok([1003, 1007].includes(code), String(code));
    });
}

const mostSignalBytes = 64 * 1024;

function signals() {
    test('of a signal of more than 64 KiB is refused, and the channel lives on', async () => {
        const socket = await connect();
        const joinRef = await socket.join(room);
        const data = Buffer.alloc(mostSignalBytes + 1);
        socket.sendFrame(opcode.binary, binaryPush([joinRef, 'big', room, 'signal', data]));
        const reply = (await socket.receiveUntil(isReplyTo('big'))).at(-1);
        assert.deepEqual(reply[4], { status: 'error', response: { reason: 'body_too_large' } });
        assert.deepEqual(readBinary(await ping(socket, [joinRef, 'r', room, [1]])).status, 'ok');
    });

    test('of a signal reaches the others as it came, if they have sent a binary frame, and nobody else', async () => {
        const topic = `room:${(await ann.makeRoom()).slug}`;
        const [sender, ready, silent] = [await connect(), await connect(bob), await connect(bob, 'gateway')];
        const refs = [];
        for (const socket of [sender, ready, silent])
            refs.push(await socket.join(topic, { presence: false }));
        await ping(ready, [refs[1], 'r', topic, [0]]);
        for (const data of [Buffer.from([1, 2, 3]), Buffer.alloc(0), Buffer.alloc(mostSignalBytes, 0xee)]) {
            sender.sendFrame(opcode.binary, binaryPush([refs[0], 'sig', topic, 'signal', data]));
            const expected = Buffer.concat([
                Buffer.from([2, topic.length, 6]),
                Buffer.from(`${topic}signal`),
                data,
            ]);
            assert.deepEqual((await ready.nextFrame((f) => f.kind === opcode.binary)).payload, expected);
        }
        await sender.call(refs[0], topic, 'shout', { message: 'the end' });
        const behind = (f) => f.kind === opcode.binary || f.payload.includes('the end');
        assert.equal(
            (await silent.nextFrame(behind)).kind,
            opcode.text,
            'it would throw a binary frame away',
        );
    });

    test('of a signal is answered, after a binary frame from this socket in another channel too', async () => {
        const topic = `room:${(await ann.makeRoom()).slug}`;
        const [sender, ready] = [await connect(), await connect(bob)];
        const [joinRef, , other] = [
            await sender.join(topic),
            await ready.join(topic),
            await ready.join(room),
        ];
        await ping(ready, [other, 'r', room, [0]]);
        sender.sendFrame(opcode.binary, binaryPush([joinRef, 'sig', topic, 'signal', [5]]));
        const reply = await sender.nextFrame((f) => f.kind === opcode.binary || f.payload.includes('"sig"'));
        const status =
            reply.kind === opcode.binary
                ? readBinary(reply.payload).status
                : JSON.parse(reply.payload)[4].status;
        assert.equal(status, 'ok');
        assert.deepEqual(
            [...readBinary((await ready.nextFrame((f) => f.kind === opcode.binary)).payload).data],
            [5],
        );
    });
}

function userBroadcasts() {
    test('of the kind that the client of supabase sends is a broadcast in words for everybody', async () => {
        const topic = `room:${(await ann.makeRoom()).slug}`;
        const [sender, one, two] = [await connect(), await connectV1(bob), await connect(bob)];
        const joinRef = await sender.join(topic);
        await one.join(topic);
        await two.join(topic);
        const json = { x: 1, 'ä🐦': [null] };
        const frame = userBroadcast({
            joinRef,
            ref: 'b',
            topic,
            event: 'cürsor',
            metadata: '{"persist":true}',
            json,
        });
        const reply = (await sender.sendFrame(opcode.binary, frame).receiveUntil(isReplyTo('b'))).at(-1);
        assert.deepEqual(reply, [joinRef, 'b', topic, 'phx_reply', { status: 'ok', response: {} }]);
        const payload = { type: 'broadcast', event: 'cürsor', payload: json };
        assert.deepEqual(await two.receive(), [null, null, topic, 'broadcast', payload]);
        assert.deepEqual(await one.receive(), { topic, event: 'broadcast', payload, ref: null });
    });

    test('of that kind is a push like any other: its faults, and its references (protocol 73, 74, 75)', async () => {
        const topic = `room:${(await ann.makeRoom()).slug}`;
        const socket = await connect();
        const send = (change) =>
            socket.sendFrame(
                opcode.binary,
                userBroadcast({ joinRef: '1', ref: 'b', topic, event: 'e', json: {}, ...change }),
            );
        const unmatched = await send({}).receive();
        assert.deepEqual(unmatched, [
            null,
            'b',
            topic,
            'phx_reply',
            { status: 'error', response: { reason: 'unmatched topic' } },
        ]);
        const joinRef = await socket.join(topic, { config: { broadcast: { self: true } } });
        for (const change of [{ event: '' }, { json: 5 }, { bytes: [1, 2, 3] }]) {
            const refused = await send({ joinRef, ...change }).receive();
            assert.deepEqual(
                [refused[1], refused[3], refused[4].status],
                ['b', 'phx_reply', 'error'],
                JSON.stringify(change),
            );
        }
        send({ joinRef: 'stale', ref: 's', event: 'stale' });
        const got = await send({ joinRef: '', ref: '', event: 'fresh' }).receiveUntil(
            (m) => m[3] === 'phx_reply',
        );
        assert.deepEqual(
            got.map((m) => m[4].event ?? m[4].status),
            ['fresh', 'ok'],
        );
        assert.equal(got.at(-1)[1], null);
    });

    for (const [what, spoil] of [
        ['is cut off in its header', (bytes) => bytes.subarray(0, 6)],
        [
            'has a size past its end',
            (bytes) => Buffer.concat([bytes.subarray(0, 4), Buffer.of(200), bytes.subarray(5)]),
        ],
        [
            'has an unknown encoding',
            (bytes) => Buffer.concat([bytes.subarray(0, 6), Buffer.of(2), bytes.subarray(7)]),
        ],
        ['has JSON that is cut off', (bytes) => bytes.subarray(0, -1)],
        ['has JSON and more', (bytes) => Buffer.concat([bytes, Buffer.from('}')])],
        ['has no JSON at all', (bytes) => bytes.subarray(0, -2)],
        [
            'has JSON that is not UTF-8',
            (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([0x22, 0xff, 0x22])]),
        ],
    ]) {
        test(`of that kind that ${what} ends its connection (protocol 34)`, async () => {
            const socket = await connect();
            await socket.join(room);
            const whole = userBroadcast({ joinRef: '1', ref: 'b', topic: room, event: 'e', json: {} });
            const { code, reason } = await socket.sendFrame(opcode.binary, spoil(whole)).closedBy();
            assert.ok([1003, 1007].includes(code), String(code));
            assert.notEqual(reason, '');
        });
    }

    test('never goes to a client that has sent only that kind: it cannot read the others', async () => {
        const topic = `room:${(await ann.makeRoom()).slug}`;
        const [supabase, phoenix] = [await connect(), await connect(bob)];
        const refs = [await supabase.join(topic), await phoenix.join(topic)];
        supabase.sendFrame(
            opcode.binary,
            userBroadcast({ joinRef: refs[0], ref: 'b', topic, event: 'e', json: {} }),
        );
        await supabase.receiveUntil(isReplyTo('b'));
        phoenix.sendFrame(opcode.binary, binaryPush([refs[1], 's', topic, 'signal', [1]]));
        phoenix.send([refs[1], 'end', topic, 'shout', { message: 'the end' }]);
        const behind = (f) => f.kind === opcode.binary || f.payload.includes('the end');
        assert.equal((await supabase.nextFrame(behind)).kind, opcode.text);
    });
}
