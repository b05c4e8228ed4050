// Settings: where they come from, which one wins, and that no secret leaves the program with them.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { command } from './support/command.mjs';
import { temporaryDirectory } from './support/server.mjs';

const repository = join(import.meta.dirname, '../..');
const secret = 'never-to-be-shown-0123456789-0123456789';
const hidden = /never-to-be-shown/;

// A working directory with these settings files: {'config/test.toml': text}.
function directoryWith(files = {}) {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, 'config'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
    return cwd;
}

async function config({ files, env, args = [], cwd = directoryWith(files) } = {}) {
    const { code, stdout, stderr } = await command(['config', '--json', ...args], { cwd, env });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
}

// Refused with a sentence that has each of `expected`, by every command alike; a secret is not in it.
async function refused(given, ...expected) {
    const { files, env, args = [], cwd = directoryWith(files) } = given;
    const { code, signal, stdout, stderr } = await command(['config', ...args], { cwd, env });
    assert.equal(signal, null, stderr);
    assert.equal(code, 1, stdout + stderr);
    for (const text of expected) {
        const found = text instanceof RegExp ? text.test(stderr) : stderr.includes(text);
        assert.ok(found, `${text} in: ${stderr}`);
    }
    assert.match(stderr, /^roost: [^\n]+\n$/, 'one sentence');
    assert.doesNotMatch(stdout + stderr, hidden);
}

describe('where a setting comes from:', () => {
    const files = { 'config/development.toml': 'cors_origins = ["https://file"]\n[gateway]\nport = 3001\n' };
    const env = { ROOST_GATEWAY_PORT: '3002', ROOST_CORS_ORIGINS: 'https://a, https://b' };
    const args = ['--gateway-port', '3003'];

    test('the default, where nobody says anything', async () => {
        const { 'gateway.port': port, cors_origins, config_file, environment } = await config();
        assert.deepEqual([port.value, port.source, port.origin], [3000, 'default', undefined]);
        assert.deepEqual([cors_origins.value, cors_origins.source], [[], 'default']);
        assert.equal(config_file.value, null);
        assert.equal(environment.value, 'development');
    });

    test('the file over the default', async () => {
        const { 'gateway.port': port, cors_origins, config_file } = await config({ files });
        assert.deepEqual(
            [port.value, port.source, port.origin],
            [3001, 'file', 'config/development.toml, line 3'],
        );
        assert.deepEqual([cors_origins.value, cors_origins.source], [['https://file'], 'file']);
        assert.equal(config_file.value, 'config/development.toml');
    });

    test('the environment over the file, as a whole', async () => {
        const { 'gateway.port': port, cors_origins } = await config({ files, env });
        assert.deepEqual([port.value, port.source, port.origin], [3002, 'environment', 'ROOST_GATEWAY_PORT']);
        assert.deepEqual(cors_origins.value, ['https://a', 'https://b']);
        const none = await config({ files, env: { ROOST_CORS_ORIGINS: '' } });
        assert.deepEqual(none.cors_origins.value, []);
    });

    test('a flag over everything', async () => {
        const { 'gateway.port': port } = await config({ files, env, args });
        assert.deepEqual([port.value, port.source, port.origin], [3003, 'flag', '--gateway-port']);
    });
});

