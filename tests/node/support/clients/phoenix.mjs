// Any version of phoenix.js, as the table of clients drives it. Its transport is `ws`: the WebSocket of Node 22 gives
// no close event when a connection is refused, unlike browsers: phoenix.js would never retry.
import { WebSocket } from 'ws';
import { JoinRefused } from '../channel.mjs';
import { until, within } from '../wait.mjs';

// phoenix.js brings the serializer of version 2 only. This is how it speaks version 1, with its own options.
export const version1 = {
    vsn: '1.0.0',
    encode: (message, send) => send(JSON.stringify(message)),
    decode: (text, receive) => receive(JSON.parse(text)),
};

export class PhoenixClient {
    opened = 0;
    closes = 0;
    beats = 0;

    constructor(Socket, port, token, options = {}) {
        this.token = token;
        this.socket = new Socket(`ws://127.0.0.1:${port}/socket`, {
            transport: WebSocket,
            params: () => ({ token: this.token }),
            ...options,
        });
        this.socket.onOpen(() => (this.opened += 1));
        this.socket.onClose(() => (this.closes += 1));
        this.socket.onMessage(({ topic, payload }) => {
            if (topic === 'phoenix' && payload.status === 'ok') this.beats += 1;
        });
    }

    // Begins to connect, and goes on trying.
    start() {
        this.socket.connect();
        return this;
    }

    connected() {
        return until(() => this.opened > 0, 'the socket to open');
    }

    isConnected() {
        return this.socket.isConnected();
    }

    // Joins, or throws a JoinRefused with the response; refused, it stays and tries again by itself.
    async join(topic, params = {}) {
        const seat = new PhoenixSeat(this.socket, topic, params);
        await within(seat.joined, `joining ${topic}`, 15_000);
        return seat;
    }

    // Takes its place without waiting for the answer.
    sit(topic, params = {}) {
        const seat = new PhoenixSeat(this.socket, topic, params);
        seat.joined.catch(() => {});
        return seat;
    }

    stop() {
        this.socket.disconnect();
    }
}

// One channel: what is said by it, and all that it has heard.
class PhoenixSeat {
    joins = 0;
    refusals = 0;
    closes = 0;
    errors = 0;
    heard = [];

    constructor(socket, topic, params) {
        this.socket = socket;
        const channel = socket.channel(topic, params);
        this.channel = channel;
        channel.onClose(() => (this.closes += 1));
        channel.onError(() => (this.errors += 1));
        channel.on('shout', ({ message }) => this.heard.push(message));
        channel.on('broadcast', ({ event, payload }) => this.heard.push([event, payload]));
        const push = channel.join();
        push.receive('ok', () => (this.joins += 1)).receive('error', () => (this.refusals += 1));
        this.joined = new Promise((resolve, reject) => {
            push.receive('ok', (response) => resolve(response))
                .receive('error', (response) => reject(new JoinRefused(channel.topic, response)))
                .receive('timeout', () => reject(new Error(`joining ${channel.topic} timed out`)));
        });
    }

    // {status, response}; status is "timeout" when no reply came.
    push(event, payload = {}, ms = 10_000) {
        return new Promise((resolve) => {
            const pushed = this.channel.push(event, payload, ms);
            for (const status of ['ok', 'error', 'timeout'])
                pushed.receive(status, (response) => resolve({ status, response }));
        });
    }

    // Tells everybody in the room, oneself too; the status of the reply.
    async say(text) {
        return (await this.push('shout', { message: text })).status;
    }

    // What a client of supabase says: everybody who listens for `event` hears it.
    async broadcast(event, payload) {
        return (await this.push('broadcast', { type: 'broadcast', event, payload })).status;
    }

    // Until the server has closed the channel too: without the join_ref that version 1 lacks, phoenix.js takes that
    // for the end of the next channel of this topic.
    async leave() {
        const left = new Promise((resolve) => this.channel.leave().receive('ok', resolve));
        const closed = new Promise((resolve) =>
            this.socket.onMessage(({ topic, event }) => {
                if (topic === this.channel.topic && event === 'phx_close') resolve();
            }),
        );
        await within(Promise.all([left, closed]), 'leaving');
    }
}
