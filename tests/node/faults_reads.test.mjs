// A room in which somebody is goes on being read while PostgreSQL is away: its latest page, by who joins it, by who
// comes back to it. What is not in memory is refused, and nothing is invented.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, disconnectAll } from './support/channel.mjs';
import { Api, assertProblem } from './support/http.mjs';
import { Person } from './support/person.mjs';
import { Postgres } from './support/postgres.mjs';
import { closeAllRaw } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const tiers = ['gateway', 'api'];
const connections = 6; // to meet each core of the server
let postgres;
let server;
let ann;
let slug;
let follower; // who is in the room all the time
let log;
let edited;
let refused; // the answer to a post

before(async () => {
    postgres = await Postgres.start();
    server = await Server.start({ env: { DATABASE_URL: postgres.url, ROOST_CORES: '2' } });
    ann = await Person.register(server, 'Ann');
    slug = (await ann.makeRoom()).slug;
    follower = await (await Client.connect(server.apiPort, ann.token)).join(`messages:${slug}`);
    for (let n = 1; n <= 60; n += 1) await ann.say(slug, `text ${n}`);
    log = await ann.api.log(slug);
    edited = (await ann.put(`/api/messages/${log[57].id}`, { content: 'edited' })).body.message;
    log[57] = edited;
    await postgres.stop();
    // So long that nothing counts that is remembered for some seconds: a post waits in vain before it is refused.
    refused = await follower.push('new_message', { content: 'x' });
});
after(async () => {
    disconnectAll();
    closeAllRaw();
    await server?.stop();
    await postgres?.stop();
});

test('the latest page, to anybody, on both ports', async () => {
    for (const tier of tiers) {
        const api = new Api(server.url(tier));
        const anybody = Array.from({ length: connections }, (_, n) => (n % 2 === 0 ? ann.token : undefined));
        const ask = (token) => api.get(`/api/messages?room=${slug}`, { token });
        for (const page of await Promise.all(anybody.map(ask))) {
            assert.equal(page.status, 200, page.text);
            assert.deepEqual(page.body, { messages: log.slice(-50), room: slug, seq: 61 });
            assert.ok(page.headers.get('link').includes('&before=11>; rel="prev"'), page.headers.get('link'));
        }
        const few = await api.get(`/api/messages?room=${slug}&limit=3`);
        assert.deepEqual(few.body, { messages: log.slice(-3), room: slug, seq: 61 });
    }
});

test('who joins on a connection that is open, or on a new one, gets the latest messages', async () => {
    for (const tier of tiers) {
        const join = async () => {
            const client = await Client.connect(server.port(tier), ann.token);
            for (let times = 0; times < 2; times += 1) {
                const member = await client.join(`messages:${slug}`);
                assert.deepEqual(await member.next('messages_history'), { messages: log.slice(-50), seq: 61 });
                await member.leave();
            }
        };
        await Promise.all(Array.from({ length: connections }, join));
    }
});

test('who comes back gets what they have missed', async () => {
    const client = await Client.connect(server.apiPort, ann.token);
    for (const [since, missed] of [
        [61, []],
        [60, [edited]],
        [55, [...log.slice(55, 57), ...log.slice(58), edited]],
    ]) {
        const member = await client.join(`messages:${slug}`, { since });
        assert.deepEqual(member.joinReply, { messages: missed, seq: 61, complete: true });
        await member.leave();
    }
});

test('the live channel of the room goes on', async () => {
    const clients = await Promise.all(tiers.map((tier) => Client.connect(server.port(tier), ann.token)));
    const [one, other] = await Promise.all(clients.map((client) => client.join(`room:${slug}`)));
    assert.equal((await one.push('shout', { message: 'still here' })).status, 'ok');
    assert.equal((await other.next('shout')).message, 'still here');
});

test('what is not in memory, and what must be stored, is unavailable', async () => {
    for (const tier of tiers) {
        const api = new Api(server.url(tier));
        const { token } = ann;
        assertProblem(await api.get(`/api/messages?room=${slug}&before=11`), 503, 'unavailable');
        assertProblem(await api.get('/api/messages?room=no-such-room'), 503, 'unavailable');
        assertProblem(await api.post('/api/messages', { room: slug, content: 'x' }, { token }), 503, 'unavailable');
        assertProblem(await api.request('DELETE', `/api/messages/${edited.id}`, { token }), 503, 'unavailable');
    }
    assert.deepEqual(refused, { status: 'error', response: { reason: 'unavailable' } });
});

test('who joined meanwhile hears what comes when it is back', async () => {
    const client = await Client.connect(server.gatewayPort, ann.token);
    const member = await client.join(`messages:${slug}`);
    const { seq } = await member.next('messages_history');
    await postgres.restart();
    const post = async () => (await ann.post('/api/messages', { room: slug, content: 'back' })).body.message;
    const message = await until(post, 'a post to be acknowledged', 20_000);
    for (const hears of [member, follower])
        assert.deepEqual((await hears.next('new_message', (p) => p.message.content === 'back')).message, message);
    // Posts of the outage may have been stored all the same; then they were heard too.
    const live = member.history.filter(({ event }) => event === 'new_message');
    assert.deepEqual(
        live.map(({ payload }) => payload.message.seq),
        live.map((_, index) => seq + 1 + index),
    );
});
