// REST as HTTP: methods, bodies, connections, and requests from other origins, on both ports.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Api, assertProblem, timestamp } from './support/http.mjs';
import { closeAllRaw, RawConnection, requestUpgrade, socketPath } from './support/raw.mjs';
import { Server } from './support/server.mjs';

const origins = ['https://app.example.com', 'http://localhost:5173'];
let server;
let user;

before(async () => {
    server = await Server.start({ env: { ROOST_CORS_ORIGINS: origins.join(',') } });
    user = await new Api(server.url('api')).register('Ann');
});
after(async () => {
    closeAllRaw();
    await server?.stop();
});

const get = (path, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const post = (body, more = '') =>
    'POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
    `Authorization: Bearer ${user.token}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;

for (const tier of ['gateway', 'api']) {
    const open = () => RawConnection.open(server.port(tier));
    const api = () => new Api(server.url(tier));
    describe(`the ${tier}'s port`, () => {
        answers(tier, api, open);
        bodies(api, open);
        connections(open);
    });
}
describe('cross-origin requests', () => crossOrigin());

function answers(tier, api, open) {
    test('says how it is, to anyone', async () => {
        const health = await api().get('/api/health');
        assert.equal(health.status, 200, health.text);
        for (const member of ['status', 'service', 'version'])
            assert.equal(typeof health.body[member], 'string');
        assert.ok(!Number.isNaN(Date.parse(health.body.timestamp)));
        assert.match(health.body.timestamp, timestamp);
        for (const path of ['/health', '/health/live', '/health/ready']) {
            assert.equal((await api().get(path)).status, 200, path);
        }
    });

    test('answers a path that is not there with 404', async () => {
        for (const path of [
            '/api',
            '/api/nothing',
            '/api/messages/',
            '/api//messages',
            '/API/health',
            '/../etc/passwd',
            '/%2e%2e/%2e%2e/etc/passwd',
            '/api/health%00',
            `/${'x'.repeat(2000)}`,
        ]) {
            const raw = await open();
            const answer = await raw.send(get(path)).response();
            assert.ok([400, 404].includes(answer.status), `${path.slice(0, 40)}: ${answer.status}`);
            raw.destroy();
        }
        assertProblem(await api().get('/api/nothing'), 404, 'not_found');
    });

    test('answers a method that a path has not with 405 and the ones it has', async () => {
        for (const [method, path, allowed] of [
            ['DELETE', '/api/messages', ['GET', 'HEAD', 'POST']],
            ['PUT', '/api/auth/login', ['POST']],
            ['POST', '/api/health', ['GET', 'HEAD']],
            ['BREW', '/api/health', ['GET', 'HEAD']],
        ]) {
            const answer = await api().request(method, path);
            assertProblem(answer, 405, 'method_not_allowed');
            const listed = answer.headers.get('allow').split(/\s*,\s*/);
            for (const one of allowed) assert.ok(listed.includes(one), `${method} ${path}: Allow: ${listed}`);
            assert.ok(!listed.includes(method));
        }
    });

    test('answers HEAD as GET without the body', async () => {
        const raw = await open();
        raw.send('HEAD /api/messages HTTP/1.1\r\nHost: x\r\n\r\n' + get('/api/messages'));
        const head = await raw.response('HEAD');
        const full = await raw.response();
        assert.deepEqual([head.status, full.status], [200, 200]);
        assert.equal(head.headers.get('content-type'), full.headers.get('content-type'));
        if (head.headers.has('content-length')) {
            assert.equal(head.headers.get('content-length'), String(full.body.length));
        }
        raw.destroy();
    });

    test('answers OPTIONS with the methods of the path', async () => {
        const answer = await api().request('OPTIONS', '/api/messages');
        assert.ok([200, 204].includes(answer.status), answer.text);
        const listed = (answer.headers.get('allow') ?? '').split(/\s*,\s*/);
        for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS'])
            assert.ok(listed.includes(method), listed.join());
    });

    test('gives every answer an X-Request-Id: the one sent, or one of its own', async () => {
        const sent = await api().get('/api/health', { headers: { 'x-request-id': `trace-42_${tier}` } });
        assert.equal(sent.headers.get('x-request-id'), `trace-42_${tier}`);
        const refused = await api().get('/api/nothing', { headers: { 'x-request-id': 'trace-43' } });
        assertProblem(refused, 404);
        assert.equal(refused.body.request_id, 'trace-43');
        const [one, other] = await Promise.all([api().get('/api/health'), api().get('/api/health')]);
        assert.ok(one.headers.get('x-request-id'));
        assert.notEqual(one.headers.get('x-request-id'), other.headers.get('x-request-id'));
    });
}

