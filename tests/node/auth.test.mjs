import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Api, assertFaults, assertProblem, password, timestamp, uniqueEmail } from './support/http.mjs';
import { read, sign } from './support/jwt.mjs';
import { Server } from './support/server.mjs';

const secret = 'a secret that only this test and its server know, long enough for HS512: 0123456789abcdef';
let server;
let api;

before(async () => {
    server = await Server.start({ env: { ROOST_JWT_SECRET: secret, ROOST_LOG_LEVEL: 'debug' } });
    api = new Api(server.url('gateway'));
});
after(() => server?.stop());

const register = (body) => api.post('/api/auth/register', body);
const me = (token) => api.get('/api/users/me', { token });

function assertSession(body, email) {
    assert.ok(Number.isInteger(body.user.id));
    assert.equal(body.user.email, email);
    assert.match(body.user.inserted_at, timestamp);
    assert.equal(body.expires_in, 900, 'an access token lives 15 minutes');
    assert.equal(typeof body.refresh_token, 'string');
    assert.notEqual(body.refresh_token, body.token);
    assert.ok(!JSON.stringify(body.user).includes('password'), 'nothing of the password is in the user');
}

describe('registering', () => {
    test('gives the new user and a session whose token works at once', async () => {
        const email = uniqueEmail();
        const answer = await register({ email, password, name: 'Ann Ångström 🐦' });
        assert.equal(answer.status, 201, answer.text);
        assertSession(answer.body, email);
        assert.equal(answer.body.user.name, 'Ann Ångström 🐦');
        assert.equal(answer.body.user.role, 'user');
        const own = await me(answer.body.token);
        assert.equal(own.status, 200, own.text);
        assert.deepEqual(own.body.user, answer.body.user);
    });

    test('needs no name', async () => {
        const answer = await register({ email: uniqueEmail(), password });
        assert.equal(answer.status, 201, answer.text);
        assert.equal(typeof answer.body.user.name, 'string');
    });

    test('keeps the e-mail address in lower case', async () => {
        const email = uniqueEmail();
        const answer = await register({ email: email.toUpperCase(), password });
        assert.equal(answer.status, 201, answer.text);
        assert.equal(answer.body.user.email, email);
    });

    test('refuses an address that is taken, in whatever case, with 409', async () => {
        const { email } = await api.register();
        for (const same of [email, email.toUpperCase()]) {
            const answer = await register({ email: same, password });
            assertProblem(answer, 409);
            assert.ok(!answer.text.toLowerCase().includes(email));
        }
    });

    test('gives one of many who want the same address at the same time the account', async () => {
        const email = uniqueEmail();
        const answers = await Promise.all(Array.from({ length: 8 }, () => register({ email, password })));
        const statuses = answers.map((answer) => answer.status).sort();
        assert.deepEqual(statuses, [201, ...Array(7).fill(409)]);
    });

    test('names every fault at once and never repeats what was submitted', async () => {
        const answer = await register({
            email: 'zzmarkerzz',
            password: 'qqmarkr',
            name: 'n'.repeat(150) + 'marker-name',
        });
        assertFaults(answer, ['/email', '/password', '/name']);
        for (const value of ['zzmarkerzz', 'qqmarkr', 'marker-name']) assert.ok(!answer.text.includes(value));
    });

    test('names every missing member', async () => {
        assertFaults(await register({}), ['/email', '/password']);
    });

    test('refuses members of another type', async () => {
        assertFaults(await register({ email: 5, password: ['x'], name: {} }), [
            '/email',
            '/password',
            '/name',
        ]);
    });

    test('refuses a body that is not an object', async () => {
        for (const body of ['[]', '"text"', '5', 'null', 'true']) {
            assertProblem(await api.request('POST', '/api/auth/register', { body }), 422);
        }
    });

    test('refuses members it does not know, such as a role', async () => {
        const email = uniqueEmail();
        assertFaults(await register({ email, password, role: 'admin', id: 1 }), ['/role', '/id']);
        assert.equal((await api.login(email)).status, 401, 'and makes no account');
    });

    for (const email of [
        '',
        'plain',
        '@example.com',
        'a@',
        'a b@example.com',
        'a@b@example.com',
        `${'a'.repeat(160)}@example.com`,
    ]) {
        test(`refuses ${JSON.stringify(email.slice(0, 20))} as an e-mail address`, async () => {
            assertFaults(await register({ email, password }), ['/email']);
        });
    }

    for (const [what, value] of [
        ['7 characters', 'abcdefg'],
        ['7 characters of 4 bytes', '😀'.repeat(7)],
        ['73 bytes', 'p'.repeat(73)],
        ['25 characters that are 75 bytes', '€'.repeat(25)],
        ['a U+0000', 'before\u0000after-it'],
    ]) {
        test(`refuses a password of ${what}`, async () => {
            assertFaults(await register({ email: uniqueEmail(), password: value }), ['/password']);
        });
    }

    for (const [what, value] of [
        ['8 characters', 'abcdefgh'],
        ['72 bytes', 'p'.repeat(72)],
        ['24 characters that are 72 bytes', '€'.repeat(24)],
    ]) {
        test(`takes a password of ${what} and knows it again`, async () => {
            const email = uniqueEmail();
            assert.equal((await register({ email, password: value })).status, 201);
            assert.equal((await api.login(email, value)).status, 200);
            assertProblem(await api.login(email, `${value.slice(0, -1)}x`), 401);
        });
    }

    test('refuses U+0000 in every text', async () => {
        const answer = await register({ email: 'a\u0000b@example.com', password, name: 'a\u0000b' });
        assertFaults(answer, ['/email', '/name']);
    });
});

