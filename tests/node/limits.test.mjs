// What a socket may take of the server: frames, channels, events, and time in which it says nothing.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { binaryPush } from './support/binary.mjs';
import { command } from './support/command.mjs';
import { limited } from './support/limits.mjs';
import { Person } from './support/person.mjs';
import { closeAllRaw, frame, isReplyTo, opcode } from './support/raw.mjs';
import { Server, temporaryDirectory } from './support/server.mjs';
import { V1Socket } from './support/v1.mjs';
import { until } from './support/wait.mjs';

const room = 'room:lobby';
let server;
let ann;
let bob;

afterEach(closeAllRaw);

function withLimits(name, limits, tests) {
    describe(name, () => {
        before(async () => {
            server = undefined;
            server = await Server.start({ env: { ROOST_CORES: '2', ...limited(limits) } });
            ann = await Person.register(server, 'Ann');
            bob = await Person.register(server, 'Bob');
        });
        after(() => server?.stop());
        tests();
    });
}

withLimits('a frame limit of 2,000 bytes', { frameBytes: 2000 }, frames);
withLimits('a limit of three channels', { channels: 3 }, channels);
withLimits('an idle limit of two seconds', { idleTimeout: 2 }, idle);
withLimits('ten events a second on a socket', { socketEventRate: 10, socketEventBurst: 20 }, socketEvents);
withLimits('ten events a second of a user', { userEventRate: 10, userEventBurst: 20 }, userEvents);
withLimits('without any limit set', {}, defaults);

const heartbeat = (ref, pad = '') => JSON.stringify([null, ref, 'phoenix', 'heartbeat', { pad }]);
const isBeat = (ref) => (m) => m[1] === ref && m[2] === 'phoenix';

// A heartbeat that is exactly so many bytes long.
function heartbeatOf(length) {
    const text = heartbeat('1', 'x'.repeat(length - heartbeat('1').length));
    assert.equal(Buffer.byteLength(text), length);
    return text;
}

function frames() {
    test('lets a frame of just that through and ends the connection of one more with 1009 (protocol 42)', async () => {
        for (const tier of ['api', 'gateway']) {
            const socket = await ann.connect(tier);
            assert.equal((await socket.sendText(heartbeatOf(2000)).receive())[4].status, 'ok');
            const { code } = await socket.sendText(heartbeatOf(2001)).closedBy();
            assert.equal(code, 1009);
        }
    });

    test('counts the fragments of a message together (protocol 42)', async () => {
        const [whole, over] = [await ann.connect(), await ann.connect()];
        const send = (socket, text) => {
            const bytes = Buffer.from(text);
            for (let at = 0; at < bytes.length; at += 700) {
                const kind = at === 0 ? opcode.text : opcode.continuation;
                socket.sendFrame(kind, bytes.subarray(at, at + 700), { fin: at + 700 >= bytes.length });
            }
        };
        send(whole, heartbeatOf(2000));
        assert.equal((await whole.receive())[4].status, 'ok');
        send(over, heartbeatOf(2001));
        assert.equal((await over.closedBy()).code, 1009);
    });

    test('holds for binary frames, and does not hold for what the server sends', async () => {
        const socket = await ann.connect();
        const joinRef = await socket.join(room);
        const over = binaryPush([joinRef, 'r', room, 'ping', Buffer.alloc(2000)]);
        assert.equal((await socket.sendFrame(opcode.binary, over).closedBy()).code, 1009);
        const { slug } = await bob.makeRoom();
        for (let n = 0; n < 5; n += 1) await bob.say(slug, 'x'.repeat(1000));
        const { socket: reader } = await ann.follow(slug);
        assert.equal((await reader.call(null, 'phoenix', 'heartbeat')).at(-1)[4].status, 'ok');
    });
}

const tooMany = { status: 'error', response: { reason: 'too many channels joined' } };

function channels() {
    test('refuses the next join, counts no rejoin, and has room again after a leave (protocol 64)', async () => {
        const [{ slug }, socket] = [await ann.makeRoom(), await ann.connect()];
        const topics = [room, `room:${slug}`, `messages:${slug}`];
        for (const topic of topics) await socket.join(topic);
        const refused = await socket.call('x', 'messages:lobby', 'phx_join');
        assert.deepEqual(refused.at(-1).slice(2), ['messages:lobby', 'phx_reply', tooMany]);
        assert.equal(refused.at(-1)[0] ?? 'x', 'x');
        const unmatched = (await socket.call(null, 'messages:lobby', 'new_message', { content: 'x' })).at(-1);
        assert.equal(unmatched[4].response.reason, 'unmatched topic', 'it is not registered');
        const again = (await socket.call('again', room, 'phx_join')).at(-1);
        assert.equal(again[4].status, 'ok', 'a rejoin does not count');
        assert.equal((await socket.call(null, topics[1], 'phx_leave')).at(-1)[4].status, 'ok');
        await socket.join('messages:lobby');
        assert.deepEqual((await socket.call('y', topics[1], 'phx_join')).at(-1)[4], tooMany);
        const other = await ann.connect();
        await other.join(room);
    });

    test('does not count a join that was refused', async () => {
        const socket = await ann.connect();
        for (let n = 0; n < 10; n += 1)
            assert.equal(
                (await socket.call('r', `room:nowhere-${n}`, 'phx_join')).at(-1)[4].response.reason,
                'room_not_found',
            );
        await socket.join(room);
    });
}

