// The client of supabase, by its public interface alone, as the table of clients drives it. It says what it has to
// say by `broadcast`, and hears itself only if it asks for that.
import { createRequire } from 'node:module';
import { WebSocket } from 'ws';
import { JoinRefused } from '../channel.mjs';
import { until, within } from '../wait.mjs';

const { RealtimeClient } = createRequire(import.meta.url)('@supabase/realtime-js');

export class SupabaseClient {
    opened = 0;
    closes = 0;
    beats = 0;
    #params;

    constructor(port, token, options = {}) {
        // It reads them again at each connection.
        this.#params = { apikey: 'none', token };
        const client = this;
        // The public interface has no event for a connection that opens or closes.
        class Watched extends WebSocket {
            constructor(...args) {
                super(...args);
                this.on('open', () => (client.opened += 1));
                this.on('close', () => (client.closes += 1));
            }
        }
        this.realtime = new RealtimeClient(`ws://127.0.0.1:${port}/socket`, {
            transport: Watched,
            params: this.#params,
            reconnectAfterMs: () => 100,
            heartbeatCallback: (status) => (this.beats += status === 'ok' ? 1 : 0),
            ...options,
        });
    }

    set token(token) {
        this.#params.token = token;
    }

    start() {
        this.realtime.connect();
        return this;
    }

    connected() {
        return until(() => this.realtime.isConnected(), 'the socket to open');
    }

    isConnected() {
        return this.realtime.isConnected();
    }

    async join(topic, config) {
        const seat = this.sit(topic, config);
        await within(seat.joined, `joining ${topic}`, 15_000);
        return seat;
    }

    sit(topic, { self = true, ack = true } = {}) {
        const config = { broadcast: { self, ack } };
        const seat = new SupabaseSeat(this.realtime, this.realtime.channel(topic, { config }));
        seat.joined.catch(() => {});
        return seat;
    }

    // Gives every joined channel another token.
    renew(token) {
        return this.realtime.setAuth(token);
    }

    stop() {
        this.realtime.disconnect();
    }
}

class SupabaseSeat {
    joins = 0;
    refusals = 0;
    closes = 0;
    errors = 0;
    heard = [];

    constructor(realtime, channel) {
        this.realtime = realtime;
        this.channel = channel;
        channel.on('broadcast', { event: '*' }, ({ event, payload }) =>
            this.heard.push(event === 'said' ? payload.text : [event, payload]),
        );
        this.joined = new Promise((resolve, reject) => {
            channel.subscribe((status, error) => {
                if (status === 'SUBSCRIBED') this.joins += 1;
                else if (status === 'CLOSED') this.closes += 1;
                else this.errors += 1;
                if (error?.cause?.reason) this.refusals += 1;
                if (status === 'SUBSCRIBED') resolve();
                else reject(new JoinRefused(channel.topic, error?.cause));
            });
        });
    }

    // Tells everybody in the room; the status of the reply.
    say(text) {
        return this.broadcast('said', { text });
    }

    broadcast(event, payload) {
        return this.channel.send({ type: 'broadcast', event, payload });
    }

    async leave() {
        const status = await within(this.realtime.removeChannel(this.channel), 'leaving');
        if (status !== 'ok') throw new Error(`leaving gave ${status}`);
    }
}
