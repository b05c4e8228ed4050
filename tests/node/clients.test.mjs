// The clients that people have, unmodified: phoenix.js 1.8, 1.7 and 1.6, with both serializers, and the client of
// supabase. One table of them, one set of journeys.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { JoinRefused } from './support/channel.mjs';
import { clients, stopAll } from './support/clients/table.mjs';
import { read, sign } from './support/jwt.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const secret = 'a secret that only this test and its server know, long enough for HS512: 0123456789abcdef';
let server;
let ann;
let bob;

before(async () => {
    server = await Server.start({ env: { ROOST_JWT_SECRET: secret, ROOST_CORES: '2' } });
    ann = await Person.register(server, 'Ann');
    bob = await Person.register(server, 'Bob');
});
afterEach(stopAll);
after(() => server?.stop());

for (const client of clients) {
    describe(client.name, () => {
        connecting(client);
        joining(client);
        talking(client);
        leaving(client);
        if (client.speaks === 'phoenix') durable(client);
        if (client.speaks === 'phoenix' && client.version === 2) replacing(client);
        if (client.speaks === 'phoenix' && client.version === 2) inOneBreath(client);
        if (client.speaks === 'phoenix' && client.version === 2) binary(client);
        if (client.speaks === 'supabase') supabase(client);
    });
}
describe('all of them', () => together());

const texts = (who, count) => Array.from({ length: count }, (_, n) => `${who} says ${n} 🐦`);
const connect = (client, person, options) => client.connect(server.gatewayPort, person.token, options);

async function publicRoom() {
    return (await ann.makeRoom()).slug;
}

function connecting(client) {
    test('connects, and its heartbeats are answered', async () => {
        const one = await connect(client, ann, { heartbeatIntervalMs: 50 });
        await until(() => one.beats >= 4, 'four answered heartbeats');
        assert.deepEqual([one.opened, one.closes], [1, 0]);
    });

    test('is refused with a bad token, goes on trying, and gets in once the token is right', async () => {
        const one = client.start(server.apiPort, 'bad');
        await until(() => one.closes >= 3, 'three refusals');
        assert.equal(one.opened, 0);
        one.token = ann.token;
        await one.connected();
        assert.ok(await one.join('room:lobby'));
    });
}

function joining(client) {
    test('gets the reason when a join is refused, and gets in by itself once it may', async () => {
        const { slug } = await ann.makeRoom({ private: true });
        const one = await connect(client, bob);
        const seat = one.sit(`room:${slug}`);
        await assert.rejects(seat.joined, (error) => {
            assert.ok(error instanceof JoinRefused, String(error));
            assert.deepEqual(error.response, { reason: 'room_not_found' });
            return true;
        });
        await ann.addMember(slug, bob);
        await until(() => seat.joins === 1, 'the join after the refusal');
        assert.equal(await seat.say('in at last'), 'ok');
        assert.ok(one.isConnected());
    });
}

function talking(client) {
    test('is heard by the others and by itself, once and in order, before the reply', async () => {
        const topic = `room:${await publicRoom()}`;
        const [one, two] = [await connect(client, ann), await connect(client, bob)];
        const [speaker, listener] = [await one.join(topic), await two.join(topic)];
        const said = texts('Ann', 5);
        for (const [index, text] of said.entries()) {
            assert.equal(await speaker.say(text), 'ok');
            assert.deepEqual(speaker.heard, said.slice(0, index + 1));
        }
        const answered = texts('Bob', 5);
        const statuses = await Promise.all(answered.map((text) => listener.say(text)));
        assert.deepEqual(
            statuses,
            answered.map(() => 'ok'),
        );
        for (const seat of [speaker, listener]) {
            await until(() => seat.heard.length >= 10, 'ten texts');
            assert.deepEqual(seat.heard, [...said, ...answered]);
        }
    });

    test('hears what a session of the same user on another socket says', async () => {
        const topic = `room:${await publicRoom()}`;
        const [one, two] = [await connect(client, ann), await connect(client, ann)];
        const [speaker, listener] = [await one.join(topic), await two.join(topic)];
        await speaker.say('from my other tab');
        await until(() => listener.heard.length > 0, 'the text');
        assert.deepEqual(listener.heard, ['from my other tab']);
    });
}

function leaving(client) {
    test('leaves, joins again, and hears everything once', async () => {
        const topic = `room:${await publicRoom()}`;
        const [one, two] = [await connect(client, ann), await connect(client, bob)];
        const speaker = await two.join(topic);
        for (let round = 0; round < 3; round += 1) {
            const seat = await one.join(topic);
            assert.equal(await speaker.say(`round ${round}`), 'ok');
            await until(() => seat.heard.length > 0, 'the text');
            await seat.leave();
            assert.deepEqual([seat.heard, seat.joins, seat.errors], [[`round ${round}`], 1, 0]);
            assert.equal(seat.closes, 1);
        }
    });
}

