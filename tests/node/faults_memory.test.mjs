// However many posts come while PostgreSQL is away: the server keeps none that it has refused, and leaves with their
// senders what it cannot pass on.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';
import { FaultProxy } from './support/fault_proxy.mjs';
import { assertProblem } from './support/http.mjs';
import { limited } from './support/limits.mjs';
import { Person } from './support/person.mjs';
import { Postgres } from './support/postgres.mjs';
import { closeAllRaw, frame, opcode } from './support/raw.mjs';
import { run } from './support/server.mjs';
import { Tier } from './support/tier.mjs';
import { until } from './support/wait.mjs';

const content = 'x'.repeat(4000);
const topic = 'messages:lobby';
const unavailable = { status: 'error', response: { reason: 'unavailable' } };
let postgres;
let proxy;
let tier;
let ann;

before(async () => {
    postgres = await Postgres.start();
    proxy = await FaultProxy.start(postgres.socketPath);
    assert.equal((await run(['db', 'migrate'], { env: { DATABASE_URL: proxy.url } })).code, 0);
    tier = await Tier.start('api', {
        DATABASE_URL: proxy.url,
        ROOST_CORES: '2',
        ROOST_BCRYPT_COST: '4',
        // A sanitizer keeps what was freed, or it would count as held.
        ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=1:thread_local_quarantine_size_kb=64`,
        ...limited({ socketEventRate: 0, userEventRate: 0, frameBytes: 65_536 }),
    });
    ann = await Person.register({ url: () => tier.url, port: () => tier.port }, 'Ann');
});
afterEach(() => closeAllRaw());
after(async () => {
    await tier?.stop();
    await proxy?.stop();
    await postgres?.stop();
});

function residentBytes() {
    return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${tier.child.pid}/status`, 'utf8'))[1]);
}

// How many bytes more are held after `act`.
async function growth(act) {
    const before = residentBytes();
    await act();
    return residentBytes() - before;
}

const postFrame = (joinRef) =>
    frame(opcode.text, JSON.stringify([joinRef, 'post', topic, 'new_message', { content }]));

// Posts so often on the channel; each time it is refused.
async function postAndBeRefused({ socket, joinRef }, times) {
    const together = 100;
    const frames = Buffer.concat(Array(together).fill(postFrame(joinRef)));
    for (let sent = 0; sent < times; sent += together) {
        socket.raw.send(frames);
        for (let n = 0; n < together; n += 1) {
            const reply = await socket.receive('a refusal');
            assert.deepEqual(reply, [joinRef, 'post', topic, 'phx_reply', unavailable]);
        }
    }
}

async function restAndBeRefused(times) {
    const together = 50;
    for (let sent = 0; sent < times; sent += together) {
        const answers = Array.from({ length: together }, () => ann.post('/api/messages', { content }));
        for (const answer of await Promise.all(answers)) assertProblem(answer, 503, 'unavailable');
    }
}

// On all of its connections.
async function isServedAgain() {
    const post = async () => (await ann.post('/api/messages', { content: 'again' })).status === 201;
    for (let times = 0; times < 10; times += 1) await until(post, 'a post to be acknowledged', 20_000);
}

test('posts that are refused leave nothing behind', async () => {
    const channels = [await ann.follow('lobby'), await ann.follow('lobby')];
    await postgres.stop();
    const refuse = (times) =>
        Promise.all([...channels.map((c) => postAndBeRefused(c, times)), restAndBeRefused(times / 10)]);
    await refuse(500);
    const times = 2000;
    const came = times * 2.1 * content.length;
    const held = await growth(() => refuse(times));
    assert.ok(held < came / 3, `${held} bytes more are held, of ${came} that came`);
    await postgres.restart();
    await isServedAgain();
});

// 4 MiB and a thousand posts of each socket.
test('posts that wait for an answer are left with their senders, past a limit of each', async () => {
    const channels = [];
    for (let n = 0; n < 4; n += 1) channels.push(await ann.follow('lobby'));
    const times = 4000;
    const came = channels.length * times * content.length;
    proxy.stall('toServer', 'toClient');
    const held = await growth(async () => {
        for (const { socket, joinRef } of channels)
            socket.raw.send(Buffer.concat(Array(times).fill(postFrame(joinRef))));
        for (const { socket } of channels) assert.deepEqual((await socket.receive('a refusal'))[4], unavailable);
    });
    assert.ok(held < came / 2, `${held} bytes more are held, of ${came} that came`);
    proxy.pass();
    await isServedAgain();
});
