// Who gets in, and as what: versions, the order of refusals, origins, subprotocols, and how many at once. On both
// ports, for each has the handshake.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Api } from './support/http.mjs';
import { limited } from './support/limits.mjs';
import { closeAllRaw, RawSocket, requestUpgrade, socketPath } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const tiers = ['gateway', 'api'];
const foreign = 'https://evil.example';
let server;
let user;

afterEach(closeAllRaw);
describe('the version', () => {
    before(() => start({}));
    after(() => server?.stop());
    versions();
});
describe('what is wrong with a handshake', () => {
    before(() => start({ origins: 'https://chat.example.com' }));
    after(() => server?.stop());
    order();
    subprotocols();
});
describe('an origin', () => {
    before(() =>
        start({ origins: 'https://chat.example.com, //any.example.org, //*.ex.com, https://*.example.net' }),
    );
    after(() => server?.stop());
    origins();
});
describe('without any origin configured, an origin', () => {
    before(() => start({}));
    after(() => server?.stop());
    ownHost();
});
describe('connections from one address', () => connectRate());

async function start(limits, env) {
    server = undefined;
    server = await Server.start({ env: { ...limited(limits), ...env } });
    user = await new Api(server.url('api')).register('Ann');
}

// {status, text} of a handshake; `headers` with the value null are left out.
async function knock(tier, path, headers, method) {
    const raw = await requestUpgrade(server.port(tier), path, { headers, method });
    const { status, text } = await raw.response();
    raw.destroy();
    return { status, text };
}

async function assertAnswers(path, headers, expected) {
    for (const tier of tiers) {
        const { status, text } = await knock(tier, path, headers);
        assert.equal(status, expected, `${tier} ${path} ${JSON.stringify(headers)}: ${text}`);
        if (expected === 403) assert.equal(text, '', 'an empty body');
    }
}

// Which serializer answers a heartbeat in the form of version 1.
async function speaksVersion1(tier, path) {
    const socket = await RawSocket.connect(server.port(tier), undefined, { path });
    socket.send({ topic: 'phoenix', event: 'heartbeat', payload: {}, ref: '1' });
    const answer = await socket.receive().catch((error) => error.message);
    assert.deepEqual(answer, {
        topic: 'phoenix',
        event: 'phx_reply',
        payload: { status: 'ok', response: {} },
        ref: '1',
    });
}

function versions() {
    test('is 1 where none is given (protocol 2)', async () => {
        for (const tier of tiers) await speaksVersion1(tier, `/socket/websocket?token=${user.token}`);
    });

    test('1.0.x is version 1, 2.0.x is version 2 (protocol 3)', async () => {
        for (const tier of tiers) {
            for (const version of ['1.0.0', '1.0.1', '1.0.99'])
                await speaksVersion1(tier, `/socket/websocket?token=${user.token}&vsn=${version}`);
            for (const version of ['2.0.0', '2.0.1', '2.0.99']) {
                const path = `/socket/websocket?token=${user.token}&vsn=${version}`;
                const socket = await RawSocket.connect(server.port(tier), undefined, { path });
                const reply = await socket.send([null, '1', 'phoenix', 'heartbeat', {}]).receive();
                assert.deepEqual(reply, [null, '1', 'phoenix', 'phx_reply', { status: 'ok', response: {} }]);
            }
        }
    });

    test('that is any other is refused with 403 (protocol 4, 5)', async () => {
        for (const version of [
            '1.1.0',
            '2.1.0',
            '0.0.0',
            '1',
            '1.0',
            '2.0',
            '1.0.0-rc',
            '-1.0.0',
            'v2.0.0',
            '1.0.x',
        ])
            await assertAnswers(`/socket/websocket?token=${user.token}&vsn=${version}`, {}, 403);
    });

    test('may be given twice: the last counts (protocol 12)', async () => {
        for (const tier of tiers)
            await speaksVersion1(tier, `/socket/websocket?vsn=9.9.9&vsn=1.0.0&token=${user.token}`);
        await assertAnswers(`/socket/websocket?vsn=2.0.0&vsn=9.9.9&token=${user.token}`, {}, 403);
    });

    test('and the token may be escaped, among parameters of any shape (protocol 10, 11)', async () => {
        const escaped = encodeURIComponent(user.token).replaceAll('.', '%2E');
        for (const more of [
            '&x[y]=1&x[z]=2&x[a][b]=c',
            '&x%5By%5D=1',
            '&x[]=1&x[]=2',
            '&x[y=1&]x=2&[]=3&[a]=4&=5&x',
            '&x=1&x[y]=2',
            '&user[token]=bad',
            '&&a=b&&&',
            `&${'a[b]'.repeat(20)}=1`,
            '&%C3%A4=%C3%A4&plus=a+b',
        ])
            await assertAnswers(`/socket/websocket?vsn=2.0.0&token=${escaped}${more}`, {}, 101);
    });

    test('and a parameter of the wrong shape do not end the server (protocol 10)', async () => {
        for (const path of [
            '/socket/websocket?vsn=2.0.0&token[x]=1',
            `/socket/websocket?vsn[x]=2.0.0&vsn=2.0.0&token[]=${user.token}`,
            `/socket/websocket?vsn=2.0.0&${'a['.repeat(2000)}=1&token=bad`,
            `/socket/websocket?vsn=2.0.0&token=%`,
            `/socket/websocket?vsn=2.0.0&token=%zz&a=%f`,
        ]) {
            for (const tier of tiers) {
                const { status } = await knock(tier, path);
                assert.ok([400, 403, 414].includes(status), `${path.slice(0, 80)}: ${status}`);
            }
        }
        await assertAnswers(socketPath(user.token), {}, 101);
    });
}

