// Two processes of the API on one database, whose clients post, edit and delete in the same rooms at the same time.
// The documents do not promise it yet; the log is built for it: no deadlock, no hole, no number given twice.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, disconnectAll } from './support/channel.mjs';
import { sql } from './support/database.mjs';
import { Api } from './support/http.mjs';
import { uniqueSlug } from './support/person.mjs';
import { run, Server } from './support/server.mjs';
import { databaseUrl, Tier } from './support/tier.mjs';

let database; // a server for the PostgreSQL that it runs
let tiers;
let accounts; // each of them talks at both processes
let rooms; // slugs

before(async () => {
    database = await Server.start();
    const unlimited = { ROOST_SOCKET_EVENT_RATE: '0', ROOST_USER_EVENT_RATE: '0' };
    const env = { DATABASE_URL: databaseUrl(database), ROOST_BCRYPT_COST: '4', ROOST_CORES: '2', ...unlimited };
    tiers = [await Tier.start('api', env), await Tier.start('api', env)];
    const apis = tiers.map(({ url }) => new Api(url));
    accounts = [await apis[0].register('Ann'), await apis[1].register('Bob')];
    rooms = [];
    for (const api of [apis[0], apis[1], apis[0]]) {
        const slug = uniqueSlug();
        const made = await api.post('/api/rooms', { slug, name: slug }, { token: accounts[0].token });
        assert.equal(made.status, 201, made.text);
        rooms.push(slug);
    }
});
after(async () => {
    disconnectAll();
    await Promise.all((tiers ?? []).map((tier) => tier.stop()));
    await database?.stop();
});

// A client by REST: an answer is the message as it is told, or null for one that is deleted already.
class RestClient {
    static async connect(tier, account) {
        const client = new RestClient();
        client.request = (method, path, json) =>
            new Api(tier.url).request(method, path, { json, token: account.token });
        return client;
    }

    async post(room, draft) {
        const { status, text, body } = await this.request('POST', '/api/messages', { room, ...draft });
        assert.ok(status === 201 || status === 200, text);
        return body.message;
    }

    async edit({ id }, content) {
        const { status, text, body } = await this.request('PUT', `/api/messages/${id}`, { content });
        if (status === 410) return null;
        assert.equal(status, 200, text);
        return body.message;
    }

    async remove({ id }) {
        const { status, text } = await this.request('DELETE', `/api/messages/${id}`);
        assert.equal(status, 204, text);
    }
}

// The same on channels of phoenix.js.
class ChannelClient {
    members = new Map(); // by slug

    static async connect(tier, account) {
        const client = new ChannelClient();
        const phoenix = await Client.connect(tier.port, account.token);
        for (const room of rooms) client.members.set(room, await phoenix.join(`messages:${room}`));
        return client;
    }

    async post(room, draft) {
        const { status, response } = await this.members.get(room).push('new_message', draft);
        assert.equal(status, 'ok', JSON.stringify(response));
        return response.message;
    }

    async edit({ id, room }, content) {
        const { status, response } = await this.members.get(room).push('edit_message', { id, content });
        if (status === 'error' && response.reason === 'message_deleted') return null;
        assert.equal(status, 'ok', JSON.stringify(response));
        return response.message;
    }

    async remove({ id, room }) {
        const { status, response } = await this.members.get(room).push('delete_message', { id });
        assert.equal(status, 'ok', JSON.stringify(response));
    }

    // Every place of a log once and in order, as far as this process tells of it.
    assertHeardInOrder() {
        for (const { history } of this.members.values()) {
            const live = history.filter(({ event }) => event !== 'messages_history');
            const places = live.map(({ payload }) => (payload.message ?? payload).changed_seq);
            assert.ok(places.length > 0, 'it heard something');
            assert.deepEqual(places, [...new Set(places)].sort((a, b) => a - b));
        }
    }
}

// What all clients were told, and by account the messages that anybody of it may change.
class Ledger {
    told = []; // messages as they were acknowledged, one for each place of the logs
    deleted = new Set(); // ids
    clientIds = [];
    open = new Map(accounts.map((account) => [account, []]));

    posted(account, message, clientId) {
        this.told.push(message);
        this.clientIds.push(clientId);
        this.open.get(account).push(message);
    }
}

// Numbers that look like chance and are the same in each run.
function dice(seed) {
    let state = seed + 1;
    return (sides) => {
        state = (state * 48_271) % 2_147_483_647;
        return state % sides;
    };
}

async function talk(client, account, name, count, ledger) {
    const roll = dice(name);
    for (let turn = 0; turn < count; turn += 1) {
        const open = ledger.open.get(account);
        const text = `turn ${turn} of ${name}`;
        // The latest few: whoever is at the same account wants the same ones.
        const target = open[open.length - 1 - roll(Math.min(open.length, 4) || 1)];
        const choice = roll(10);
        if (target === undefined || choice < 5) {
            const draft = { content: text, client_id: `own-${name}-${turn}` };
            ledger.posted(account, await client.post(rooms[roll(rooms.length)], draft), draft.client_id);
        } else if (choice < 9) {
            const edited = await client.edit(target, text);
            if (edited) ledger.told.push(edited);
        } else {
            await client.remove(target);
            ledger.deleted.add(target.id);
        }
    }
}

