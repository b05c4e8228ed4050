// Requests that break HTTP, and clients that misbehave: their connection ends, and nobody else notices.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Api } from './support/http.mjs';
import { closeAllRaw, RawConnection } from './support/raw.mjs';
import { Server } from './support/server.mjs';

let server;
let user;

before(async () => {
    server = await Server.start();
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
        malformed(api, open);
        hostileClients(api, open);
    });
}

function malformed(api, open) {
    const head = 'POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    for (const [what, request, statuses] of [
        ['with bare line feeds', 'GET /api/health HTTP/1.1\nHost: x\n\n'],
        ['with a bare line feed after a field', 'GET /api/health HTTP/1.1\r\nHost: x\nA: b\r\n\r\n'],
        ['without Host', 'GET /api/health HTTP/1.1\r\n\r\n'],
        ['with two Hosts', 'GET /api/health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'],
        ['with a folded header', 'GET /api/health HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n'],
        ['with a space before the colon', 'GET /api/health HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n'],
        ['with a NUL in a header', 'GET /api/health HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n'],
        ['with a bare carriage return in a header', 'GET /api/health HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n'],
        ['with a header that has no colon', 'GET /api/health HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n'],
        ['with an empty header name', 'GET /api/health HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n'],
        ['with two different Content-Lengths', `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x`],
        ['with two equal Content-Lengths', `${head}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
        ['with a list as Content-Length', `${head}Content-Length: 2, 2\r\n\r\n{}`],
        ['with a signed Content-Length', `${head}Content-Length: +2\r\n\r\n{}`],
        ['with a negative Content-Length', `${head}Content-Length: -1\r\n\r\n`],
        [
            'with a Content-Length over 64 bits',
            `${head}Content-Length: 99999999999999999999\r\n\r\n`,
            [400, 413],
        ],
        [
            'with Content-Length and Transfer-Encoding',
            `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        ],
        ['with Transfer-Encoding gzip', `${head}Transfer-Encoding: gzip\r\n\r\n`, [501]],
        [
            'with Transfer-Encoding chunked twice',
            `${head}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
            [400, 501],
        ],
        ['with an odd Transfer-Encoding', `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, [400, 501]],
        ['with a chunk size that is none', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
        [
            'with a chunk size over 64 bits',
            `${head}Transfer-Encoding: chunked\r\n\r\n11111111111111111\r\n`,
            [400, 413],
        ],
        [
            'with a chunk longer than it says',
            `${head}Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n`,
        ],
        ['of an unknown version', 'GET /api/health HTTP/9.9\r\nHost: x\r\n\r\n', [400, 505]],
        ['of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 505]],
        ['without a version', 'GET /api/health\r\n\r\n'],
        ['of a target with a space', 'GET /api/ health HTTP/1.1\r\nHost: x\r\n\r\n'],
        ['that is no HTTP at all', 'hello, is anybody there?\r\n\r\n'],
        [
            'that is a TLS greeting',
            `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${'\xaa'.repeat(32)}\r\n\r\n`,
        ],
    ]) {
        test(`refuses a request ${what} and closes that connection`, async () => {
            const raw = await open();
            const answer = await raw.send(request).response();
            assert.ok((statuses ?? [400]).includes(answer.status), `${answer.status} ${answer.text}`);
            await raw.assertClosed();
            assert.equal((await api().get('/api/health')).status, 200);
        });
    }

    test('bounds the request line and the headers', async () => {
        for (const request of [
            get(`/${'x'.repeat(300_000)}`),
            get('/api/health', `A: ${'b'.repeat(300_000)}\r\n`),
            get('/api/health', 'A: b\r\n'.repeat(50_000)),
            'G'.repeat(300_000),
        ]) {
            const raw = await open();
            raw.send(request);
            const status = await raw.response().then(
                (answer) => answer.status,
                () => 'reset',
            );
            assert.ok([400, 413, 414, 431, 'reset'].includes(status), String(status));
            await raw.closed;
        }
    });
}

function hostileClients(api, open) {
    test('serves others while slow clients hold their requests back', async () => {
        const partial = [
            '',
            'GET',
            get('/api/health').slice(0, -2),
            post('{"content":"never sent whole"}').slice(0, -5),
        ];
        const slow = await Promise.all(
            Array.from({ length: 60 }, async (_, index) =>
                (await open()).send(partial[index % partial.length]),
            ),
        );
        const before = (await api().get('/api/messages?limit=1')).body.seq;
        const answer = await api().post('/api/messages', { content: 'not held up' }, { token: user.token });
        assert.equal(answer.status, 201, answer.text);
        assert.equal(answer.body.message.seq, before + 1);
        for (const raw of slow) raw.destroy();
    });

    test('survives clients that go away at any point', async () => {
        const request = post('{"content":"cut off"}');
        const before = (await api().get('/api/messages?limit=1')).body.seq;
        for (let cut = 1; cut < request.length; cut += 29) {
            const raw = await open();
            raw.send(request.slice(0, cut));
            if (cut % 2) raw.socket.end();
            else raw.socket.resetAndDestroy();
        }
        for (let index = 0; index < 20; index += 1) {
            const raw = await open();
            raw.send(get('/api/messages?limit=50').repeat(20));
            raw.socket.resetAndDestroy();
        }
        const after = await api().get('/api/messages?limit=1');
        assert.equal(after.status, 200);
        assert.equal(after.body.seq, before, 'half a request stores nothing');
    });
}
