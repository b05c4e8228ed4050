import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Api } from './support/http.mjs';
import { freePorts, run, Server, temporaryDirectory } from './support/server.mjs';

const version = readFileSync(new URL('../../VERSION', import.meta.url), 'utf8').trim();

// Ends with a failure of its own, not by a signal, and says `expected` on stderr.
function assertRefused({ code, signal, stderr, stdout }, ...expected) {
    assert.equal(signal, null, stderr);
    assert.notEqual(code, 0, stdout + stderr);
    for (const text of expected) {
        assert.ok(
            text instanceof RegExp ? text.test(stderr) : stderr.includes(text),
            `${text} in: ${stderr}`,
        );
    }
    assert.ok(!/terminate called|what\(\):|\bat 0x/.test(stderr), `a message for people: ${stderr}`);
}

describe('the program', () => {
    test('says its version', async () => {
        const { code, stdout } = await run(['version']);
        assert.equal(code, 0);
        assert.ok(stdout.includes(version), stdout);
    });

    test('explains itself and each command', async () => {
        for (const [args, words] of [
            [['--help'], ['serve', 'api', 'gateway', 'db', 'users', 'config', 'openapi', 'bench', 'version']],
            [
                ['serve', '--help'],
                ['--data-dir', '--gateway-port', '--api-port', '--seed'],
            ],
            [
                ['db', '--help'],
                ['migrate', 'rollback', 'status', 'check', 'seed'],
            ],
            [
                ['users', '--help'],
                ['list', 'promote', 'demote', 'reset-password'],
            ],
        ]) {
            const { code, stdout } = await run(args);
            assert.equal(code, 0);
            for (const word of words)
                assert.ok(stdout.includes(word), `${word} in ${args.join(' ')}: ${stdout}`);
        }
    });

    test('refuses commands and flags it does not know', async () => {
        assertRefused(await run(['fly']), 'fly');
        assertRefused(await run(['serve', '--no-such-flag']), '--no-such-flag');
        assertRefused(await run(['db', 'destroy']), 'destroy');
        assertRefused(await run(['users', 'delete']), 'delete');
    });

    test('explains a command that is not whole', async () => {
        for (const group of [[], ['db'], ['users']]) {
            const { code, stdout, stderr } = await run(group);
            assert.equal(code, 1);
            assert.equal(stdout, '');
            assert.ok(stderr.includes('Subcommands:'), stderr);
        }
    });

    test('prints the documents of its contract', async () => {
        for (const [args, name, version] of [
            [['openapi'], 'openapi', '3.1.0'],
            [['openapi', '--asyncapi'], 'asyncapi', '3.0.0'],
        ]) {
            const { code, stdout, stderr } = await run(args);
            assert.equal(code, 0, stderr);
            assert.equal(JSON.parse(stdout)[name], version);
        }
    });
});

describe('what people read about it', () => {
    const help = async (of) => (await run([...of.split(' ').filter(Boolean), '--help'])).stdout;

    test('fits into 100 columns', async () => {
        const alone = ['', 'serve', 'api', 'gateway', 'db', 'users', 'config', 'openapi'];
        const ofDb = ['migrate', 'rollback', 'status', 'check', 'seed'].map((name) => `db ${name}`);
        const ofUsers = ['list', 'promote', 'demote', 'reset-password'].map((name) => `users ${name}`);
        for (const of of [...alone, ...ofDb, ...ofUsers])
            for (const line of (await help(of)).split('\n')) assert.ok(line.length <= 100, `${of}: ${line}`);
    });

    test('names for each command the settings that it has', async () => {
        for (const [of, flags, others] of [
            [
                'serve',
                ['--data-dir', '--gateway-port', '--api-port', 'DATABASE_URL', 'ROOST_JWT_SECRET'],
                ['--upstream'],
            ],
            [
                'api',
                ['--api-port', '--bcrypt-cost', 'DATABASE_URL', 'ROOST_JWT_OLD_SECRETS'],
                ['--gateway-port', '--upstream', '--data-dir'],
            ],
            [
                'gateway',
                ['--gateway-port', '--upstream', 'ROOST_JWT_SECRET'],
                ['--data-dir', '--api-port', 'DATABASE_URL'],
            ],
            ['db status', ['--data-dir', '--postgres-bin', 'DATABASE_URL'], ['--host', 'ROOST_JWT_SECRET']],
        ]) {
            const text = await help(of);
            for (const word of [...flags, '--config', '--env', '--log-level'])
                assert.ok(text.includes(word), `${word} in: ${text}`);
            for (const word of others) assert.ok(!text.includes(word), `${word} not in: ${text}`);
        }
    });

    test('has the same settings in docs/DEVELOPMENT.md', async () => {
        const text = readFileSync(new URL('../../docs/DEVELOPMENT.md', import.meta.url), 'utf8');
        const table = text.slice(text.indexOf('| In the file |')).split('\n\n')[0].split('\n').slice(2);
        const rows = table.map((row) =>
            row
                .split('|')
                .slice(1, 4)
                .map((cell) => cell.trim().replaceAll('`', '')),
        );
        const found = Object.entries(JSON.parse((await run(['config', '--json'])).stdout)).map(
            ([name, { flag = '', variable }]) => [
                ['environment', 'config_file'].includes(name) ? '' : name,
                flag,
                variable,
            ],
        );
        assert.deepEqual(rows, found);
    });
});

