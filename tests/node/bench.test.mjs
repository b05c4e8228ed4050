// `roost bench` against a server that does everything right: its figures are what really happened.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertAllDelivered, assertLatency, bench, good, refused, short } from './support/bench.mjs';
import { command } from './support/command.mjs';
import { freePorts, Server } from './support/server.mjs';

const login = ['--login', 'demo@example.com', '--password', 'password123'];

describe('a server that is as it should be:', () => {
    let server;
    let socket;
    before(async () => {
        // A load does what one user may not.
        server = await Server.start({ env: { ROOST_SOCKET_EVENT_RATE: '0', ROOST_USER_EVENT_RATE: '0' } });
        socket = ['--url', `ws://127.0.0.1:${server.apiPort}/socket/websocket`, ...login];
    });
    after(() => server?.stop());

    const counterOf = async (room) =>
        (await (await fetch(`${server.url()}/api/messages?room=${room}&limit=1`)).json()).seq;

    test('connect counts connections, and what they cost the process it is told', async () => {
        const figures = await good('connect', ...socket, '--connections', 20, '--idle', 0.3, '--pid', process.pid);
        assert.equal(figures.mode, 'connect');
        assert.equal(figures.connections, 20);
        assert.ok(figures.rates.connections_per_s > 0);
        assert.ok(figures.server.resident_bytes > figures.server.own_bytes && figures.server.own_bytes > 1e6);
        for (const when of ['joined', 'idle'])
            for (const kind of ['own', 'resident'])
                assert.equal(typeof figures.memory[`${when}_${kind}_bytes_per_connection`], 'number');
        assert.ok(figures.idle.seconds >= 0.3);
        assert.equal(figures.latency.connect.count, 20);
        assert.equal(figures.latency.join.count, 20);
        assertLatency(figures.latency.connect);
        assertLatency(figures.latency.join);
    });

    test('connect takes further addresses when one has too few ports', async () => {
        const figures = await good('connect', ...socket, '--connections', 25, '--per-address', 10, '--opening', 3);
        assert.equal(figures.latency.join.count, 25);
    });

    test('connect joins a room for each connection when the topic says so', async () => {
        const rooms = ['--topic', 'room:own-{n}', '--create-rooms', '--connections', 3];
        await good('connect', ...socket, ...rooms);
        assert.equal(await counterOf('own-00002'), 0);
    });

    test('fan-out in a closed loop: every message reaches every subscriber', async () => {
        const loop = ['--subscribers', 12, '--publishers', 3, '--window', 4];
        const figures = await good('fanout', ...socket, ...short, ...loop, '--pid', process.pid);
        assertAllDelivered(figures, 12);
        assert.deepEqual([figures.connections, figures.publishers, figures.window], [12, 3, 4]);
        assert.ok(figures.accounting.sent > 12, 'publishers go on');
        assert.ok(figures.frame_bytes > 64);
        assertLatency(figures.latency.delivery);
        assertLatency(figures.latency.complete);
        assert.ok(figures.latency.complete.mean_us >= figures.latency.delivery.mean_us);
        // The publishers have seen their messages arrive: what is measured is what was counted.
        const perSecond = figures.rates.deliveries_per_s * figures.seconds;
        assert.ok(perSecond > 0 && perSecond < figures.accounting.received);
        assert.ok(figures.bench.cpu_share > 0);
    });

    test('fan-out in an open loop: as many messages as the rate says, warm-up included', async () => {
        const figures = await good('fanout', ...socket, ...short, '--subscribers', 5, '--publishers', 2, '--rate', 200);
        assertAllDelivered(figures, 5);
        assert.equal(figures.rate_per_s, 200);
        const { sent } = figures.accounting;
        assert.ok(sent >= 180, `${sent} sent in at least 0.9 s`);
        assertLatency(figures.bench.send_delay);
    });

    test('a text is as long as it should be', async () => {
        const withBytes = (bytes) =>
            good('fanout', ...socket, ...short, '--subscribers', 2, '--payload-bytes', bytes);
        const [shorter, longer] = [await withBytes(64), await withBytes(164)];
        assert.equal(longer.frame_bytes, shorter.frame_bytes + 100);
    });

    test('rooms: each has its own publisher, and nobody hears another room', async () => {
        const figures = await good('rooms', ...socket, ...short, '--create-rooms', '--rooms', 4, '--members', 3);
        assertAllDelivered(figures, 3);
        assert.deepEqual([figures.connections, figures.topics, figures.publishers], [12, 4, 4]);
    });

    test('persist: what was acknowledged is in the log, once', async () => {
        const topics = ['--topic', 'messages:kept-{n}', '--create-rooms', '--rooms', 2];
        const load = ['--publishers', 4, '--subscribers', 1];
        const figures = await good('persist', ...socket, ...short, ...topics, ...load);
        assertAllDelivered(figures, 3);
        assert.equal(figures.connections, 6);
        assertLatency(figures.latency.acknowledged);
        assert.ok(figures.rates.acknowledged_per_s > 0);
        const kept = (await counterOf('kept-00000')) + (await counterOf('kept-00001'));
        assert.equal(kept, figures.accounting.sent);
    });

    test('persist in an open loop', async () => {
        const figures = await good('persist', ...socket, ...short, '--publishers', 4, '--rate', 100);
        assertAllDelivered(figures, 4);
        assert.ok(figures.accounting.sent >= 90);
    });

    test('http: every request has its answer', async () => {
        const url = ['--url', `${server.url()}/api/messages?limit=50`];
        const figures = await good('http', ...url, ...short, '--connections', 4, '--pid', process.pid);
        const { sent, answered } = figures.accounting;
        assert.ok(sent > 4);
        assert.equal(answered, sent);
        assert.deepEqual(figures.statuses, { 200: sent });
        assertLatency(figures.latency.answer);
    });

    test('http: a body with a number is another one each time, also in an open loop', async () => {
        const before = await counterOf('lobby');
        const url = ['--url', `${server.url()}/api/messages`, ...login];
        const post = ['--header', 'content-type: application/json', '--body', '{"content": "number {n}"}'];
        const figures = await good('http', ...url, ...short, ...post, '--connections', 2, '--rate', 100);
        const { sent } = figures.accounting;
        assert.ok(sent >= 90);
        assert.deepEqual(figures.statuses, { 201: sent });
        assert.equal(await counterOf('lobby'), before + sent);
        const { messages } = await (await fetch(`${server.url()}/api/messages?limit=50`)).json();
        const contents = new Set(messages.map(({ content }) => content));
        assert.equal(contents.size, 50);
        assert.ok(contents.has(`number ${String(sent - 1).padStart(9, '0')}`));
    });

    test('http: an answer that is no success is a failure', async () => {
        const { code, figures } = await bench('http', '--url', `${server.url()}/api/nothing`, ...short);
        assert.equal(code, 1);
        assert.match(figures.failure, /not answered with success/);
        assert.deepEqual(Object.keys(figures.statuses), ['404']);
    });

    test('a table for people has the same figures', async () => {
        const { code, stdout } = await command(['bench', 'fanout', ...socket, ...short, '--subscribers', '3']);
        assert.equal(code, 0);
        assert.match(stdout, /^accounting lost +0$/m);
        assert.match(stdout, /^latency delivery {2}mean .* p99\.9 .* max /m);
    });

    test('what the server refuses is told in a sentence', async () => {
        const [, url] = socket;
        await refused(/refused the connection: HTTP\/1\.1 403/, 'connect', '--url', url);
        await refused(/refused a join: .*room_not_found/, 'connect', ...socket, '--topic', 'room:nowhere');
        await refused(/refused the login: 401/, 'connect', '--url', url, ...login.with(3, 'password124'));
    });
});

