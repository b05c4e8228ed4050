// The promise of the log: what was acknowledged is there, once, whatever happens to the server. The secret of
// the tokens and the database are the server's own here, in its data directory.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, disconnectAll } from './support/channel.mjs';
import { Api, assertNoHoles } from './support/http.mjs';
import { closeAllRaw, opcode, RawSocket } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const topic = 'messages:lobby';
let server;
let api;

before(async () => {
    server = await Server.start();
    api = new Api(server.url('gateway'));
});
after(async () => {
    disconnectAll();
    closeAllRaw();
    await server?.stop();
});

// A user who talks through phoenix.js without a pause, each message with a client_id, again and again until
// it is acknowledged.
class Talker {
    acknowledged = new Map();
    retries = 0;
    talking = true;

    static async join(name, port) {
        const talker = new Talker();
        talker.name = name;
        talker.account = await api.register(name);
        talker.client = await Client.connect(port, talker.account.token);
        talker.member = await talker.client.join(topic);
        return talker;
    }

    talk() {
        this.talked = (async () => {
            for (let index = 1; this.talking; index += 1) await this.say(`${this.name}-${index}`);
        })();
        this.talked.catch(() => {});
        return this;
    }

    async say(id) {
        const payload = { content: `said by ${id}`, client_id: id };
        for (;;) {
            const { status, response } = await this.member.push('new_message', payload, 1000);
            if (status === 'ok') return this.acknowledged.set(id, response.message);
            assert.ok(status === 'timeout' || response.reason === 'unavailable', JSON.stringify(response));
            this.retries += 1;
        }
    }

    hasSaid(count) {
        return until(
            () => this.acknowledged.size >= count,
            `${count} acknowledged messages of ${this.name}`,
            30_000,
        );
    }

    async stop() {
        this.talking = false;
        await this.talked;
    }

    // One list per join: the history it began with and the seqs that came live after it.
    visits() {
        const visits = [];
        for (const { event, payload } of this.member.history) {
            if (event === 'messages_history') visits.push({ history: payload, live: [] });
            if (event === 'new_message') visits.at(-1).live.push(payload.message);
        }
        return visits;
    }
}

function assertLogHolds(log, acknowledged) {
    assertNoHoles(log);
    const byContent = Map.groupBy(log, (message) => message.content);
    for (const [id, message] of acknowledged) {
        assert.deepEqual(
            byContent.get(`said by ${id}`),
            [message],
            `${id} is in the log exactly once, as acknowledged`,
        );
    }
}

function assertSawEachOnce(talker, log) {
    const visits = talker.visits();
    const live = visits.flatMap((visit) => visit.live.map((message) => message.seq));
    assert.equal(new Set(live).size, live.length, `${talker.name} saw a live message twice`);
    for (const { history, live: after } of visits) {
        const first = history.seq - history.messages.length;
        assert.deepEqual(
            history.messages,
            log.slice(first, history.seq),
            'the history is the log up to its seq',
        );
        assert.deepEqual(
            after,
            log.slice(history.seq, history.seq + after.length),
            'then live, without a gap',
        );
    }
}