describe('which file is read:', () => {
    const port = (number) => `[api]\nport = ${number}\n`;
    const files = {
        'config/development.toml': port(4001),
        'config/test.toml': port(4002),
        'config/production.toml': port(4003),
        'other.toml': port(4004),
        'another.toml': port(4005),
    };
    const portWith = async (given) => (await config({ files, ...given }))['api.port'].value;

    test('that of ROOST_ENV, which is development unless it is set', async () => {
        assert.equal(await portWith({}), 4001);
        for (const [name, expected] of [
            ['development', 4001],
            ['test', 4002],
            ['production', 4003],
        ])
            assert.equal(await portWith({ env: { ROOST_ENV: name } }), expected);
        assert.equal(await portWith({ env: { ROOST_ENV: 'test' }, args: ['--env', 'production'] }), 4003);
    });

    test('the one that is named, instead', async () => {
        const env = { ROOST_ENV: 'test', ROOST_CONFIG: 'other.toml' };
        assert.equal(await portWith({ env }), 4004);
        assert.equal(await portWith({ env, args: ['--config', 'another.toml'] }), 4005);
    });

    test('none, where nobody named one and there is none', async () => {
        const { 'api.port': found, config_file } = await config({ env: { ROOST_ENV: 'production' } });
        assert.deepEqual([found.value, config_file.value], [4000, null]);
    });

    test('one that is named and missing is refused', async () => {
        await refused({ env: { ROOST_CONFIG: 'missing.toml' } }, 'missing.toml', 'No such file');
        await refused({ args: ['--config', 'missing.toml'] }, 'missing.toml', 'No such file');
        await refused({ args: ['--config', 'config'] }, 'config', 'Is a directory');
        await refused({ args: ['--config', ''] }, '--config');
    });

    test('an environment that does not exist is refused', async () => {
        for (const name of ['staging', 'Production', ''])
            await refused({ env: { ROOST_ENV: name } }, 'ROOST_ENV', 'development, test or production');
    });

    test('those of the repository are right, production has no secret, and test is quick', async () => {
        for (const name of ['development', 'test', 'production']) {
            const found = await config({ cwd: repository, env: { ROOST_ENV: name } });
            assert.equal(found.config_file.value, `config/${name}.toml`);
            for (const setting of ['auth.secret', 'auth.old_secrets', 'database.url'])
                assert.equal(found[setting].value, null, `${setting} in config/${name}.toml`);
            if (name === 'test') assert.equal(found['auth.bcrypt_cost'].value, 4);
            if (name === 'production') assert.equal(found['auth.bcrypt_cost'].value, 12);
        }
    });
});

test('every setting can stand in the file', async () => {
    const values = {
        data_dir: '/srv/roost',
        'log.level': 'error',
        'database.url': 'postgres://roost:***@db:5432/roost',
        'database.postgres_bin': '/opt/postgres/bin',
        host: '0.0.0.0',
        cores: 3,
        'gateway.port': 8000,
        'gateway.upstream': 'http://api.internal:4000',
        'api.port': 8001,
        cors_origins: ['https://a.example.com', 'https://b.example.com'],
        trusted_proxies: ['10.0.0.0/8', '::1'],
        'rooms.memory_bytes': 2000000,
        'sockets.max_channels': 10,
        'sockets.max_frame_bytes': 2048,
        'sockets.max_outbox_bytes': 100000,
        'sockets.idle_timeout_s': 30,
        'sockets.compression': 'on',
        'sockets.event_rate': 10,
        'sockets.event_burst': 20,
        'sockets.user_event_rate': 30,
        'sockets.user_event_burst': 40,
        'sockets.connect_rate': 50,
        'sockets.connect_burst': 60,
        'drain.delay_s': 1,
        'drain.window_s': 2,
        'auth.secret': '(set)',
        'auth.old_secrets': '(set)',
        'auth.public_keys': 'keys',
        'auth.issuer': 'https://id.example.com',
        'auth.audience': 'chat',
        'auth.bcrypt_cost': 5,
    };
    const secrets = {
        'database.url': `postgres://roost:${secret}@db:5432/roost`,
        'auth.secret': secret,
        'auth.old_secrets': [secret, `${secret} with a blank`],
    };
    const text = Object.entries({ ...values, ...secrets }).map(
        ([key, value]) => `${key} = ${JSON.stringify(value)}\n`,
    );
    const { environment, config_file, ...found } = await config({
        files: { 'config/development.toml': text.join('') },
    });
    assert.deepEqual(
        Object.fromEntries(Object.entries(found).map(([key, { value }]) => [key, value])),
        values,
    );
    for (const [key, { source }] of Object.entries(found)) assert.equal(source, 'file', key);
});