function idle() {
    test('ends a socket that says nothing with 1001, however much it is told (protocol 52, 53, 54)', async () => {
        const [silent, talker] = [await ann.connect(), await bob.connect('gateway')];
        const [joinRef] = [await talker.join(room), await silent.join(room)];
        const began = performance.now();
        let code = null;
        const closed = silent.closedBy(15_000).then((end) => (code = end.code));
        for (let n = 0; code === null; n += 1) {
            await talker.call(joinRef, room, 'shout', { message: `still talking ${n}` });
            await new Promise((resume) => setTimeout(resume, 50));
        }
        await closed;
        const took = performance.now() - began;
        assert.equal(code, 1001);
        assert.ok(took > 1800, `after ${took} ms`);
        assert.equal(
            (await talker.call(joinRef, room, 'shout', { message: 'still here' })).at(-1)[4].status,
            'ok',
        );
    });

    test('holds for one that has not joined anything, and for version 1', async () => {
        const [one, two] = [await ann.connect(), await V1Socket.connect(server.port('api'), ann.token)];
        const codes = await Promise.all([one.closedBy(), two.raw.closedBy()]);
        assert.deepEqual(
            codes.map(({ code }) => code),
            [1001, 1001],
        );
    });

    test('begins again with any frame (protocol 52)', async () => {
        const quiet = await ann.connect();
        let begun = false;
        const means = [
            (socket) => socket.sendText(heartbeat('h')),
            (socket) => socket.sendFrame(opcode.ping, 'p'),
            (socket) => socket.sendFrame(opcode.pong, 'p'),
            (socket) => {
                socket.sendFrame(begun ? opcode.continuation : opcode.text, ' ', { fin: false });
                begun = true;
            },
        ];
        const busy = await Promise.all(means.map(() => ann.connect()));
        let code = null;
        const closed = quiet.closedBy(15_000).then((end) => (code = end.code));
        while (code === null) {
            busy.forEach((socket, index) => means[index](socket));
            await new Promise((resume) => setTimeout(resume, 200));
        }
        await closed;
        assert.equal(code, 1001);
        for (const [index, socket] of busy.entries()) {
            socket.sendFrame(opcode.ping, 'alive');
            const pong = await socket.nextFrame(
                (f) => f.kind === opcode.close || f.payload.equals(Buffer.from('alive')),
            );
            assert.equal(pong.kind, opcode.pong, `the socket ${index}`);
        }
    });
}

const limitedReply = { status: 'error', response: { reason: 'rate_limited' } };

// Pushes `count` shouts in one write; how each was answered, in order.
async function flood(socket, joinRef, count, event = 'shout', payload = { message: 'x' }) {
    const refs = Array.from({ length: count }, (_, n) => `f${socket.ref()}-${n}`);
    socket.raw.send(
        Buffer.concat(
            refs.map((ref) => frame(opcode.text, JSON.stringify([joinRef, ref, room, event, payload]))),
        ),
    );
    // What is refused may be answered before what is let through.
    const replies = new Map();
    const isLast = ([, ref, , name, reply]) => name === 'phx_reply' && replies.set(ref, reply).size === count;
    await socket.receiveUntil(isLast, 'a reply to each');
    return refs.map((ref) => replies.get(ref));
}

function assertLimited(replies, burst) {
    const oks = replies.filter(({ status }) => status === 'ok').length;
    // The joins count as well, and while it runs there comes room for a few more.
    assert.ok(oks >= burst - 5 && oks <= burst + 5, `${oks} of ${replies.length} were let through`);
    for (const reply of replies) if (reply.status !== 'ok') assert.deepEqual(reply, limitedReply);
}