describe('a wrong setting is refused with its name and what is expected:', () => {
    // Where every right setting would be: a start that is not refused ends in a time-out, not on port 3000.
    const settings = async (wrong) => {
        const [gateway, api] = await freePorts(2);
        return {
            ROOST_DATA_DIR: join(temporaryDirectory(), 'd'),
            ROOST_HOST: '127.0.0.1',
            ROOST_GATEWAY_PORT: String(gateway),
            ROOST_API_PORT: String(api),
            ...wrong,
        };
    };

    for (const [name, value, expected] of [
        ['ROOST_GATEWAY_PORT', 'http', /65535/],
        ['ROOST_GATEWAY_PORT', '70000', /65535/],
        ['ROOST_API_PORT', '-1', /65535/],
        ['ROOST_API_PORT', '4000x', /65535/],
        ['ROOST_CORES', 'many', /\d/],
        ['ROOST_CORES', '-1', /\d/],
        ['ROOST_CORES', '1.5', /\d/],
        ['ROOST_BCRYPT_COST', '3', /4/],
        ['ROOST_BCRYPT_COST', '99', /\d/],
        ['ROOST_LOG_LEVEL', 'loud', /info/],
        ['ROOST_HOST', 'not an address', /./],
        ['ROOST_CORS_ORIGINS', 'app.example.com/path', /http/],
        ['DATABASE_URL', 'mysql://somewhere/db', /postgres/i],
    ]) {
        test(`${name}=${value}`, async () => {
            const refused = await run(['serve'], { env: await settings({ [name]: value }), ms: 15_000 });
            assertRefused(refused, name, expected);
        });
    }

    test('a flag that is no number', async () => {
        assertRefused(
            await run(['serve', '--api-port', 'x'], { env: await settings({}), ms: 15_000 }),
            '--api-port',
            /\d/,
        );
    });

    test('a ROOST_ variable that does not exist', async () => {
        assertRefused(
            await run(['serve'], { env: await settings({ ROOST_GATEWAYPORT: '3000' }), ms: 15_000 }),
            'ROOST_GATEWAYPORT',
        );
    });

    test('and what a secret setting holds is not repeated', async () => {
        const url = 'mysql://roost:private-password@somewhere/db';
        const { stdout, stderr } = await run(['serve'], {
            env: await settings({ DATABASE_URL: url }),
            ms: 15_000,
        });
        assert.ok(!(stdout + stderr).includes('private-password'));
    });
});

describe('the database commands, on a data directory of their own', () => {
    let dataDir;
    before(() => {
        dataDir = join(temporaryDirectory(), 'd');
    });
    const db = (command) =>
        run(['db', command], { env: { ROOST_DATA_DIR: dataDir, ROOST_BCRYPT_COST: '4' } });
    const done = async (command) => {
        const { code, stdout, stderr } = await db(command);
        assert.equal(code, 0, `db ${command}: ${stdout}${stderr}`);
        return stdout;
    };
    const status = async () =>
        (await done('status')).replace(/\d{4}-\d\d-\d\d[T ][\d:.]+(Z|[+-][\d:]+)?/g, '<time>');

    test('migrate forth, back and forth, and status tells which it is', async () => {
        const empty = await status();
        await done('migrate');
        const migrated = await status();
        assert.notEqual(migrated, empty);
        await done('migrate');
        assert.equal(await status(), migrated, 'migrating again changes nothing');
        await done('rollback');
        assert.notEqual(await status(), migrated);
        await done('migrate');
        assert.equal(await status(), migrated);
    });

    test('seed once; again it changes nothing, and neither does serve --seed', async () => {
        await done('seed');
        await done('seed');
        const read = async (args) => {
            const server = await Server.start({ dataDir, args });
            const api = new Api(server.url());
            const log = await api.log();
            assert.equal((await api.login('demo@example.com', 'password123')).status, 200);
            await server.stop();
            return log;
        };
        const seeded = await read([]);
        assert.ok(seeded.length > 0, 'a few messages');
        assert.equal(
            new Set(seeded.map((message) => message.content)).size,
            seeded.length,
            'none of them twice',
        );
        assert.deepEqual(await read(['--seed']), seeded);
    });
});

describe('while a server runs', () => {
    let server;
    before(async () => {
        server = await Server.start();
    });
    after(() => server?.stop());

    const serve = (dataDir, gateway, api) =>
        run([
            'serve',
            '--data-dir',
            dataDir,
            '--host',
            '127.0.0.1',
            '--gateway-port',
            String(gateway),
            '--api-port',
            String(api),
        ]);

    test('a second one on its data directory is refused, and the first goes on', async () => {
        const [gateway, api] = await freePorts(2);
        assertRefused(await serve(server.dataDir, gateway, api), server.dataDir);
        assert.equal((await new Api(server.url()).get('/api/messages')).status, 200);
    });

    test('a second one on one of its ports is refused with the port', async () => {
        const [free] = await freePorts(1);
        const own = () => join(temporaryDirectory(), 'd');
        assertRefused(await serve(own(), server.gatewayPort, free), String(server.gatewayPort));
        assertRefused(await serve(own(), free, server.apiPort), String(server.apiPort));
        assert.equal((await new Api(server.url()).get('/api/messages')).status, 200);
    });

    test('a port of another program is refused in the same way', async () => {
        const other = createServer();
        await new Promise((listening) => other.listen(0, '127.0.0.1', listening));
        const { port } = other.address();
        const [free] = await freePorts(1);
        try {
            assertRefused(await serve(join(temporaryDirectory(), 'd'), port, free), String(port));
        } finally {
            other.close();
        }
    });
});
