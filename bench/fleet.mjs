// Thousands of channel clients in one process, as cheap as Node allows: one read buffer for all, frames made
// by hand, payloads looked at and not parsed. Whatever is not as it should be ends the run with an error.
import { once } from 'node:events';
import { connect } from 'node:net';
import { within } from '../tests/node/support/wait.mjs';

const readBuffer = Buffer.allocUnsafe(1 << 20);
const openingAtOnce = 50;

// A masked text frame whose mask is zero: what a client must send, without the work.
export function textFrame(text) {
    const payload = Buffer.from(text);
    const { length } = payload;
    const head = length < 126 ? [0x81, 0x80 | length] : [0x81, 0xfe, length >> 8, length & 255];
    return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}

class Connection {
    #rest = null; // received: a part of a frame, or of the answer to the upgrade
    #isCorked = false;
    onUpgraded = null; // set while the answer to the upgrade is awaited
    onFrame = null; // called with (bytes, start, end) of each frame's payload, valid during the call

    constructor(port) {
        const callback = (size) => this.#receive(readBuffer.subarray(0, size));
        const onread = { buffer: readBuffer, callback };
        this.socket = connect({ port, host: '127.0.0.1', noDelay: true, onread });
        this.socket.on('close', () => {
            if (!this.isClosing) throw new Error('the server closed a connection');
        });
    }

    // All that is sent in one turn of the loop goes out as one write.
    send(bytes) {
        this.socket.cork();
        this.socket.write(bytes);
        if (this.#isCorked) return this.socket.uncork();
        this.#isCorked = true;
        process.nextTick(() => {
            this.#isCorked = false;
            this.socket.uncork();
        });
    }

    close() {
        this.isClosing = true;
        this.socket.resetAndDestroy();
    }

    #receive(read) {
        const bytes = this.#rest ? Buffer.concat([this.#rest, read]) : read;
        this.#rest = null;
        let at = this.onUpgraded ? this.#passUpgrade(bytes) : 0;
        while (!this.onUpgraded && bytes.length - at >= 2) {
            let length = bytes[at + 1];
            const start = at + (length < 126 ? 2 : length === 126 ? 4 : 10);
            if (bytes.length < start) break;
            if (length === 126) length = bytes.readUInt16BE(at + 2);
            else if (length === 127) length = Number(bytes.readBigUInt64BE(at + 2));
            if (bytes.length < start + length) break;
            if (bytes[at] !== 0x81) throw new Error(`a frame of kind ${bytes[at]}: ${bytes.subarray(start)}`);
            at = start + length;
            this.onFrame(bytes, start, at);
        }
        if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
        return true;
    }

    // How many bytes the answer took.
    #passUpgrade(bytes) {
        const end = bytes.indexOf('\r\n\r\n');
        if (end < 0) return 0;
        if (!bytes.toString('latin1', 0, end).startsWith('HTTP/1.1 101 ')) throw new Error(String(bytes));
        this.onUpgraded();
        this.onUpgraded = null;
        return end + 4;
    }
}

async function fleet(count, open) {
    const connections = [];
    const openSome = async () => {
        while (connections.length < count) {
            const place = connections.push(null) - 1;
            connections[place] = await open();
        }
    };
    const all = Promise.all(Array.from({ length: openingAtOnce }, openSome));
    await within(all, `${count} connections`, 60_000);
    return connections;
}

// Connections without a protocol of their own.
export function plain(count, port) {
    return fleet(count, async () => {
        const connection = new Connection(port);
        await once(connection.socket, 'connect');
        return connection;
    });
}

// WebSockets that have joined the topic, with join_ref "1".
export function members(count, port, token, topic) {
    const upgrade =
        `GET /socket/websocket?vsn=2.0.0&token=${token} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n';
    const join = textFrame(`["1","1","${topic}","phx_join",{}]`);
    return fleet(count, async () => {
        const connection = new Connection(port);
        connection.onUpgraded = () => connection.send(join);
        connection.send(upgrade);
        const reply = await new Promise((resolve) => {
            connection.onFrame = (bytes, start, end) => resolve(bytes.toString('utf8', start, end));
        });
        if (!reply.includes('"status":"ok"')) throw new Error(`joining ${topic}: ${reply}`);
        connection.onFrame = () => {};
        return connection;
    });
}
