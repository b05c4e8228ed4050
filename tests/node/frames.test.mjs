// The handshake and the frames themselves, bit by bit. One phoenix.js client is joined all the while and must
// not notice anything of what the other connections do wrong.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, disconnectAll } from './support/channel.mjs';
import { Api } from './support/http.mjs';
import {
    closeAllRaw,
    closePayload,
    frame,
    opcode,
    RawSocket,
    requestUpgrade,
    socketPath,
} from './support/raw.mjs';
import { Server } from './support/server.mjs';

let server;
let user;
let bystander;
let member;

before(async () => {
    server = await Server.start({ env: { ROOST_LOG_LEVEL: 'debug' } });
    user = await new Api(server.url()).register('Ann');
    bystander = await Client.connect(server.apiPort, user.token);
    member = await bystander.join('room:lobby');
});
after(async () => {
    disconnectAll();
    closeAllRaw();
    await server?.stop();
});

const connect = (options) => RawSocket.connect(server.apiPort, user.token, options);
const heartbeat = [null, 'beat', 'phoenix', 'heartbeat', {}];
const beatReply = [null, 'beat', 'phoenix', 'phx_reply', { status: 'ok', response: {} }];

async function assertAlive(socket) {
    assert.deepEqual(await socket.send(heartbeat).receive(), beatReply);
    socket.close();
}

async function assertBystanderUnharmed() {
    const { status } = await member.push('shout', { message: 'still here' });
    assert.equal(status, 'ok');
    assert.deepEqual([bystander.opened, bystander.errors, bystander.closes], [1, 0, []]);
}

for (const tier of ['api', 'gateway']) {
    describe(`the handshake on the ${tier}'s port`, () => {
        handshake(
            (path, options) => requestUpgrade(server.port(tier), path, options),
            () => server.port(tier),
        );
    });
}
describe('a frame', () => frames());
describe('a frame that is wrong', () => wrongFrames());
describe('a message that does not decode', () => wrongMessages());

async function assertRefused(raw, status) {
    const answer = await raw.response();
    assert.equal(answer.status, status, answer.text);
    if (status === 403) assert.equal(answer.text, '', 'an empty body');
    else assert.notEqual(answer.text, '', 'a body that says what is wrong');
    raw.destroy();
}

