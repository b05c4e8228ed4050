// The tiers as processes of their own: `roost api` on a PostgreSQL, and `roost gateway` in front of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Api, assertProblem } from './support/http.mjs';
import { closeAllRaw, RawConnection, RawSocket, requestUpgrade, socketPath } from './support/raw.mjs';
import { run, Server } from './support/server.mjs';
import { databaseUrl, secret, Tier, Upstream } from './support/tier.mjs';
import { until } from './support/wait.mjs';

const origin = 'https://app.example.com';
const oneCore = { ROOST_CORES: '1' };
let database; // a server for the PostgreSQL that it runs
let databaseSettings;

before(async () => {
    database = await Server.start();
    databaseSettings = { DATABASE_URL: databaseUrl(database), ROOST_BCRYPT_COST: '4' };
});
after(async () => {
    closeAllRaw();
    await database?.stop();
});

describe('a gateway in front of an API', () => {
    let api;
    let gateway;
    let through;
    let user;

    before(async () => {
        api = await Tier.start('api', { ...databaseSettings, ROOST_TRUSTED_PROXIES: '127.0.0.1' });
        gateway = await Tier.start('gateway', { ROOST_UPSTREAM: api.url, ROOST_CORS_ORIGINS: origin });
        through = new Api(gateway.url);
        user = await through.register('Ann');
    });
    after(async () => {
        await gateway?.stop();
        await api?.stop();
    });

    test('passes requests on and answers back', async () => {
        const said = await through.say(user.token, 'through the gateway');
        const page = await new Api(api.url).get('/api/messages?room=lobby&limit=1');
        assert.deepEqual(page.body.messages, [said]);
        assert.equal((await through.login(user.email)).status, 200);
        assert.equal((await through.get('/api/users/me', { token: user.token })).body.user.id, user.user.id);
        const large = await through.post('/api/messages', { content: 'x'.repeat(4000) }, { token: user.token });
        assert.equal(large.status, 201);
    });

    test('answers as the API itself does', async () => {
        const direct = new Api(api.url);
        const ofTheMoment = ['date', 'x-request-id', 'vary', 'access-control-expose-headers'];
        const ofTheGateway = ['x-content-type-options', 'content-security-policy', 'referrer-policy'];
        const seen = ({ status, headers, text }) => [
            status,
            [...headers].filter(([name]) => ![...ofTheMoment, ...ofTheGateway].includes(name)).sort(),
            text.replace(/"(request_id|timestamp)":"[^"]*"/g, ''),
        ];
        for (const [method, path, options] of [
            ['GET', '/api/messages?room=lobby&limit=2'],
            ['HEAD', '/api/messages?room=lobby&limit=2'],
            ['OPTIONS', '/api/messages'],
            ['GET', '/api/messages?limit=0'],
            ['GET', '/api/users/me'],
            ['GET', '/api/nothing'],
            ['DELETE', '/api/health'],
            ['BREW', '/api/health'],
            ['POST', '/api/messages', { token: user.token, json: {} }],
            ['POST', '/api/auth/login', { body: '{' }],
            ['GET', '/api/health', { headers: { connection: 'close' } }],
        ]) {
            const plain = { ...options, headers: { 'accept-encoding': 'identity', ...options?.headers } };
            const [one, other] = [
                await direct.request(method, path, plain),
                await through.request(method, path, plain),
            ];
            assert.deepEqual(seen(other), seen(one), `${method} ${path}`);
        }
    });

    test('tells browsers that an answer is data, refusals too, and lets a page say what it loads', async () => {
        for (const path of ['/api/messages', '/api/nothing', '/api/users/me', '/health']) {
            const { headers } = await through.get(path);
            assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
            assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'", path);
            assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
        }
        const page = await through.get('/swagger', { headers: { accept: 'text/html' } });
        assert.match(page.headers.get('content-security-policy'), /^default-src 'self'/);
    });

    test('gives the API the id of a request, whoever made it', async () => {
        const given = await through.get('/api/nothing', { headers: { 'x-request-id': 'trace-1' } });
        assertProblem(given, 404);
        assert.equal(given.body.request_id, 'trace-1');
        assertProblem(await through.get('/api/nothing'), 404);
    });

    test('answers health of its own, and asks the API whether it is ready', async () => {
        for (const path of ['/health', '/health/live', '/health/ready']) {
            const { status, body } = await through.get(path);
            assert.deepEqual([status, body.service, body.status], [200, 'roost-gateway', 'ok'], path);
        }
        assert.equal((await through.get('/api/health')).body.service, 'roost-api');
    });

    test('tells who wants a WebSocket where to go, and the API has one', async () => {
        const raw = await requestUpgrade(gateway.port, socketPath(user.token));
        const refused = await raw.response();
        assert.equal(refused.status, 501);
        assert.match(refused.text, /port of the API/);
        await raw.assertClosed();
        const socket = await RawSocket.connect(api.port, user.token);
        await socket.joinMessages();
    });

    test('answers 502 while the API is away, also to other origins, and goes on when it is back', async () => {
        await api.kill9();
        const away = await through.get('/api/messages', { headers: { origin, 'x-request-id': 'trace-2' } });
        assertProblem(away, 502, 'bad_gateway');
        assert.equal(away.body.request_id, 'trace-2');
        assert.equal(away.headers.get('access-control-allow-origin'), origin);
        assertProblem(await through.post('/api/messages', { content: 'x' }, { token: user.token }), 502);
        const ready = await through.get('/health/ready');
        assert.deepEqual([ready.status, ready.body.service], [503, 'roost-gateway']);
        assert.equal((await through.get('/health')).status, 200);

        await api.restart();
        assert.equal((await through.get('/health/ready')).status, 200);
        await through.say(user.token, 'again');
        assert.match(gateway.log, /cannot be reached[^]*answers again/);
    });

    test('takes over to an API that was restarted in order, without an error between', async () => {
        for (let i = 0; i < 3; i += 1) {
            assert.equal((await through.get('/api/health')).status, 200);
            await api.stop();
            await api.restart();
            await through.say(user.token, `after restart ${i}`);
        }
    });
});