function order() {
    const bare = { Upgrade: null, Connection: null };
    const path = (vsn, token) => `/socket/websocket?vsn=${vsn}&token=${token}`;
    const badBearer = { 'Sec-WebSocket-Protocol': 'phoenix, base64url.bearer.phx.***' };

    test('is said by its first fault, and a missing upgrade is the last (protocol 9)', async () => {
        const good = user.token;
        for (const [request, headers, status] of [
            [path('2.0.0', good), { Origin: foreign }, 403],
            [path('2.0.0', good), { Origin: foreign, ...bare }, 403],
            [path('2.0.0', good), badBearer, 403],
            [path('2.0.0', good), { ...badBearer, ...bare }, 403],
            [path('3.0.0', good), bare, 403],
            [path('2.0.0', 'bad'), bare, 403],
            [path('2.0.0', ''), { 'Sec-WebSocket-Key': null }, 403],
            [path('2.0.0', good), bare, 400],
            [path('1.0.0', good), bare, 400],
            [path('2.0.0', good), { 'Sec-WebSocket-Version': '8' }, 400],
        ])
            await assertAnswers(request, headers, status);
    });

    test('is an empty 403 or a 400 that names what is missing (protocol 7, 8, 13)', async () => {
        for (const tier of tiers) {
            for (const [headers, names] of [
                [{ Upgrade: null, Connection: null }, /upgrade/i],
                [{ 'Sec-WebSocket-Key': null }, /sec-websocket-key|key/i],
                [{ 'Sec-WebSocket-Version': '8' }, /version/i],
            ]) {
                const { status, text } = await knock(tier, path('2.0.0', user.token), headers);
                assert.equal(status, 400);
                assert.match(text, names);
            }
        }
    });

    test('is another method: 400, whatever else is (protocol 6)', async () => {
        for (const tier of tiers) {
            for (const method of ['PUT', 'DELETE', 'PATCH', 'POST']) {
                const answer = await knock(
                    tier,
                    path('2.0.0', user.token),
                    { 'Content-Length': '0' },
                    method,
                );
                assert.equal(answer.status, 400, method);
            }
        }
    });
}

function subprotocols() {
    const upgrade = async (tier, offer, token) => {
        const headers = { 'Sec-WebSocket-Protocol': offer };
        const socket = await RawSocket.connect(server.port(tier), token, { headers });
        return socket.answer.headers.get('sec-websocket-protocol');
    };

    test('that nobody configured are not echoed (protocol 22)', async () => {
        for (const tier of tiers) {
            for (const offer of ['graphql-ws', 'mqtt, graphql-ws', 'Phoenix2', 'phoenixx'])
                assert.equal(await upgrade(tier, offer, user.token), null, offer);
        }
    });

    test('with a bearer token are answered by phoenix, in any order and company (protocol 23, 24)', async () => {
        const bearer = `base64url.bearer.phx.${Buffer.from(user.token).toString('base64url')}`;
        for (const tier of tiers) {
            for (const offer of [`phoenix, ${bearer}`, `phoenix,${bearer}`, `mqtt, phoenix , ${bearer}`])
                assert.equal(await upgrade(tier, offer), 'phoenix', offer);
            const headers = { 'Sec-WebSocket-Protocol': `phoenix, ${bearer}` };
            for (const vsn of ['1.0.0', '2.0.0']) {
                const socket = await RawSocket.connect(server.port(tier), undefined, {
                    path: `/socket/websocket?vsn=${vsn}`,
                    headers,
                });
                assert.equal(socket.answer.headers.get('sec-websocket-protocol'), 'phoenix');
            }
        }
    });

    test('leave no token in the log (protocol 28)', async () => {
        const bearer = Buffer.from(user.token).toString('base64url');
        await upgrade('api', `phoenix, base64url.bearer.phx.${bearer}`);
        await upgrade('gateway', 'phoenix', user.token);
        await knock('api', socketPath(`${user.token}x`));
        await new Api(server.url('api')).get('/api/health');
        for (const secret of [bearer, user.token, user.token.split('.')[2]])
            assert.ok(!server.log.includes(secret), 'a token is in the log');
    });
}

async function assertOrigins(values, status) {
    for (const value of values) await assertAnswers(socketPath(user.token), { Origin: value }, status);
}

