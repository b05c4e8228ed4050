// `roost bench` against servers that lose, repeat, reorder, misroute, refuse and close: every fault is told exactly.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { assertAllDelivered, bench, faultless, good, refused, short } from './support/bench.mjs';
import { closeFakes, FakePhoenix } from './support/fake_phoenix.mjs';

describe('a server that is not as it should be:', () => {
    after(closeFakes);

    const load = ['--subscribers', 3, '--drain', 0.3, ...short];
    async function faultsOf(options, ...loop) {
        const fake = await FakePhoenix.start(options);
        if (loop.length === 0) loop = ['--window', 4];
        const { code, figures, stderr } = await bench('fanout', '--url', fake.url, ...load, ...loop);
        assert.ok(figures, stderr);
        return { code, figures, fake };
    }

    test('none, to begin with', async () => {
        const { code, figures, fake } = await faultsOf({});
        assert.equal(code, 0);
        assertAllDelivered(figures, 3);
        assert.equal(figures.accounting.sent, fake.pushes);
    });

    // Of the second subscriber's deliveries: `deliver(send, frame, count)`.
    const toTheSecond = (deliver) => ({
        deliver: (send, frame, { receiver, count }) => (receiver === 1 ? deliver(send, frame, count) : send(frame)),
    });
    async function assertFault(options, faults, failure) {
        const { code, figures } = await faultsOf(options);
        assert.equal(code, 1);
        const { sent, expected, received, ...found } = figures.accounting;
        assert.equal(expected, sent * 3);
        assert.equal(received, expected - (faults.lost ?? 0));
        assert.deepEqual(found, { ...faultless, ...faults });
        assert.match(figures.failure, failure);
    }

    test('a message that one of three does not get is lost', () =>
        assertFault(
            toTheSecond((send, frame, count) => count === 5 || send(frame)),
            { lost: 1 },
            /1 lost/,
        ));

    test('the last message that one does not get is lost too', async () => {
        let isOver = false;
        setTimeout(() => (isOver = true), 500);
        const { code, figures } = await faultsOf(toTheSecond((send, frame) => isOver || send(frame)));
        assert.equal(code, 1);
        assert.equal(figures.accounting.lost, 4, 'as many as are in flight');
    });

    test('a message that comes twice is repeated, at once or later', async () => {
        let kept;
        await assertFault(
            toTheSecond((send, frame, count) => {
                send(frame);
                if (count === 5) send(frame);
                if (count === 6) kept = frame;
                if (count === 9) send(kept);
            }),
            { repeated: 2 },
            /2 repeated/,
        );
    });

    test('two messages that change places are out of order, and nothing is lost', async () => {
        let kept;
        await assertFault(
            toTheSecond((send, frame, count) => {
                if (count === 5) return void (kept = frame);
                send(frame);
                if (count === 6) send(kept);
            }),
            { reordered: 1 },
            /1 reordered/,
        );
    });

    test('a message that was never sent is told of', () =>
        assertFault(
            toTheSecond((send, frame, count) => {
                send(frame);
                if (count === 5) send(frame.replace(/:\d{9}\./, ':900000000.'));
            }),
            { unknown: 1 },
            /1 unknown/,
        ));

    test('a message that reaches another room is misrouted', async () => {
        let strayed;
        const fake = await FakePhoenix.start({
            deliver: (send, frame, { receiver, count }) => {
                send(frame);
                if (receiver === 0 && count === 5) strayed = frame;
                if (receiver === 3 && strayed) send(strayed);
                if (receiver === 3) strayed = null;
            },
        });
        const rooms = ['--rooms', 2, '--members', 2, '--drain', 0.3, ...short];
        const { code, figures } = await bench('rooms', '--url', fake.url, ...rooms);
        assert.equal(code, 1);
        assert.equal(figures.accounting.misrouted, 1);
        assert.equal(figures.accounting.lost, 0);
    });

    test('a message that is refused is told of, and expected nowhere', async () => {
        let isRefused = false;
        const { code, figures } = await faultsOf({
            deliver: (send, frame) => {
                isRefused = frame.includes(':000000007');
                if (!isRefused) send(frame);
            },
            reply: () => (isRefused ? 'error' : 'ok'),
        });
        assert.equal(code, 1);
        assert.equal(figures.accounting.refused, 1);
        assert.equal(figures.accounting.lost, 0);
        assert.match(figures.failure, /1 messages were refused, first: .*"status":"error"/);
    });

    test('a durable message without an answer is told of', async () => {
        const fake = await FakePhoenix.start({ reply: (ref) => (ref === '000000003' ? null : 'ok') });
        const persist = ['--publishers', 1, '--window', 2, '--drain', 0.3, ...short];
        const { code, figures } = await bench('persist', '--url', fake.url, ...persist);
        assert.equal(code, 1);
        assert.equal(figures.accounting.unanswered, 1);
        assert.equal(figures.accounting.lost, 0);
    });

    test('a durable message that is answered twice is told of', async () => {
        const fake = await FakePhoenix.start();
        fake.faults.reply = (ref, send) => {
            if (ref === '000000003') send('ok');
            return 'ok';
        };
        const persist = ['--publishers', 1, '--window', 2, '--drain', 0.3, ...short];
        const { code, figures } = await bench('persist', '--url', fake.url, ...persist);
        assert.equal(code, 1);
        assert.equal(figures.accounting.stray_replies, 1);
        assert.equal(figures.accounting.unanswered, 0);
    });

    test('a WebSocket that it closes ends the run with the code and the reason', async () => {
        const fake = await FakePhoenix.start({
            joined: (socket) => socket.number === 2 && setTimeout(() => socket.close(1013, 'too slow'), 100),
        });
        await refused(/the server closed the WebSocket: 1013 too slow/, 'fanout', '--url', fake.url, ...load);
    });

    test('a connection that breaks ends the run', async () => {
        const fake = await FakePhoenix.start({
            joined: (socket) => socket.number === 2 && setTimeout(() => socket.terminate(), 100),
        });
        await refused(/lost the server at /, 'fanout', '--url', fake.url, ...load);
    });

    test('a channel that fails ends the run', async () => {
        const fake = await FakePhoenix.start({
            joined: (socket) =>
                setTimeout(() => socket.send('["1","1","room:lobby","phx_error",{"reason":"crash"}]'), 100),
        });
        await refused(/the server ended a channel: .*crash/, 'fanout', '--url', fake.url, ...load);
    });

    test('a server that does not answer a join ends the run', async () => {
        const fake = await FakePhoenix.start({ reply: () => null, isSilent: true });
        const patience = ['--connections', 3, '--timeout', 0.3];
        await refused(/no connection was joined for 0.3 s: 0 of 3/, 'connect', '--url', fake.url, ...patience);
    });

    test('pings are answered, and heartbeats keep a connection that says nothing', async () => {
        const pongs = [];
        const fake = await FakePhoenix.start({
            joined: (socket) => {
                socket.on('pong', (bytes) => pongs.push(String(bytes)));
                socket.ping('are you there');
            },
        });
        await good('connect', '--url', fake.url, '--connections', 4, '--heartbeat', 0.2, '--idle', 1);
        assert.deepEqual(pongs, Array(4).fill('are you there'));
        assert.ok(fake.heartbeats >= 8, `${fake.heartbeats} heartbeats of 4 connections in a second`);
    });

    test('what goes with the connection reaches the server', async () => {
        const fake = await FakePhoenix.start();
        const said = ['--token', 'a b', '--param', 'x[y]=1&2'];
        await good('connect', '--url', `${fake.url}?given=1`, ...said, '--connections', 1);
        const { searchParams, pathname } = new URL(fake.request.url, 'ws://x');
        assert.equal(pathname, '/socket/websocket');
        const expected = { given: '1', vsn: '2.0.0', token: 'a b', 'x[y]': '1&2' };
        assert.deepEqual(Object.fromEntries(searchParams), expected);
    });

    test('an open loop counts from when a message should have been sent: a stall shows in more than one', async () => {
        let open;
        const stalled = new Promise((resume) => (open = resume));
        let isStalled = false;
        const { figures } = await faultsOf(
            {
                deliver: (send, frame) => {
                    if (frame.includes(':000000060')) {
                        isStalled = true;
                        setTimeout(open, 300);
                    }
                    if (isStalled) stalled.then(() => send(frame));
                    else send(frame);
                },
            },
            ...['--rate', 200],
        );
        assert.equal(figures.accounting.lost, 0);
        // 60 of the 140 messages that were measured waited, up to 300 ms.
        assert.ok(figures.latency.delivery.p90_us > 150_000, JSON.stringify(figures.latency.delivery));
        assert.ok(figures.latency.delivery.p50_us < 100_000);
    });
});
