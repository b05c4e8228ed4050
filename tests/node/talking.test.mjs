// What is said in a room: stored and broadcast messages, shouts, and their order, with one core and with
// three.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertFaultList, assertMessage, assertNoHoles, timestamp } from './support/http.mjs';
import { frame, isReplyTo, opcode } from './support/raw.mjs';
import { ok, room, topic, World } from './support/world.mjs';

for (const cores of [1, 3]) {
    describe(`talking with ROOST_CORES=${cores}`, () => {
        const world = new World();
        before(() => world.start(cores));
        after(() => world.stop());
        messages(world);
        ordering(world);
        shouting(world);
    });
}

function messages(world) {
    test('a broadcast precedes its reply and reaches all as the same bytes (protocol 79, 81)', async () => {
        const sender = await world.connect(world.ann);
        const others = await Promise.all(
            [0, 1, 2, 3, 4, 5].map((i) => world.connect(world.bob, ['api', 'gateway'][i % 2])),
        );
        const { joinRef } = await sender.joinMessages();
        for (const other of others) await other.joinMessages();
        for (let round = 0; round < 25; round += 1) {
            const ref = `r${round}`;
            sender.send([
                joinRef,
                ref,
                topic,
                'new_message',
                { content: `round ${round}`, metadata: { round } },
            ]);
            const isText = (f) => f.kind === opcode.text;
            const first = await sender.nextFrame(isText);
            const [broadcast, reply] = [JSON.parse(first.payload), await sender.receive()];
            assert.deepEqual(broadcast.slice(0, 4), [null, null, topic, 'new_message']);
            assertMessage(broadcast[4].message, { content: `round ${round}`, user: world.ann.user });
            assert.deepEqual(reply, ok(joinRef, ref, topic, broadcast[4]));
            for (const other of others)
                assert.deepEqual((await other.nextFrame(isText)).payload, first.payload);
        }
        for (const socket of [sender, ...others]) socket.close();
    });

    test('a client_id sent again is answered with the stored message and not broadcast again', async () => {
        const socket = await world.connect();
        const { joinRef } = await socket.joinMessages();
        const payload = { content: 'once', client_id: 'channel-once' };
        const [broadcast, first] = await socket.call(joinRef, topic, 'new_message', payload);
        assert.deepEqual(first[4], { status: 'ok', response: broadcast[4] });
        const again = await socket.call(joinRef, topic, 'new_message', { ...payload, content: 'changed' });
        assert.deepEqual(
            again.map((m) => m[4]),
            [first[4]],
        );
        const byRest = await world.api.post('/api/messages', payload, { token: world.ann.token });
        assert.equal(byRest.status, 200, byRest.text);
        assert.deepEqual(byRest.body, first[4].response);
        assert.deepEqual(await socket.drain(joinRef, topic), []);
        socket.close();
    });

    test('a payload that is not right is refused with every fault, and nothing is stored', async () => {
        const socket = await world.connect();
        const { joinRef, history } = await socket.joinMessages();
        for (const [payload, pointers] of [
            [{}, ['/content']],
            [{ content: '' }, ['/content']],
            [{ content: ' \n ' }, ['/content']],
            [{ content: 'x'.repeat(4001) }, ['/content']],
            [{ content: 'a\u0000b' }, ['/content']],
            [
                { content: 7, metadata: [], client_id: ' ', seq: 1 },
                ['/content', '/metadata', '/client_id', '/seq'],
            ],
        ]) {
            const got = await socket.call(joinRef, topic, 'new_message', payload);
            assert.equal(got.length, 1, JSON.stringify(got));
            const { status, response } = got[0][4];
            assert.deepEqual([status, response.reason], ['error', 'invalid_input']);
            assertFaultList(response.errors, pointers);
        }
        assert.equal((await world.api.get('/api/messages?limit=1')).body.seq, history.seq);
        socket.close();
    });

    test('a payload that is no object is refused and the channel lives on (protocol 40)', async () => {
        const socket = await world.connect();
        const { joinRef } = await socket.joinMessages();
        for (const payload of ['text', 5, null, [], true]) {
            const got = await socket.call(joinRef, topic, 'new_message', payload);
            assert.deepEqual(
                got.map((m) => [m[4].status, m[4].response.reason]),
                [['error', 'invalid_input']],
            );
        }
        assert.equal(
            (await socket.call(joinRef, topic, 'new_message', { content: 'fine' })).at(-1)[4].status,
            'ok',
        );
        socket.close();
    });

    test('an unknown event gets an error reply and the channel lives on (protocol 85)', async () => {
        const socket = await world.connect();
        const joinRef = await socket.join(room);
        for (const event of ['no_such_event', '', 'phx_reply', 'phx_close', 'new_message', '__proto__']) {
            const [reply] = await socket.call(joinRef, room, event);
            assert.deepEqual(reply[4], { status: 'error', response: { reason: 'unknown event' } }, event);
        }
        assert.equal((await socket.call(joinRef, room, 'shout', { message: 'fine' })).at(-1)[4].status, 'ok');
        socket.close();
    });

    test('a null join_ref is delivered and a null ref still gets a reply (protocol 73, 84)', async () => {
        const socket = await world.connect();
        await socket.joinMessages();
        const got = await socket
            .send([null, null, topic, 'new_message', { content: 'no refs' }])
            .receiveUntil((m) => m[3] === 'phx_reply');
        assert.equal(got.at(-1)[1], null);
        assert.equal(got.at(-1)[4].status, 'ok');
        socket.close();
    });
}

