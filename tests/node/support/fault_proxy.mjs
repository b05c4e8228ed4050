// A TCP proxy between a server and its PostgreSQL, which does what networks and dying machines do.
//
// To every connection, those to come included, until pass() ends it all and lets flow on what was held back:
//   refuse()             resets new connections; those that are open go on
//   stall(...directions) holds back what goes 'toServer' or 'toClient', or both
//   slow({...})          each chunk takes `delayMs` longer, and a direction carries `bytesPerSecond` at most
//
// To the connections that are open now, once:
//   cut()                resets them
//
// To one connection, once, when it comes to it; the promise is kept when that has happened. `fits` is asked about
// every message of a client, {type, sql}: see executes().
//   cutAfter(direction, bytes)  so many bytes more get through
//   cutInside(fits)             half of the message arrives
//   cutBehind(fits)             all of its transaction arrives, and in the same moment the client is gone
//   loseAnswer(fits)            its transaction is carried out to the end, and the client never hears of it
import { connect, createServer } from 'node:net';

// The execution of a statement whose text fits.
export const executes = (pattern) => ({ type, sql }) => ['B', 'Q'].includes(type) && pattern.test(sql);

export class FaultProxy {
    accepted = 0;
    refused = 0;
    waiting = 0; // chunks that are stalled
    links = new Set();
    #isRefusing = false;
    #valves = { toServer: new Valve(), toClient: new Valve() };
    #traps = new Set();
    #pace = {};

    // `path` is PostgreSQL's unix socket.
    static async start(path) {
        const proxy = new FaultProxy();
        proxy.path = path;
        proxy.server = createServer({ noDelay: true }, (client) => proxy.#accept(client));
        await new Promise((done) => proxy.server.listen(0, '127.0.0.1', done));
        const { port } = proxy.server.address();
        proxy.url = `postgres://roost@127.0.0.1:${port}/roost?sslmode=disable&gssencmode=disable`;
        return proxy;
    }

    #accept(client) {
        client.on('error', () => {}); // 'close' follows
        if (this.#isRefusing) {
            this.refused += 1;
            return client.resetAndDestroy();
        }
        this.accepted += 1;
        this.links.add(new Link(this, client));
    }

