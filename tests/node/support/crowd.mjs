// People who post without a pause, over channels and REST, on both ports and in two rooms: each text once, tried
// again until it is acknowledged; and one who does nothing but edit. And what must hold of it all, whatever happened
// meanwhile.
import assert from 'node:assert/strict';
import { Client } from './channel.mjs';
import { sql } from './database.mjs';
import { Api, assertNoHoles, assertProblem } from './http.mjs';
import { Person } from './person.mjs';
import { until } from './wait.mjs';

// What a client may be told while the database is away.
const refusals = ['unavailable', 'overloaded'];
// As long as phoenix.js waits for a reply: later ones nobody hears.
const patienceMs = 10_000;
const changes = ['new_message', 'message_updated'];

// What is posted and edited over one channel of phoenix.js, which listens to its room as well.
class ChannelLine {
    errors = 0;

    async open(person, tier, room) {
        this.room = room;
        this.client = await Client.connect(person.server.port(tier), person.token);
        this.member = await this.client.join(`messages:${room}`);
        this.member.channel.onError(() => (this.errors += 1));
        this.member.channel.onClose(() => (this.errors += 1));
        await until(() => this.history(), 'the history');
    }

    // The message, or why it was refused: there is no third thing.
    async #push(event, payload) {
        const { status, response } = await this.member.push(event, payload, patienceMs);
        if (status === 'ok') return { message: response.message };
        assert.equal(status, 'error', `${status} instead of an answer`);
        return { refusal: response.reason };
    }

    post(message) {
        return this.#push('new_message', message);
    }

    edit(id, content) {
        return this.#push('edit_message', { id, content });
    }

    history() {
        return this.member.history.find(({ event }) => event === 'messages_history')?.payload;
    }

    // It stayed joined, and saw each place of the room's log once and in order, up to the last.
    async assertSawAll(log) {
        const live = () => this.member.history.filter(({ event }) => changes.includes(event));
        const places = log.slice(this.history().seq);
        await until(() => live().length >= places.length, 'the last change to be seen');
        const seen = live().map(({ event, payload: { message } }) => ({ event, message }));
        assert.deepEqual(
            seen.map(({ event, message }) => [event, message.id, message.changed_seq]),
            places.map((row) => [changes[row.isPost ? 0 : 1], row.id, row.seq]),
            'what was seen live',
        );
        for (const [index, row] of places.entries())
            if (row.isPost && !row.isEdited) assert.equal(seen[index].message.content, row.content);
        assert.deepEqual([this.errors, this.client.opened, this.client.closes], [0, 1, []], 'it stayed joined');
    }
}

class RestLine {
    async open(person, tier, room) {
        this.room = room;
        this.token = person.token;
        this.api = new Api(person.server.url(tier));
    }

    async post(message) {
        const answer = await this.api.post('/api/messages', { ...message, room: this.room }, { token: this.token });
        if (answer.status === 201 || answer.status === 200) return { message: answer.body.message };
        assertProblem(answer, 503);
        return { refusal: answer.body.code };
    }

    async assertSawAll() {}
}

class Poster {
    acknowledged = new Map(); // by content
    refused = 0;
    isPosting = false;
    #posted = Promise.resolve();
    #failure = null;

    // Without client ids each try is a text of its own: a client that cannot repeat a post must not.
    constructor(name, line, hasIds) {
        Object.assign(this, { name, line, hasIds, insists: hasIds });
    }

    start() {
        this.isPosting = true;
        this.#failure = null;
        this.#posted = this.#posted.then(() => this.#postAll()).catch((error) => (this.#failure = error));
    }

    async #postAll() {
        for (let number = this.acknowledged.size + 1; this.isPosting; number += 1) {
            let tries = 0;
            await until(() => this.#try(number, (tries += 1)), `${this.name} to be acknowledged`, 60_000);
        }
    }

    async #try(number, attempt) {
        const start = performance.now();
        const { content, outcome } = this.say(`${this.name}-${number}`, attempt);
        const { message, refusal } = await outcome;
        const tookMs = performance.now() - start;
        assert.ok(tookMs < patienceMs, `an answer took ${tookMs} ms`);
        if (message) {
            assert.equal(message.content, content);
            this.acknowledged.set(content, message);
            return true;
        }
        assert.ok(refusals.includes(refusal), `${this.name} was refused: ${refusal}`);
        this.refused += 1;
        return !this.insists && !this.isPosting; // it need not be said
    }

    say(id, attempt) {
        const content = this.hasIds ? `said by ${id}` : `${id}, try ${attempt}`;
        const client_id = this.hasIds ? id : undefined;
        return { content, outcome: this.line.post({ content, client_id }) };
    }

    // Throws what has gone wrong.
    check() {
        if (this.#failure) throw new Error(`${this.name}: ${this.#failure.message}`, { cause: this.#failure });
    }

    async stop() {
        this.isPosting = false;
        await this.#posted;
        this.check();
    }

    // Each text is stored where it was said to be.
    assertIsIn(log) {
        const byContent = new Map(log.map((row) => [row.content, row]));
        for (const [content, { id, room, seq }] of this.acknowledged) {
            const row = byContent.get(content);
            assert.deepEqual(row && [row.id, row.room, row.seq], [id, room, seq], `where "${content}" is`);
        }
    }
}

// Changes one message again and again. To try again is another change with the same text.
class Editor extends Poster {
    constructor(name, line) {
        super(name, line, false);
        this.insists = true;
    }

