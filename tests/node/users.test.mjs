// Accounts: one's own, what others see of it, and what admins may do.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertAdmitted, assertShutOut } from './support/admission.mjs';
import {
    Api,
    assertDone,
    assertFault,
    assertFaults,
    assertProblem,
    assertTombstone,
    password,
    timestamp,
    uniqueEmail,
} from './support/http.mjs';
import { assertAlive, assertDisconnected, Person } from './support/person.mjs';
import { closeAllRaw } from './support/raw.mjs';
import { run, Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const me = '/api/users/me';
const of = ({ user }) => `/api/users/${user.id}`;
const other = 'another correct battery';
let server;
let api;
let admin;
let ann;
let bob;

before(async () => {
    server = await Server.start({ env: { ROOST_CORES: '2' } });
    api = new Api(server.url('gateway'));
    admin = await Person.admin(server);
    ann = await Person.register(server, 'Ann');
    bob = await Person.register(server, 'Bob');
});
after(async () => {
    closeAllRaw();
    await server?.stop();
});

async function userFrom(pending) {
    const answer = await pending;
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(Object.keys(answer.body), ['user']);
    return answer.body.user;
}
const inPublic = ({ id, name, inserted_at }) => ({ id, name, inserted_at });

describe('a user', () => {
    test('is seen whole by itself and by admins, in part by others', async () => {
        const whole = await userFrom(ann.get(me));
        assert.deepEqual(Object.keys(whole).sort(), ['email', 'id', 'inserted_at', 'name', 'role']);
        assert.match(whole.inserted_at, timestamp);
        assert.deepEqual([whole.email, whole.role], [ann.email, 'user']);
        for (const person of [ann, admin]) assert.deepEqual(await userFrom(person.get(of(ann))), whole);
        assert.deepEqual(await userFrom(bob.get(of(ann))), inPublic(whole));
    });

    test('is seen only by callers', async () => {
        for (const path of [me, of(ann), '/api/users'])
            assertProblem(await api.get(path), 401, 'unauthorized');
    });

    test('that does not exist, and what is no id, is answered 404', async () => {
        for (const id of ['abc', '0', '-1', '987654321', '1.5', '1x', '+1', '9'.repeat(30)]) {
            for (const person of [ann, admin])
                assertProblem(await person.get(`/api/users/${id}`), 404, 'user_not_found');
        }
    });
});

describe('the list of users', () => {
    const word = `Quagga${process.pid}`;
    let quaggas;
    before(async () => {
        quaggas = [];
        for (const name of [`${word} One`, `${word} 100%`, `${word} under_score`, `${word} back\\slash`])
            quaggas.push(await Person.register(server, name));
    });
    const list = async (query, person = ann) => {
        const answer = await person.get(`/api/users?${new URLSearchParams(query)}`);
        assert.equal(answer.status, 200, answer.text);
        assert.deepEqual(Object.keys(answer.body), ['users']);
        return answer.body.users;
    };
    const ids = (users) => users.map((user) => user.id);

    test('is in the order of the ids and shows to each what they may see', async () => {
        const users = await list({ q: word });
        assert.deepEqual(
            users,
            quaggas.map(({ user }) => inPublic(user)),
        );
        const seen = await list({ q: word }, quaggas[1]);
        assert.deepEqual(seen[1], quaggas[1].user, 'oneself with e-mail and role');
        assert.deepEqual(seen[0], inPublic(quaggas[0].user));
        assert.deepEqual(
            await list({ q: word }, admin),
            quaggas.map(({ user }) => user),
        );
    });

    test('is read page by page', async () => {
        const all = await list({ limit: 100 });
        assert.ok(all.length >= 7, 'those who registered here and those of the seed');
        const paged = [];
        for (let page = await list({ limit: 2 }); page.length > 0;) {
            assert.ok(page.length <= 2);
            assert.ok(page[0].id > (paged.at(-1)?.id ?? 0), 'a page must lead on');
            paged.push(...page);
            page = await list({ limit: 2, after: paged.at(-1).id });
        }
        assert.deepEqual(paged, all);
        assert.deepEqual(
            ids(all),
            ids(all).toSorted((a, b) => a - b),
        );
        assert.deepEqual(ids(await list({ q: word, limit: 2, after: quaggas[0].user.id })), [
            quaggas[1].user.id,
            quaggas[2].user.id,
        ]);
        assert.deepEqual(await list({ after: 987654321 }), []);
    });

    test('finds a part of a name in whatever case, and takes no sign for a wildcard', async () => {
        for (const [q, expected] of [
            [word.toLowerCase(), [0, 1, 2, 3]],
            [`${word.slice(2)} one`, [0]],
            ['100%', [1]],
            [`${word}%score`, []],
            [`${word} under.score`, []],
            [`${word} 100_`, []],
            ['under_score', [2]],
            ['back\\slash', [3]],
            ["' OR 1=1 --", []],
        ]) {
            const expectedIds = expected.map((index) => quaggas[index].user.id);
            assert.deepEqual(ids(await list({ q })), expectedIds, q);
        }
    });

    test('does not tell whose an e-mail address is', async () => {
        assert.deepEqual(await list({ q: bob.email }), []);
        assert.deepEqual(await list({ q: bob.email.slice(0, 12) }), []);
    });

    test('refuses limits and places that make no sense', async () => {
        for (const [query, pointer] of [
            ['limit=0', '/limit'],
            ['limit=-1', '/limit'],
            ['limit=x', '/limit'],
            ['limit=1000000', '/limit'],
            ['after=x', '/after'],
            ['after=-1', '/after'],
        ])
            assertFaults(await ann.get(`/api/users?${query}`), [pointer]);
    });
});

describe("changing one's own account", () => {
    test('changes what is sent and nothing else, on either path', async () => {
        for (const change of [
            (person, json) => person.patch(me, json),
            (person, json) => person.put(of(person), json),
        ]) {
            const person = await Person.register(server, 'Before');
            const user = await userFrom(change(person, { name: 'After 🐦' }));
            assert.deepEqual(user, { ...person.user, name: 'After 🐦' });
            assert.deepEqual(await userFrom(person.get(me)), user);
            assert.equal((await userFrom(bob.get(of(person)))).name, 'After 🐦');
            assert.deepEqual(await userFrom(change(person, {})), user);
            const email = uniqueEmail();
            const current_password = password;
            const moved = await userFrom(change(person, { email: email.toUpperCase(), current_password }));
            assert.deepEqual(moved, { ...user, email });
            assert.equal((await api.login(email)).status, 200);
            assertProblem(await api.login(person.email), 401, 'invalid_credentials');
        }
    });

    test('shows in what is posted afterwards, and not in what was', async () => {
        const person = await Person.register(server, 'Old Name');
        const earlier = await person.say('lobby', 'under the old name');
        await userFrom(person.patch(me, { name: 'New Name' }));
        const later = await person.say('lobby', 'under the new name');
        assert.deepEqual(later.user, { id: person.user.id, name: 'New Name' });
        const log = await api.log();
        assert.deepEqual(
            log.find((message) => message.id === earlier.id),
            earlier,
        );
    });

    for (const what of ['email', 'password']) {
        test(`asks for the current password before it changes the ${what}`, async () => {
            const person = await Person.register(server, 'Careful');
            const json = { [what]: what === 'email' ? uniqueEmail() : other };
            for (const send of [(body) => person.patch(me, body), (body) => person.put(of(person), body)]) {
                assertFault(await send(json), '/current_password', 'required');
                const wrong = await send({ ...json, current_password: 'zz-guess-zz' });
                assertFault(wrong, '/current_password', 'wrong');
                assert.ok(!wrong.text.includes('zz-guess-zz'));
            }
            assert.equal((await api.login(person.email)).status, 200, 'and changes nothing');
            await assertAdmitted(server, person.token);
        });
    }

    test('asks an admin for its own password too', async () => {
        assertFault(await admin.put(of(admin), { password: other }), '/current_password', 'required');
    });

    test('refuses an address that is taken', async () => {
        const taken = { email: bob.email.toUpperCase(), current_password: password };
        assertProblem(await ann.patch(me, taken), 409, 'email_taken');
        assert.equal((await userFrom(ann.get(me))).email, ann.email);
    });

    test('names every fault at once, and a role is none of the members', async () => {
        const wrong = { name: '', email: 'zzmarkerzz', password: 'short', role: 'admin', id: 1 };
        const answer = await ann.patch(me, { ...wrong, current_password: password });
        assertFaults(answer, ['/name', '/email', '/password', '/role', '/id']);
        assert.ok(!answer.text.includes('zzmarkerzz'));
        for (const json of [{ role: 'admin' }, { name: 'Ann', role: 'admin' }])
            assertFaults(await ann.put(of(ann), json), ['/role']);
        for (const name of [null, 5, 'n'.repeat(161), 'a\u0000b'])
            assertFaults(await ann.patch(me, { name }), ['/name']);
        const { name, role } = await userFrom(ann.get(me));
        assert.deepEqual([name, role], ['Ann', 'user']);
    });
});

describe('a new password', () => {
    for (const [whose, change] of [
        ["of one's own", (person) => person.patch(me, { password: other, current_password: password })],
        ['that an admin gives', (person) => admin.put(of(person), { password: other })],
    ]) {
        test(`${whose} ends every session of the account and closes its sockets`, async () => {
            const person = await Person.register(server, 'Renewed');
            const phone = await person.logInAgain();
            const sessions = [person, phone];
            for (const { token } of sessions) await assertAdmitted(server, token);
            const sockets = [
                await person.connect('api'),
                await phone.connect('gateway'),
                (await phone.follow('lobby')).socket,
            ];
            const bystander = await bob.connect();

            const user = await userFrom(change(person));
            assert.deepEqual(user, person.user);
            for (const { token } of sessions) await assertShutOut(server, token);
            for (const session of sessions)
                assertProblem(await session.refresh(), 401, 'invalid_refresh_token');
            await Promise.all(sockets.map(assertDisconnected));
            await assertAlive(bystander);
            assertProblem(await api.login(person.email), 401, 'invalid_credentials');
            const again = await Person.logIn(server, person.email, other);
            await assertAdmitted(server, again.token);
        });
    }
});

describe('removing an account', () => {
    for (const [how, remove] of [
        ["one's own", (person) => person.delete(me)],
        ["one's own by its id", (person) => person.delete(of(person))],
        ['as an admin', (person) => admin.delete(of(person))],
    ]) {
        test(`${how} shuts its sessions out, frees its address and leaves tombstones`, async () => {
            const person = await Person.register(server, 'Leaving');
            const phone = await person.logInAgain();
            const { slug } = await bob.makeRoom();
            const said = [];
            for (const content of ['one', 'two', 'three'])
                said.push(await person.say(slug, content, { metadata: { content } }));
            const kept = await bob.say(slug, 'somebody else');
            const sockets = [await person.connect('gateway'), (await phone.follow(slug)).socket];
            const witness = await bob.follow(slug);
            for (const { token } of [person, phone]) await assertAdmitted(server, token);

            assertDone(await remove(person));
            for (const { token } of [person, phone]) await assertShutOut(server, token);
            assertProblem(await person.post('/api/messages', { content: 'still here' }), 401);
            assertProblem(await phone.refresh(), 401, 'invalid_refresh_token');
            assertProblem(await api.login(person.email), 401, 'invalid_credentials');
            await Promise.all(sockets.map(assertDisconnected));
            assertProblem(await admin.get(of(person)), 404, 'user_not_found');
            assertProblem(await admin.delete(of(person)), 404, 'user_not_found');

            const nobody = { id: 0, name: 'deleted user' };
            for (const message of said) {
                const path = `/api/messages/${message.id}`;
                await until(async () => (await bob.get(path)).body.message.deleted_at, 'a tombstone');
                assertTombstone((await bob.get(path)).body.message, message, nobody);
            }
            assert.deepEqual((await bob.get(`/api/messages/${kept.id}`)).body.message, kept);
            const gone = [];
            while (gone.length < said.length) {
                const [, , topic, event, payload] = await witness.socket.receive('message_deleted');
                assert.deepEqual([topic, event], [witness.topic, 'message_deleted']);
                gone.push(payload.message_id);
            }
            assert.deepEqual(gone.sort(), said.map((message) => message.id).sort());

            const newcomer = await api.register('Newcomer', person.email);
            assert.notEqual(newcomer.user.id, person.user.id);
            await assertShutOut(server, person.token);
            assert.equal((await bob.get(`/api/messages/${said[0].id}`)).body.message.user.id, 0);
            witness.socket.close();
        });
    }

    test('holds after a restart', async () => {
        const person = await Person.register(server, 'Gone For Good');
        assertDone(await person.delete(me));
        await server.terminate();
        await server.restart();
        await assertShutOut(server, person.token);
        assertProblem(await api.login(person.email), 401, 'invalid_credentials');
        await assertAdmitted(server, bob.token);
    });
});

describe('roles', () => {
    const users = async (command, email) => {
        const done = await run(['users', command, email, '--data-dir', server.dataDir]);
        assert.equal(done.code, 0, done.stdout + done.stderr);
    };
    const roleOf = async (person) => (await userFrom(person.get(me))).role;

    test('are given and taken on the command line, and hold at the next request', async () => {
        const person = await Person.register(server, 'Rising');
        assert.equal(await roleOf(person), 'user');
        await users('promote', person.email);
        assert.equal(await roleOf(person), 'admin');
        assert.equal((await userFrom(person.get(of(bob)))).email, bob.email);
        await users('demote', person.email.toUpperCase());
        assert.equal(await roleOf(person), 'user');
        assert.ok(!('email' in (await userFrom(person.get(of(bob))))));
    });

    test('are not given to an address that nobody has', async () => {
        const { code, signal } = await run(['users', 'promote', uniqueEmail(), '--data-dir', server.dataDir]);
        assert.equal(signal, null);
        assert.notEqual(code, 0);
    });
});