function socketEvents() {
    test('answers what is too much with rate_limited, and has room again later', async () => {
        const [socket, other] = [await ann.connect(), await ann.connect('gateway')];
        const [joinRef, otherRef] = [await socket.join(room), await other.join(room)];
        assertLimited(await flood(socket, joinRef, 30), 20);
        assert.equal(
            (await other.call(otherRef, room, 'shout', { message: 'x' })).at(-1)[4].status,
            'ok',
            'by socket',
        );
        const later = async () => (await socket.call(joinRef, room, 'ping')).at(-1)[4].status === 'ok';
        await until(later, 'room for another event');
    });

    test('does not count heartbeats, and counts what nobody joined', async () => {
        const socket = await bob.connect();
        const joinRef = await socket.join(room);
        assertLimited(await flood(socket, joinRef, 30), 20);
        socket.sendText(heartbeat('h'));
        assert.equal((await socket.receiveUntil(isBeat('h'))).at(-1)[4].status, 'ok');
    });

    test('counts bytes and version 1 like words, and answers them in words', async () => {
        const [bytes, other] = [await ann.connect(), await V1Socket.connect(server.port('api'), bob.token)];
        const joinRef = await bytes.join(room, { presence: false });
        await other.join(room, { presence: false }, '1');
        const [answers, words] = [[], []];
        for (let n = 0; n < 40; n += 1) {
            bytes.sendFrame(opcode.binary, binaryPush([joinRef, `${n}`, room, 'ping', [n]]));
            other.send({ topic: room, event: 'ping', ref: n });
        }
        while (answers.length < 40) answers.push(await bytes.nextFrame());
        const refused = answers.filter((answer) => answer.kind === opcode.text);
        for (const { payload } of refused) assert.deepEqual(JSON.parse(payload)[4], limitedReply);
        while (words.length < 40) words.push((await other.receive()).payload);
        assertLimited(words, 20);
        assert.ok(refused.length > 10 && refused.length < 25, `${refused.length} of 40 were refused`);
    });

    test('ends the socket that goes on and on with 1008, and no other', async () => {
        const [abuser, other] = [await ann.connect(), await bob.connect()];
        const [joinRef, otherRef] = [await abuser.join(room), await other.join(room)];
        let code = null;
        abuser.closedBy(20_000).then(
            (end) => (code = end.code),
            (error) => (code = error.message),
        );
        const push = frame(opcode.text, JSON.stringify([joinRef, null, room, 'typing', {}]));
        for (let n = 0; code === null && n < 400; n += 1) {
            abuser.raw.send(Buffer.concat(Array.from({ length: 25 }, () => push)));
            await new Promise((resume) => setTimeout(resume, 10));
        }
        await until(() => code !== null, 'the end of the socket');
        assert.equal(code, 1008);
        assert.equal((await other.call(otherRef, room, 'ping')).at(-1)[4].status, 'ok');
    });
}

function userEvents() {
    test('holds for all sockets of the user together, and for no other user', async () => {
        const sockets = [await ann.connect(), await ann.connect('gateway'), await ann.connect()];
        const replies = [];
        const refs = [];
        for (const socket of sockets) refs.push(await socket.join(room));
        for (const [index, socket] of sockets.entries())
            replies.push(...(await flood(socket, refs[index], 15)));
        assertLimited(replies, 20);
        const other = await bob.connect();
        assert.equal(
            (await other.call(await other.join(room), room, 'shout', { message: 'x' })).at(-1)[4].status,
            'ok',
        );
        const later = async () => (await sockets[0].call(refs[0], room, 'ping')).at(-1)[4].status === 'ok';
        await until(later, 'room for another event');
    });
}

function defaults() {
    test('are what the documents say (protocol 42, 52, 64)', async () => {
        const { code, stdout, stderr } = await command(['config', '--json'], { cwd: temporaryDirectory() });
        assert.equal(code, 0, stderr);
        const values = JSON.parse(stdout);
        for (const [name, value] of Object.entries({
            max_channels: 100,
            max_frame_bytes: 1_048_576,
            idle_timeout_s: 60,
            compression: 'off',
            connect_rate: 0,
        }))
            assert.equal(values[`sockets.${name}`].value, value, name);
    });

    test('a socket has a hundred channels, not one more (protocol 64)', async () => {
        const socket = await ann.connect();
        const slugs = [];
        for (let n = 0; n < 51; n += 1) slugs.push((await ann.makeRoom()).slug);
        const topics = slugs.flatMap((slug) => [`room:${slug}`, `messages:${slug}`]);
        for (const topic of topics.slice(0, 100)) await socket.join(topic);
        assert.deepEqual((await socket.call('x', topics[100], 'phx_join')).at(-1)[4], tooMany);
        assert.equal((await socket.call('y', topics[0], 'phx_join')).at(-1)[4].status, 'ok');
    });

    test('a quick conversation is not limited', async () => {
        const socket = await ann.connect();
        const joinRef = await socket.join(room);
        const replies = await flood(socket, joinRef, 40);
        assert.deepEqual(
            replies.map(({ status }) => status),
            replies.map(() => 'ok'),
        );
    });
}