function handshake(upgrade, port) {
    test('with a valid token and version 2 is answered 101 (protocol 1)', async () => {
        const socket = await RawSocket.connect(port(), user.token);
        assert.equal(socket.answer.headers.get('upgrade').toLowerCase(), 'websocket');
        assert.equal(socket.answer.headers.get('sec-websocket-protocol'), null);
        assert.equal(socket.answer.headers.get('sec-websocket-extensions'), null);
        await assertAlive(socket);
    });

    test('with a bad token or none is answered 403 and nothing else (protocol 13)', async () => {
        const [head, claims] = user.token.split('.');
        for (const path of [
            socketPath(undefined),
            socketPath(''),
            socketPath('garbage'),
            socketPath(`${head}.${claims}.`),
            socketPath(`${user.token}x`),
            socketPath(user.refresh_token),
            socketPath('%00%ff'),
        ]) {
            await assertRefused(await upgrade(path), 403);
        }
    });

    test('of an unsupported or malformed version is answered 403 (protocol 4, 5)', async () => {
        for (const version of [
            '3.0.0',
            '0.9.0',
            'two',
            '2',
            '',
            '2.0.0.0.0',
            '99999999999999999999.0.0',
            '%00',
        ]) {
            await assertRefused(await upgrade(`/socket/websocket?vsn=${version}&token=${user.token}`), 403);
        }
    });

    test('by another method is answered 400 (protocol 6)', async () => {
        const headers = { 'Content-Length': '0' };
        await assertRefused(await upgrade(socketPath(user.token), { method: 'POST', headers }), 400);
    });

    test('without upgrade, key or version 13 is answered 400 (protocol 7, 8)', async () => {
        for (const headers of [
            { Upgrade: null, Connection: null },
            { Upgrade: 'h2c' },
            { 'Sec-WebSocket-Key': null },
            { 'Sec-WebSocket-Key': 'short' },
            { 'Sec-WebSocket-Version': null },
            { 'Sec-WebSocket-Version': '8' },
        ]) {
            await assertRefused(await upgrade(socketPath(user.token), { headers }), 400);
        }
    });

    test('without upgrade and with a bad token is answered 403 (protocol 9)', async () => {
        await assertRefused(
            await upgrade(socketPath('bad'), { headers: { Upgrade: null, Connection: null } }),
            403,
        );
    });

    test('takes empty query segments and the last of two equal keys (protocol 11, 12)', async () => {
        for (const path of [
            `/socket/websocket?&&vsn=2.0.0&&token=${user.token}&`,
            socketPath('bad', `&token=${user.token}`),
        ]) {
            await assertAlive(await RawSocket.connect(port(), user.token, { path }));
        }
        await assertRefused(await upgrade(socketPath(user.token, '&token=bad')), 403);
    });

    test('reads a token in the subprotocol in both alphabets (protocol 24, 25)', async () => {
        const path = socketPath(undefined);
        const bytes = Buffer.from(user.token);
        for (const text of [bytes.toString('base64url'), bytes.toString('base64').replace(/=+$/, '')]) {
            const headers = { 'Sec-WebSocket-Protocol': `phoenix, base64url.bearer.phx.${text}` };
            const socket = await RawSocket.connect(port(), undefined, { path, headers });
            assert.equal(socket.answer.headers.get('sec-websocket-protocol'), 'phoenix');
            await assertAlive(socket);
        }
    });

    test('with a token in the subprotocol that is not valid is answered 403 (protocol 27)', async () => {
        for (const text of ['***', 'A', '', Buffer.from('bad').toString('base64url')]) {
            const headers = { 'Sec-WebSocket-Protocol': `phoenix, base64url.bearer.phx.${text}` };
            await assertRefused(await upgrade(socketPath(undefined), { headers }), 403);
        }
    });

    test('may have the first frames right behind it', async () => {
        const raw = await upgrade(socketPath(user.token));
        raw.send(frame(opcode.text, JSON.stringify(heartbeat)));
        assert.equal((await raw.response()).status, 101);
        const text = await raw.take((bytes) => {
            const at = bytes.indexOf('}]');
            return at < 0 ? null : { value: bytes.toString('latin1'), rest: Buffer.alloc(0) };
        }, 'the reply');
        assert.ok(text.endsWith(JSON.stringify(beatReply)), text);
        raw.destroy();
    });

    test('leaves no token in the log (protocol 28)', async () => {
        await RawSocket.connect(port(), user.token).then((socket) => socket.close());
        assert.ok(!server.log.includes(user.token.split('.')[2]), 'the signature is in the log');
    });
}