describe('before anything is sent:', () => {
    test('each load explains itself, in 100 columns', async () => {
        const alone = await command(['bench']);
        assert.equal(alone.code, 1);
        assert.ok(alone.stderr.includes('Subcommands:'), alone.stderr);
        for (const load of ['connect', 'fanout', 'rooms', 'persist', 'http']) {
            assert.ok(alone.stderr.includes(load));
            const { code, stdout } = await command(['bench', load, '--help']);
            assert.equal(code, 0);
            assert.ok(stdout.includes('--url'));
            for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
        }
    });

    test('a server that is not there is told of', async () => {
        const [port] = await freePorts(1);
        await refused(/cannot connect to the server at .*refused/, 'connect', '--url', `ws://127.0.0.1:${port}/`);
        await refused(/server at .*refused/, 'http', '--url', `http://127.0.0.1:${port}/`);
    });

    test('what cannot be is refused', async () => {
        const url = ['--url', 'ws://127.0.0.1:1/'];
        await refused(/does not begin with ws:\/\//, 'fanout', '--url', 'http://127.0.0.1:1/');
        await refused(/must have \{text\}/, 'fanout', ...url, '--payload', '{}');
        await refused(/more publishers than members/, 'fanout', ...url, '--subscribers', 1, '--publishers', 2);
        await refused(/need a --topic with \{n\}/, 'rooms', ...url, '--topic', 'room:a');
        await refused(/multiple of --rooms/, 'persist', ...url, '--publishers', 3, '--rooms', 2);
        await refused(/open files, and the limit is/, 'connect', ...url, '--connections', 1_000_000);
        await refused(/there is no process/, 'connect', ...url, '--pid', 999_999_999);
    });
});