describe('a file is refused with the place', () => {
    const name = 'config/development.toml';
    for (const [what, text, ...expected] of [
        ['an unknown key', 'hots = "x"', 'line 1', 'hots is not a setting', 'gateway.port'],
        ['an unknown key in a table', '[gateway]\nprot = 1', 'line 2', 'gateway.prot is not a setting'],
        ['an unknown table', '\n[gatway]\n', 'line 2', 'gatway is not a setting'],
        ['a table in a setting', '[api.port]\n', 'line 1', 'api.port'],
        ['a list of tables', '[[gateway]]\nport = 1', 'gateway'],
        ['a value for a table', 'gateway = 3000', 'line 1', 'gateway is not a setting'],
        ['a text for a number', '[api]\nport = "4000"', 'line 2', 'api.port', 'a whole number', '65535'],
        ['a fraction', 'cores = 1.0', 'line 1', 'cores', 'a whole number'],
        ['a number for a text', 'host = 127', 'line 1', 'host', 'a text'],
        ['a boolean', 'log.level = true', 'line 1', 'log.level', 'a text'],
        ['a text for a list', 'cors_origins = "https://a"', 'line 1', 'cors_origins', 'a list'],
        ['a list of other things', 'cors_origins = ["https://a", 1]', 'line 1', 'cors_origins', 'a list'],
        ['a number out of bounds', '[api]\nport = 65536', 'line 2', 'api.port', '65535'],
        ['a number past 64 bits', '[api]\nport = 99999999999999999999', 'line 2', 'not TOML'],
        [
            'a wrong element',
            'trusted_proxies = ["10.0.0.1", "proxy"]',
            'line 1',
            'trusted_proxies',
            '10.0.0.0/8',
        ],
        ['a control character', 'data_dir = "a\\u0000b"', 'line 1', 'data_dir'],
        ['what only says where to read', 'environment = "test"', 'line 1', 'environment is not a setting'],
        ['a short secret', 'auth.secret = "never-to-be-shown"', 'line 1', 'auth.secret', '32 bytes'],
        ['a secret of another type', `auth.secret = ["${secret}"]`, 'line 1', 'auth.secret', 'a text'],
        ['a wrong URL', `database.url = "mysql://${secret}"`, 'line 1', 'database.url', 'postgres://'],
        ['what is no TOML', `host = "x"\nauth.secret = ${secret}\n`, 'line 2, column', 'not TOML'],
        ['a key twice', `auth.secret = "${secret}"\nauth.secret = "${secret}"`, 'line 2', 'not TOML'],
        ['a line that does not end', `auth.secret = "${secret}`, 'line 1', 'not TOML'],
        ['another encoding', Buffer.from([0x61, 0x3d, 0x22, 0xff, 0x22]), 'line 1', 'not TOML'],
        ['a deep one', `host = ${'['.repeat(20_000)}`, 'line 1', 'not TOML'],
        ['a huge one', '#'.repeat(65_537), '64 KiB'],
    ]) {
        test(what, () => refused({ files: { [name]: text } }, name, ...expected));
    }
});

describe('a wrong value is refused with its name and what is expected:', () => {
    for (const [variable, flag, value, expected] of [
        ['ROOST_UPSTREAM', '--upstream', 'https://api:4000', 'http://host:port'],
        ['ROOST_UPSTREAM', '--upstream', 'http://api', 'http://host:port'],
        ['ROOST_UPSTREAM', '--upstream', 'http://api:4000/path', 'http://host:port'],
        ['ROOST_TRUSTED_PROXIES', '--trusted-proxies', '10.0.0.0/33', '10.0.0.0/8'],
        ['ROOST_TRUSTED_PROXIES', '--trusted-proxies', '10.0.0.1,,10.0.0.2', '10.0.0.0/8'],
        ['ROOST_JWT_ISSUER', '--jwt-issuer', 'my server', 'without blanks'],
        ['ROOST_JWT_AUDIENCE', '--jwt-audience', '', 'without blanks'],
        ['ROOST_JWT_PUBLIC_KEYS', '--jwt-public-keys', '', 'a directory'],
        ['ROOST_POSTGRES_BIN', '--postgres-bin', '', 'a directory'],
        ['ROOST_JWT_SECRET', null, 'never-to-be-shown', '32 bytes'],
        ['ROOST_JWT_OLD_SECRETS', null, `${secret} never-to-be-shown`, '32 bytes'],
        ['DATABASE_URL', null, `mysql://${secret}`, 'postgres://'],
    ]) {
        test(`${variable}=${value}`, async () => {
            await refused({ env: { [variable]: value } }, `${variable} must be`, expected);
            if (flag) await refused({ args: [flag, value] }, `${flag} must be`, expected);
        });
    }

    test('a variable that does not exist', async () => {
        await refused({ env: { ROOST_PORT: '1' } }, 'ROOST_PORT is not a setting', 'ROOST_GATEWAY_PORT');
        await refused({ env: { ROOST_HOST_FILE: '/x' } }, 'ROOST_HOST_FILE is not a setting');
    });

    test('programs of PostgreSQL that are not there', async () => {
        const cwd = directoryWith();
        const env = { ROOST_DATA_DIR: join(cwd, 'd'), ROOST_POSTGRES_BIN: join(cwd, 'bin') };
        const { code, stderr } = await command(['db', 'status'], { cwd, env });
        assert.equal(code, 1);
        assert.ok(stderr.includes(env.ROOST_POSTGRES_BIN), stderr);
    });
});

