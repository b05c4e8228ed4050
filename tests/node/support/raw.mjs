// Bytes on a TCP connection, for what no well-behaved client would send: malformed requests, and WebSocket
// frames with any bit set wrong.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { Inbox, within } from './wait.mjs';

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

const open = new Set();
export function closeAllRaw() {
    for (const socket of open) socket.destroy();
}

export class RawConnection {
    #received = Buffer.alloc(0);
    #watchers = new Set();

    static async open(port) {
        const raw = new RawConnection();
        raw.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
        raw.socket.setNoDelay(true);
        open.add(raw.socket);
        raw.socket.on('data', (bytes) => {
            raw.#received = Buffer.concat([raw.#received, bytes]);
            raw.#wake();
        });
        raw.closed = new Promise((resolve) => {
            const ended = (how) => {
                raw.ended ??= how;
                raw.#wake();
                resolve(raw.ended);
            };
            raw.socket.on('end', () => ended('end'));
            raw.socket.on('error', () => ended('reset'));
            raw.socket.on('close', () => {
                open.delete(raw.socket);
                ended('close');
            });
        });
        await within(
            new Promise((resolve, reject) => {
                raw.socket.once('connect', resolve);
                raw.socket.once('error', reject);
            }),
            `a connection to port ${port}`,
        );
        return raw;
    }

    send(bytes) {
        this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
        return this;
    }