describe('logging in', () => {
    test('gives a session for the right password, whatever the case of the address', async () => {
        const { email } = await api.register();
        const answer = await api.login(email.toUpperCase());
        assert.equal(answer.status, 200, answer.text);
        assertSession(answer.body, email);
        assert.equal((await me(answer.body.token)).status, 200);
    });

    test('answers a wrong password and an unknown address alike', async () => {
        const { email } = await api.register();
        const wrong = await api.login(email, 'not the password');
        const unknown = await api.login(uniqueEmail(), 'not the password');
        for (const answer of [wrong, unknown]) assertProblem(answer, 401);
        const { request_id: first, ...one } = wrong.body;
        const { request_id: second, ...other } = unknown.body;
        assert.deepEqual(one, other);
        assert.notEqual(first, second);
        assert.ok(!wrong.text.includes(email));
    });

    test('names missing and unknown members', async () => {
        assertFaults(await api.post('/api/auth/login', { username: 'x' }), [
            '/email',
            '/password',
            '/username',
        ]);
    });

    test('knows the seeded accounts and their roles', async () => {
        for (const [email, role] of [
            ['demo@example.com', 'user'],
            ['admin@example.com', 'admin'],
        ]) {
            const answer = await api.login(email, 'password123');
            assert.equal(answer.status, 200, answer.text);
            assert.equal(answer.body.user.role, role);
        }
    });
});

