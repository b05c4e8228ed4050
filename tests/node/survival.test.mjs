// Anything at all as a message, in both versions, in text and in bytes: it is answered, or its connection ends with a
// code that says so; the server lives, and nobody else notices.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import fc from 'fast-check';
import { binaryPush, readBinary, userBroadcast } from './support/binary.mjs';
import { limited } from './support/limits.mjs';
import { Person } from './support/person.mjs';
import { closeAllRaw, closePayload, deflate, frame, opcode, RawSocket, socketPath } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { v1Path } from './support/v1.mjs';

const runs = Number(process.env.ROOST_TEST_RUNS ?? 150);
const codes = [1002, 1003, 1007, 1009];
let server;
let ann;
let bystander;
let joinRef;

before(async () => {
    server = await Server.start({ env: { ROOST_CORES: '2', ...limited({ compression: 'on' }) } });
    ann = await Person.register(server, 'Ann');
    bystander = await (await Person.register(server, 'Bob')).connect('gateway');
    joinRef = (await bystander.joinMessages()).joinRef;
});
afterEach(() => assertBystanderUnharmed());
after(async () => {
    closeAllRaw();
    await server?.stop();
});

async function assertBystanderUnharmed() {
    const got = await bystander.call(joinRef, 'messages:lobby', 'new_message', { content: 'still here' });
    assert.equal(got.at(-1)[4].status, 'ok');
}

const oddText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const topic = fc.oneof(
    {
        weight: 30,
        arbitrary: fc.constantFrom('room:lobby', 'messages:lobby', 'realtime:room:lobby', 'phoenix'),
    },
    {
        weight: 10,
        arbitrary: fc.constantFrom('nope', 'room:', 'realtime:', 'messages:no-such-room', '__proto__', ''),
    },
    { weight: 5, arbitrary: oddText },
    { weight: 1, arbitrary: fc.constant('x'.repeat(300)) },
);
const event = fc.oneof(
    {
        weight: 6,
        arbitrary: fc.constantFrom('phx_join', 'phx_leave', 'heartbeat', 'shout', 'typing', 'ping', 'signal'),
    },
    {
        weight: 3,
        arbitrary: fc.constantFrom(
            'new_message',
            'broadcast',
            'edit_message',
            'delete_message',
            'access_token',
        ),
    },
    {
        weight: 2,
        arbitrary: fc.constantFrom('phx_reply', 'phx_close', 'phx_error', 'presence', 'no_such_event', ''),
    },
    { weight: 1, arbitrary: oddText },
);
const ref = fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom('1', '2', '3', null) },
    {
        weight: 10,
        arbitrary: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), oddText),
    },
    { weight: 1, arbitrary: fc.constantFrom({}, [], true, 'x'.repeat(300)) },
);
const payload = fc.oneof(
    {
        weight: 4,
        arbitrary: fc.constantFrom({}, { message: 'hello' }, { content: 'hello' }, { presence: false }),
    },
    {
        weight: 2,
        arbitrary: fc.record({ type: fc.constant('broadcast'), event: fc.string(), payload: fc.jsonValue() }),
    },
    {
        weight: 2,
        arbitrary: fc.constantFrom(
            { access_token: 'x' },
            { id: '1-1', content: 'x' },
            { since: -1 },
            { config: { broadcast: { self: 1 } } },
        ),
    },
    { weight: 3, arbitrary: fc.jsonValue() },
);

// What a text is broken by.
const broken = (text) =>
    fc.oneof(
        { weight: 40, arbitrary: text },
        {
            weight: 1,
            arbitrary: fc.tuple(text, fc.nat()).map(([whole, at]) => whole.slice(0, at % (whole.length + 1))),
        },
        {
            weight: 1,
            arbitrary: fc
                .tuple(text, fc.nat(), oddText)
                .map(
                    ([whole, at, odd]) =>
                        whole.slice(0, at % whole.length) + odd + whole.slice(at % whole.length),
                ),
        },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
    );
const text2 = broken(fc.tuple(ref, ref, topic, event, payload).map((message) => JSON.stringify(message)));
const text1 = broken(
    fc
        .tuple(topic, event, payload, ref, fc.option(ref, { nil: undefined }))
        .map(([t, e, p, r, j]) => JSON.stringify({ topic: t, event: e, payload: p, ref: r, join_ref: j })),
);

const bytes = fc.uint8Array({ maxLength: 40 }).map((list) => Buffer.from(list));
const short = (value) => String(value ?? '').slice(0, 60);
const push2 = fc
    .tuple(ref, ref, topic, event, bytes)
    .map(([j, r, t, e, data]) => binaryPush([short(j), short(r), short(t), short(e), data]));
const broadcast2 = fc
    .tuple(
        ref,
        topic,
        event,
        fc.constantFrom('', '{}', '{"persist":true}', 'x'),
        fc.oneof(bytes, fc.jsonValue()),
    )
    .map(([r, t, e, metadata, data]) => {
        const head = { joinRef: '1', ref: short(r), topic: short(t), event: short(e), metadata };
        return userBroadcast(Buffer.isBuffer(data) ? { ...head, bytes: data } : { ...head, json: data });
    });
const spoilt = (whole) =>
    fc.oneof(
        { weight: 30, arbitrary: whole },
        {
            weight: 1,
            arbitrary: fc.tuple(whole, fc.nat()).map(([b, at]) => b.subarray(0, at % (b.length + 1))),
        },
        {
            weight: 2,
            arbitrary: fc.tuple(whole, fc.nat(7), fc.nat(255)).map(([b, at, value]) => {
                const copy = Buffer.from(b);
                if (at < copy.length) copy[at] = value;
                return copy;
            }),
        },
        { weight: 1, arbitrary: bytes },
    );
