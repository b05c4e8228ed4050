// Who may do what, and whose token is believed: tables of everybody against everything, and of forgeries.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { assertAdmitted, assertShutOut } from './support/admission.mjs';
import { assertDone, assertProblem } from './support/http.mjs';
import { read, sign } from './support/jwt.mjs';
import { Person } from './support/person.mjs';
import { closeAllRaw } from './support/raw.mjs';
import { run, Server, temporaryDirectory } from './support/server.mjs';

// Without a sign that could separate secrets in a list.
const secret = 'the-first-secret-that-only-this-test-and-its-server-know-0123456789abcdef';
const newSecret = 'the-next-secret-that-only-this-test-and-its-server-know-0123456789abcdef';
const pem = (key) => key.export({ type: 'spki', format: 'pem' });
const pairs = {
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    otherRsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    unknown: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
const kids = { rsa: 'partner-rsa', otherRsa: 'partner-rsa-2', ec: 'partner-ec' };
let server;
let people;

before(async () => {
    const keys = join(temporaryDirectory(), 'keys');
    mkdirSync(keys);
    for (const [name, kid] of Object.entries(kids))
        writeFileSync(join(keys, `${kid}.pem`), pem(pairs[name].publicKey));
    const env = { ROOST_CORES: '2', ROOST_JWT_SECRET: secret, ROOST_JWT_PUBLIC_KEYS: keys };
    server = await Server.start({ env });
    const names = ['owner', 'author', 'member', 'stranger'];
    const registered = await Promise.all(names.map((name) => Person.register(server, name)));
    people = Object.fromEntries(names.map((name, index) => [name, registered[index]]));
    people.admin = await Person.admin(server);
    people.anonymous = new Person(server, {});
});
after(async () => {
    closeAllRaw();
    await server?.stop();
});

// A room of the owner's with a message by the author, for one attempt.
async function makePlace(isPrivate) {
    const { owner, author, member } = people;
    const { slug } = await owner.makeRoom({ private: isPrivate });
    for (const person of [author, member]) await owner.addMember(slug, person);
    return {
        slug,
        room: `/api/rooms/${slug}`,
        message: `/api/messages/${(await author.say(slug, 'first')).id}`,
    };
}

// What everybody gets for an attempt: the owner of a room, the author of its message, a member, a stranger who
// is admin or not, and somebody without a token. In a private room strangers get 404 whatever it is.
const mine = (path) => (place) => `${place.room}/members/${people[path].user.id}`;
const attempts = [
    //  what, the request, its code of 403, owner, author, member, stranger, anonymous
    ['read a room', 'GET', (p) => p.room, null, '', [200, 200, 200, 200, 401]],
    ['rename a room', 'PATCH', (p) => p.room, { name: 'x' }, 'not_the_owner', [200, 403, 403, 403, 401]],
    ['close a room', 'PATCH', (p) => p.room, { private: true }, 'not_the_owner', [200, 403, 403, 403, 401]],
    [
        'take a room',
        'PATCH',
        (p) => p.room,
        (caller) => ({ owner: caller }),
        'not_the_owner',
        [200, 403, 403, 403, 401],
    ],
    ['remove a room', 'DELETE', (p) => p.room, null, 'not_the_owner', [204, 403, 403, 403, 401]],
    ['add a member', 'PUT', mine('stranger'), null, 'not_the_owner', [204, 403, 403, 403, 401]],
    ['remove a member', 'DELETE', mine('member'), null, 'not_the_owner', [204, 403, 204, 403, 401]],
    ['mark as read', 'PUT', (p) => `${p.room}/read`, { seq: 1 }, '', [204, 204, 204, 204, 401]],
    ['read the log', 'GET', (p) => `/api/messages?room=${p.slug}`, null, '', [200, 200, 200, 200, 200]],
    [
        'post',
        'POST',
        () => '/api/messages',
        (_, p) => ({ content: 'x', room: p.slug }),
        '',
        [201, 201, 201, 201, 401],
    ],
    ['read a message', 'GET', (p) => p.message, null, '', [200, 200, 200, 200, 200]],
    [
        'edit a message',
        'PUT',
        (p) => p.message,
        { content: 'x' },
        'not_the_author',
        [403, 200, 403, 403, 401],
    ],
    ['delete a message', 'DELETE', (p) => p.message, null, 'not_the_author', [204, 204, 403, 403, 401]],
];
const everybody = ['owner', 'author', 'member', 'stranger', 'anonymous'];
const strangers = ['stranger', 'admin', 'anonymous'];

for (const isPrivate of [false, true]) {
    describe(`in a ${isPrivate ? 'private' : 'public'} room of somebody`, () => {
        for (const [what, method, path, body, code, statuses] of attempts) {
            test(`who may ${what}`, async () => {
                for (const who of [...everybody, 'admin']) {
                    const caller = people[who];
                    const place = await makePlace(isPrivate);
                    const state = async () => [
                        (await people.owner.get(place.room)).text,
                        (await people.owner.get(`/api/messages?room=${place.slug}`)).text,
                        (await people.owner.get(`${place.room}/members`)).text,
                    ];
                    const untouched = await state();
                    const expected = statuses[everybody.indexOf(who === 'admin' ? 'stranger' : who)];
                    const hidden = isPrivate && strangers.includes(who) && expected !== 401;
                    const json =
                        typeof body === 'function' ? body(caller.user?.id ?? 1, place) : (body ?? undefined);
                    const answer = await caller.request(method, path(place), json);
                    assert.equal(answer.status, hidden ? 404 : expected, `${who}: ${answer.text}`);
                    if (answer.status === 403) assertProblem(answer, 403, code);
                    else if (answer.status >= 400) assertProblem(answer, answer.status);
                    if (answer.status >= 400)
                        assert.deepEqual(await state(), untouched, `${who} changed something`);
                }
            });
        }
    });
}

describe('accounts', () => {
    for (const [what, method, json, statuses] of [
        ['change', 'PUT', { name: 'Changed' }, { self: 200, other: 403, admin: 200, anonymous: 401 }],
        ['remove', 'DELETE', undefined, { self: 204, other: 403, admin: 204, anonymous: 401 }],
    ]) {
        test(`who may ${what} one`, async () => {
            const { stranger: other, admin, anonymous } = people;
            for (const [who, status] of Object.entries(statuses)) {
                const self = await Person.register(server, 'Self');
                const caller = { self, other, admin, anonymous }[who];
                const answer = await caller.request(method, `/api/users/${self.user.id}`, json);
                assert.equal(answer.status, status, `${who}: ${answer.text}`);
                if (status === 403) assertProblem(answer, 403, 'forbidden');
                if (status >= 400)
                    assert.deepEqual(
                        (await self.get('/api/users/me')).body.user,
                        self.user,
                        'nothing has changed',
                    );
            }
        });

        test(`only admins learn by trying to ${what} one that it does not exist`, async () => {
            const path = '/api/users/987654321';
            assertProblem(await people.stranger.request(method, path, json), 403, 'forbidden');
            assertProblem(await people.admin.request(method, path, json), 404, 'user_not_found');
        });
    }
});

describe('an admin who is one no more', () => {
    test('has lost every right at the next request, with the same token and socket', async () => {
        const { stranger } = people;
        const person = await Person.register(server, 'Demoted');
        const role = async (command) => {
            const done = await run(['users', command, person.email, '--data-dir', server.dataDir]);
            assert.equal(done.code, 0, done.stdout + done.stderr);
        };
        const target = await Person.register(server, 'Target');
        const path = `/api/users/${target.user.id}`;
        const lobby = await person.follow('lobby');
        // Whether each of an admin's rights is there.
        const rights = async () => {
            const [byRest, byChannel] = [await stranger.say('lobby', 'x'), await stranger.say('lobby', 'y')];
            const event = ['delete_message', { id: byChannel.id }];
            const replies = await lobby.socket.call(lobby.joinRef, lobby.topic, ...event);
            return [
                'email' in (await person.get(path)).body.user,
                (await person.put(path, { name: 'Target' })).status === 200,
                (await person.patch('/api/rooms/lobby', { name: 'Lobby' })).status === 200,
                (await person.delete(`/api/messages/${byRest.id}`)).status === 204,
                replies.at(-1)[4].status === 'ok',
            ];
        };
        const [all, none] = [Array(5).fill(true), Array(5).fill(false)];
        assert.deepEqual(await rights(), none);
        await role('promote');
        assert.deepEqual(await rights(), all);
        await role('demote');
        assert.deepEqual(await rights(), none);
        assertProblem(await person.delete(path), 403, 'forbidden');
        lobby.socket.close();
    });
});

describe('a token', () => {
    const now = () => Math.floor(Date.now() / 1000);
    let own;
    let holder;
    before(async () => {
        holder = await Person.register(server, 'Holder');
        own = read(holder.token);
    });
    const ours = (changes = {}, head = {}, key = secret) =>
        sign({ ...own.header, ...head }, { ...own.claims, ...changes }, key);
    // As another service would make it for this user.
    const outside = (name, { changes = {}, head = {}, key = pairs[name].privateKey } = {}) => {
        const claims = { iss: 'roost', aud: 'roost', sub: own.claims.sub, typ: 'access', exp: now() + 600 };
        const alg = name === 'ec' ? 'ES256' : 'RS256';
        return sign({ alg, typ: 'JWT', kid: kids[name], ...head }, { ...claims, ...changes }, key);
    };

    for (const [what, make] of [
        ['of the server itself', () => holder.token],
        ['made with its secret', () => ours()],
        ['of RS256 by the pair of a configured key', () => outside('rsa')],
        ['of RS256 by the pair of another configured key', () => outside('otherRsa')],
        ['of ES256 by the pair of a configured key', () => outside('ec')],
        [
            'from outside with a session of its own',
            () => outside('rsa', { changes: { sid: 'their-session' } }),
        ],
    ])
        test(`${what} is believed`, () => assertAdmitted(server, make()));

    const none = undefined; // left out by JSON
    for (const [what, make] of [
        ['that has expired', () => ours({ exp: now() - 1 })],
        ['that is not valid yet', () => ours({ nbf: now() + 3600 })],
        ['that is forged', () => ours({}, {}, 'x'.repeat(80))],
        [
            'with the signature of another',
            () => [...ours({ sub: '1' }).split('.').slice(0, 2), holder.token.split('.')[2]].join('.'),
        ],
        ['without a signature', () => `${holder.token.split('.').slice(0, 2).join('.')}.`],
        ['of no algorithm', () => ours({}, { alg: 'none' })],
        ['of HS256', () => ours({}, { alg: 'HS256' })],
        ['of HS384', () => ours({}, { alg: 'HS384' })],
        ['without kid, signed with a stranger’s secret', () => ours({}, { kid: none }, 'y'.repeat(80))],
        ['with a kid nobody has', () => ours({}, { kid: 'nobody' })],
        ['with a kid that is a path', () => ours({}, { kid: '../keys/partner-rsa' })],
        ['with a kid that is a number', () => ours({}, { kid: 1 })],
        ['with the kid of a public key', () => ours({}, { kid: kids.rsa })],
        ['of typ refresh', () => ours({ typ: 'refresh' })],
        ['of another issuer', () => ours({ iss: 'somebody' })],
        ['for another audience', () => ours({ aud: 'somebody' })],
        ['for nobody', () => ours({ sub: '0' })],
        ['for a number', () => ours({ sub: `${own.claims.sub}.5` })],
        ...['exp', 'typ', 'iss', 'aud', 'sub'].flatMap((claim) => [
            [`without ${claim}`, () => ours({ [claim]: none })],
            [`from outside without ${claim}`, () => outside('rsa', { changes: { [claim]: none } })],
        ]),
        ['from outside that has expired', () => outside('rsa', { changes: { exp: now() - 1 } })],
        ['from outside of typ refresh', () => outside('ec', { changes: { typ: 'refresh' } })],
        ['from outside for another audience', () => outside('ec', { changes: { aud: 'somebody' } })],
        ['of RS256 by an unknown pair', () => outside('rsa', { key: pairs.unknown.privateKey })],
        [
            'of RS256 that brings its own key',
            () => {
                const jwk = pairs.unknown.publicKey.export({ format: 'jwk' });
                return outside('rsa', { key: pairs.unknown.privateKey, head: { jwk } });
            },
        ],
        [
            'of RS256 with the kid of another public key',
            () => outside('rsa', { head: { kid: kids.otherRsa } }),
        ],
        ['of RS256 with the kid of a key of another kind', () => outside('rsa', { head: { kid: kids.ec } })],
        ['of RS256 with the kid of the secret', () => outside('rsa', { head: { kid: own.header.kid } })],
        ['of ES256 with the kid of an RSA key', () => outside('ec', { head: { kid: kids.rsa } })],
        ['of RS512, which is not the key’s algorithm', () => outside('rsa', { head: { alg: 'RS512' } })],
        ['of PS256, which is not the key’s algorithm', () => outside('rsa', { head: { alg: 'PS256' } })],
        ['of no algorithm with the kid of a public key', () => outside('rsa', { head: { alg: 'none' } })],
        ...['HS256', 'HS384', 'HS512'].flatMap((alg) => [
            [
                `of ${alg} with a public key for its secret`,
                () => outside('rsa', { head: { alg }, key: pem(pairs.rsa.publicKey) }),
            ],
            [
                `of ${alg} with a public key for its secret and no kid`,
                () => outside('ec', { head: { alg, kid: none }, key: pem(pairs.ec.publicKey) }),
            ],
        ]),
    ])
        test(`${what} is refused`, async () => {
            await assertShutOut(server, make());
            await assertAdmitted(server, holder.token);
        });

    test('is refused once its session was revoked, whatever else it says', async () => {
        const person = await Person.register(server, 'Revoked');
        const { header, claims } = read(person.token);
        const again = sign(header, { ...claims, jti: 'another', exp: claims.exp - 1 }, secret);
        await assertAdmitted(server, again);
        assertDone(await person.logOut());
        for (const token of [person.token, again]) await assertShutOut(server, token);
    });

    test('from outside is refused once its user removed the account', async () => {
        const person = await Person.register(server, 'Removed');
        const token = outside('rsa', { changes: { sub: String(person.user.id) } });
        await assertAdmitted(server, token);
        assertDone(await person.delete('/api/users/me'));
        await assertShutOut(server, token);
    });
});

describe('a new secret', () => {
    const restart = async (changes) => {
        await server.terminate();
        server.env = { ...server.env, ...changes };
        await server.restart();
    };
    const kidOf = (token) => read(token).header.kid;

    test('signs from then on, and the tokens of the old one go on as long as it is named', async () => {
        const person = await Person.register(server, 'Before');
        const { header, claims } = read(person.token);
        await restart({ ROOST_JWT_SECRET: newSecret, ROOST_JWT_OLD_SECRETS: secret });
        await assertAdmitted(server, person.token);
        const login = await person.logInAgain();
        const pair = await person.refresh();
        assert.equal(pair.status, 200, pair.text);
        for (const token of [login.token, pair.body.token]) {
            assert.notEqual(kidOf(token), kidOf(person.token));
            await assertAdmitted(server, token);
        }
        // Each key speaks for itself alone.
        const kid = kidOf(login.token);
        await assertShutOut(server, sign({ ...header, kid }, claims, secret));
        await assertShutOut(server, sign(header, claims, newSecret));
        await assertAdmitted(server, sign({ ...header, kid }, claims, newSecret));

        await restart({ ROOST_JWT_OLD_SECRETS: undefined });
        await assertShutOut(server, person.token);
        await assertAdmitted(server, login.token);
        const renewed = await person.refresh(pair.body.refresh_token);
        assert.equal(renewed.status, 200, 'who has a refresh token is not logged out');
        await assertAdmitted(server, renewed.body.token);
    });
});
