// A session: its tokens are renewed, run out and are taken back. With three cores, each of which has to know.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { assertAdmitted, assertShutOut } from './support/admission.mjs';
import { ageFirstUse, ageSession, sql } from './support/database.mjs';
import { Api, assertDone, assertFaults, assertProblem, password, uniqueEmail } from './support/http.mjs';
import { read, sign } from './support/jwt.mjs';
import { assertAlive, assertDisconnected, Person } from './support/person.mjs';
import { closeAllRaw } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const secret = 'a secret of the session tests and their server, long enough for HS512: 0123456789abcdefgh';
let server;
let api;

before(async () => {
    server = await Server.start({ env: { ROOST_JWT_SECRET: secret, ROOST_CORES: '3' } });
    api = new Api(server.url('gateway'));
});
after(async () => {
    closeAllRaw();
    await server?.stop();
});

const refresh = (refresh_token) => api.post('/api/auth/refresh', { refresh_token });
const sidOf = (token) => read(token).claims.sid;

async function pairFrom(refresh_token) {
    const answer = await refresh(refresh_token);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
}

async function assertSpent(refresh_token) {
    assertProblem(await refresh(refresh_token), 401, 'invalid_refresh_token');
}

describe('refreshing', () => {
    test('gives another pair of the same session; the access token before goes on', async () => {
        const ann = await Person.register(server, 'Ann');
        const answer = await refresh(ann.refresh_token);
        assert.equal(answer.status, 200, answer.text);
        assert.deepEqual(Object.keys(answer.body).sort(), ['expires_in', 'refresh_token', 'token']);
        const { token, refresh_token, expires_in } = answer.body;
        assert.equal(expires_in, 900);
        assert.notEqual(refresh_token, ann.refresh_token);
        const [first, second] = [read(ann.token).claims, read(token).claims];
        assert.equal(second.sid, first.sid);
        assert.equal(second.sub, first.sub);
        assert.notEqual(second.jti, first.jti);
        for (const one of [ann.token, token]) await assertAdmitted(server, one);
    });

    test('goes on from pair to pair', async () => {
        const ann = await Person.register(server, 'Ann');
        const used = new Set();
        let pair = ann;
        for (let round = 0; round < 10; round += 1) {
            used.add(pair.refresh_token);
            pair = await pairFrom(pair.refresh_token);
            assert.ok(!used.has(pair.refresh_token));
        }
        assert.equal(sidOf(pair.token), sidOf(ann.token));
        await assertAdmitted(server, pair.token);
    });

    test('opens another session at each login', async () => {
        const ann = await Person.register(server, 'Ann');
        const again = await ann.logInAgain();
        assert.notEqual(sidOf(again.token), sidOf(ann.token));
    });

    for (const [what, make] of [
        ['nobody gave', () => 'x'.repeat(43)],
        ['that is an access token', (user) => user.token],
        [
            'with its last character changed',
            ({ refresh_token: t }) => t.slice(0, -1) + (t.endsWith('A') ? 'Q' : 'A'),
        ],
        ['with something after it', (user) => `${user.refresh_token}A`],
        ['in upper case', (user) => user.refresh_token.toUpperCase()],
    ]) {
        test(`refuses a token ${what}`, async () => {
            const ann = await Person.register(server, 'Ann');
            await assertSpent(make(ann));
            await pairFrom(ann.refresh_token);
        });
    }

    test('names the faults of a body', async () => {
        const send = (json) => api.post('/api/auth/refresh', json);
        assertFaults(await send({}), ['/refresh_token']);
        assertFaults(await send({ refresh_token: 5, token: 'x' }), ['/refresh_token', '/token']);
        assertFaults(await send({ refresh_token: 'a\u0000b' }), ['/refresh_token']);
        assertProblem(await api.request('POST', '/api/auth/refresh', { body: '{' }), 400, 'malformed_json');
    });

    test('ends 30 days after the last login', async () => {
        const [ann, bob] = [await Person.register(server, 'Ann'), await Person.register(server, 'Bob')];
        const day = 86_400;
        await ageSession(server, sidOf(ann.token), 30 * day + 1);
        await ageSession(server, sidOf(bob.token), 30 * day - 60);
        await assertSpent(ann.refresh_token);
        await pairFrom(bob.refresh_token);
    });

    test('leaves nothing in the database that could be used', async () => {
        const ann = await Person.register(server, 'Ann');
        const pair = await pairFrom(ann.refresh_token);
        for (const token of [ann.refresh_token, pair.refresh_token, pair.token]) {
            const hex = Buffer.from(token).toString('hex');
            const bytes = Buffer.from(token, 'base64url').toString('hex');
            const [[found, all]] = await sql(
                server,
                `SELECT count(*) FILTER (WHERE position(:'token' IN line) + position(:'hex' IN line)
                                               + position(:'bytes' IN line) > 0), count(*)
                 FROM (SELECT t::text AS line FROM refresh_tokens t
                       UNION ALL SELECT s::text FROM sessions s) AS everything;`,
                { token, hex, bytes },
            );
            assert.ok(Number(all) > 0);
            assert.equal(found, '0');
        }
    });
});