function bodies(api, open) {
    const send = (body, headers) =>
        api().request('POST', '/api/messages', { body, headers, token: user.token });

    test('refuses a body that is not JSON with 400', async () => {
        for (const body of [
            '',
            '{',
            '{"content":"x",}',
            "{'content':'x'}",
            '{"content":"x"} trailing',
            '{"content":nul}',
            '{"content":"x"',
            '{"content":"a\nb"}',
            '\u0000',
            '[1}}',
            '{"content":01}',
            '['.repeat(20_000),
            '{"a":'.repeat(5_000),
        ]) {
            assertProblem(await send(body), 400, 'malformed_json');
        }
    });

    test('refuses a body of another media type with 415', async () => {
        for (const type of [
            'text/plain',
            'application/x-www-form-urlencoded',
            'application/jsonx',
            'multipart/form-data',
        ]) {
            assertProblem(
                await send('{"content":"x"}', { 'content-type': type }),
                415,
                'unsupported_media_type',
            );
        }
        for (const type of ['application/json; charset=utf-8', 'Application/JSON']) {
            assert.equal((await send('{"content":"typed"}', { 'content-type': type })).status, 201, type);
        }
    });

    test('refuses a body that is announced too large with 413 before it comes', async () => {
        const raw = await open();
        raw.send(
            'POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
                `Authorization: Bearer ${user.token}\r\nContent-Length: 1000000000\r\n\r\n{"content":`,
        );
        const answer = await raw.response();
        assertProblem({ ...answer, body: JSON.parse(answer.text) }, 413, 'body_too_large');
        await raw.assertClosed();
    });

    test('stops reading a chunked body that does not end', async () => {
        const raw = await open();
        raw.send(
            'POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
                `Authorization: Bearer ${user.token}\r\nTransfer-Encoding: chunked\r\n\r\n`,
        );
        const chunk = Buffer.from(`10000\r\n${' '.repeat(0x10000)}\r\n`);
        const verdict = raw.response().then(
            (answer) => answer.status,
            () => 'reset',
        );
        let done = false;
        verdict.then(() => (done = true));
        let sent = 0;
        for (; !done && sent < 512; sent += 1) {
            await Promise.race([verdict, new Promise((resolve) => raw.socket.write(chunk, resolve))]);
        }
        const status = await verdict;
        assert.ok([413, 'reset'].includes(status), String(status));
        assert.ok(sent < 512, 'it took 32 MiB');
        raw.destroy();
    });

    test('reads a chunked body', async () => {
        const raw = await open();
        raw.send(
            'POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
                `Authorization: Bearer ${user.token}\r\nTransfer-Encoding: chunked\r\n\r\n` +
                '5;ext=1\r\n{"con\r\nD\r\ntent":"parts"\r\n1\r\n}\r\n0\r\n\r\n' +
                get('/api/health'),
        );
        const answer = await raw.response();
        assert.equal(answer.status, 201, answer.text);
        assert.equal(JSON.parse(answer.text).message.content, 'parts');
        assert.equal((await raw.response()).status, 200);
        raw.destroy();
    });
}

function connections(open) {
    test('stay open for the next request', async () => {
        const raw = await open();
        for (let index = 0; index < 5; index += 1) {
            assert.equal((await raw.send(get('/api/health')).response()).status, 200);
            assert.equal((await raw.send(get('/api/nothing')).response()).status, 404);
            assert.equal((await raw.send(post('{"content":""}')).response()).status, 422);
        }
        raw.destroy();
    });

    test('answer pipelined requests in their order, slow ones too', async () => {
        const raw = await open();
        const login = JSON.stringify({ email: user.email, password: user.password });
        const requests = Array.from({ length: 30 }, (_, index) => {
            const id = `X-Request-Id: p${index}\r\n`;
            if (index % 3 === 0) return get('/api/messages?limit=2', id);
            if (index % 3 === 1) return post(`{"content":"piped ${index}"}`, id);
            return (
                `POST /api/auth/login HTTP/1.1\r\nHost: x\r\n${id}Content-Type: application/json\r\n` +
                `Content-Length: ${login.length}\r\n\r\n${login}`
            );
        });
        raw.send(requests.join(''));
        for (let index = 0; index < requests.length; index += 1) {
            const answer = await raw.response();
            assert.equal(answer.headers.get('x-request-id'), `p${index}`);
            assert.equal(answer.status, [200, 201, 200][index % 3], answer.text);
        }
        raw.destroy();
    });

    test('close when the client asks for it, and after HTTP/1.0', async () => {
        for (const request of [
            get('/api/health', 'Connection: close\r\n'),
            'GET /api/health HTTP/1.0\r\nHost: x\r\n\r\n',
        ]) {
            const raw = await open();
            assert.equal((await raw.send(request).response()).status, 200);
            await raw.assertClosed();
        }
    });

    test('take a request byte by byte', async () => {
        const raw = await open();
        for (const byte of Buffer.from(post('{"content":"drop by drop"}'))) {
            await new Promise((resolve) => raw.socket.write(Buffer.of(byte), resolve));
        }
        assert.equal((await raw.response()).status, 201);
        raw.destroy();
    });
}