    // Waits until `attempt(buffer)` returns {value, rest}; keeps the rest.
    async take(attempt, what, ms = 10_000) {
        let watcher;
        const found = new Promise((resolve, reject) => {
            watcher = () => {
                try {
                    const hit = attempt(this.#received, this.ended !== undefined);
                    if (hit) {
                        this.#received = hit.rest;
                        resolve(hit.value);
                    } else if (this.ended !== undefined) {
                        reject(new Error(`the connection ended (${this.ended}) before ${what}`));
                    }
                } catch (error) {
                    reject(error);
                }
            };
            this.#watchers.add(watcher);
            watcher();
        });
        return within(found, what, ms).finally(() => this.#watchers.delete(watcher));
    }

    // The next HTTP response: {status, headers, body}. `to` is the request's method: HEAD has no body.
    response(to = 'GET', ms) {
        return this.take((bytes, ended) => parseResponse(bytes, to, ended), 'an HTTP response', ms);
    }

    // The server ended the connection and sent nothing more than what has been taken.
    async assertClosed(ms = 10_000) {
        await within(this.closed, 'the server to close the connection', ms);
        assert.equal(this.#received.toString('latin1'), '', 'bytes after the last response');
    }

    destroy() {
        this.socket.destroy();
    }

    #wake() {
        for (const watcher of [...this.#watchers]) watcher();
    }
}

function parseResponse(bytes, method, ended) {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return null;
    const [first, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
    const status = /^HTTP\/1\.[01] (\d{3})( |$)/.exec(first);
    assert.ok(status, `a status line, not: ${first}`);
    const headers = new Headers(
        lines.map((line) => {
            const colon = line.indexOf(':');
            assert.ok(colon > 0, `a header field, not: ${line}`);
            return [line.slice(0, colon), line.slice(colon + 1).trim()];
        }),
    );
    const rest = bytes.subarray(end + 4);
    const answer = { status: Number(status[1]), headers };
    const empty = method === 'HEAD' || answer.status < 200 || answer.status === 204 || answer.status === 304;
    const body = empty ? { value: Buffer.alloc(0), rest } : parseBody(rest, headers, ended);
    return body && { value: { ...answer, body: body.value, text: body.value.toString() }, rest: body.rest };
}

function parseBody(bytes, headers, ended) {
    if (headers.has('content-length')) {
        const length = Number(headers.get('content-length'));
        return bytes.length < length
            ? null
            : { value: bytes.subarray(0, length), rest: bytes.subarray(length) };
    }
    if (headers.get('transfer-encoding') !== 'chunked')
        return ended ? { value: bytes, rest: Buffer.alloc(0) } : null;
    const chunks = [];
    for (let at = 0; ;) {
        const line = bytes.indexOf('\r\n', at);
        if (line < 0) return null;
        const size = parseInt(bytes.subarray(at, line).toString('latin1'), 16);
        if (bytes.length < line + 2 + size + 2) return null;
        chunks.push(bytes.subarray(line + 2, line + 2 + size));
        at = line + 2 + size + 2;
        if (size === 0) return { value: Buffer.concat(chunks), rest: bytes.subarray(at) };
    }
}

// The bytes of one frame. `length` announces another length than the payload has; `masked: false` and `rsv`
// break the rules on purpose.
export function frame(kind, payload = '', { fin = true, rsv = 0, masked = true, length } = {}) {
    const data = Buffer.from(payload);
    const size = length ?? data.length;
    const flag = masked ? 0x80 : 0;
    const head = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
    head[0] = (fin ? 0x80 : 0) | (rsv << 4) | kind;
    if (size < 126) head[1] = flag | size;
    else if (size < 65_536) {
        head[1] = flag | 126;
        head.writeUInt16BE(size, 2);
    } else {
        head[1] = flag | 127;
        head.writeBigUInt64BE(BigInt(size), 2);
    }
    if (!masked) return Buffer.concat([head, data]);
    const mask = randomBytes(4);
    return Buffer.concat([head, mask, data.map((byte, index) => byte ^ mask[index % 4])]);
}

export function closePayload(code, reason = '') {
    const head = Buffer.alloc(2);
    head.writeUInt16BE(code);
    return Buffer.concat([head, Buffer.from(reason)]);
}

// One message of permessage-deflate, without the context of those before it.
const flush = { finishFlush: constants.Z_SYNC_FLUSH };
const tail = Buffer.from([0, 0, 0xff, 0xff]);
export const deflate = (bytes) => deflateRawSync(bytes, flush).subarray(0, -tail.length);
export const inflate = (bytes) => inflateRawSync(Buffer.concat([bytes, tail]), flush);

// {value: {fin, rsv, kind, payload}, rest}, or null when the frame is not whole yet. `extension` is the reserved bit that
// one may set.
export function parseFrame(bytes, extension = 0) {
    if (bytes.length < 2) return null;
    assert.equal(bytes[1] & 0x80, 0, 'a server never masks');
    const rsv = (bytes[0] >> 4) & 7;
    assert.equal(rsv & ~extension, 0, 'no reserved bit without an extension');
    const short = bytes[1] & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < head) return null;
    const size =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (bytes.length < head + size) return null;
    const value = {
        fin: (bytes[0] & 0x80) !== 0,
        rsv,
        kind: bytes[0] & 0x0f,
        payload: bytes.subarray(head, head + size),
    };
    return { value, rest: bytes.subarray(head + size) };
}

export const socketPath = (token, more = '') =>
    `/socket/websocket?vsn=2.0.0${token === undefined ? '' : `&token=${token}`}${more}`;

// Sends an upgrade request and returns the raw connection; `headers` with the value null are left out.
export async function requestUpgrade(port, path, { headers = {}, method = 'GET' } = {}) {
    const raw = await RawConnection.open(port);
    const fields = {
        Host: `127.0.0.1:${port}`,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        ...headers,
    };
    raw.key = fields['Sec-WebSocket-Key'];
    const lines = Object.entries(fields)
        .filter(([, value]) => value !== null)
        .map(([n, v]) => `${n}: ${v}\r\n`);
    raw.send(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    return raw;
}

// A WebSocket that speaks Phoenix V2 frames, and anything else on demand.
export class RawSocket {
    #inbox = new Inbox();
    #refs = 0;

    // `compressed` asks for permessage-deflate; what comes is inflated.
    static async connect(port, token, { path = socketPath(token), headers = {}, compressed = false } = {}) {
        const asked = 'permessage-deflate; server_no_context_takeover';
        const more = compressed ? { 'Sec-WebSocket-Extensions': asked } : {};
        const raw = await requestUpgrade(port, path, { headers: { ...headers, ...more } });
        const answer = await raw.response();
        assert.equal(answer.status, 101, answer.text);
        const accept = createHash('sha1')
            .update(raw.key + guid)
            .digest('base64');
        assert.equal(answer.headers.get('sec-websocket-accept'), accept);
        const socket = new RawSocket();
        socket.raw = raw;
        socket.answer = answer;
        socket.#read(compressed ? 4 : 0);
        return socket;
    }

    async #read(extension) {
        try {
            for (;;) {
                const got = await this.raw.take((bytes) => parseFrame(bytes, extension), 'a frame', 120_000);
                if (got.rsv !== 0) got.payload = inflate(got.payload);
                this.#inbox.add(got);
            }
        } catch (error) {
            this.#inbox.end(error.message);
        }
    }

    ref() {
        this.#refs += 1;
        return String(this.#refs);
    }

    sendFrame(kind, payload, options) {
        this.raw.send(frame(kind, payload, options));
        return this;
    }

    sendText(text) {
        return this.sendFrame(opcode.text, text);
    }

    send(message) {
        return this.sendText(JSON.stringify(message));
    }

    nextFrame(fits, what = 'a frame', ms) {
        return this.#inbox.take(fits, what, ms);
    }

    // The next message: text frames only, presence left out (it has tests of its own).
    async receive(what = 'a message') {
        for (;;) {
            const { kind, payload } = await this.#inbox.take((f) => f.kind === opcode.text, what);
            const message = JSON.parse(payload.toString());
            if (!isPresence(message)) return message;
        }
    }

    // All messages up to and with the first that fits.
    async receiveUntil(fits, what) {
        for (const messages = []; ;) {
            const message = await this.receive(what);
            messages.push(message);
            if (fits(message)) return messages;
        }
    }

    // Sends a push and returns all messages up to and with its reply.
    async call(joinRef, topic, event, payload = {}) {
        const ref = `call-${this.ref()}`;
        this.send([joinRef, ref, topic, event, payload]);
        return this.receiveUntil(isReplyTo(ref), `the reply to ${event}`);
    }

    // Joins and returns the join_ref; what follows the reply stays in the inbox.
    async join(topic, payload = {}) {
        const ref = this.ref();
        this.send([ref, ref, topic, 'phx_join', payload]);
        const reply = (await this.receiveUntil(isReplyTo(ref), `the reply to joining ${topic}`)).at(-1);
        assert.deepEqual(reply[4].status, 'ok', JSON.stringify(reply));
        return ref;
    }

    // Joins messages:<room> and takes the history off the inbox: {joinRef, history}.
    async joinMessages(room = 'lobby') {
        const joinRef = await this.join(`messages:${room}`);
        const history = (await this.receiveUntil((m) => m[3] === 'messages_history', 'the history')).at(-1);
        return { joinRef, history: history[4] };
    }

    // What came up to the answer of one more push on the joined topic: nothing else is on its way before it.
    async drain(joinRef, topic) {
        return (await this.call(joinRef, topic, 'no_such_event')).slice(0, -1);
    }

    // The server's close frame {code, reason}, after which it ends the connection.
    async closedBy(ms) {
        const { payload } = await this.nextFrame((f) => f.kind === opcode.close, 'a close frame', ms);
        const code = payload.length >= 2 ? payload.readUInt16BE(0) : null;
        this.sendFrame(opcode.close, payload);
        await within(this.raw.closed, 'the connection to end after the close frame');
        return { code, reason: payload.subarray(2).toString() };
    }

    close() {
        this.raw.destroy();
    }
}

export const isReplyTo = (ref) => (message) => message[1] === ref && message[3] === 'phx_reply';
const isPresence = (message) => typeof message[3] === 'string' && message[3].startsWith('presence_');
