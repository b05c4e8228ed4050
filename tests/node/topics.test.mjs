// Topics and their channels, where the order of frames counts: heartbeats beside a busy channel, second joins, several
// sockets of one user, the prefix of supabase, and the end of a socket.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Person } from './support/person.mjs';
import { closeAllRaw, closePayload, frame, isReplyTo, opcode } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { V1Socket } from './support/v1.mjs';

const room = 'room:lobby';
const topic = 'messages:lobby';
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

// All in one write.
const sendAll = (socket, messages) =>
    socket.raw.send(Buffer.concat(messages.map((message) => frame(opcode.text, JSON.stringify(message)))));
const numbered = (count) => Array.from({ length: count }, (_, n) => `n${n}`);

describe('a busy channel', () => {
    test('does not hold up a heartbeat, nor another channel (protocol 50)', async () => {
        const socket = await ann.connect();
        const [{ joinRef }, live] = [await socket.joinMessages(), await socket.join(room)];
        const refs = numbered(200);
        sendAll(socket, [
            ...refs.map((ref) => [joinRef, ref, topic, 'new_message', { content: ref }]),
            [null, 'beat', 'phoenix', 'heartbeat', {}],
            [live, 'live', room, 'typing', {}],
        ]);
        const got = await socket.receiveUntil(isReplyTo(refs.at(-1)));
        const place = (ref) => got.findIndex(isReplyTo(ref));
        assert.ok(place('beat') >= 0, 'the heartbeat is answered before the last message');
        assert.ok(place('live') >= 0, 'and so is the other channel');
        assert.deepEqual(
            got.filter((m) => m[1]?.startsWith('n')).map((m) => [m[1], m[4].status]),
            refs.map((ref) => [ref, 'ok']),
        );
    });

    test('answers with the status and the ref of each push, a refused one in its place (protocol 83, 84)', async () => {
        const { socket, joinRef, topic: name } = await ann.follow((await ann.makeRoom()).slug);
        const contents = ['a', '', 'b', 7, 'c'];
        sendAll(
            socket,
            contents.map((content, n) => [joinRef, n, name, 'new_message', { content }]),
        );
        const got = await socket.receiveUntil(isReplyTo(4));
        const replies = got.filter((m) => m[3] === 'phx_reply');
        assert.deepEqual(
            replies.map((m) => [m[1], m[4].status]),
            [
                [0, 'ok'],
                [1, 'error'],
                [2, 'ok'],
                [3, 'error'],
                [4, 'ok'],
            ],
        );
    });
});