// The same post under one client id, to both processes at the same time.
async function share(clients, account, name, count, ledger) {
    for (let turn = 0; turn < count; turn += 1) {
        const draft = { content: `shared ${turn} of ${name}`, client_id: `shared-${name}-${turn}` };
        const room = rooms[turn % rooms.length];
        const answers = await Promise.all(clients.map((client) => client.post(room, draft)));
        assert.deepEqual(answers[1], answers[0], 'both tell of the same message');
        assert.equal(answers[0].content, draft.content);
        ledger.posted(account, answers[0], draft.client_id);
    }
}

const check = async (...args) => {
    const env = { DATABASE_URL: databaseUrl(database), ROOST_ENV: 'production' };
    const { code, stdout, stderr } = await run(['db', 'check', '--json', ...args], { env });
    assert.equal(code, 0, stdout + stderr);
    return JSON.parse(stdout);
};

// The messages of the rooms as they are stored, by id.
async function stored() {
    const rows = await sql(
        database,
        `SELECT room_id || '-' || m.seq, slug, changed_seq, content, deleted_at IS NOT NULL, client_id
         FROM messages m JOIN rooms ON rooms.id = room_id
         WHERE target_seq IS NULL AND slug <> 'lobby';`,
    );
    return new Map(
        rows.map(([id, room, changed_seq, content, isDeleted, clientId]) => [
            id,
            { room, changed_seq: Number(changed_seq), content, isDeleted: isDeleted === 't', clientId },
        ]),
    );
}

function assertStored(messages, { told, deleted, clientIds }) {
    assert.deepEqual([...messages.values()].map(({ clientId }) => clientId).sort(), clientIds.toSorted());
    const latest = new Map();
    for (const message of told) {
        const { id, changed_seq } = message;
        if (!(latest.get(id)?.changed_seq > changed_seq)) latest.set(id, message);
    }
    assert.deepEqual([...latest.keys()].sort(), [...messages.keys()].sort());
    for (const [id, { room, changed_seq, content }] of latest) {
        const message = messages.get(id);
        assert.equal(message.room, room);
        assert.equal(message.isDeleted, deleted.has(id), id);
        if (deleted.has(id)) assert.ok(message.changed_seq > changed_seq, 'nothing came behind the deletion');
        else assert.deepEqual([message.changed_seq, message.content], [changed_seq, content]);
    }
}

describe('two processes on one database', () => {
    let ledger;

    test('change at once what the other has just stored', async () => {
        const clients = await Promise.all(tiers.map((tier) => RestClient.connect(tier, accounts[0])));
        for (let turn = 0; turn < 4; turn += 1) {
            const [one, other] = turn % 2 ? clients.toReversed() : clients;
            const message = await one.post('lobby', { content: 'new' });
            const edited = await other.edit(message, 'edited at once');
            assert.deepEqual([edited.changed_seq, edited.content], [message.seq + 1, 'edited at once']);
            await one.remove(message);
        }
    });

    test('serve many clients at once in the same rooms, and the log is clean at any time', async () => {
        ledger = new Ledger();
        const turns = 30;
        const connect = (Kind, tier, account) => Kind.connect(tiers[tier], account);
        const talks = [];
        const listeners = [];
        let name = 0;
        for (const account of accounts) {
            for (const tier of [0, 1]) {
                for (const Kind of [RestClient, RestClient, ChannelClient, ChannelClient]) {
                    const client = await connect(Kind, tier, account);
                    if (Kind === ChannelClient) listeners.push(client);
                    talks.push(talk.bind(null, client, account, (name += 1), turns, ledger));
                }
            }
            for (const [One, Other] of [
                [RestClient, RestClient],
                [RestClient, ChannelClient],
                [ChannelClient, RestClient],
                [ChannelClient, ChannelClient],
            ]) {
                const pair = [await connect(One, 0, account), await connect(Other, 1, account)];
                talks.push(share.bind(null, pair, account, (name += 1), turns, ledger));
            }
        }
        let isOver = false;
        const over = Promise.all(talks.map((start) => start())).finally(() => (isOver = true));
        over.catch(() => {});
        do await check();
        while (!isOver);
        await over.catch((error) => {
            throw new Error([error.message, ...tiers.map(({ log }) => log)].join('\n'), { cause: error });
        });
        for (const listener of listeners) listener.assertHeardInOrder();
    });

    test('store what they acknowledged, each once and as they told it', async () => {
        const { told } = ledger;
        const places = told.map(({ room, changed_seq }) => `${room} ${changed_seq}`);
        assert.equal(new Set(places).size, places.length, 'no place is told twice');
        assertStored(await stored(), ledger);
    });

    test('leave no hole and no place that nobody was told of', async () => {
        const { told, deleted } = ledger;
        for (const room of rooms) {
            const of = told.filter((message) => message.room === room);
            const posts = new Set(of.map(({ id }) => id));
            const tombstones = [...posts].filter((id) => deleted.has(id)).length;
            const { places, messages, changes, ...counts } = await check('--room', room);
            assert.deepEqual([messages, counts.tombstones, counts.found], [posts.size, tombstones, 0]);
            assert.equal(changes, of.length - posts.size + tombstones);
            assert.equal(places, of.length + tombstones);
            const writers = `SELECT count(DISTINCT writer) FROM messages JOIN rooms ON rooms.id = room_id
                             WHERE slug = :'room';`;
            assert.deepEqual(await sql(database, writers, { room }), [['2']], 'both wrote in it');
        }
    });

    test('never waited for each other in a circle', async () => {
        await Promise.all(tiers.map((tier) => tier.stop()));
        tiers = [];
        const deadlocks = 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database();';
        assert.deepEqual(await sql(database, deadlocks), [['0']]);
        assert.equal((await check()).found, 0);
    });
});
