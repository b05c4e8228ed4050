// The stock phoenix.js client with promises around its callbacks. Its transport is `ws`: the WebSocket of
// Node 22 gives no close event when a connection is refused, unlike browsers: phoenix.js would never retry.
import { Socket } from 'phoenix';
import { WebSocket } from 'ws';
import { Inbox, until, within } from './wait.mjs';

const clients = new Set();
export function disconnectAll() {
    for (const client of clients) client.disconnect();
}

export class Client {
    opened = 0;
    closes = [];
    errors = 0;

    // `options` go to phoenix.js as they are; the token goes into the parameters unless they say otherwise.
    constructor(port, token, options = {}) {
        this.socket = new Socket(`ws://127.0.0.1:${port}/socket`, {
            transport: WebSocket,
            params: token === undefined ? {} : { token },
            ...options,
        });
        this.socket.onOpen(() => (this.opened += 1));
        this.socket.onClose((event) => this.closes.push(event?.code));
        this.socket.onError(() => (this.errors += 1));
        clients.add(this);
    }

    static async connect(port, token, options) {
        const client = new Client(port, token, options);
        client.socket.connect();
        await until(() => client.opened > 0, 'the socket to open').catch((error) => {
            client.disconnect();
            throw error;
        });
        return client;
    }

    // Joins, or throws a JoinRefused with the response.
    async join(topic, params = {}) {
        const member = new Member(this.socket.channel(topic, params));
        const joined = new Promise((resolve, reject) => {
            member.channel
                .join()
                .receive('ok', resolve)
                .receive('error', (response) => reject(new JoinRefused(topic, response)))
                .receive('timeout', () => reject(new Error(`joining ${topic} timed out`)));
        });
        member.joinReply = await within(joined, `joining ${topic}`, 15_000);
        return member;
    }

    disconnect() {
        clients.delete(this);
        this.socket.disconnect();
    }
}

export class JoinRefused extends Error {
    constructor(topic, response) {
        super(`joining ${topic} was refused: ${JSON.stringify(response)}`);
        this.response = response;
    }
}

// One joined channel and all that it has received.
export class Member {
    #inbox = new Inbox();
    history = [];

    constructor(channel) {
        this.channel = channel;
        channel.onMessage = (event, payload) => {
            // The event is null when the time-out of a join comes that a lost connection has ended before.
            if (event !== null && !event.startsWith('phx_') && !event.startsWith('chan_reply_')) {
                this.history.push({ event, payload });
                this.#inbox.add({ event, payload });
            }
            return payload;
        };
    }

    // The next payload of this event that fits; earlier ones that do not stay for others to take.
    async next(event, fits = () => true) {
        const item = await this.#inbox.take(
            (i) => i.event === event && fits(i.payload),
            `the event ${event}`,
        );
        return item.payload;
    }

    // {status, response}; status is "timeout" when no reply came.
    push(event, payload = {}, ms = 10_000) {
        return new Promise((resolve) => {
            const pushed = this.channel.push(event, payload, ms);
            for (const status of ['ok', 'error', 'timeout']) {
                pushed.receive(status, (response) => resolve({ status, response }));
            }
        });
    }

    leave() {
        const left = new Promise((resolve) => this.channel.leave().receive('ok', resolve));
        return within(left, 'leaving');
    }
}
