// A socket lives as long as its token: it is warned a minute before, can be given a newer token, and is closed
// with 1001 when the token has expired. Events of the live channel that are not stored.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Api } from './support/http.mjs';
import { read, sign } from './support/jwt.mjs';
import { closeAllRaw, RawSocket } from './support/raw.mjs';
import { Server } from './support/server.mjs';

const secret = 'a secret that only this test and its server know, long enough for HS512: 0123456789abcdef';
const topics = ['messages:lobby', 'room:lobby'];
let server;
let api;
let ann;
let bob;

before(async () => {
    server = await Server.start({ env: { ROOST_JWT_SECRET: secret, ROOST_CORES: '2' } });
    api = new Api(server.url('gateway'));
    ann = await api.register('Ann');
    bob = await api.register('Bob');
});
after(async () => {
    closeAllRaw();
    await server?.stop();
});

// The user's token, as it would be `left` seconds before it expires.
function expiringIn(left, { token }, changes = {}) {
    const { header, claims } = read(token);
    const exp = Math.floor(Date.now() / 1000) + left;
    return sign(header, { ...claims, exp, ...changes }, secret);
}

async function joinAll(socket) {
    const { joinRef } = await socket.joinMessages();
    return { [topics[0]]: joinRef, [topics[1]]: await socket.join(topics[1]) };
}

describe('a socket whose token is about to expire', () => {
    test('tells each of its channels once, a minute before', async () => {
        const socket = await RawSocket.connect(server.apiPort, expiringIn(61, ann));
        const refs = await joinAll(socket);
        const warned = new Map();
        while (warned.size < topics.length) {
            const [joinRef, ref, topic, event, payload] = await socket.receive('token_expiring');
            assert.deepEqual([joinRef, ref, event], [refs[topic], null, 'token_expiring']);
            assert.ok(!warned.has(topic), 'once');
            assert.ok(payload.expires_in > 0 && payload.expires_in <= 60, `${payload.expires_in} s`);
            warned.set(topic, payload);
        }
        socket.close();
    });

    test('is closed with 1001 when it has expired', async () => {
        const socket = await RawSocket.connect(server.apiPort, expiringIn(2, ann));
        const { code } = await socket.closedBy();
        assert.equal(code, 1001);
    });

    test('goes on when it is given a newer token on any channel', async () => {
        const socket = await RawSocket.connect(server.apiPort, expiringIn(3, ann));
        const refs = await joinAll(socket);
        const answer = (await socket.call(refs[topics[1]], topics[1], 'access_token', { access_token: ann.token })).at(-1);
        assert.equal(answer[4].status, 'ok', JSON.stringify(answer));
        const { expires_in: left } = answer[4].response;
        assert.ok(left > 600 && left <= 900, `${left} s`);
        // It outlives another socket that was opened later with as short a token.
        const other = await RawSocket.connect(server.apiPort, expiringIn(3, ann));
        assert.equal((await other.closedBy()).code, 1001);
        const [pong] = (await socket.call(refs[topics[1]], topics[1], 'ping')).slice(-1);
        assert.equal(pong[4].status, 'ok');
        socket.close();
    });

    test('is not renewed by the token of another, a bad one, or none', async () => {
        const socket = await RawSocket.connect(server.apiPort, ann.token);
        const refs = await joinAll(socket);
        for (const [payload, reason] of [
            [{ access_token: bob.token }, 'unauthorized'],
            [{ access_token: 'garbage' }, 'unauthorized'],
            [{ access_token: expiringIn(-5, ann) }, 'unauthorized'],
            [{ access_token: expiringIn(60, ann, { typ: 'refresh' }) }, 'unauthorized'],
            [{}, 'invalid_input'],
            [{ access_token: 5 }, 'invalid_input'],
        ]) {
            const answer = (await socket.call(refs[topics[0]], topics[0], 'access_token', payload)).at(-1);
            assert.deepEqual([answer[4].status, answer[4].response.reason], ['error', reason]);
            if (payload.access_token) assert.ok(!JSON.stringify(answer).includes(payload.access_token));
        }
        socket.close();
    });

    test('that was renewed belongs to the newer session: ending the older one leaves it open', async () => {
        const older = (await api.login(ann.email)).body;
        const newer = (await api.login(ann.email)).body;
        const socket = await RawSocket.connect(server.apiPort, older.token);
        const refs = await joinAll(socket);
        const renewed = (await socket.call(refs[topics[0]], topics[0], 'access_token', { access_token: newer.token })).at(-1);
        assert.equal(renewed[4].status, 'ok');
        assert.equal((await api.post('/api/auth/logout', undefined, { token: older.token })).status, 204);
        const [pong] = (await socket.call(refs[topics[1]], topics[1], 'ping')).slice(-1);
        assert.equal(pong[4].status, 'ok');
        assert.equal((await api.post('/api/auth/logout', undefined, { token: newer.token })).status, 204);
        assert.equal((await socket.closedBy()).code, 1001);
    });
});

describe('the live channel', () => {
    test('tells the others who is typing, and not the one who types', async () => {
        const typist = await RawSocket.connect(server.apiPort, ann.token);
        const other = await RawSocket.connect(server.apiPort, bob.token);
        const joinRef = await typist.join('room:lobby');
        await other.join('room:lobby');
        const replies = await typist.call(joinRef, 'room:lobby', 'typing');
        assert.deepEqual(replies.map((m) => m[3]), ['phx_reply']);
        assert.equal(replies[0][4].status, 'ok');
        const told = await other.receive('typing');
        assert.deepEqual(told.slice(2), ['room:lobby', 'typing', { user: { id: ann.user.id, name: 'Ann' } }]);
        assert.deepEqual(await typist.drain(joinRef, 'room:lobby'), []);
        typist.close();
        other.close();
    });

    test('answers a ping with its time', async () => {
        const socket = await RawSocket.connect(server.apiPort, ann.token);
        const joinRef = await socket.join('room:lobby');
        const [, , , , { status, response }] = (await socket.call(joinRef, 'room:lobby', 'ping')).at(-1);
        assert.equal(status, 'ok');
        assert.ok(Math.abs(Date.parse(response.pong) - Date.now()) < 60_000, response.pong);
        socket.close();
    });
});