    pass() {
        this.#isRefusing = false;
        this.#pace = {};
        this.#traps.clear();
        for (const valve of Object.values(this.#valves)) valve.open();
    }

    refuse() {
        this.#isRefusing = true;
    }

    stall(...directions) {
        for (const direction of directions) this.#valves[direction].close();
    }

    slow(pace) {
        this.#pace = pace;
    }

    cut() {
        for (const link of this.links) link.cut();
    }

    cutAfter(direction, bytes) {
        return this.#trap({ direction, left: bytes });
    }

    cutInside(fits) {
        return this.#trap({ fits, fate: 'inside' });
    }

    cutBehind(fits) {
        return this.#trap({ fits, fate: 'behind' });
    }

    loseAnswer(fits) {
        return this.#trap({ fits, fate: 'answer' });
    }

    #trap(trap) {
        return new Promise((done) => this.#traps.add({ ...trap, done }));
    }

    // Kept when so much may go on.
    async admit(direction, size) {
        const { delayMs = 0, bytesPerSecond = Infinity } = this.#pace;
        const waitMs = delayMs + (1000 * size) / bytesPerSecond;
        if (waitMs > 0) await new Promise((resume) => setTimeout(resume, waitMs));
        this.waiting += 1;
        await this.#valves[direction].opened;
        this.waiting -= 1;
    }

    // The trap that the message springs, which is gone then.
    spring(message) {
        return this.#take((trap) => trap.fits?.(message));
    }

    // The same of one that counts, with how many of the bytes are `left` for it.
    springAfter(direction, size) {
        for (const trap of this.#traps) if (trap.direction === direction) trap.left -= size;
        const trap = this.#take((t) => t.direction === direction && t.left < 0);
        return trap && { ...trap, left: size + trap.left };
    }

    #take(isSprung) {
        const trap = [...this.#traps].find(isSprung);
        this.#traps.delete(trap);
        return trap;
    }

    async stop() {
        this.pass();
        this.refuse();
        this.cut();
        await new Promise((done) => this.server.close(done));
    }
}

// `opened` is a promise that is kept while it is open.
class Valve {
    opened = Promise.resolve();
    #open = null;

    close() {
        if (this.#open === null) this.opened = new Promise((done) => (this.#open = done));
    }

    open() {
        this.#open?.();
        this.#open = null;
    }
}

// One connection: a socket on each side, and what has been said on them.
class Link {
    #frames = { toServer: new Frames({ hasStartup: true }), toClient: new Frames({ hasStartup: false }) };
    #statements = new Map(); // texts by names
    #sent = 0; // transactions that the client has sent to their end
    #done = -1; // those of which the server says that they are over: once more when it lets the client in
    #doom = null; // the trap that one of the client's messages has sprung, and the number of its transaction
    #isOver = false;

    constructor(proxy, client) {
        this.proxy = proxy;
        this.client = client;
        this.server = connect(proxy.path);
        this.server.on('error', () => {});
        for (const [direction, from, to] of [
            ['toServer', this.client, this.server],
            ['toClient', this.server, this.client],
        ]) {
            this.#carry(direction, from, to)
                .catch(() => {}) // `from` was cut
                .finally(() => this.#close());
        }
    }

    cut() {
        this.#isOver = true;
        this.proxy.links.delete(this);
        this.client.resetAndDestroy();
        this.server.destroy();
    }

    // One side has ended the connection; what has been carried by now still arrives.
    #close() {
        if (this.proxy.links.delete(this)) for (const socket of [this.client, this.server]) socket.end();
    }

    async #carry(direction, from, to) {
        for await (const bytes of from) {
            await this.proxy.admit(direction, bytes.length);
            for (const message of this.#frames[direction].read(bytes)) {
                if (this.#isOver) continue;
                if (direction === 'toServer') this.#fromClient(message);
                else this.#fromServer(message);
            }
            if (to.writableNeedDrain) await new Promise((go) => to.once('drain', go).once('close', go));
        }
    }

    #fromClient(message) {
        message.sql = this.#textOf(message);
        const trap = this.#doom ? undefined : this.proxy.spring(message);
        if (trap) this.#doom = { ...trap, transaction: this.#sent + 1 };
        const { bytes } = message;
        if (trap?.fate === 'inside') return this.#writeLast(this.server, bytes, bytes.length >> 1, trap);
        this.#pass('toServer', this.server, message);
        if (!['S', 'Q'].includes(message.type)) return;
        this.#sent += 1;
        if (this.#doom?.fate === 'behind') this.#writeLast(this.server, Buffer.alloc(0), 0, this.#doom);
    }

    #fromServer(message) {
        if (message.type === 'Z') this.#done += 1;
        if (this.#doom?.fate !== 'answer') return this.#pass('toClient', this.client, message);
        if (this.#done < this.#doom.transaction) return;
        this.cut();
        this.#doom.done();
    }

    #pass(direction, to, { bytes }) {
        const counted = this.proxy.springAfter(direction, bytes.length);
        if (counted) this.#writeLast(to, bytes, counted.left, counted);
        else to.write(bytes);
    }

    #writeLast(to, bytes, count, { done }) {
        this.#isOver = true;
        to.write(bytes.subarray(0, count), () => {
            this.cut();
            done();
        });
    }

    // The statement that a message of the client is about.
    #textOf({ type, bytes }) {
        if (type === 'Q') return textAt(bytes, 5);
        if (type !== 'P' && type !== 'B') return '';
        const first = textAt(bytes, 5);
        const second = textAt(bytes, 6 + Buffer.byteLength(first));
        if (type === 'P') this.#statements.set(first, second);
        return type === 'P' ? second : (this.#statements.get(second) ?? '');
    }
}

const textAt = (bytes, at) => bytes.toString('utf8', at, bytes.indexOf(0, at));

// Cuts a stream into messages, {type, bytes}: a type byte, and a length that counts itself and what follows. The
// first of a client has no type.
class Frames {
    #rest = Buffer.alloc(0);
    #isStartup;

    constructor({ hasStartup }) {
        this.#isStartup = hasStartup;
    }

    read(bytes) {
        let rest = Buffer.concat([this.#rest, bytes]);
        const messages = [];
        for (;;) {
            const head = this.#isStartup ? 0 : 1;
            if (rest.length < head + 4) break;
            const size = head + rest.readUInt32BE(head);
            if (rest.length < size) break;
            messages.push({ type: String.fromCharCode(rest[0]).slice(0, head), bytes: rest.subarray(0, size) });
            rest = rest.subarray(size);
            this.#isStartup = false;
        }
        this.#rest = rest;
        return messages;
    }
}