function frames() {
    test('ping is answered by a pong with the same bytes (protocol 45)', async () => {
        const socket = await connect();
        for (const payload of ['', 'hello', Buffer.alloc(125, 7)]) {
            const pong = await socket.sendFrame(opcode.ping, payload).nextFrame();
            assert.equal(pong.kind, opcode.pong);
            assert.deepEqual(pong.payload, Buffer.from(payload));
        }
        socket.sendFrame(opcode.pong, 'unasked');
        await assertAlive(socket);
    });

    test('may come in fragments, with a ping between and a cut character (protocol 43)', async () => {
        const socket = await connect();
        const bytes = Buffer.from(JSON.stringify(['1', '1', 'nope-🐦', 'phx_join', {}]));
        const cut = bytes.indexOf(0xf0) + 2;
        socket.sendFrame(opcode.text, bytes.subarray(0, cut), { fin: false });
        socket.sendFrame(opcode.ping, 'between');
        assert.equal((await socket.nextFrame()).kind, opcode.pong);
        socket.sendFrame(opcode.continuation, '', { fin: false });
        socket.sendFrame(opcode.continuation, bytes.subarray(cut));
        assert.equal((await socket.receive())[2], 'nope-🐦');
        socket.close();
    });

    test('may come byte by byte, or many in one write', async () => {
        const socket = await connect();
        for (const byte of frame(opcode.text, JSON.stringify(heartbeat))) {
            await new Promise((resolve) => socket.raw.socket.write(Buffer.of(byte), resolve));
        }
        assert.deepEqual(await socket.receive(), beatReply);
        socket.raw.send(
            Buffer.concat(Array.from({ length: 500 }, () => frame(opcode.text, JSON.stringify(heartbeat)))),
        );
        for (let index = 0; index < 500; index += 1) assert.deepEqual(await socket.receive(), beatReply);
        socket.close();
    });

    test('of nearly 1 MiB is read', async () => {
        const socket = await connect();
        const padded = JSON.stringify([null, 'big', 'nope', 'x', { pad: '🐦'.repeat(260_000) }]);
        assert.ok(Buffer.byteLength(padded) < 1024 * 1024);
        assert.deepEqual(await socket.sendText(padded).receive(), [
            null,
            'big',
            'nope',
            'phx_reply',
            { status: 'error', response: { reason: 'unmatched topic' } },
        ]);
        socket.close();
    });

    test('that closes with a valid code is echoed (protocol 47)', async () => {
        for (const [code, reason] of [
            [1000, ''],
            [1001, 'away'],
            [3000, 'überall'],
            [4999, 'x'.repeat(123)],
        ]) {
            const socket = await connect();
            assert.equal(
                (await socket.sendFrame(opcode.close, closePayload(code, reason)).closedBy()).code,
                code,
            );
        }
        const silent = await connect();
        assert.ok(
            [null, 1000].includes((await silent.sendFrame(opcode.close).closedBy()).code),
            'a close without a code',
        );
    });
}

function wrongFrames() {
    const text = (payload, options) => frame(opcode.text, payload, options);
    const limit = 1024 * 1024;
    for (const [what, bytes, code] of [
        ['is not masked (RFC 6455, 5.1)', text(JSON.stringify(heartbeat), { masked: false }), 1002],
        ['has a reserved bit', text('[]', { rsv: 1 }), 1002],
        ['claims a compression that was not negotiated (protocol 46)', text('[]', { rsv: 4 }), 1002],
        ['has a reserved opcode for data', frame(3, 'x'), 1002],
        ['has a reserved opcode for control', frame(11, 'x'), 1002],
        ['continues nothing (protocol 43)', frame(opcode.continuation, 'x'), 1002],
        [
            'interrupts a fragmented message (protocol 43)',
            Buffer.concat([text('[', { fin: false }), text('[]')]),
            1002,
        ],
        ['is a fragmented ping', frame(opcode.ping, 'x', { fin: false }), 1002],
        ['is a ping of 126 bytes', frame(opcode.ping, Buffer.alloc(126)), 1002],
        ['announces more than 1 MiB (protocol 42)', text('[', { length: limit + 1 }), 1009],
        ['announces 2^62 bytes (protocol 42)', text('[', { length: 2 ** 62 }), 1009],
        [
            'brings the fragments over 1 MiB (protocol 42)',
            Buffer.concat([
                text('['.repeat(limit - 100), { fin: false }),
                frame(opcode.continuation, 'x'.repeat(200)),
            ]),
            1009,
        ],
        ['is text but not UTF-8 (protocol 41)', text(Buffer.from([0x5b, 0xff, 0x5d])), 1007],
        ['is text with an encoded surrogate (protocol 41)', text(Buffer.from([0xed, 0xa0, 0x80])), 1007],
        ['is text with an overlong form (protocol 41)', text(Buffer.from([0xc0, 0xaf])), 1007],
        [
            'is not UTF-8 in its first fragment (protocol 41)',
            text(Buffer.from([0x5b, 0xff]), { fin: false }),
            1007,
        ],
        ['ends inside a character (protocol 41)', text(Buffer.from([0x22, 0xf0, 0x9f])), 1007],
        ['closes with a reserved code (protocol 47)', frame(opcode.close, closePayload(1005)), 1002],
        ['closes with the code 1006 (protocol 47)', frame(opcode.close, closePayload(1006)), 1002],
        ['closes with the code 999 (protocol 47)', frame(opcode.close, closePayload(999)), 1002],
        ['closes with the code 5000 (protocol 47)', frame(opcode.close, closePayload(5000)), 1002],
        ['closes with one byte (protocol 47)', frame(opcode.close, 'x'), 1002],
        [
            'closes with a reason that is not UTF-8',
            frame(opcode.close, Buffer.concat([closePayload(1000), Buffer.of(0xff)])),
            1007,
        ],
    ]) {
        test(`that ${what} ends its connection with ${code}`, async () => {
            const socket = await connect();
            socket.raw.send(bytes);
            assert.equal((await socket.closedBy()).code, code);
            await assertBystanderUnharmed();
        });
    }

    test('cut off by the end of the connection harms nobody', async () => {
        const whole = frame(opcode.text, JSON.stringify(heartbeat));
        for (let cut = 1; cut < whole.length; cut += 3) {
            const socket = await connect();
            socket.raw.send(whole.subarray(0, cut));
            if (cut % 2) socket.raw.socket.end();
            else socket.raw.socket.resetAndDestroy();
        }
        await assertBystanderUnharmed();
    });
}