describe('what a gateway tells the API', () => {
    let upstream;
    let gateway;
    let trusting;

    before(async () => {
        upstream = await Upstream.start();
        const settings = { ROOST_UPSTREAM: upstream.url, ...oneCore };
        gateway = await Tier.start('gateway', settings);
        trusting = await Tier.start('gateway', { ...settings, ROOST_TRUSTED_PROXIES: '127.0.0.0/8' });
    });
    after(async () => {
        await gateway?.stop();
        await trusting?.stop();
        await upstream?.stop();
    });
    const claims = {
        'x-forwarded-for': '6.6.6.6, 1.2.3.4',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'chat.example.com',
        'x-request-id': 'trace-3',
    };

    test('is the request, without what concerns the connection', async () => {
        const raw = await RawConnection.open(gateway.port);
        raw.send(
            'POST http://chat.example.com/api/a%20b?c=%2F HTTP/1.1\r\nHost: chat.example.com\r\nX-A: 1\r\n' +
                'Connection: keep-alive, x-hop\r\nX-Hop: 1\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n' +
                'Proxy-Authorization: Basic eA==\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
        );
        const seen = JSON.parse((await raw.response()).text);
        raw.destroy();
        assert.deepEqual([seen.method, seen.url, seen.body], ['POST', '/api/a%20b?c=%2F', '{}']);
        const { 'x-request-id': id, ...headers } = seen.headers;
        assert.match(id, /^[0-9a-f]{16}$/);
        assert.deepEqual(headers, {
            host: new URL(upstream.url).host,
            'x-a': '1',
            'content-length': '2',
            'x-forwarded-for': '127.0.0.1',
            'x-forwarded-proto': 'http',
            'x-forwarded-host': 'chat.example.com',
            via: '1.1 roost',
        });
    });

    test('is not what the client says of itself', async () => {
        const { headers } = (await new Api(gateway.url).get('/api/x', { headers: claims })).body;
        assert.equal(headers['x-forwarded-for'], '127.0.0.1');
        assert.equal(headers['x-forwarded-proto'], 'http');
        assert.equal(headers['x-forwarded-host'], new URL(gateway.url).host);
        assert.equal(headers['x-request-id'], 'trace-3');
    });

    test('is what a trusted proxy says of the client', async () => {
        const { headers } = (await new Api(trusting.url).get('/api/x', { headers: claims })).body;
        assert.equal(headers['x-forwarded-for'], '1.2.3.4');
        assert.equal(headers['x-forwarded-proto'], 'https');
        assert.equal(headers['x-forwarded-host'], 'chat.example.com');
    });

    test('comes over few connections', async () => {
        const before = upstream.connections;
        for (let i = 0; i < 50; i += 1) await new Api(gateway.url).get('/api/x');
        assert.ok(upstream.connections - before <= 1, `${upstream.connections - before} connections`);
    });
});

