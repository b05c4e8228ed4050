// What is read of a room: one and the same in pages, in the history of a join and by id, whatever happened to its
// messages, and never older than what the reader was told.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/channel.mjs';
import { randomFrom, upTo } from './support/follower.mjs';
import { Api, assertDone } from './support/http.mjs';
import { startPair, stopPair } from './support/pair.mjs';

const tiers = ['api', 'gateway'];
let server;
let ann;
let bob;

before(async () => ({ server, ann, bob } = await startPair()));
after(() => stopPair(server));

const pathOf = ({ id }) => `/api/messages/${id}`;
const apis = () => tiers.map((tier) => new Api(server.url(tier)));

async function page(api, slug, query = '') {
    const answer = await api.get(`/api/messages?room=${slug}${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
}

// What a room must show: kept here, change by change, from the answers to the changes alone.
class Model {
    messages = []; // by seq
    seq = 0;

    constructor(slug) {
        this.slug = slug;
    }

    async post(content) {
        const message = await ann.say(this.slug, content, { metadata: { content } });
        this.messages.push(message);
        this.seq = message.seq;
    }

    async edit(index, content) {
        const answer = await ann.put(pathOf(this.messages[index]), { content });
        assert.equal(answer.status, 200, answer.text);
        const { changed_seq, updated_at } = answer.body.message;
        this.messages[index] = { ...this.messages[index], content, changed_seq, updated_at };
        this.seq = changed_seq;
    }

    async remove(index) {
        const { metadata, ...kept } = this.messages[index];
        assertDone(await ann.delete(pathOf(kept)));
        const { updated_at, deleted_at } = (await ann.get(pathOf(kept))).body.message;
        assert.ok(deleted_at);
        this.seq += 1;
        this.messages[index] = { ...kept, content: '', changed_seq: this.seq, updated_at, deleted_at };
    }

    // One step at random: mostly of messages that are not deleted.
    step(random) {
        const alive = this.messages.flatMap(({ deleted_at }, index) => (deleted_at ? [] : [index]));
        const dice = random();
        if (alive.length === 0 || dice < 0.5) return this.post(`at ${this.seq}`);
        const index = alive[upTo(random, alive.length)];
        return dice < 0.8 ? this.edit(index, `edited at ${this.seq}`) : this.remove(index);
    }

    async assertHistory() {
        const expected = { messages: this.messages.slice(-50), seq: this.seq };
        for (const tier of tiers) {
            const socket = await bob.connect(tier);
            assert.deepEqual((await socket.joinMessages(this.slug)).history, expected, `the history on the ${tier}`);
            socket.close();
        }
    }

    async assertPage(query, messages) {
        const expected = { messages, room: this.slug, seq: this.seq };
        for (const api of apis())
            assert.deepEqual(await page(api, this.slug, query), expected, `${query} of ${api.base}`);
    }

    async assertLatest() {
        await this.assertPage('', this.messages.slice(-50));
        for (const limit of [1, 7, 49, 50, 51, 64, 100])
            await this.assertPage(`&limit=${limit}`, this.messages.slice(-limit));
    }

    // Pages next to a place, whether it is a message, a change or nothing.
    async assertPages(place, limit) {
        const before = this.messages.filter(({ seq }) => seq < place).slice(-limit);
        const behind = this.messages.filter(({ seq }) => seq > place).slice(0, limit);
        await this.assertPage(`&before=${place}&limit=${limit}`, before);
        await this.assertPage(`&after=${place}&limit=${limit}`, behind);
    }
}

async function newRoom(posts) {
    const { slug } = await ann.makeRoom();
    const model = new Model(slug);
    for (let index = 0; index < posts; index += 1) await model.post(`message ${index}`);
    return model;
}

describe('pages and history', () => {
    for (const seed of [1, 2]) {
        test(`agree after anything that happens to the messages (seed ${seed})`, async () => {
            const random = randomFrom(seed);
            const model = await newRoom(0);
            await model.assertLatest();
            await model.assertHistory();
            for (let round = 0; round < 10; round += 1) {
                for (let steps = 1 + upTo(random, 20); steps > 0; steps -= 1) await model.step(random);
                await model.assertLatest();
                await model.assertHistory();
                for (const limit of [1, 7, 60]) await model.assertPages(1 + upTo(random, model.seq + 3), limit);
            }
        });
    }

    test('tell of old messages as of new ones when they are edited and deleted', async () => {
        const model = await newRoom(60);
        for (const change of [
            () => model.edit(0, 'the oldest'),
            () => model.remove(1),
            () => model.edit(9, 'the 51st newest'),
            () => model.edit(10, 'the 50th newest'),
            () => model.remove(9),
            () => model.remove(10),
            () => model.edit(11, 'the 49th newest'),
            () => model.edit(59, 'the newest'),
            () => model.remove(59),
            () => model.post('after the newest'),
            () => model.edit(11, 'now the 50th newest'),
            () => model.edit(12, 'not the 51st newest yet'),
            () => model.post('once more'),
            () => model.edit(12, 'now the 50th newest'),
            () => model.remove(11),
        ]) {
            await change();
            await model.assertLatest();
            await model.assertHistory();
        }
        for (const place of [1, 2, 9, 10, 11, 12, 50, 60, 61, 70, model.seq, model.seq + 1])
            for (const limit of [1, 50]) await model.assertPages(place, limit);
    });

    test('are the same after a restart, and changed from there', async () => {
        const random = randomFrom(4);
        const model = await newRoom(55);
        for (let steps = 0; steps < 20; steps += 1) await model.step(random);
        await server.terminate();
        await server.restart();
        const old = [...model.messages].findIndex(({ deleted_at }) => !deleted_at);
        await model.edit(old, 'edited before anything was read');
        await model.assertLatest();
        await model.assertHistory();
        await model.remove(old);
        await model.post('after the restart');
        await model.assertHistory();
        await model.assertLatest();
    });
});

describe('a reader', () => {
    // What `ann` or `bob` changes in one way, read at once on one of the ports.
    async function readOwnWrites(person, slug, rounds, seed, limits = [1, 50, 60]) {
        const random = randomFrom(seed);
        const readers = apis();
        const client = await Client.connect(server.port(tiers[seed % 2]), person.token);
        const member = await client.join(`messages:${slug}`);
        const push = async (event, payload) => {
            const { status, response } = await member.push(event, payload);
            assert.equal(status, 'ok', JSON.stringify(response));
            return response;
        };
        const call = async (method, path, json) => {
            const answer = await readers[upTo(random, 2)].request(method, path, { token: person.token, json });
            assert.ok(answer.status < 300, answer.text);
            return answer.body;
        };
        const reads = async () => {
            const api = readers[upTo(random, 2)];
            const limit = limits[upTo(random, limits.length)];
            const path = `/api/messages?room=${slug}&limit=${limit}`;
            return (await api.get(path, { token: person.token })).body;
        };
        for (let round = 0; round < rounds; round += 1) {
            const live = random() < 0.5;
            const post = { content: `posted in round ${round} of ${seed}` };
            const { message } = live
                ? await push('new_message', post)
                : await call('POST', '/api/messages', { ...post, room: slug });
            let found = (await reads()).messages.find(({ seq }) => seq === message.seq);
            assert.deepEqual(found, message, 'what was posted');

            const change = { id: message.id, content: `edited in round ${round} of ${seed}` };
            const edited = live
                ? await push('edit_message', change)
                : await call('PUT', pathOf(message), { content: change.content });
            found = (await reads()).messages.find(({ seq }) => seq === message.seq);
            assert.deepEqual(found, edited.message, 'what was edited');

            if (live) await push('delete_message', { id: message.id });
            else await call('DELETE', pathOf(message));
            const body = await reads();
            found = body.messages.find(({ seq }) => seq === message.seq);
            assert.ok(found?.deleted_at, `what was deleted: ${JSON.stringify(found)}`);
            assert.ok(body.seq >= found.changed_seq, 'the counter too');
        }
    }

    test('finds each of its own changes at once, on either port', async () => {
        const { slug } = await ann.makeRoom();
        await readOwnWrites(ann, slug, 60, 1);
    });

    test('also while others change the same room', async () => {
        const { slug } = await ann.makeRoom();
        const people = [ann, bob, ann, bob];
        await Promise.all(people.map((person, index) => readOwnWrites(person, slug, 60, 2 + index, [50, 60])));
    });
});