const binary = spoilt(fc.oneof({ weight: 3, arbitrary: push2 }, { weight: 1, arbitrary: broadcast2 }));

const message = (text) =>
    fc.oneof(
        { weight: 3, arbitrary: text.map((t) => ({ kind: opcode.text, bytes: Buffer.from(t) })) },
        { weight: 2, arbitrary: binary.map((b) => ({ kind: opcode.binary, bytes: b })) },
        { weight: 1, arbitrary: text.map((t) => ({ kind: opcode.binary, bytes: Buffer.from(t) })) },
    );

// In one frame or in several, cut anywhere.
const framed = (arbitrary, rsv = 0) =>
    fc.tuple(arbitrary, fc.array(fc.nat(), { maxLength: 3 })).map(([{ kind, bytes: all }, cuts]) => {
        const at = [...new Set(cuts.map((cut) => cut % (all.length + 1)))].sort((a, b) => a - b);
        const pieces = [0, ...at].map((from, n) => all.subarray(from, at[n] ?? all.length));
        const bits = (n) => ({ fin: n === pieces.length - 1, rsv: n === 0 ? rsv : 0 });
        return Buffer.concat(pieces.map((piece, n) => frame(n ? opcode.continuation : kind, piece, bits(n))));
    });

// The same messages under permessage-deflate, and now and then what is no deflate stream.
const deflated = (arbitrary) =>
    fc.tuple(arbitrary, fc.nat(19), fc.nat()).map(([{ kind, bytes: all }, dice, at]) => {
        const packed = Buffer.from(deflate(all));
        if (dice === 0 && packed.length > 0) packed[at % packed.length] ^= 0x55;
        return { kind, bytes: packed };
    });

// Everything the server sends must be whole and right; it ends by the answer to a last ping, or by a close frame.
async function converse(socket, isMessage, frames) {
    for (const sent of frames) socket.raw.send(sent);
    socket.sendFrame(opcode.ping, 'the last');
    let got = 0;
    for (;;) {
        const { kind, payload: received } = await socket.nextFrame();
        if (kind === opcode.pong && received.equals(Buffer.from('the last'))) return { got, code: null };
        if (kind === opcode.close) {
            socket.sendFrame(opcode.close, closePayload(1000));
            return { got, code: received.readUInt16BE(0), reason: received.subarray(2).toString() };
        }
        got += 1;
        if (kind === opcode.text) isMessage(JSON.parse(received));
        else readBinary(received);
    }
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
function isVersion2(got) {
    assert.ok(Array.isArray(got) && got.length === 5 && isObject(got[4]), JSON.stringify(got));
    assert.deepEqual(
        got.slice(2, 4).map((name) => typeof name),
        ['string', 'string'],
    );
}
function isVersion1(got) {
    const { topic: t, event: e, payload: p } = got;
    assert.ok(isObject(got) && isObject(p) && 'ref' in got && !('join_ref' in got), JSON.stringify(got));
    assert.deepEqual([typeof t, typeof e], ['string', 'string']);
}

const conversation = (frames) => fc.array(frames, { minLength: 1, maxLength: 12 });

async function survives(frames, path, isMessage, compressed = false) {
    let [answered, ended] = [0, 0];
    await fc.assert(
        fc.asyncProperty(conversation(frames), async (sent) => {
            const socket = await RawSocket.connect(server.apiPort, undefined, { path: path(), compressed });
            const { got, code, reason } = await converse(socket, isMessage, sent);
            if (code !== null) {
                ended += 1;
                assert.ok(codes.includes(code), `closed with ${code} ${reason}`);
                assert.notEqual(reason, '');
            }
            answered += got;
            socket.close();
        }),
        { numRuns: runs },
    );
    assert.ok(
        answered > runs / 3 && ended > runs / 10,
        `${answered} answers, ${ended} ends: the frames have both`,
    );
}

test('an empty message, in one frame or in two, ends its connection (protocol 31)', async () => {
    const inTwo = (kind) => Buffer.concat([frame(kind, '', { fin: false }), frame(opcode.continuation)]);
    for (const path of [socketPath(ann.token), v1Path(ann.token)]) {
        for (const kind of [opcode.text, opcode.binary]) {
            for (const bytes of [frame(kind), inTwo(kind)]) {
                const socket = await RawSocket.connect(server.apiPort, undefined, { path });
                socket.raw.send(bytes);
                const { code } = await socket.closedBy();
                assert.ok([1003, 1007].includes(code), String(code));
            }
        }
    }
});

test('in version 2', () => survives(framed(message(text2)), () => socketPath(ann.token), isVersion2));

test('in version 1', () => survives(framed(message(text1)), () => v1Path(ann.token), isVersion1));

test('in version 2, compressed', async () => {
    const frames = fc.oneof(framed(deflated(message(text2)), 4), framed(message(text2)));
    await survives(frames, () => socketPath(ann.token), isVersion2, true);
});

test('on the gateway, many at once', async () => {
    const samples = fc.sample(conversation(framed(message(text2))), 60);
    await Promise.all(
        samples.map(async (frames) => {
            const socket = await ann.connect('gateway');
            const { code } = await converse(socket, isVersion2, frames);
            if (code !== null) assert.ok(codes.includes(code), String(code));
            socket.close();
        }),
    );
});