describe('a bad Authorization header', () => {
    const expired = (token) => {
        const { header, claims } = read(token);
        return sign(header, { ...claims, exp: claims.iat - 1 }, secret);
    };
    for (const [what, make] of [
        ['that is garbage', () => 'Bearer garbage'],
        ['without a token', () => 'Bearer'],
        ['of another scheme', () => 'Basic dXNlcjpwYXNz'],
        ['with an expired token', ({ token }) => `Bearer ${expired(token)}`],
    ]) {
        test(`${what} does not hinder register, login and refresh`, async () => {
            const ann = await Person.register(server, 'Ann');
            const headers = { authorization: make(ann) };
            assertProblem(await api.get('/api/users/me', { headers }), 401);
            for (const [path, json, status] of [
                ['register', { email: uniqueEmail(), password }, 201],
                ['login', { email: ann.email, password }, 200],
                ['refresh', { refresh_token: ann.refresh_token }, 200],
            ]) {
                const answer = await api.post(`/api/auth/${path}`, json, { headers });
                assert.equal(answer.status, status, answer.text);
            }
        });
    }
});

describe('a refresh token that has been used', () => {
    test('gives another pair of the family within ten seconds, and all of them go on', async () => {
        const ann = await Person.register(server, 'Ann');
        const pairs = [await pairFrom(ann.refresh_token), await pairFrom(ann.refresh_token)];
        await ageFirstUse(server, sidOf(ann.token), 5);
        pairs.push(await pairFrom(ann.refresh_token));
        assert.equal(new Set(pairs.map((pair) => pair.refresh_token)).size, 3);
        for (const pair of pairs) {
            assert.equal(sidOf(pair.token), sidOf(ann.token));
            await assertAdmitted(server, pair.token);
            assert.equal(sidOf((await pairFrom(pair.refresh_token)).token), sidOf(ann.token));
        }
    });

    test('ends its session when it comes later, and no other one', async () => {
        const ann = await Person.register(server, 'Ann');
        const other = await ann.logInAgain();
        const pair = await pairFrom(ann.refresh_token);
        const socket = await ann.connect();
        await assertAdmitted(server, pair.token);
        await ageFirstUse(server, sidOf(ann.token), 11);
        await assertSpent(ann.refresh_token);
        for (const token of [ann.token, pair.token]) await assertShutOut(server, token);
        for (const token of [ann.refresh_token, pair.refresh_token]) await assertSpent(token);
        await assertDisconnected(socket);
        await assertAdmitted(server, other.token);
        await pairFrom(other.refresh_token);
    });

    test('counts from its first use, not from the latest', async () => {
        const ann = await Person.register(server, 'Ann');
        await pairFrom(ann.refresh_token);
        await ageFirstUse(server, sidOf(ann.token), 6);
        await pairFrom(ann.refresh_token);
        await ageFirstUse(server, sidOf(ann.token), 5);
        await assertSpent(ann.refresh_token);
    });
});

describe('logging out', () => {
    test('shuts the session out at once, wherever it is, and leaves the others alone', async () => {
        const ann = await Person.register(server, 'Ann');
        const other = await ann.logInAgain();
        const pair = await pairFrom(ann.refresh_token);
        for (const token of [ann.token, pair.token]) await assertAdmitted(server, token);
        const sockets = [
            await ann.connect('api'),
            await ann.connect('gateway'),
            (await ann.follow('lobby')).socket,
            await new Person(server, { ...ann, ...pair }).connect(),
        ];
        const otherSocket = await other.connect();

        assertDone(await ann.logOut());
        for (const token of [ann.token, pair.token]) await assertShutOut(server, token);
        for (const token of [ann.refresh_token, pair.refresh_token]) await assertSpent(token);
        await Promise.all(sockets.map(assertDisconnected));
        await assertAlive(otherSocket);
        await assertAdmitted(server, other.token);
        await pairFrom(other.refresh_token);
    });

    test('needs a session that goes on', async () => {
        assertProblem(await api.post('/api/auth/logout'), 401, 'unauthorized');
        const ann = await Person.register(server, 'Ann');
        assertDone(await ann.logOut());
        assertProblem(await ann.logOut(), 401, 'unauthorized');
    });

    test('holds after a restart, and what was not logged out goes on', async () => {
        const ann = await Person.register(server, 'Ann');
        const other = await ann.logInAgain();
        assertDone(await ann.logOut());
        await server.terminate();
        await server.restart();
        await assertShutOut(server, ann.token);
        await assertSpent(ann.refresh_token);
        await assertAdmitted(server, other.token);
        await pairFrom(other.refresh_token);
    });
});