describe('a second join', () => {
    test('leaves the pushes in flight with the join_ref they came with (protocol 69)', async () => {
        const { socket, joinRef, topic: name } = await ann.follow((await ann.makeRoom()).slug);
        const refs = numbered(20);
        sendAll(socket, [
            ...refs.map((ref) => [joinRef, ref, name, 'new_message', { content: ref }]),
            ['new', 'new', name, 'phx_join', {}],
            ['new', 'after', name, 'new_message', { content: 'after' }],
        ]);
        const got = await socket.receiveUntil(isReplyTo('after'));
        const inFlight = got.filter((m) => refs.includes(m[1]));
        assert.ok(inFlight.length > 0, 'what was pushed before is answered');
        for (const message of inFlight) assert.equal(message[0], joinRef, JSON.stringify(message));
        assert.equal(got.find(isReplyTo('after'))[0], 'new');
        const closed = got.filter((m) => m[3] === 'phx_close');
        assert.deepEqual(closed, [[joinRef, joinRef, name, 'phx_close', {}]]);
        const order = got.filter((m) => m[3] === 'phx_close' || isReplyTo('new')(m)).map((m) => m[3]);
        assert.deepEqual(order, ['phx_reply', 'phx_close']);
    });

    test('that is refused takes the first with it (protocol 71)', async () => {
        const socket = await ann.connect();
        const joinRef = await socket.join(room);
        const refused = await socket.send(['b', 'b', room, 'phx_join', 'no object']).receive();
        assert.deepEqual([refused[0], refused[1], refused[4].status], ['b', 'b', 'error']);
        assert.deepEqual(await socket.receive(), [joinRef, joinRef, room, 'phx_close', {}]);
        for (const ref of [null, joinRef, 'b']) {
            const later = (await socket.call(ref, room, 'shout', { message: 'x' })).at(-1);
            assert.equal(later[4].response?.reason, 'unmatched topic');
        }
        await socket.join(room);
    });

    test('behind a leave, in one write with it, comes after that: reply, phx_close (protocol 86)', async () => {
        for (const name of [room, topic]) {
            const socket = await ann.connect();
            sendAll(socket, [
                ['1', 'join', name, 'phx_join', {}],
                ['1', 'leave', name, 'phx_leave', {}],
                ['3', 'again', name, 'phx_join', {}],
            ]);
            const replies = new Map();
            const isLast = (m) => m[3] === 'phx_reply' && replies.set(m[1], m[4].status).size === 3;
            const got = await socket.receiveUntil(isLast, 'three replies');
            got.push(...(await socket.drain('3', name)));
            assert.deepEqual(Object.fromEntries(replies), { join: 'ok', leave: 'ok', again: 'ok' });
            const order = got.filter((m) => m[0] === '1' && m[3].startsWith('phx_')).map((m) => m[3] + m[1]);
            assert.deepEqual(order, ['phx_replyjoin', 'phx_replyleave', 'phx_close1'], JSON.stringify(got));
        }
    });

    test('and a third and more, in one write, leave one channel (protocol 67, 68)', async () => {
        const socket = await ann.connect();
        const refs = numbered(10);
        sendAll(socket, [
            ...refs.map((ref) => [ref, ref, room, 'phx_join', {}]),
            [null, 'end', room, 'no_such_event', {}],
        ]);
        const got = await socket.receiveUntil(isReplyTo('end'));
        const events = got.slice(0, -1).map((m) => [m[0], m[3]]);
        const expected = refs.flatMap((ref, n) =>
            n === 0
                ? [[ref, 'phx_reply']]
                : [
                      [ref, 'phx_reply'],
                      [refs[n - 1], 'phx_close'],
                  ],
        );
        assert.deepEqual(events, expected);
        assert.equal(got.at(-1)[0], 'n9');
    });
});

describe('several sockets of one user', () => {
    test('hear what one of them does; only the sending channel is left out of "to the others" (protocol 79, 80)', async () => {
        const name = `room:${(await ann.makeRoom()).slug}`;
        const [one, two, other] = [await ann.connect(), await ann.connect('gateway'), await bob.connect()];
        const [joinRef] = [await one.join(name), await two.join(name), await other.join(name)];
        const replies = await one.call(joinRef, name, 'typing');
        assert.deepEqual(
            replies.map((m) => m[3]),
            ['phx_reply'],
        );
        for (const socket of [two, other]) {
            const [heardJoinRef, ref, , event, payload] = await socket.receive();
            assert.deepEqual(
                [heardJoinRef, ref, event, payload.user.id],
                [null, null, 'typing', ann.user.id],
            );
        }
        const [shout, reply] = await one.call(joinRef, name, 'shout', { message: 'x' });
        assert.deepEqual([shout[3], reply[3]], ['shout', 'phx_reply']);
        for (const socket of [two, other]) assert.deepEqual(await socket.receive(), shout);
    });

    test('leave each other alone when one leaves or goes (protocol 93)', async () => {
        const name = `room:${(await ann.makeRoom()).slug}`;
        const [one, two, three] = [await ann.connect(), await ann.connect(), await ann.connect('gateway')];
        const [, left, stays] = [await one.join(name), await two.join(name), await three.join(name)];
        one.close();
        await two.call(left, name, 'phx_leave');
        const got = await three.call(stays, name, 'shout', { message: 'alone' });
        assert.deepEqual(
            got.map((m) => m[3]),
            ['shout', 'phx_reply'],
        );
    });
});

