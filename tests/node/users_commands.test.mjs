// What an operator does to accounts on the command line, while the server runs.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { assertShutOut } from './support/admission.mjs';
import { command, terminalCommand } from './support/command.mjs';
import { assertProblem, password } from './support/http.mjs';
import { assertDisconnected, Person } from './support/person.mjs';
import { Server, temporaryDirectory } from './support/server.mjs';
import { until } from './support/wait.mjs';

const newPassword = 'another horse entirely';
let server;
let env;

before(async () => {
    server = await Server.start({ env: { ROOST_CORES: '2' } });
    // Away from the settings files of the repository.
    env = { ROOST_DATA_DIR: server.dataDir, ROOST_BCRYPT_COST: '4', ROOST_ENV: 'production' };
});
after(() => server?.stop());

const users = (args, input = '') => command(['users', ...args], { env, input, cwd: temporaryDirectory() });

async function done(args, input) {
    const end = await users(args, input);
    assert.equal(end.code, 0, end.stdout + end.stderr);
    return end;
}

async function refused(args, input, ...expected) {
    const { code, signal, stdout, stderr } = await users(args, input);
    assert.equal(signal, null, stderr);
    assert.equal(code, 1, stdout + stderr);
    for (const text of expected) assert.ok(stderr.includes(text), `${text} in: ${stderr}`);
    assert.match(stderr, /^roost: [^\n]+\n$/, 'one sentence, and nothing in the audit log');
    return stderr;
}

const person = (name) => Person.register(server, name);
const roleOf = async (somebody) => (await somebody.get('/api/users/me')).body.user.role;
const logIn = (somebody, secret) => somebody.api.login(somebody.email, secret);

// A line of the audit log, with the person's id and without the e-mail address.
function assertAudited(stderr, event, somebody) {
    const lines = stderr.split('\n').filter((line) => line.includes(`event=${event}`));
    assert.equal(lines.length, 1, stderr);
    assert.match(
        lines[0],
        new RegExp(`^\\S+ audit event=${event} user=${somebody.user.id} .*system_user=\\d+`),
    );
    assert.ok(!lines[0].includes(somebody.email), lines[0]);
}

describe('roost users list', () => {
    const list = async (...args) => JSON.parse((await done(['list', '--json', ...args])).stdout).users;

    test('shows everybody, oldest first, as a table or as JSON', async () => {
        const somebody = await person('Listed Person');
        const all = await list();
        assert.deepEqual(
            all.map(({ id }) => id),
            all.map(({ id }) => id).toSorted((a, b) => a - b),
        );
        const { id, inserted_at } = somebody.user;
        const expected = { id, name: 'Listed Person', email: somebody.email, role: 'user', inserted_at };
        assert.deepEqual(all.at(-1), expected);
        assert.ok(all.some(({ email, role }) => email === 'admin@example.com' && role === 'admin'));

        const [heading, ...rows] = (await done(['list'])).stdout.trimEnd().split('\n');
        assert.match(heading, /^Id +E-mail +Role +Since +Name$/);
        assert.equal(rows.length, all.length);
        assert.deepEqual(rows.at(-1).split(/ {2,}/), [
            String(id),
            somebody.email,
            'user',
            inserted_at,
            'Listed Person',
        ]);
    });

    test('finds a part of the address or the name, in any case and as it stands', async () => {
        const somebody = await person('Percent % Under_score');
        const ids = async (text) => (await list('--q', text)).map(({ id }) => id);
        for (const text of ['percent %', 'UNDER_', somebody.email.toUpperCase()])
            assert.deepEqual(await ids(text), [somebody.user.id], text);
        for (const text of ['percent_%', '%%', "' or true --"]) assert.deepEqual(await ids(text), [], text);
    });

    test('says when there are more than it shows', async () => {
        const { stdout, stderr } = await done(['list', '--json', '--limit', '1']);
        assert.equal(JSON.parse(stdout).users.length, 1);
        assert.match(stderr, /more/);
        const all = await done(['list', '--limit', '100000']);
        assert.equal(all.stderr, '');
        for (const limit of ['0', '-1', 'x', '100001'])
            assert.notEqual((await users(['list', '--limit', limit])).code, 0);
    });

    test('lets no name command the terminal', async () => {
        const somebody = await person('Red \u001b[31m\nnext \u202eline \u009b2J');
        const { stdout } = await done(['list', '--q', somebody.email]);
        assert.ok(stdout.includes('Red \ufffd[31m\ufffdnext \ufffdline \ufffd2J\n'), JSON.stringify(stdout));
    });
});

describe('roost users promote and demote', () => {
    test('give and take the role, which holds at the next request', async () => {
        const somebody = await person('Rising');
        assert.equal(await roleOf(somebody), 'user');
        const promoted = await done(['promote', somebody.email.toUpperCase()]);
        assert.equal(promoted.stdout, `${somebody.email} has the role admin now.\n`);
        assertAudited(promoted.stderr, 'user.promoted', somebody);
        assert.equal(await roleOf(somebody), 'admin');
        const demoted = await done(['demote', somebody.email]);
        assertAudited(demoted.stderr, 'user.demoted', somebody);
        assert.equal(await roleOf(somebody), 'user');
    });

    test('say when there is nothing to do', async () => {
        const somebody = await person('Staying');
        const { stdout, stderr } = await done(['demote', somebody.email]);
        assert.equal(stdout, `${somebody.email} has the role user already.\n`);
        assert.equal(stderr, '');
    });

    test('refuse an address that nobody has, and what is none', async () => {
        for (const what of ['promote', 'demote']) {
            await refused([what, 'nobody@example.com'], '', 'no account', 'nobody@example.com');
            await refused([what, 'nobody'], '', 'must be an e-mail address');
            assert.notEqual((await users([what])).code, 0);
        }
    });
});

