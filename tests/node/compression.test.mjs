// permessage-deflate: only where it is configured and asked for, with all that a client may ask of it; `ws` reads
// and writes it here, and raw frames do what `ws` would not.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { Api } from './support/http.mjs';
import { limited } from './support/limits.mjs';
import {
    closeAllRaw,
    deflate,
    frame,
    inflate,
    opcode,
    parseFrame,
    RawSocket,
    requestUpgrade,
    socketPath,
} from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { Inbox, within } from './support/wait.mjs';

const extension = 'sec-websocket-extensions';
const tiers = ['gateway', 'api'];
const heartbeat = (ref) => JSON.stringify([null, ref, 'phoenix', 'heartbeat', {}]);
const beat = (ref) => [null, ref, 'phoenix', 'phx_reply', { status: 'ok', response: {} }];
const open = new Set();
let server;
let user;

async function start(limits) {
    server = undefined;
    server = await Server.start({ env: limited(limits) });
    user = await new Api(server.url('api')).register('Ann');
}

afterEach(() => {
    for (const socket of open) socket.terminate();
    open.clear();
    closeAllRaw();
});
describe('compression that is not configured', () => {
    before(() => start({}));
    after(() => server?.stop());
    off();
});
describe('compression', () => {
    before(() => start({ compression: 'on', frameBytes: 262_144 }));
    after(() => server?.stop());
    agreed();
    raw();
    wrong();
});

// A `ws` client of the server: `extensions` is what was agreed.
class Compressed {
    #inbox = new Inbox();