describe('at the same time', () => {
    test('two tabs refresh again and again, and neither is logged out', async () => {
        let shared = await Person.register(server, 'Two Tabs');
        const sid = sidOf(shared.token);
        for (let round = 0; round < 25; round += 1) {
            const pairs = await Promise.all([pairFrom(shared.refresh_token), pairFrom(shared.refresh_token)]);
            for (const pair of pairs) assert.equal(sidOf(pair.token), sid, `round ${round}`);
            shared = pairs[round % 2]; // the tab that stored its pair last
        }
        await assertAdmitted(server, shared.token);
    });

    test('ten refreshes of one token all get a pair of the one session', async () => {
        const ann = await Person.register(server, 'Ann');
        const pairs = await Promise.all(Array.from({ length: 10 }, () => pairFrom(ann.refresh_token)));
        assert.equal(new Set(pairs.map((pair) => pair.refresh_token)).size, 10);
        assert.deepEqual([...new Set(pairs.map((pair) => sidOf(pair.token)))], [sidOf(ann.token)]);
        const next = await Promise.all(pairs.map((pair) => pairFrom(pair.refresh_token)));
        for (const pair of next) await assertAdmitted(server, pair.token);
    });

    test('a logout between refreshes wins', async () => {
        for (let round = 0; round < 10; round += 1) {
            const ann = await Person.register(server, 'Ann');
            const refreshing = () => Promise.all([refresh(ann.refresh_token), refresh(ann.refresh_token)]);
            const [some, loggedOut, more] = await Promise.all([refreshing(), ann.logOut(), refreshing()]);
            assertDone(loggedOut);
            for (const answer of [...some, ...more]) {
                if (answer.status !== 200) {
                    assertProblem(answer, 401, 'invalid_refresh_token');
                    continue;
                }
                await assertShutOut(server, answer.body.token);
                await assertSpent(answer.body.refresh_token);
            }
        }
    });
});

describe('failed logins', () => {
    const wrong = 'not the password';
    const fail = async (email, times = 5, headers = {}) => {
        for (let attempt = 0; attempt < times; attempt += 1) {
            const body = { email, password: `${wrong} ${attempt}` };
            assertProblem(await api.post('/api/auth/login', body, { headers }), 401, 'invalid_credentials');
        }
    };
    const assertHeldBack = async (email, attempt = wrong, headers = {}) => {
        const answer = await api.post('/api/auth/login', { email, password: attempt }, { headers });
        assertProblem(answer, 429, 'rate_limited');
        assert.match(answer.headers.get('retry-after') ?? '', /^[1-9][0-9]*$/);
        return Number(answer.headers.get('retry-after'));
    };

    test('hold back the sixth attempt, also with the right password, and no other account', async () => {
        const [ann, bob] = [await api.register('Ann'), await api.register('Bob')];
        await fail(ann.email);
        await assertHeldBack(ann.email);
        await assertHeldBack(ann.email, password);
        await assertHeldBack(ann.email.toUpperCase(), password);
        assert.equal((await api.login(bob.email)).status, 200);
        assert.equal((await api.get('/api/users/me', { token: ann.token })).status, 200, 'sessions go on');
    });

    test('of an address that nobody has are held back alike', async () => {
        const email = uniqueEmail();
        await fail(email);
        await assertHeldBack(email);
    });

    test('do not count for another address of the network', async () => {
        const { email } = await api.register('Ann');
        await fail(email);
        await assertHeldBack(email, password);
        assert.equal(await logInFrom('127.0.0.2', email), 200);
        await assertHeldBack(email, password);
    });

    test('count, whatever address a header claims', async () => {
        const { email } = await api.register('Ann');
        for (let client = 1; client <= 5; client += 1)
            await fail(email, 1, { 'x-forwarded-for': `203.0.113.${client}` });
        await assertHeldBack(email, password, { 'x-forwarded-for': '203.0.113.99' });
    });

    test('hold back for a time that Retry-After tells and that grows', async () => {
        const { email } = await api.register('Ann');
        await fail(email);
        const first = await assertHeldBack(email);
        let last = first;
        // Twice: a slow machine has waited out a part of each time before it asks.
        for (let round = 0; round < 2; round += 1) {
            const over = performance.now() + last * 1000;
            await until(() => performance.now() > over, `${last} s, as Retry-After said`, last * 1000 + 1000);
            await fail(email, 1);
            last = await assertHeldBack(email);
        }
        assert.ok(last > first, `${last} s after ${first} s`);
    });
});

// The status of a login with the right password over a connection that comes from this address.
function logInFrom(localAddress, email) {
    return new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json' };
        const options = { method: 'POST', localAddress, headers, agent: false };
        const sent = request(`${server.url('gateway')}/api/auth/login`, options, (answer) => {
            answer.resume();
            answer.once('end', () => resolve(answer.statusCode));
        });
        sent.once('error', reject);
        sent.end(JSON.stringify({ email, password }));
    });
}