describe('a topic with the prefix of supabase', () => {
    const prefixed = `realtime:${room}`;

    test('is the same room, and is answered as it was sent', async () => {
        const [one, two] = [await ann.connect(), await bob.connect()];
        const [joinRef, plain] = [await one.join(prefixed), await two.join(room)];
        const [shout, reply] = await one.call(joinRef, prefixed, 'shout', { message: 'over there' });
        assert.deepEqual([shout[2], shout[3], reply[2]], [prefixed, 'shout', prefixed]);
        const heard = await two.receive();
        assert.deepEqual(heard, [null, null, room, 'shout', shout[4]]);
        const [own] = await two.call(plain, room, 'shout', { message: 'over here' });
        assert.deepEqual(await one.receive(), [null, null, prefixed, 'shout', own[4]]);
        await one.call(joinRef, prefixed, 'phx_leave');
        assert.deepEqual(await one.receive(), [joinRef, joinRef, prefixed, 'phx_close', {}]);
    });

    test('beside the bare one is a channel of its own on the same socket', async () => {
        const socket = await ann.connect();
        const [bare, dressed] = [await socket.join(room), await socket.join(prefixed)];
        const got = await socket.call(bare, room, 'shout', { message: 'twice' });
        got.push(...(await socket.call(dressed, prefixed, 'no_such_event')));
        const heard = got.filter((m) => m[3] === 'shout').map((m) => m[2]);
        assert.deepEqual(heard.sort(), [prefixed, room]);
        await socket.call(bare, room, 'phx_leave');
        assert.deepEqual((await socket.receive()).slice(2), [room, 'phx_close', {}]);
        assert.equal(
            (await socket.call(dressed, prefixed, 'shout', { message: 'x' })).at(-1)[4].status,
            'ok',
        );
    });

    test('is known to durable channels, in version 1, and by no other name', async () => {
        const { slug } = await ann.makeRoom();
        const socket = await V1Socket.connect(server.apiPort, ann.token);
        const name = `realtime:messages:${slug}`;
        await socket.join(name, {}, '1');
        assert.equal((await socket.receive()).event, 'messages_history');
        await ann.say(slug, 'by REST');
        const told = await socket.receive();
        assert.deepEqual(
            [told.topic, told.event, told.payload.message.content],
            [name, 'new_message', 'by REST'],
        );
        const other = await ann.connect();
        for (const wrong of [
            'realtime:',
            'realtime:nope',
            'realtime:realtime:room:lobby',
            'Realtime:room:lobby',
            'realtime:phoenix',
        ]) {
            const reply = await other.send(['1', '1', wrong, 'phx_join', {}]).receive();
            assert.deepEqual(reply, [
                null,
                '1',
                wrong,
                'phx_reply',
                { status: 'error', response: { reason: 'unmatched topic' } },
            ]);
        }
    });
});

describe('the end of a socket', () => {
    test('ends its channels without another frame, whoever begins it (protocol 93)', async () => {
        const socket = await ann.connect();
        await socket.join(room);
        await socket.joinMessages();
        socket.sendFrame(opcode.close, closePayload(1000));
        const behind = await socket.nextFrame(
            (f) => f.kind !== opcode.text || !f.payload.includes('presence_'),
        );
        assert.equal(behind.kind, opcode.close);
        await socket.raw.closed;

        const leaving = await ann.logInAgain();
        const ended = await leaving.connect();
        await ended.join(room);
        await ended.joinMessages();
        assert.equal((await leaving.logOut()).status, 204);
        const last = await ended.nextFrame((f) => f.kind !== opcode.text || !f.payload.includes('presence_'));
        assert.deepEqual([last.kind, last.payload.readUInt16BE(0)], [opcode.close, 1001]);
    });

    test('is never 1000 unless the client said so first (protocol 54)', async () => {
        for (const payload of ['nonsense', '{}', '[1]']) {
            const socket = await ann.connect();
            assert.notEqual((await socket.sendText(payload).closedBy()).code, 1000);
        }
    });
});