    static async connect(tier, perMessageDeflate) {
        const client = new Compressed();
        client.ws = new WebSocket(`ws://127.0.0.1:${server.port(tier)}${socketPath(user.token)}`, {
            perMessageDeflate,
        });
        open.add(client.ws);
        client.ws.on('message', (bytes) => client.#inbox.add(JSON.parse(bytes)));
        client.ws.on('close', (code) => client.#inbox.end(`closed with ${code}`));
        const opened = new Promise((resolve, reject) => client.ws.on('open', resolve).on('error', reject));
        await within(opened, 'the socket to open');
        client.extensions = client.ws.extensions;
        return client;
    }

    send(message) {
        this.ws.send(JSON.stringify(message));
        return this;
    }

    receive(what) {
        return this.#inbox.take(() => true, what);
    }
}

const upgrade = (tier, offer) =>
    RawSocket.connect(server.port(tier), user.token, { headers: { [extension]: offer } });

function off() {
    test('is not agreed to, and messages go on as they are (protocol 29)', async () => {
        for (const tier of tiers) {
            const client = await Compressed.connect(tier, true);
            assert.equal(client.extensions, '');
            assert.deepEqual(await client.send(JSON.parse(heartbeat('1'))).receive(), beat('1'));
        }
    });

    test('ends the connection with 1002 (protocol 46)', async () => {
        const socket = await upgrade('api', 'permessage-deflate');
        socket.raw.send(frame(opcode.text, deflate(heartbeat('1')), { rsv: 4 }));
        assert.equal((await socket.closedBy()).code, 1002);
    });
}

async function exchange(client) {
    const topic = 'nope-🐦-'.repeat(20);
    for (let n = 0; n < 50; n += 1) {
        const payload = { text: `${n} `.repeat(n * 40), again: 'the same words again and again'.repeat(n) };
        const answer = await client.send([null, `${n}`, topic, 'x', payload]).receive();
        assert.deepEqual(answer.slice(0, 3), [null, `${n}`, topic]);
        assert.deepEqual(await client.send(JSON.parse(heartbeat(`h${n}`))).receive(), beat(`h${n}`));
    }
}

function agreed() {
    for (const [what, options] of [
        ['as ws asks for it', true],
        ['without keeping the context of the client', { clientNoContextTakeover: true }],
        ['without keeping the context of the server', { serverNoContextTakeover: true }],
        ['without keeping any context', { clientNoContextTakeover: true, serverNoContextTakeover: true }],
        ['with a small window of the server', { serverMaxWindowBits: 9 }],
        ['with a small window of the client', { clientMaxWindowBits: 9 }],
        ['with both windows small', { serverMaxWindowBits: 10, clientMaxWindowBits: 10, threshold: 0 }],
        ['of every message, however short', { threshold: 0 }],
    ]) {
        test(`is agreed to ${what}, and a hundred messages come through (protocol 29)`, async () => {
            for (const tier of tiers) {
                const client = await Compressed.connect(tier, options);
                assert.match(client.extensions, /permessage-deflate/);
                await exchange(client);
            }
        });
    }

    test('is not used by a client that did not ask for it', async () => {
        const client = await Compressed.connect('api', false);
        assert.equal(client.extensions, '');
        await exchange(client);
        const socket = await RawSocket.connect(server.apiPort, user.token);
        assert.equal(socket.answer.headers.get(extension), null);
        socket.sendText(heartbeat('1'));
        assert.deepEqual(await socket.receive(), beat('1'), 'and no reserved bit');
    });

    test('joins compressed and plain clients in one room', async () => {
        const clients = [await Compressed.connect('api', true), await Compressed.connect('gateway', false)];
        for (const client of clients) {
            client.send(['1', '1', 'room:lobby', 'phx_join', { presence: false }]);
            for (;;) if ((await client.receive('the reply'))[3] === 'phx_reply') break;
        }
        const message = 'the same to all 🐦 '.repeat(200);
        clients[0].send(['1', '2', 'room:lobby', 'shout', { message }]);
        for (const client of clients) {
            for (;;) {
                const [, , , event, payload] = await client.receive('the shout');
                if (event !== 'shout') continue;
                assert.equal(payload.message, message);
                break;
            }
        }
    });
}

// The next frame of a raw connection, compressed or not.
const takeFrame = (connection) => connection.take((bytes) => parseFrame(bytes, 4), 'a frame');

async function upgraded(tier, offer) {
    const connection = await requestUpgrade(server.port(tier), socketPath(user.token), {
        headers: { [extension]: offer },
    });
    const answer = await connection.response();
    assert.equal(answer.status, 101);
    return { connection, agreed: answer.headers.get(extension) };
}

function raw() {
    test('makes what is sent shorter', async () => {
        for (const tier of tiers) {
            const { connection } = await upgraded(tier, 'permessage-deflate; server_no_context_takeover');
            const message = 'x'.repeat(4000);
            const push = [null, '1', 'room:lobby', 'shout', { message }];
            for (const sent of [['1', '1', 'room:lobby', 'phx_join', {}], push])
                connection.send(frame(opcode.text, deflate(JSON.stringify(sent)), { rsv: 4 }));
            for (;;) {
                const { rsv, payload } = await takeFrame(connection);
                const [, , , event, got] = JSON.parse(rsv === 4 ? inflate(payload) : payload);
                if (event !== 'shout') continue;
                assert.deepEqual([rsv, got.message], [4, message], 'the bit that says compressed');
                assert.ok(payload.length < 1000, `${payload.length} bytes`);
                break;
            }
        }
    });

    test('answers only what was offered, or not at all', async () => {
        for (const [offer, pattern] of [
            ['permessage-deflate', /^permessage-deflate/],
            ['permessage-deflate; client_max_window_bits', /^permessage-deflate/],
            ['x-webkit-deflate-frame, permessage-deflate', /^permessage-deflate/],
            [
                'permessage-deflate; server_max_window_bits=99, permessage-deflate',
                /^permessage-deflate(?!.*99)/,
            ],
            ['permessage-deflate; server_no_context_takeover', /server_no_context_takeover/],
            ['permessage-deflate; server_max_window_bits=10', /server_max_window_bits=(9|10)/],
            ['x-unknown', null],
            ['permessage-deflate; nonsense=1', null],
            ['permessage-deflate; server_max_window_bits=7', null],
            ['permessage-deflate; server_max_window_bits', null],
            ['permessage-deflate; client_max_window_bits=16', null],
            ['permessage-deflate; server_no_context_takeover=1', null],
            ['permessage-deflate; server_no_context_takeover; server_no_context_takeover', null],
        ]) {
            const { connection, agreed } = await upgraded('api', offer);
            if (pattern === null) assert.equal(agreed, null, offer);
            else assert.match(agreed ?? '', pattern, offer);
            if (!offer.includes('client_max_window_bits'))
                assert.doesNotMatch(agreed ?? '', /client_max_window_bits/);
            connection.destroy();
        }
    });

    test('may be left out message by message, and spans the fragments of a message', async () => {
        const { connection } = await upgraded('api', 'permessage-deflate; server_no_context_takeover');
        const packed = deflate(heartbeat('packed'));
        connection.send(
            Buffer.concat([
                frame(opcode.text, heartbeat('plain')),
                frame(opcode.text, packed.subarray(0, 3), { rsv: 4, fin: false }),
                frame(opcode.continuation, packed.subarray(3, 4), { fin: false }),
                frame(opcode.continuation, packed.subarray(4)),
            ]),
        );
        for (const ref of ['plain', 'packed']) {
            const { rsv, payload } = await takeFrame(connection);
            assert.deepEqual(JSON.parse(rsv === 4 ? inflate(payload) : payload), beat(ref));
        }
    });
}

function wrong() {
    const ask = () => upgrade('api', 'permessage-deflate');
    for (const [what, bytes, codes] of [
        [
            'inflates to more than the frame limit (protocol 46)',
            () => frame(opcode.text, deflate(Buffer.alloc(64 * 1024 * 1024, 0x20)), { rsv: 4 }),
            [1009],
        ],
        [
            'inflates to more in many fragments (protocol 46)',
            () => {
                const packed = deflate(Buffer.alloc(8 * 1024 * 1024, 0x20));
                const pieces = [frame(opcode.text, packed.subarray(0, 100), { rsv: 4, fin: false })];
                for (let at = 100; at < packed.length; at += 100)
                    pieces.push(
                        frame(opcode.continuation, packed.subarray(at, at + 100), {
                            fin: at + 100 >= packed.length,
                        }),
                    );
                return Buffer.concat(pieces);
            },
            [1009],
        ],
        [
            'is no deflate stream',
            () => frame(opcode.text, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]), { rsv: 4 }),
            [1002, 1007],
        ],
        [
            'inflates to what is not UTF-8 (protocol 41)',
            () => frame(opcode.text, deflate(Buffer.from([0x5b, 0xff])), { rsv: 4 }),
            [1007],
        ],
        ['is a compressed ping', () => frame(opcode.ping, deflate('x'), { rsv: 4 }), [1002]],
        ['has another reserved bit', () => frame(opcode.text, deflate(heartbeat('1')), { rsv: 2 }), [1002]],
        [
            'has the bit on a continuation',
            () =>
                Buffer.concat([
                    frame(opcode.text, '[', { fin: false }),
                    frame(opcode.continuation, deflate(']'), { rsv: 4 }),
                ]),
            [1002],
        ],
    ]) {
        test(`that ${what} ends its connection`, async () => {
            const socket = await ask();
            assert.match(socket.answer.headers.get(extension) ?? '', /permessage-deflate/);
            socket.raw.send(bytes());
            const { code } = await socket.closedBy();
            assert.ok(codes.includes(code), String(code));
            const other = await Compressed.connect('api', true);
            assert.deepEqual(await other.send(JSON.parse(heartbeat('1'))).receive(), beat('1'));
        });
    }
}