function crossOrigin() {
    const preflight = (origin) =>
        new Api(server.url('gateway')).request('OPTIONS', '/api/messages', {
            headers: {
                origin,
                'access-control-request-method': 'POST',
                'access-control-request-headers': 'authorization, content-type',
            },
        });
    const list = (answer, name) => (answer.headers.get(name) ?? '').toLowerCase().split(/\s*,\s*/);
    const foreign = [
        'https://evil.example.com',
        'http://app.example.com',
        'https://app.example.com.evil.org',
        'https://app.example.com:8443',
        'null',
    ];

    test('from a configured origin are allowed by the preflight', async () => {
        for (const origin of origins) {
            const answer = await preflight(origin);
            assert.equal(answer.status, 204, answer.text);
            assert.equal(answer.headers.get('access-control-allow-origin'), origin);
            assert.ok(list(answer, 'access-control-allow-methods').includes('post'));
            for (const name of ['authorization', 'content-type']) {
                assert.ok(list(answer, 'access-control-allow-headers').includes(name), name);
            }
            assert.ok(list(answer, 'vary').includes('origin'));
        }
    });

    test('from a configured origin are answered with that origin, refusals too', async () => {
        for (const [path, status] of [
            ['/api/health', 200],
            ['/api/users/me', 401],
            ['/api/nothing', 404],
        ]) {
            const answer = await new Api(server.url('gateway')).get(path, {
                headers: { origin: origins[0] },
            });
            assert.equal(answer.status, status);
            assert.equal(answer.headers.get('access-control-allow-origin'), origins[0]);
            assert.ok(list(answer, 'vary').includes('origin'));
        }
    });

    test('from any other origin get no permission', async () => {
        for (const origin of foreign) {
            const asked = await preflight(origin);
            const answer = await new Api(server.url('gateway')).get('/api/health', { headers: { origin } });
            for (const one of [asked, answer]) {
                assert.equal(one.headers.get('access-control-allow-origin'), null, origin);
                assert.ok(
                    list(one, 'vary').includes('origin'),
                    'a cache must know that the answer depends on it',
                );
            }
        }
    });

    test('for a WebSocket from a foreign origin are refused with 403 (protocol 15-20)', async () => {
        for (const tier of ['gateway', 'api']) {
            const upgrade = async (headers) => {
                const raw = await requestUpgrade(server.port(tier), socketPath(user.token), { headers });
                const { status } = await raw.response();
                raw.destroy();
                return status;
            };
            assert.equal(await upgrade({}), 101);
            for (const origin of origins) assert.equal(await upgrade({ Origin: origin }), 101, origin);
            for (const origin of foreign) assert.equal(await upgrade({ Origin: origin }), 403, origin);
        }
    });
}

describe('long answers', () => {
    const path = '/api/messages?room=lobby';
    const ask = (tier, method, headers = {}) => new Api(server.url(tier)).request(method, path, { headers });
    const gzip = { 'accept-encoding': 'gzip' };

    before(async () => {
        const api = new Api(server.url('api'));
        for (let i = 0; i < 20; i++) {
            const posted = await api.post('/api/messages', { content: 'x'.repeat(100) }, { token: user.token });
            assert.equal(posted.status, 201);
        }
    });

    test('are compressed by the gateway for who takes gzip, and are the same', async () => {
        const plain = await ask('api', 'GET', gzip);
        assert.equal(plain.headers.get('content-encoding'), null);
        const compressed = await ask('gateway', 'GET', gzip);
        assert.equal(compressed.headers.get('content-encoding'), 'gzip');
        assert.match(compressed.headers.get('vary'), /accept-encoding/i);
        assert.deepEqual(compressed.body, plain.body);
        const length = Number(compressed.headers.get('content-length'));
        assert.ok(length > 0 && length < plain.text.length / 3, `${length} of ${plain.text.length}`);
        const head = await ask('gateway', 'HEAD', gzip);
        assert.equal(head.headers.get('content-encoding'), 'gzip');
        assert.equal(head.headers.get('content-length'), String(length));
    });

    test('are not for anybody else', async () => {
        const answer = await ask('gateway', 'GET', { 'accept-encoding': 'identity' });
        assert.equal(answer.headers.get('content-encoding'), null);
        assert.match(answer.headers.get('vary'), /accept-encoding/i);
    });

    test('have a tag that is known again, compressed or not', async () => {
        const { headers } = await ask('gateway', 'GET', gzip);
        for (const accepted of ['gzip', 'identity']) {
            const known = { 'accept-encoding': accepted, 'if-none-match': headers.get('etag') };
            const answer = await ask('gateway', 'GET', known);
            assert.equal(answer.status, 304);
            assert.match(answer.headers.get('vary'), /accept-encoding/i);
        }
    });

    test('that hold tokens are kept by nobody on the way, and never compressed', async () => {
        for (const tier of ['gateway', 'api']) {
            const api = new Api(server.url(tier));
            const fresh = await api.login(user.email);
            const renewed = await api.post('/api/auth/refresh', { refresh_token: fresh.body.refresh_token });
            for (const answer of [fresh, renewed]) {
                assert.equal(answer.status, 200);
                assert.equal(answer.headers.get('cache-control'), 'no-store');
                assert.equal(answer.headers.get('content-encoding'), null);
            }
        }
    });
});