describe('a token', () => {
    let user;
    let header;
    let claims;

    before(async () => {
        user = await api.register('Token Holder');
        ({ header, claims } = read(user.token));
    });
    const signed = (changes, head = header, key = secret) => sign(head, { ...claims, ...changes }, key);
    const without = (name) => {
        const { [name]: _, ...rest } = claims;
        return sign(header, rest, secret);
    };

    test('is HS512 with the claims of the contract', () => {
        assert.equal(header.alg, 'HS512');
        for (const name of ['iss', 'aud', 'sub', 'typ', 'iat', 'nbf', 'exp', 'jti', 'sid']) {
            assert.ok(name in claims, `the claim ${name}`);
        }
        assert.equal(claims.exp - claims.iat, 900);
        assert.ok(!JSON.stringify(claims).includes(user.email), 'no e-mail address in a token');
    });

    test('signed with the configured secret is accepted; each forgery differs in one thing', async () => {
        assert.equal((await me(signed({}))).status, 200);
    });

    test('is read whatever the case of the scheme', async () => {
        const answer = await api.get('/api/users/me', { headers: { authorization: `bearer ${user.token}` } });
        assert.equal(answer.status, 200);
    });

    test('is needed, and no other scheme is taken', async () => {
        assertProblem(await api.get('/api/users/me'), 401);
        for (const authorization of ['', 'Bearer', 'Bearer ', `Basic ${user.token}`, user.token]) {
            assertProblem(await api.get('/api/users/me', { headers: { authorization } }), 401);
        }
    });

    const now = Math.floor(Date.now() / 1000);
    for (const [what, make] of [
        ['that is garbage', () => 'garbage'],
        ['of empty parts', () => '..'],
        ['of two parts', () => user.token.split('.').slice(0, 2).join('.')],
        ['of four parts', () => `${user.token}.x`],
        ['whose header is not JSON', () => `bm90IGpzb24.${user.token.split('.').slice(1).join('.')}`],
        ['of 6,000 characters', () => 'a'.repeat(6000)],
        ['that has expired', () => signed({ exp: now - 3600, iat: now - 7200, nbf: now - 7200 })],
        ['that is not valid yet', () => signed({ nbf: now + 3600 })],
        [
            'with a changed claim and the old signature',
            () => {
                const [head, , signature] = user.token.split('.');
                return [head, signed({ sub: '1' }).split('.')[1], signature].join('.');
            },
        ],
        ['signed with another secret', () => signed({}, header, 'x'.repeat(80))],
        ['signed with an empty secret', () => signed({}, header, '')],
        ['of the algorithm none', () => signed({}, { ...header, alg: 'none' })],
        ['of the algorithm None', () => signed({}, { ...header, alg: 'None' })],
        ['of HS256 with another secret', () => signed({}, { ...header, alg: 'HS256' }, 'x'.repeat(80))],
        ['of HS256, which is not configured', () => signed({}, { ...header, alg: 'HS256' })],
        ['of an unknown algorithm', () => signed({}, { ...header, alg: 'XS1' })],
        ['with a key id nobody has', () => signed({}, { ...header, kid: '../../etc/passwd' })],
        ['of another issuer', () => signed({ iss: 'somebody else' })],
        ['for another audience', () => signed({ aud: 'somebody else' })],
        ['of another type', () => signed({ typ: 'refresh' })],
        ['whose subject is no user id', () => signed({ sub: 'drop table' })],
        ['whose expiry is a text', () => signed({ exp: 'tomorrow' })],
        ['without exp', () => without('exp')],
        ['without typ', () => without('typ')],
        ['without iss', () => without('iss')],
        ['without aud', () => without('aud')],
        ['without sub', () => without('sub')],
    ]) {
        test(`${what} is refused with 401`, async () => {
            assertProblem(await me(make()), 401);
            assert.equal((await me(user.token)).status, 200, 'and the true one goes on working');
        });
    }

    test('that is the refresh token of the session is refused with 401', async () => {
        assertProblem(await me(user.refresh_token), 401);
    });

    test('for a user who never was does not get through', async () => {
        const answer = await me(signed({ sub: '987654321' }));
        assert.ok([401, 404].includes(answer.status), answer.text);
    });
});

test('no password, token or e-mail address is in the log', async () => {
    const { token, refresh_token, email } = await api.register();
    await api.login(email, 'this-wrong-password-stays-private');
    await me(token);
    for (const value of [
        password,
        token,
        token.split('.')[2],
        refresh_token,
        email,
        secret,
        'this-wrong-password-stays-private',
    ]) {
        assert.ok(!server.log.includes(value), 'a private value is in the log');
    }
});
