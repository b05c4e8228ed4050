// Who follows the log of a room: a stock phoenix.js client that resumes by a function for its parameters, and a
// ledger that was never cut off and knows what any join must be answered.
import assert from 'node:assert/strict';
import { Client } from './channel.mjs';
import { Api } from './http.mjs';
import { until } from './wait.mjs';

// Numbers from 0 up to 1, the same ones for the same seed.
export function randomFrom(seed) {
    return () => {
        seed = (seed + 0x6d2b79f5) | 0;
        let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

export const upTo = (random, limit) => Math.floor(random() * limit);
export const places = (messages) => messages.map((message) => message.changed_seq);

// The change that a live event tells of: its place, the message's, and the message unless it was deleted.
function changeOf(event, payload) {
    if (event === 'message_deleted') {
        const { message_id: id, seq, changed_seq } = payload;
        return { changed_seq, id, seq };
    }
    assert.ok(event === 'new_message' || event === 'message_updated', event);
    const { changed_seq, id, seq } = payload.message;
    return { changed_seq, id, seq, message: payload.message };
}

// What a reader may hold a message to who has heard of its deletion only.
export const outline = ({ id, content, changed_seq }) => ({ id, content, changed_seq });

export function assertIsAfter(message, change) {
    if (change.message) return assert.deepEqual(message, change.message);
    assert.deepEqual(outline(message), outline({ ...change, content: '' }));
    assert.ok(message.deleted_at, 'a tombstone');
    assert.ok(!('metadata' in message), 'without metadata');
}

// Every change of a room from the moment it is opened, and the latest state of what was before.
export class Ledger {
    static async open(person, slug, tier = 'api') {
        const ledger = new Ledger();
        ledger.client = await Client.connect(person.server.port(tier), person.token);
        ledger.member = await ledger.client.join(`messages:${slug}`, { since: 0 });
        ledger.base = ledger.member.joinReply;
        assert.equal(ledger.base.complete, true);
        return ledger;
    }

    get live() {
        return this.member.history.map(({ event, payload }) => changeOf(event, payload));
    }

    get seq() {
        return this.base.seq + this.member.history.length;
    }

    // Heard of everything up to there, each place once.
    async reaches(seq) {
        await until(() => this.seq >= seq, `the ledger to hear of place ${seq}`, 30_000);
        const { live } = this;
        assert.deepEqual(
            places(live),
            live.map((_, index) => this.base.seq + 1 + index),
        );
    }

    // The changes that an answer to `since` has when the counter is `seq`.
    answer(since, seq) {
        const before = this.base.messages.map((message) => ({ ...outline(message), seq: message.seq, message }));
        const latest = new Map();
        for (const change of [...before, ...this.live]) {
            if (change.changed_seq <= since || change.changed_seq > seq) continue;
            latest.delete(change.id); // to put it at the end
            latest.set(change.id, change);
        }
        return [...latest.values()];
    }

    // Where it is not complete these are the newest, as many as may be.
    assertAnswers(since, { messages, seq, complete }) {
        const all = this.answer(since, seq);
        const expected = complete ? all : all.slice(all.length - messages.length);
        assert.deepEqual(places(messages), places(expected), `what changed after ${since} up to ${seq}`);
        messages.forEach((message, index) => assertIsAfter(message, expected[index]));
        if (complete) return;
        const { message } = all.at(-messages.length - 1);
        assert.ok(Buffer.byteLength(JSON.stringify([message, ...messages])) > 2 ** 20, 'it had to be cut short');
    }
}

export class Follower {
    seq = null; // up to here it has heard of everything
    messages = new Map(); // as it shows them, by id
    answers = []; // {since, ...reply}, one for each join
    heard = 0; // live events
    faults = [];

    // As an application would do it: everything at first, then what it has missed.
    static async start(person, slug, tier) {
        const follower = new Follower();
        follower.client = await Client.connect(person.server.port(tier), person.token);
        const channel = follower.client.socket.channel(`messages:${slug}`, () => ({ since: follower.seq ?? 0 }));
        channel.onMessage = (event, payload) => {
            // phoenix.js calls it with null for a time-out of a join that is over.
            if (event === 'messages_history') follower.faults.push('a history although it resumed');
            else if (event !== null && /^(new_)?message(_|$)/.test(event)) follower.#hear(changeOf(event, payload));
            return payload;
        };
        channel
            .join()
            .receive('ok', (reply) => follower.#resume(reply))
            .receive('error', (response) => follower.faults.push(`refused: ${JSON.stringify(response)}`));
        await until(() => follower.answers.length > 0, 'the follower to have joined');
        return follower;
    }

    #resume(reply) {
        const since = this.seq ?? 0;
        this.answers.push({ since, ...reply });
        let last = since;
        for (const message of reply.messages) {
            if (message.changed_seq <= last) this.faults.push(`${message.changed_seq} after ${last} in an answer`);
            last = message.changed_seq;
            this.messages.set(message.id, outline(message));
        }
        if (last > reply.seq) this.faults.push(`${last} in an answer up to ${reply.seq}`);
        if (!reply.complete) this.faults.push(`not complete since ${since}`);
        this.seq = reply.seq;
    }

    #hear({ changed_seq, id, message }) {
        if (changed_seq !== this.seq + 1) this.faults.push(`live ${changed_seq} after ${this.seq}`);
        this.seq = changed_seq;
        this.heard += 1;
        this.messages.set(id, message ? outline(message) : { id, content: '', changed_seq });
    }

    cut() {
        this.client.socket.conn.terminate();
    }

    // Nothing was amiss, and it shows what the log has.
    async assertShows(log, seq) {
        await until(() => this.seq >= seq || this.faults.length > 0, `the follower to come to ${seq}`, 30_000);
        assert.deepEqual(this.faults, []);
        assert.equal(this.seq, seq);
        const byPlace = (a, b) => a.changed_seq - b.changed_seq;
        assert.deepEqual([...this.messages.values()].sort(byPlace), log.map(outline).sort(byPlace));
    }
}

class RestLine {
    constructor(person, slug, tier) {
        Object.assign(this, { person, slug, api: new Api(person.server.url(tier)) });
    }

    async open() {}

    async post(content, client_id) {
        return (await this.#done('POST', '/api/messages', { content, client_id, room: this.slug }))?.message;
    }

    edit({ id }, content) {
        return this.#done('PUT', `/api/messages/${id}`, { content });
    }

    remove({ id }) {
        return this.#done('DELETE', `/api/messages/${id}`);
    }

    // Undefined while the server is away.
    async #done(method, path, json) {
        const call = this.api.request(method, path, { json, token: this.person.token });
        const answer = await call.catch(() => null);
        if (answer === null || answer.status >= 500) return undefined;
        assert.ok([200, 201, 204].includes(answer.status), answer.text);
        return answer.body ?? {};
    }
}

class ChannelLine {
    constructor(person, slug, tier) {
        Object.assign(this, { person, slug, port: person.server.port(tier) });
    }

    async open() {
        this.client = await Client.connect(this.port, this.person.token);
        this.member = await this.client.join(`messages:${this.slug}`);
    }

    async post(content, client_id) {
        return (await this.#done('new_message', { content, client_id })).message;
    }

    edit({ id }, content) {
        return this.#done('edit_message', { id, content });
    }

    remove({ id }) {
        return this.#done('delete_message', { id });
    }

    async #done(event, payload) {
        const { status, response } = await this.member.push(event, payload);
        assert.equal(status, 'ok', JSON.stringify(response));
        return response;
    }
}

let writers = 0;

// Posts, edits and deletes without a pause; each thing again until it is acknowledged.
export class Writer {
    done = 0;
    isWriting = true;
    #kept = [];

    // Its messages have `size` characters.
    static async start(kind, person, slug, tier, random, size) {
        const writer = new Writer();
        writer.size = size;
        writer.name = `writer-${process.pid}-${(writers += 1)}`;
        writer.line = new { rest: RestLine, channel: ChannelLine }[kind](person, slug, tier);
        await writer.line.open();
        writer.written = writer.#write(random);
        writer.written.catch((error) => (writer.failure = error));
        return writer;
    }

    async #write(random) {
        for (; this.isWriting; this.done += 1) {
            const step = this.#next(random);
            await until(step, `${this.name} to be acknowledged`, 60_000);
        }
    }

    #next(random) {
        const dice = random();
        const id = `${this.name}-${this.done}`;
        if (this.#kept.length < 3 || dice < 0.45) {
            const keep = (message) => message && this.#kept.push(message);
            return async () => keep(await this.line.post(this.#text(`said by ${id}`), id));
        }
        const at = upTo(random, this.#kept.length);
        if (dice < 0.8) return () => this.line.edit(this.#kept[at], this.#text(`edited by ${id}`));
        const [gone] = this.#kept.splice(at, 1);
        return () => this.line.remove(gone);
    }

    #text(content) {
        return content.padEnd(this.size, '.');
    }

    async writes(times) {
        const goal = this.done + times;
        await until(() => this.failure || this.done >= goal, `${this.name} to do ${times} things more`, 60_000);
        if (this.failure) throw this.failure;
    }

    async stop() {
        this.isWriting = false;
        await this.written;
    }
}