describe('roost users reset-password', () => {
    // The server learns of revoked sessions a moment after the database.
    const isShutOut = (token) =>
        assertShutOut(server, token).then(
            () => true,
            () => false,
        );
    const assertSoonShutOut = (token) => until(() => isShutOut(token), 'the access token to be refused');

    // The old password and all that was opened with it are worth nothing, and the new one is worth something.
    async function assertReset(somebody, secret) {
        assertProblem(await logIn(somebody, password), 401, 'invalid_credentials');
        assert.equal((await logIn(somebody, secret)).status, 200);
        assertProblem(await somebody.refresh(), 401, 'invalid_refresh_token');
        await assertSoonShutOut(somebody.token);
    }

    test('takes a line of standard input, and ends all sessions of the account', async () => {
        const [somebody, other] = [await person('Forgetful'), await person('Bystander')];
        const again = await somebody.logInAgain();
        const socket = await again.connect();
        const { stdout, stderr } = await done(
            ['reset-password', somebody.email],
            `${newPassword}\nnot this\n`,
        );
        assert.equal(stdout, '');
        assert.match(stderr, /Sessions ended: 2\./);
        assertAudited(stderr, 'password.reset', somebody);
        assert.ok(!stderr.includes(newPassword), stderr);
        await assertDisconnected(socket);
        await assertReset(somebody, newPassword);
        await assertSoonShutOut(again.token);
        assert.equal((await other.get('/api/users/me')).status, 200);
    });

    test('reads the line without its end, whatever that is', async () => {
        for (const end of ['', '\n', '\r\n']) {
            const somebody = await person('Typist');
            await done(['reset-password', somebody.email], newPassword + end);
            assert.equal((await logIn(somebody, newPassword)).status, 200);
        }
    });

    test('makes a password up and prints nothing else on standard output', async () => {
        const somebody = await person('Lazy');
        const { stdout, stderr } = await done(['reset-password', somebody.email, '--generate'], '');
        assert.match(stdout, /^[\w-]{24}\n$/);
        assert.ok(!stderr.includes(stdout.trim()), stderr);
        await assertReset(somebody, stdout.trim());
        const another = await done(['reset-password', somebody.email, '--generate'], '');
        assert.notEqual(another.stdout, stdout);
    });

    test('refuses what is no password, and changes nothing then', async () => {
        const somebody = await person('Careless');
        for (const [input, expected] of [
            ['', 'no password'],
            ['\n', 'at least 8 characters'],
            ['seven77\n', 'at least 8 characters'],
            [`${'é'.repeat(37)}\n`, 'at most 72 bytes'],
            [`${'x'.repeat(5000)}\n`, 'too long'],
            ['null \0 character\n', 'U+0000'],
            [Buffer.from('latin-1 \xe9\xe9\xe9\n', 'latin1'), 'UTF-8'],
        ]) {
            const stderr = await refused(['reset-password', somebody.email], input, expected);
            const typed = String(input).trim();
            assert.ok(typed === '' || !stderr.includes(typed), stderr);
        }
        assert.equal((await somebody.refresh()).status, 200);
        assert.equal((await logIn(somebody, password)).status, 200);
    });

    test('refuses an address that nobody has before it asks, and a password as an argument', async () => {
        await refused(['reset-password', 'nobody@example.com'], '', 'no account');
        const somebody = await person('Public');
        assert.notEqual((await users(['reset-password', somebody.email, newPassword])).code, 0);
        assert.notEqual((await users(['reset-password', somebody.email, '--password', newPassword])).code, 0);
        assert.equal((await logIn(somebody, password)).status, 200);
    });

    describe('in a terminal', () => {
        const ask = (somebody, dialogue) =>
            terminalCommand(['users', 'reset-password', somebody.email], dialogue, { env });

        test('asks twice and shows nothing of it', async () => {
            const somebody = await person('At The Desk');
            const { code, screen } = await ask(somebody, [
                ['New password: ', `${newPassword}\n`],
                ['Again: ', `${newPassword}\n`],
            ]);
            assert.equal(code, 0, screen);
            assert.ok(!screen.includes(newPassword), screen);
            assert.equal((await logIn(somebody, newPassword)).status, 200);
        });

        test('changes nothing when the two differ, or at Ctrl-C', async () => {
            const somebody = await person('Distracted');
            const differing = await ask(somebody, [
                ['New password: ', `${newPassword}\n`],
                ['Again: ', `${newPassword}!\n`],
            ]);
            assert.equal(differing.code, 1);
            assert.match(differing.screen, /differ/);
            const cancelled = await ask(somebody, [['New password: ', '\u0003']]);
            assert.equal(cancelled.code, 1, 'it ends by itself: the terminal echoes again');
            assert.match(cancelled.screen, /cancelled/);
            assert.equal((await logIn(somebody, password)).status, 200);
        });
    });
});

test('a database without tables is told what it lacks', async () => {
    const elsewhere = { ...env, ROOST_DATA_DIR: join(temporaryDirectory(), 'd') };
    const { code, stderr } = await command(['users', 'list'], { env: elsewhere });
    assert.equal(code, 1);
    assert.match(stderr, /roost db migrate/);
});