describe('a secret', () => {
    const url = `postgres://roost:${secret}@db:5432/roost?sslpassword=${secret}`;
    const given = {
        DATABASE_URL: url,
        ROOST_JWT_SECRET: secret,
        ROOST_JWT_OLD_SECRETS: `${secret}\n${secret}`,
    };
    // The same, each in a file: the contents of the files by variable.
    const asFiles = (contents) => {
        const cwd = directoryWith(contents);
        return {
            cwd,
            env: Object.fromEntries(Object.keys(contents).map((name) => [`${name}_FILE`, join(cwd, name)])),
        };
    };
    const expected = {
        'database.url': 'postgres://roost:***@db:5432/roost?sslpassword=***',
        'auth.secret': '(set)',
        'auth.old_secrets': '(set)',
    };

    test('may stand in the environment or in a file, and is shown by neither form of roost config', async () => {
        const inFile = `database.url = '${url}'\nauth.secret = '${secret}'\nauth.old_secrets = ['${secret}']\n`;
        for (const [source, where] of [
            ['environment', { cwd: directoryWith(), env: given }],
            ['environment', asFiles(given)],
            ['file', { cwd: directoryWith({ 'config/development.toml': inFile }) }],
        ]) {
            const found = await config(where);
            for (const [name, value] of Object.entries(expected))
                assert.deepEqual([found[name].value, found[name].source], [value, source], name);
            assert.doesNotMatch(JSON.stringify(found), hidden);
            const { code, stdout, stderr } = await command(['config'], where);
            assert.equal(code, 0, stderr);
            assert.doesNotMatch(stdout + stderr, hidden);
            for (const value of Object.values(expected)) assert.ok(stdout.includes(value), stdout);
        }
    });

    test('is not set where nobody gives one', async () => {
        const found = await config();
        for (const name of Object.keys(expected)) assert.equal(found[name].value, null, name);
        const { stdout } = await command(['config'], { cwd: directoryWith() });
        assert.match(stdout, /^auth\.secret +\(not set\) +default$/m);
    });

    test('of a file ends where its line does', async () => {
        const long = 'never-to-be-shown-and-of-32-bytes';
        assert.equal(long.length, 33);
        for (const end of ['', '\n', '\r\n']) {
            const found = await config(asFiles({ ROOST_JWT_SECRET: long.slice(1) + end }));
            assert.equal(found['auth.secret'].origin, 'ROOST_JWT_SECRET_FILE');
            await refused(
                asFiles({ ROOST_JWT_SECRET: long.slice(2) + end }),
                'ROOST_JWT_SECRET_FILE',
                '32 bytes',
            );
        }
        const found = await config(asFiles({ DATABASE_URL: 'postgres://db/roost\n' }));
        assert.equal(found['database.url'].value, 'postgres://db/roost');
    });

    test('that is given twice is refused, and so is a file that cannot be read', async () => {
        for (const [name, value] of Object.entries(given)) {
            const { cwd, env } = asFiles({ [name]: value });
            await refused({ cwd, env: { ...env, [name]: value } }, `${name} and ${name}_FILE`);
            await refused(
                { env: { [`${name}_FILE`]: '/nowhere/x' } },
                `${name}_FILE`,
                '/nowhere/x',
                'No such file',
            );
        }
        await refused(asFiles({ ROOST_JWT_SECRET: secret.repeat(2000) }), 'ROOST_JWT_SECRET_FILE', '64 KiB');
    });

    test('has no flag', async () => {
        const found = await config();
        for (const name of Object.keys(expected)) assert.equal(found[name].flag, undefined, name);
    });
});