describe('a server that is killed with -9 while two users talk', () => {
    const talkers = [];
    let seeded;

    before(async () => {
        seeded = (await api.log()).length;
        talkers.push(await Talker.join('ann', server.gatewayPort), await Talker.join('bob', server.apiPort));
    });

    test('lets each see what the other says, and refuses a third with a bad token', async () => {
        const [ann, bob] = talkers;
        const [{ response: fromAnn }, { response: fromBob }] = [
            await ann.member.push('new_message', { content: 'said by ann-hello', client_id: 'ann-hello' }),
            await bob.member.push('new_message', { content: 'said by bob-hello', client_id: 'bob-hello' }),
        ];
        ann.acknowledged.set('ann-hello', fromAnn.message);
        bob.acknowledged.set('bob-hello', fromBob.message);
        for (const { member } of talkers) {
            for (const { message } of [fromAnn, fromBob]) {
                assert.deepEqual(
                    (await member.next('new_message', (p) => p.message.seq === message.seq)).message,
                    message,
                );
            }
        }
        const stranger = new Client(server.gatewayPort, `${ann.account.token}x`);
        stranger.socket.connect();
        await until(() => stranger.closes.length >= 2, 'two refusals of the bad token');
        stranger.disconnect();
        assert.equal(stranger.opened, 0);
    });

    test('comes back on its data directory, both rejoin by themselves, and the talk goes on', async () => {
        for (const talker of talkers) talker.talk();
        for (const talker of talkers) await talker.hasSaid(40);
        await server.kill9();
        const before = talkers.map((talker) => talker.acknowledged.size);
        await server.restart();
        for (const [index, talker] of talkers.entries()) await talker.hasSaid(before[index] + 40);
        for (const talker of talkers) await talker.stop();
        for (const talker of talkers) {
            assert.equal(talker.client.opened, 2, 'the same client reconnected');
            assert.equal(talker.visits().length, 2, 'and rejoined');
        }
    });

    test('has every acknowledged message in its log exactly once', async () => {
        const acknowledged = new Map(talkers.flatMap((talker) => [...talker.acknowledged]));
        const log = await api.log();
        assertLogHolds(log, acknowledged);
        assert.equal(
            log.length,
            seeded + acknowledged.size,
            'and nothing else: no double, no second seeding',
        );
    });

    test('showed each client every live message once, and the history where it rejoined', async () => {
        const log = await api.log();
        const { seq } = log.at(-1);
        for (const talker of talkers) {
            await until(
                () => talker.visits().at(-1).live.at(-1)?.seq === seq,
                `${talker.name} to see the last message`,
            );
            assertSawEachOnce(talker, log);
        }
    });

    test('knows the tokens and the accounts it gave before', async () => {
        for (const { account } of talkers) {
            assert.equal((await api.get('/api/users/me', { token: account.token })).status, 200);
            assert.equal((await api.login(account.email)).status, 200);
        }
    });

    test('answers a retry of what it stored before it was killed with the stored message', async () => {
        for (const { account, acknowledged } of talkers) {
            for (const [client_id, message] of [...acknowledged].slice(0, 10)) {
                const retry = { content: message.content, client_id };
                const answer = await api.post('/api/messages', retry, { token: account.token });
                assert.equal(answer.status, 200, answer.text);
                assert.deepEqual(answer.body.message, message);
            }
        }
    });

    test('keeps its promise when it is killed again and again under REST posts', async () => {
        const [{ account }] = talkers;
        const acknowledged = new Map();
        let posting = true;
        const posters = Array.from({ length: 4 }, async (_, poster) => {
            for (let index = 0; posting; index += 1) {
                const id = `rest-${poster}-${index}`;
                const post = () =>
                    api
                        .post(
                            '/api/messages',
                            { content: `said by ${id}`, client_id: id },
                            { token: account.token },
                        )
                        .catch(() => null);
                const answer = await until(
                    async () => {
                        const got = await post();
                        return got && got.status < 300 ? got : null;
                    },
                    `${id} to be stored`,
                    40_000,
                );
                acknowledged.set(id, answer.body.message);
            }
        });
        for (let round = 1; round <= 2; round += 1) {
            const goal = acknowledged.size + 50;
            await until(() => acknowledged.size >= goal, `round ${round}`, 30_000);
            await server.kill9();
            await server.restart();
        }
        posting = false;
        await Promise.all(posters);
        assertLogHolds(await api.log(), acknowledged);
    });
});

describe('a server that is stopped with SIGTERM', () => {
    test('tells its sockets to come back (never 1000), keeps everything and starts again', async () => {
        const account = await api.register('Cleo');
        const socket = await RawSocket.connect(server.apiPort, account.token);
        await socket.joinMessages();
        const message = await api.say(account.token, 'before the stop');
        const closed = socket
            .nextFrame((f) => f.kind === opcode.close, 'a close frame')
            .then(
                ({ payload }) => {
                    socket.sendFrame(opcode.close, payload);
                    return payload.readUInt16BE(0);
                },
                () => 'no close frame',
            );
        await server.terminate();
        assert.ok([1012, 1001, 'no close frame'].includes(await closed), String(await closed));
        await server.restart();
        assert.deepEqual((await api.log()).at(-1), message);
    });
});