function durable(client) {
    test('gets the history, and its messages are answered, broadcast and stored', async () => {
        const slug = await publicRoom();
        const topic = `messages:${slug}`;
        const [one, two] = [await connect(client, ann), await connect(client, bob)];
        await ann.say(slug, 'before');
        const [writer, reader] = [await one.join(topic), await two.join(topic)];
        const events = [];
        for (const event of ['messages_history', 'new_message'])
            reader.channel.on(event, (payload) => events.push({ event, payload }));
        const { status, response } = await writer.push('new_message', {
            content: 'ünd 🐦',
            metadata: { a: [1] },
        });
        assert.equal(status, 'ok', JSON.stringify(response));
        await until(() => events.at(-1)?.event === 'new_message', 'the broadcast');
        assert.deepEqual(events.at(-1).payload, response);
        const stored = await ann.api.get(`/api/messages?room=${slug}`);
        assert.deepEqual(
            stored.body.messages.map((message) => message.content),
            ['before', 'ünd 🐦'],
        );
        assert.deepEqual(stored.body.messages.at(-1), response.message);
        const refused = await writer.push('new_message', { content: '' });
        assert.deepEqual([refused.status, refused.response.reason], ['error', 'invalid_input']);
    });
}

function replacing(client) {
    test('joins a topic twice: the second channel takes the place of the first', async () => {
        const topic = `room:${await publicRoom()}`;
        const one = await connect(client, ann);
        const first = await one.join(topic);
        const second = await one.join(topic);
        await until(() => first.closes === 1, 'the first channel to be closed');
        assert.equal(await second.say('once only'), 'ok');
        assert.deepEqual([first.heard, second.heard], [[], ['once only']]);
        assert.deepEqual([first.errors, second.errors, second.closes], [0, 0, 0]);
    });
}

// As components of a page do it that are put up, taken down and put up again at once.
function inOneBreath(client) {
    test('joins, leaves and joins again without waiting, and is in once', async () => {
        const one = await connect(client, ann);
        for (const kind of ['room', 'messages']) {
            const topic = `${kind}:${await publicRoom()}`;
            const first = one.sit(topic);
            const left = first.leave();
            const second = await one.join(topic);
            await left;
            if (kind === 'room') assert.equal(await second.say('once only'), 'ok');
            else assert.equal((await second.push('new_message', { content: 'once only' })).status, 'ok');
            assert.deepEqual(first.heard, []);
            if (kind === 'room') assert.deepEqual(second.heard, ['once only']);
            assert.deepEqual([second.joins, second.closes, second.errors], [1, 0, 0]);
        }
    });
}

function binary(client) {
    const bytes = (...values) => Uint8Array.from(values).buffer;
    const listOf = (payload) => {
        assert.ok(payload instanceof ArrayBuffer, `bytes, not ${JSON.stringify(payload)}`);
        return [...new Uint8Array(payload)];
    };

    test('pushes bytes and is answered with bytes (protocol 36)', async () => {
        const one = await connect(client, ann);
        const seat = await one.join('room:lobby');
        for (const values of [
            [1, 2, 3],
            [],
            [0, 255, 254, 0x5b],
            Array.from({ length: 70_000 }, (_, n) => n % 256),
        ]) {
            const { status, response } = await seat.push('ping', bytes(...values));
            assert.equal(status, 'ok');
            assert.deepEqual(listOf(response), values);
        }
        const spoken = await seat.push('ping');
        assert.equal(typeof spoken.response.pong, 'string', 'text is answered with text');
    });

    test('signals bytes to the others, as far as they have sent bytes themselves', async () => {
        const topic = `room:${await publicRoom()}`;
        const [one, two, three] = [
            await connect(client, ann),
            await connect(client, bob),
            await connect(client, bob),
        ];
        const seats = [await one.join(topic), await two.join(topic), await three.join(topic)];
        const signals = seats.map((seat) => {
            const list = [];
            seat.channel.on('signal', (payload) => list.push(payload));
            return list;
        });
        // The third has only ever sent text.
        await seats[1].push('ping', bytes(1));
        for (const values of [[7, 8, 9], []]) {
            const { status } = await seats[0].push('signal', bytes(...values));
            assert.equal(status, 'ok');
        }
        assert.equal(await seats[0].say('that was all'), 'ok');
        for (const seat of seats) await until(() => seat.heard.length > 0, 'the text behind the signals');
        assert.deepEqual(
            signals.map((list) => list.map(listOf)),
            [[], [[7, 8, 9], []], []],
        );
    });
}