function origins() {
    test('is not needed (protocol 15)', () => assertAnswers(socketPath(user.token), {}, 101));

    test('with a scheme in its pattern has that scheme and port (protocol 18)', async () => {
        await assertOrigins(
            ['https://chat.example.com', 'https://chat.example.com:443', 'https://CHAT.example.com'],
            101,
        );
        await assertOrigins(
            [
                'http://chat.example.com',
                'https://chat.example.com:8443',
                'https://a.chat.example.com',
                'https://chat.example.com.evil.example',
                'https://chat.example.com@evil.example',
                'https://evil.example/https://chat.example.com',
                'https://chat.example.co',
            ],
            403,
        );
    });

    test('without a scheme in its pattern has any scheme and port (protocol 17)', async () => {
        await assertOrigins(
            ['https://any.example.org', 'http://any.example.org:8080', 'app://any.example.org'],
            101,
        );
        await assertOrigins(
            ['https://many.example.org', 'https://any.example.org.evil.example', 'https://x.any.example.org'],
            403,
        );
    });

    test('with a star in its pattern is the domain or any depth below, never a longer name (protocol 19)', async () => {
        await assertOrigins(
            ['https://ex.com', 'http://a.ex.com', 'https://a.b.c.ex.com:1234', 'https://A.EX.com'],
            101,
        );
        await assertOrigins(
            ['https://prefix-ex.com', 'https://notex.com', 'https://ex.com.evil.example', 'https://excom'],
            403,
        );
        await assertOrigins(['https://example.net', 'https://a.b.example.net'], 101);
        await assertOrigins(
            ['http://a.example.net', 'https://a.example.net:8443', 'https://bad-example.net'],
            403,
        );
    });

    test('that is null, a file, empty or no origin at all is refused (protocol 20)', async () => {
        const wrong = [
            'null',
            'file://',
            'file:///index.html',
            '',
            'chat.example.com',
            'https://',
            '//ex.com',
            '*',
            'https://*.ex.com',
        ];
        await assertOrigins([...wrong, foreign], 403);
    });

    test("is always allowed for a page of the server's own host (protocol 16)", async () => {
        for (const tier of tiers) {
            const port = server.port(tier);
            const path = socketPath(user.token);
            const own = await knock(tier, path, { Origin: `http://127.0.0.1:${port}` });
            assert.equal(own.status, 101);
            const named = await knock(tier, path, { Host: 'talk.example', Origin: 'https://talk.example' });
            assert.equal(named.status, 101);
            const other = await knock(tier, path, {
                Host: 'talk.example',
                Origin: 'https://talk.example.evil.example',
            });
            assert.equal(other.status, 403);
        }
    });
}

function ownHost() {
    test("is the server's own, or refused (protocol 16, 20)", async () => {
        for (const tier of tiers) {
            const { status } = await knock(tier, socketPath(user.token), {
                Origin: `http://127.0.0.1:${server.port(tier)}`,
            });
            assert.equal(status, 101);
        }
        await assertOrigins([foreign, 'null', 'file://'], 403);
    });
}

function connectRate() {
    afterEach(() => server?.stop());
    const attempt = async (headers) => {
        const raw = await requestUpgrade(server.port('gateway'), socketPath(user.token), { headers });
        const answer = await raw.response();
        return { status: answer.status, wait: answer.headers.get('retry-after') };
    };
    const forwarded = (address) => ({ 'X-Forwarded-For': address });

    test('are as many as configured; then 429, until there is room again (protocol 14)', async () => {
        await start({ connectRate: 2, connectBurst: 3 });
        const answers = [];
        // What the address says of itself changes nothing: nobody trusts it.
        for (let n = 0; n < 8; n += 1) answers.push(await attempt(forwarded(`10.0.0.${n}`)));
        const accepted = answers.findIndex(({ status }) => status === 429);
        assert.ok(accepted >= 3 && accepted < 8, JSON.stringify(answers));
        assert.ok(answers.slice(0, accepted).every(({ status }) => status === 101));
        assert.ok(Number(answers[accepted].wait) >= 1, 'Retry-After');
        const health = await new Api(server.url('gateway')).get('/api/health');
        assert.equal(health.status, 200, 'only sockets are counted');
        await until(async () => (await attempt()).status === 101, 'room for another one');
    });

    test('behind a trusted proxy are counted by the address it names', async () => {
        await start({ connectRate: 1, connectBurst: 2 }, { ROOST_TRUSTED_PROXIES: '127.0.0.1' });
        const statuses = async (address, count) => {
            const list = [];
            for (let n = 0; n < count; n += 1) list.push((await attempt(forwarded(address))).status);
            return list;
        };
        assert.equal((await statuses('192.0.2.1', 6)).at(-1), 429);
        assert.deepEqual(await statuses('192.0.2.2', 2), [101, 101]);
        assert.equal((await statuses('2001:db8::1', 6)).at(-1), 429);
    });
}