describe('a gateway before an API that misbehaves', () => {
    const settings = (upstream) => ({ ROOST_UPSTREAM: upstream.url, ...oneCore });

    test('repeats what may be repeated when a kept connection ends over it, and nothing else', async () => {
        let seen = 0;
        const upstream = await Upstream.start((request, response) => {
            seen += 1;
            if (seen % 2 === 0) request.socket.destroy();
            else response.end('{}');
        });
        const gateway = await Tier.start('gateway', settings(upstream));
        const api = new Api(gateway.url);
        assert.equal((await api.get('/api/x')).status, 200);
        assert.equal((await api.get('/api/x')).status, 200);
        assert.equal(seen, 3, 'the second was sent twice');
        assertProblem(await api.post('/api/x', {}), 502, 'bad_gateway');
        assert.equal(seen, 4, 'the post was sent once');
        await gateway.stop();
        await upstream.stop();
    });

    test('answers what is under way before it stops, and does not wait for ever', async () => {
        const waiting = [];
        const upstream = await Upstream.start((_, response) => waiting.push(response));
        for (const isAnswered of [true, false]) {
            const gateway = await Tier.start('gateway', settings(upstream));
            const asked = new Api(gateway.url).get('/api/x').catch(() => null);
            await until(() => waiting.length === 1, 'the request to arrive');
            const stopped = gateway.stop();
            await until(() => gateway.log.includes('stopping'), 'the gateway to stop');
            const response = waiting.pop();
            if (isAnswered) response.end('{}');
            assert.equal((await asked)?.status, isAnswered ? 200 : undefined);
            await stopped;
        }
        await upstream.stop();
    });
});

describe('a tier on its own is refused', () => {
    const good = () => ({ ...databaseSettings, ROOST_JWT_SECRET: secret });
    const assertRefused = ({ code, signal, stdout, stderr }, ...expected) => {
        assert.equal(signal, null, stderr);
        assert.notEqual(code, 0, stdout);
        for (const text of expected) assert.ok(stderr.includes(text), `${text} in: ${stderr}`);
        assert.ok(!/terminate called/.test(stderr), stderr);
    };

    for (const role of ['api', 'gateway']) {
        for (const [why, bad] of [
            ['is missing', undefined],
            ['is missing', ''],
            ['is a placeholder', 'change-me-change-me-0123456789-abcdefgh'],
            ['is a placeholder', 'An-Example-Secret-0123456789-abcdefgh'],
            ['is a placeholder', 'development-secret-0123456789-abcdefgh'],
            ['repeats', '0123456780123456780123456780123456780'],
        ]) {
            test(`as ${role} with a secret such as ${bad}`, async () => {
                const env = good();
                if (bad === undefined) delete env.ROOST_JWT_SECRET;
                else env.ROOST_JWT_SECRET = bad;
                const refused = await run([role], { env });
                assertRefused(refused, 'ROOST_JWT_SECRET');
                if (bad !== '') assertRefused(refused, why, 'openssl rand -base64 48');
                if (bad) assert.ok(!(refused.stdout + refused.stderr).includes(bad), 'it is not repeated');
            });
        }
    }

    test('as api without a database', async () => {
        const { DATABASE_URL, ...env } = good();
        assert.ok(DATABASE_URL);
        assertRefused(await run(['api'], { env }), 'DATABASE_URL', 'roost serve');
    });

    test('as api while migrations are pending, and not after `roost db migrate`', async () => {
        assert.equal((await run(['db', 'rollback'], { env: databaseSettings })).code, 0);
        assertRefused(await run(['api'], { env: good() }), 'pending', 'roost db migrate');
        assert.equal((await run(['db', 'migrate'], { env: databaseSettings })).code, 0);
        const api = await Tier.start('api', good());
        await api.stop();
    });
});