function supabase(client) {
    test('does not hear itself unless it asks for that', async () => {
        const topic = `room:${await publicRoom()}`;
        const [one, two] = [await connect(client, ann), await connect(client, bob)];
        const [speaker, listener] = [await one.join(topic, { self: false }), await two.join(topic)];
        for (const text of ['one', 'two']) assert.equal(await speaker.say(text), 'ok');
        assert.equal(await listener.say('three'), 'ok');
        for (const seat of [speaker, listener]) await until(() => seat.heard.includes('three'), 'the answer');
        assert.deepEqual([speaker.heard, listener.heard], [['three'], ['one', 'two', 'three']]);
    });

    test('broadcasts without waiting for an answer, and without a payload', async () => {
        const topic = `room:${await publicRoom()}`;
        const [one, two] = [await connect(client, ann), await connect(client, bob)];
        const [speaker, listener] = [await one.join(topic, { ack: false }), await two.join(topic)];
        assert.equal(await speaker.broadcast('cursor', { x: 1.5, '🐦': [null, {}] }), 'ok');
        assert.equal(await speaker.broadcast('blink'), 'ok');
        await until(() => listener.heard.length === 2, 'two broadcasts');
        assert.deepEqual(listener.heard[0], ['cursor', { x: 1.5, '🐦': [null, {}] }]);
        assert.equal(listener.heard[1][0], 'blink');
    });

    test('renews its token by setAuth, and the socket outlives the one it began with', async () => {
        const { header, claims } = read(ann.token);
        const short = sign(header, { ...claims, exp: Math.floor(Date.now() / 1000) + 3 }, secret);
        const [one, two] = [client.start(server.apiPort, short), client.start(server.apiPort, short)];
        const seats = [await one.join('room:lobby'), await two.join('room:lobby')];
        await one.renew(ann.token);
        await until(() => two.closes > 0, 'the end of the socket that was not renewed');
        assert.equal(await seats[0].say('still in'), 'ok');
        assert.deepEqual([one.closes, seats[0].joins], [0, 1]);
    });

    test('is sent no bytes of others: it would not know what they are', async () => {
        const phoenix = clients[0];
        const topic = `room:${await publicRoom()}`;
        const [one, two] = [await connect(client, ann), await connect(phoenix, bob)];
        const [seat, other] = [await one.join(topic), await two.join(topic)];
        // In version 2 this is a binary frame, of a kind of its own.
        assert.equal(await seat.say('hello'), 'ok');
        assert.equal((await other.push('signal', Uint8Array.of(1, 2).buffer)).status, 'ok');
        assert.equal(await other.broadcast('said', { text: 'in words' }), 'ok');
        await until(() => seat.heard.includes('in words'), 'the text behind the signal');
    });
}

function together() {
    test('hear each other in one room, each by the name it knows the topic by', async () => {
        const topic = `room:${await publicRoom()}`;
        const running = [];
        for (const client of clients) running.push(await connect(client, running.length % 2 ? ann : bob));
        const seats = [];
        for (const each of running) seats.push(await each.join(topic));
        const expected = [];
        for (const [index, seat] of seats.entries()) {
            for (const payload of [{ by: clients[index].name }, { ä: '🐦', deep: [1, { a: null }] }]) {
                assert.equal(await seat.broadcast('hello', payload), 'ok', clients[index].name);
                // A stock phoenix.js does not ask to hear its own broadcast.
                expected.push({ by: clients[index].speaks === 'supabase' ? null : index, payload });
            }
        }
        for (const [index, seat] of seats.entries()) {
            const due = expected.filter(({ by }) => by !== index).map(({ payload }) => ['hello', payload]);
            await until(() => seat.heard.length >= due.length, `${clients[index].name} to hear all`);
            assert.deepEqual(seat.heard, due, clients[index].name);
        }
    });

    for (const [how, end] of [
        ['SIGTERM', () => server.terminate()],
        ['kill -9', () => server.kill9()],
    ]) {
        test(`come back by themselves after ${how}, and nothing is lost that they say from then on`, async () => {
            const slug = await publicRoom();
            const running = [];
            for (const client of clients) running.push(await connect(client, ann));
            const seats = [];
            for (const each of running) seats.push(await each.join(`room:${slug}`));
            await end();
            await until(() => seats.every((seat) => seat.errors > 0), 'every channel to notice');
            await server.restart();
            await until(() => seats.every((seat) => seat.joins === 2), 'every channel to be back', 30_000);
            const said = { phoenix: [], supabase: [] };
            for (const [index, seat] of seats.entries()) {
                const { name, speaks } = clients[index];
                for (const text of texts(name, 3)) {
                    assert.equal(await seat.say(text), 'ok', name);
                    said[speaks].push(text);
                }
            }
            for (const [index, seat] of seats.entries()) {
                const { name, speaks } = clients[index];
                await until(() => seat.heard.length >= said[speaks].length, `${name} to hear all`);
                const shouts = seat.heard.filter((text) => typeof text === 'string');
                assert.deepEqual(shouts, said[speaks], name);
                assert.deepEqual([seat.joins, seat.closes], [2, 0], name);
            }
        });
    }
}
