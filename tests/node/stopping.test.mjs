// SIGTERM in the middle of what takes long: the server ends in order, the sanitizers are silent, and what was left
// undone is taken up at the next start.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Api, password, uniqueEmail } from './support/http.mjs';
import { RawSocket } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { databaseUrl, secret, Tier } from './support/tier.mjs';
import { until } from './support/wait.mjs';

let server;
afterEach(() => server?.stop());

const readiness = (tier) => fetch(`http://127.0.0.1:${tier.port}/health/ready`).then((answer) => answer.status);

test('a tier that stops is not ready first, goes on for the drain delay, and then closes sockets with 1012 (protocol 96, 97)', async () => {
    server = await Server.start({ env: { ROOST_JWT_SECRET: secret } });
    const { token } = await new Api(server.url('gateway')).register('Drained');
    const api = await Tier.start('api', { DATABASE_URL: databaseUrl(server), ROOST_DRAIN_DELAY: '3' });
    const gateway = await Tier.start('gateway', {
        ROOST_UPSTREAM: `http://127.0.0.1:${api.port}`,
        ROOST_DRAIN_DELAY: '3',
    });
    try {
        const socket = await RawSocket.connect(api.port, token);
        for (const tier of [api, gateway]) assert.equal(await readiness(tier), 200);
        gateway.child.kill('SIGTERM');
        await until(async () => (await readiness(gateway)) === 503, 'the gateway not to be ready');
        assert.equal((await fetch(`http://127.0.0.1:${gateway.port}/api/messages`)).status, 200);
        api.child.kill('SIGTERM');
        await until(async () => (await readiness(api)) === 503, 'the API not to be ready');
        // It still accepts, and serves sockets.
        const late = await RawSocket.connect(api.port, token);
        for (const one of [socket, late]) await one.join('messages:lobby');
        for (const one of [socket, late]) {
            assert.equal((await one.closedBy()).code, 1012);
            await assert.rejects(one.receiveUntil((message) => message[3] === 'phx_close'), /ended/);
        }
    } finally {
        for (const tier of [gateway, api]) await tier.stop();
    }
});

const settled = (promise) => promise.then((answer) => answer.status, () => 'ended');

test('while passwords are being hashed, every request is answered or ended', async () => {
    server = await Server.start({ env: { ROOST_BCRYPT_COST: '11', ROOST_CORES: '2' } });
    const api = new Api(server.url('gateway'));
    const registrations = Array.from({ length: 60 }, () =>
        settled(api.post('/api/auth/register', { email: uniqueEmail(), password, name: 'Many' })),
    );
    // The first one is answered: the others are in the queue behind it.
    await Promise.race(registrations);
    await server.terminate();
    const outcomes = await Promise.all(registrations);
    assert.ok(outcomes.every((outcome) => [201, 503, 'ended'].includes(outcome)), String(outcomes));
    await server.restart();
    assert.equal((await api.login('demo@example.com', 'password123')).status, 200);
});

test('while the messages of a removed account become tombstones, the rest follows after the start', async () => {
    server = await Server.start({ env: { ROOST_CORES: '2' } });
    const api = new Api(server.url('gateway'));
    const leaving = await api.register('Leaving');
    const posts = Array.from({ length: 500 }, (_, i) => api.say(leaving.token, `message ${i}`));
    await Promise.all(posts);
    const gone = await api.request('DELETE', '/api/users/me', { token: leaving.token });
    assert.equal(gone.status, 204, gone.text);
    await server.terminate();
    await server.restart();
    const others = (message) => message.user.id !== leaving.user.id;
    const log = await until(async () => {
        const messages = await api.log();
        return messages.every(others) && messages;
    }, 'every message of the account to be a tombstone');
    const tombstones = log.filter((message) => message.user.name === 'deleted user');
    assert.equal(tombstones.length, 500);
    for (const { content, deleted_at: deletedAt, user } of tombstones) {
        assert.equal(content, '');
        assert.ok(deletedAt);
        assert.equal(user.id, 0);
    }
});