    say(id) {
        const [first] = this.acknowledged.values();
        const content = `as ${id} has it`;
        return { content, outcome: first ? this.line.edit(first.id, content) : this.line.post({ content }) };
    }

    // Each edit is a place of its own, where it was said to be, and the last one is what the message says.
    assertIsIn(log) {
        const [first, ...edits] = this.acknowledged.values();
        for (const edit of edits) {
            const { id, isPost } = log[edit.changed_seq - 1] ?? {};
            assert.deepEqual([id, isPost], [first.id, false], `where "${edit.content}" is`);
        }
        assert.equal(log[first.seq - 1].content, (edits.at(-1) ?? first).content, 'the last edit');
    }
}

export class Crowd {
    posters = [];

    // Seven of them in two rooms of the server, whose database is `postgres`.
    static async gather(server, postgres) {
        const crowd = new Crowd();
        crowd.postgres = postgres;
        const owner = await Person.register(server, 'Owner');
        const rooms = ['lobby', (await owner.makeRoom()).slug];
        const join = async (poster, tier, room) => {
            await poster.line.open(await Person.register(server, poster.name), tier, room);
            crowd.posters.push(poster);
        };
        await join(new Poster('ann', new ChannelLine(), true), 'api', rooms[0]);
        await join(new Poster('bob', new ChannelLine(), false), 'gateway', rooms[0]);
        await join(new Poster('cleo', new ChannelLine(), true), 'gateway', rooms[1]);
        await join(new Poster('dan', new RestLine(), true), 'gateway', rooms[0]);
        await join(new Poster('eve', new RestLine(), true), 'api', rooms[1]);
        await join(new Poster('finn', new RestLine(), false), 'gateway', rooms[1]);
        await join(new Editor('gus', new ChannelLine()), 'api', rooms[1]);
        return crowd;
    }

    start() {
        for (const poster of this.posters) poster.start();
    }

    async stop() {
        for (const poster of this.posters) await poster.stop();
    }

    // Each of them is acknowledged so many times more.
    flows(times = 10) {
        return this.#until((poster) => poster.acknowledged.size, times, 'acknowledged');
    }

    // Each of them is refused.
    isRefused() {
        return this.#until((poster) => poster.refused, 1, 'refused');
    }

    // So many posts are refused, whosesoever.
    async someAreRefused(times = 3) {
        const goal = this.refused + times;
        const isThere = () => (this.#check(), this.refused >= goal);
        await until(isThere, `${times} posts to be refused`, 40_000);
    }

    // Or all of them go on all the same.
    async someAreRefusedOrAllGoOn(times = 3) {
        const goal = this.refused + times;
        const goals = new Map(this.posters.map((poster) => [poster, poster.acknowledged.size + times]));
        const goOn = () => this.posters.every((poster) => poster.acknowledged.size >= goals.get(poster));
        const isThere = () => (this.#check(), this.refused >= goal || goOn());
        await until(isThere, 'posts to be refused, or to go on', 40_000);
    }

    async #until(count, times, what) {
        const goals = new Map(this.posters.map((poster) => [poster, count(poster) + times]));
        const isThere = (poster) => (this.#check(), count(poster) >= goals.get(poster));
        for (const poster of this.posters)
            await until(() => isThere(poster), `${poster.name} to be ${what} ${times} times`, 40_000);
    }

    #check() {
        for (const poster of this.posters) poster.check();
    }

    get refused() {
        return this.posters.reduce((sum, poster) => sum + poster.refused, 0);
    }

    // They post while `fault` happens, and go on as soon as it is over: nothing needs to be started again.
    async withstand(fault) {
        this.start();
        try {
            await this.flows();
            await fault();
            await this.flows();
        } finally {
            for (const poster of this.posters) poster.isPosting = false;
        }
        await this.stop();
        await this.assertHolds();
    }

    // Once nobody posts: no text is stored twice, no place is empty, what was acknowledged is where it was said to
    // be, what can be repeated is acknowledged when it is stored, and whoever listened has seen it all.
    async assertHolds() {
        const logs = await this.#logs();
        const posts = [...logs.values()].flat().filter((row) => row.isPost);
        assert.equal(new Set(posts.map((row) => row.content)).size, posts.length, 'nothing is stored twice');
        for (const log of logs.values()) assertNoHoles(log);
        for (const poster of this.posters) poster.assertIsIn(logs.get(poster.line.room));
        const stored = posts.filter((row) => row.clientId !== '').map((row) => row.content);
        const known = this.posters.filter((p) => p.hasIds).flatMap((p) => [...p.acknowledged.keys()]);
        assert.deepEqual(stored.sort(), known.sort(), 'what is stored with a client id was acknowledged');
        for (const { line } of this.posters) await line.assertSawAll(logs.get(line.room));
    }

    // What PostgreSQL has, by room, in order. The id of a change is that of the message.
    async #logs() {
        const rows = await sql(
            this.postgres,
            `SELECT m.room_id || '-' || coalesce(target_seq, seq), r.slug, seq, target_seq IS NULL,
                    changed_seq > seq, coalesce(client_id, ''), content
             FROM messages m JOIN rooms r ON r.id = m.room_id ORDER BY m.room_id, seq;`,
        );
        return Map.groupBy(rows.map(asRow), (row) => row.room);
    }
}

const asRow = ([id, room, seq, isPost, isEdited, clientId, content]) => ({
    id,
    room,
    seq: Number(seq),
    isPost: isPost === 't',
    isEdited: isEdited === 't',
    clientId,
    content,
});
