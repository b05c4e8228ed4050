// Somebody who follows a room with a stock phoenix.js client, comes and goes, and writes down all that it is told.
import { pause } from './random.mjs';
import { stateOf, stateOfDeletion } from './states.mjs';

const presentMs = [500, 6_000];
const awayMs = [0, 2_000];
const longAwayMs = [2_000, 8_000];

export class Subscriber {
    // What it was told, in the order in which it was told, for the judge:
    // {kind: "history", seq, messages}, {kind: "resumed", since, seq, complete, messages}, {kind: "live", event, state}
    // and {kind: "ignored", since} when a join with `since` was answered as a plain one; each with its `second`.
    steps = [];
    seen = null; // the counter up to which it has seen everything
    plainJoins = 0;
    resumes = 0;
    changes = 0;
    #asked;
    #wandering = true;

    // `resuming`: it asks for what it has missed; else it takes the history at each join.
    constructor({ name, room, client, random, resuming, clock }) {
        Object.assign(this, { name, room, client, random, resuming, clock });
    }

    start() {
        if (!this.#wandering) return this; // the run has ended before
        this.client.socket.connect();
        this.#join();
        this.wandered = this.#wander();
        return this;
    }

    // Stays where it is from now on.
    async settle() {
        this.#wandering = false;
        await this.wandered;
    }

    get reconnects() {
        return Math.max(0, this.client.opened - 1);
    }

    // A channel's parameters may be a function, which phoenix.js asks at each join: that is all it takes to resume.
    #join() {
        const parameters = () => {
            this.#asked = this.resuming && this.seen !== null ? this.seen : undefined;
            return this.#asked === undefined ? {} : { since: this.#asked };
        };
        const channel = this.client.socket.channel(`messages:${this.room}`, parameters);
        // A join that was given up may be answered late: what comes before the answer to the next one is not for it.
        const on = (event, hear) => channel.on(event, (payload) => channel.isJoined() && hear(payload));
        on('messages_history', (payload) => this.#takeHistory(payload));
        for (const event of ['new_message', 'message_updated'])
            on(event, ({ message }) => this.#hear(event, stateOf(message)));
        on('message_deleted', (payload) => this.#hear('message_deleted', stateOfDeletion(payload)));
        channel.join().receive('ok', (reply) => this.#wasJoined(reply));
        this.channel = channel;
    }

    #wasJoined({ messages, seq, complete }) {
        const since = this.#asked;
        if (since === undefined) {
            this.plainJoins += 1;
        } else if (messages === undefined) {
            this.#note({ kind: 'ignored', since });
        } else {
            this.resumes += 1;
            this.#note({ kind: 'resumed', since, seq, complete, messages: messages.map(stateOf) });
            this.seen = seq;
        }
    }

    #takeHistory({ messages, seq }) {
        this.#note({ kind: 'history', seq, messages: messages.map(stateOf) });
        this.seen = seq;
    }

    #hear(event, state) {
        this.#note({ kind: 'live', event, state });
        this.changes += 1;
        this.seen = state.changed_seq;
    }

    #note(step) {
        this.steps.push({ second: this.clock(), ...step });
    }

    async #wander() {
        while (this.#wandering) {
            await pause(this.random.between(...presentMs));
            if (!this.#wandering) return;
            await this.random.pick([this.#hangUp, this.#loseConnection, this.#leave]).call(this);
        }
    }

    async #hangUp() {
        this.client.socket.disconnect();
        await pause(this.random.between(...(this.random.chance(0.15) ? longAwayMs : awayMs)));
        this.client.socket.connect();
    }

    // As when a network goes away; phoenix.js comes back by itself.
    async #loseConnection() {
        this.client.socket.conn?.terminate();
    }

    // A new channel that knows what the old one had seen. In version 1 the close of the old one would end it too.
    async #leave() {
        if (this.client.socket.vsn === '1.0.0' || !this.channel.isJoined()) return;
        this.channel.leave();
        this.#join();
    }
}