function ordering(world) {
    test('two hundred pushes in one write are answered and seen in their order (protocol 83)', async () => {
        const [sender, receiver] = [
            await world.connect(world.ann),
            await world.connect(world.bob, 'gateway'),
        ];
        const [{ joinRef }] = [await sender.joinMessages(), await receiver.joinMessages()];
        const sent = Array.from({ length: 200 }, (_, index) => `in order ${index}`);
        sender.raw.send(
            Buffer.concat(
                sent.map((content, index) =>
                    frame(
                        opcode.text,
                        JSON.stringify([joinRef, `o${index}`, topic, 'new_message', { content }]),
                    ),
                ),
            ),
        );
        const own = await sender.receiveUntil(isReplyTo('o199'));
        const seen = await receiver.receiveUntil((m) => m[4].message?.content === 'in order 199');
        const live = (list) => list.filter((m) => m[3] === 'new_message').map((m) => m[4].message);
        assert.deepEqual(
            live(seen).map((m) => m.content),
            sent,
        );
        assert.deepEqual(live(seen), live(own));
        assert.deepEqual(
            own.filter((m) => m[3] === 'phx_reply').map((m) => m[1]),
            sent.map((_, index) => `o${index}`),
        );
        for (const socket of [sender, receiver]) socket.close();
    });

    test('many senders at once: everyone sees one order, without a hole', async () => {
        const sockets = await Promise.all(
            Array.from({ length: 6 }, (_, i) =>
                world.connect(i % 2 ? world.ann : world.bob, ['api', 'gateway'][i % 2]),
            ),
        );
        const joined = [];
        for (const socket of sockets) joined.push(await socket.joinMessages());
        const start = joined[0].history.seq;
        sockets.forEach((socket, i) => {
            for (let n = 0; n < 25; n += 1)
                socket.send([joined[i].joinRef, `${n}`, topic, 'new_message', { content: `${i}.${n}` }]);
        });
        for (const socket of sockets) {
            const got = await socket.receiveUntil(
                (m) => m[4].message?.seq === start + 150,
                'the last message',
            );
            const seqs = got.filter((m) => m[3] === 'new_message').map((m) => m[4].message.seq);
            assert.deepEqual(
                seqs,
                Array.from({ length: 150 }, (_, n) => start + 1 + n),
            );
        }
        assertNoHoles(await world.api.log());
        for (const socket of sockets) socket.close();
    });

    test('between history and live messages nothing is missing or repeated (protocol 59)', async () => {
        const [talker, visitor] = [await world.connect(world.bob), await world.connect(world.ann, 'gateway')];
        const { joinRef } = await talker.joinMessages();
        let visiting = true;
        const talking = (async () => {
            while (visiting) await talker.call(joinRef, topic, 'new_message', { content: 'on and on' });
        })();
        for (let visit = 1; visit <= 25; visit += 1) {
            const ref = `v${visit}`;
            visitor.send([ref, ref, topic, 'phx_join', {}]);
            assert.deepEqual(
                (await visitor.receive()).slice(0, 4),
                [ref, ref, topic, 'phx_reply'],
                'nothing after a leave',
            );
            const history = await visitor.receive();
            assert.equal(history[3], 'messages_history');
            assert.equal(history[4].messages.at(-1).seq, history[4].seq);
            const live = await visitor.receiveUntil((m) => m[4].message?.seq >= history[4].seq + 3);
            visitor.send([ref, `${ref}-leave`, topic, 'phx_leave', {}]);
            live.push(...(await visitor.receiveUntil((m) => m[3] === 'phx_close')));
            const seqs = live.filter((m) => m[3] === 'new_message').map((m) => m[4].message.seq);
            assert.deepEqual(
                seqs,
                seqs.map((_, index) => history[4].seq + 1 + index),
            );
        }
        visiting = false;
        await talking;
        for (const socket of [talker, visitor]) socket.close();
    });
}

function shouting(world) {
    test('a shout reaches the room and its sender, before the reply, and is not stored', async () => {
        const [sender, other] = [await world.connect(world.ann), await world.connect(world.bob, 'gateway')];
        const [joinRef] = [await sender.join(room), await other.join(room)];
        const before = (await world.api.get('/api/messages?limit=1')).body.seq;
        const [broadcast, reply] = await sender.call(joinRef, room, 'shout', { message: 'hey 🐦' });
        assert.deepEqual(broadcast.slice(0, 4), [null, null, room, 'shout']);
        const { user, message, timestamp: at } = broadcast[4];
        assert.deepEqual([user.id, user.name, message], [world.ann.user.id, 'Ann', 'hey 🐦']);
        assert.ok(!('email' in user), 'no e-mail address to others');
        assert.match(at, timestamp);
        assert.equal(reply[4].status, 'ok');
        assert.deepEqual(await other.receive(), broadcast);
        assert.equal((await world.api.get('/api/messages?limit=1')).body.seq, before);
        for (const socket of [sender, other]) socket.close();
    });

    test('a shout without a text is refused', async () => {
        const socket = await world.connect();
        const joinRef = await socket.join(room);
        for (const payload of [
            {},
            { message: 5 },
            { message: 'x', user: 'forged' },
            'text',
            { message: 'a\u0000b' },
        ]) {
            const got = await socket.call(joinRef, room, 'shout', payload);
            assert.deepEqual(
                got.map((m) => [m[4].status, m[4].response.reason]),
                [['error', 'invalid_input']],
            );
        }
        socket.close();
    });

    test('the two kinds of topics of a room are apart', async () => {
        const socket = await world.connect();
        const [live, durable] = [await socket.join(room), (await socket.joinMessages()).joinRef];
        const shouted = await socket.call(live, room, 'shout', { message: 'only live' });
        const posted = await socket.call(durable, topic, 'new_message', { content: 'only durable' });
        assert.ok([...shouted].every((m) => m[2] === room));
        assert.ok([...posted].every((m) => m[2] === topic));
        socket.close();
    });
}