function wrongMessages() {
    for (const [what, payload] of [
        ['no JSON', 'hello'],
        ['empty', ''],
        ['JSON cut off', '["1","1","room:lobby","phx_join",{}'],
        ['JSON with more behind it', '["1","1","room:lobby","phx_join",{}] []'],
        ['an object of version 2', '{"topic":"phoenix"}'],
        ['a string', '"hello"'],
        ['null', 'null'],
        ['an empty list', '[]'],
        ['a list of four', '["1","1","room:lobby","phx_join"]'],
        ['a topic that is a number', '["1","1",5,"phx_join",{}]'],
        ['a topic that is null', '["1","1",null,"phx_join",{}]'],
        ['an event that is null', '["1","1","room:lobby",null,{}]'],
        ['an event that is a list', '["1","1","room:lobby",[],{}]'],
        ['a ref that is an object', '["1",{},"room:lobby","phx_join",{}]'],
        ['a join_ref that is a list', '[[],"1","room:lobby","phx_join",{}]'],
        ['a payload with a bad literal', '[null,"1","phoenix","heartbeat",{"a":nul}]'],
        ['a payload without a comma', '[null,"1","phoenix","heartbeat",{"a":1 "b":2}]'],
        ['a payload of mixed brackets', '[null,"1","phoenix","heartbeat",[1}}]'],
        ['a lone surrogate', '[null,"1","phoenix","heartbeat",{"a":"\\ud800"}]'],
        ['nesting without end', `[null,"1","phoenix","heartbeat",${'['.repeat(100_000)}`],
    ]) {
        test(`because it is ${what} ends with 1007 or 1003 and a reason (protocol 31, 32)`, async () => {
            const socket = await connect();
            const { code, reason } = await socket.sendText(payload).closedBy();
            assert.ok([1003, 1007].includes(code), String(code));
            assert.notEqual(reason, '');
            await assertBystanderUnharmed();
        });
    }

    for (const [what, payload] of [
        ['nothing', []],
        ['an unknown kind', [9, 1, 1, 1, 1, 0x61]],
        ['a short header', [0, 1, 1]],
        ['lengths past its end', [0, 255, 255, 255, 255, 0x61]],
        ['random bytes', [0xde, 0xad, 0xbe, 0xef]],
        ['a topic that is not UTF-8', [0, 1, 1, 1, 1, 0x31, 0x31, 0xff, 0x78]],
    ]) {
        test(`because it is binary with ${what} ends likewise (protocol 34)`, async () => {
            const socket = await connect();
            const { code, reason } = await socket.sendFrame(opcode.binary, Buffer.from(payload)).closedBy();
            assert.ok([1003, 1007].includes(code), String(code));
            assert.notEqual(reason, '');
            await assertBystanderUnharmed();
        });
    }
}
