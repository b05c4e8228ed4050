// Resuming while a room is being written in: connections that are cut, a server that is killed, and everybody
// coming back at once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { disconnectAll } from './support/channel.mjs';
import { Follower, Ledger, places, randomFrom, upTo, Writer } from './support/follower.mjs';
import { limited } from './support/limits.mjs';
import { Person } from './support/person.mjs';
import { closeAllRaw, isReplyTo } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const tiers = ['api', 'gateway'];
const noRates = limited({ socketEventRate: 0, userEventRate: 0 });

const littleMemory = { ROOST_ROOM_MEMORY_BYTES: String(2 ** 20) };

for (const [title, cores, size, env] of [
    ['one core and more in the rooms than it may remember', 1, 3900, littleMemory],
    ['three cores', 3, 20, {}],
]) {
    describe(`resuming on ${title}`, () => {
        const world = { cores, size };
        before(async () => {
            world.server = await Server.start({ env: { ROOST_CORES: String(cores), ...noRates, ...env } });
            world.ann = await Person.register(world.server, 'Ann');
            world.bob = await Person.register(world.server, 'Bob');
        });
        after(async () => {
            disconnectAll();
            closeAllRaw();
            await world.server?.stop();
        });
        cuts(world);
        if (cores > 1) kills(world);
    });
}

// Both write in the room, by `kinds`, on both ports.
function write({ ann, bob, size }, slug, kinds, random) {
    const each = kinds.flatMap((kind) => [
        [kind, ann, slug, 'api', random, size],
        [kind, bob, slug, 'gateway', random, size],
    ]);
    return Promise.all(each.map((of) => Writer.start(...of)));
}

const followers = ({ ann, bob }, slug) =>
    Promise.all([0, 1, 2, 3].map((index) => Follower.start(index < 2 ? ann : bob, slug, tiers[index % 2])));

const counter = async ({ ann }, slug) => (await ann.get(`/api/messages?room=${slug}&limit=1`)).body.seq;

// Joins with `since` on a socket of its own: {since, reply, live}, with so many live events or more.
async function resume(person, slug, tier, since, events) {
    const topic = `messages:${slug}`;
    const socket = await person.connect(tier);
    socket.send(['1', '1', topic, 'phx_join', { since }]);
    const first = await socket.receive('the reply to a join');
    assert.ok(isReplyTo('1')(first) && first[4].status === 'ok', `first of all the reply: ${JSON.stringify(first)}`);
    const live = [];
    while (live.length < events) live.push(await socket.receive('a live event'));
    socket.close();
    return { since, reply: first[4].response, live };
}

function assertGoesOn({ reply, live }) {
    const changed = live.map(([, , , , payload]) => payload.message?.changed_seq ?? payload.changed_seq);
    assert.deepEqual(
        changed,
        changed.map((_, index) => reply.seq + 1 + index),
        'live events go on where the reply ended',
    );
}

// Cut in the middle of what comes, while it rejoins, and each third time before it could.
async function cutAgainAndAgain(follower, times, random) {
    for (let round = 0; round < times; round += 1) {
        const { heard, client } = follower;
        const [joined, opened] = [follower.answers.length, client.opened];
        follower.cut();
        await until(() => client.opened > opened, 'the client to connect again');
        if (round % 3 === 0) continue;
        await until(() => follower.answers.length > joined, 'the client to rejoin');
        const more = upTo(random, 12);
        await until(() => follower.heard >= heard + more, `${more} events`);
    }
}

function cuts(world) {
    test('clients that are cut again and again see every change once, while others write', async () => {
        const random = randomFrom(world.cores);
        const { slug } = await world.ann.makeRoom();
        const ledger = await Ledger.open(world.ann, slug);
        const writers = await write(world, slug, ['rest', 'channel'], random);
        const all = await followers(world, slug);
        await Promise.all(all.map((follower) => cutAgainAndAgain(follower, 20, random)));
        for (const writer of writers) await writer.stop();

        const seq = await counter(world, slug);
        await ledger.reaches(seq);
        const log = await world.ann.api.log(slug);
        for (const follower of all) {
            await follower.assertShows(log, seq);
            assert.ok(follower.answers.length > 10, `it resumed ${follower.answers.length} times`);
            for (const { since, ...reply } of follower.answers) ledger.assertAnswers(since, reply);
        }
    });

    test('a join in the middle of it has all that is not superseded, whatever place it begins at', async () => {
        const random = randomFrom(10 + world.cores);
        const { slug } = await world.bob.makeRoom();
        const ledger = await Ledger.open(world.bob, slug, 'gateway');
        const writers = await write(world, slug, ['rest', 'channel'], random);
        await Promise.all(writers.map((writer) => writer.writes(10)));
        const joins = [];
        for (let round = 0; round < 12; round += 1) {
            const some = [0, 1, 2, 3].map((index) => {
                const since = upTo(random, ledger.seq + 1);
                return resume(index < 2 ? world.ann : world.bob, slug, tiers[index % 2], since, 1 + upTo(random, 8));
            });
            joins.push(...(await Promise.all(some)));
        }
        for (const writer of writers) await writer.stop();
        await ledger.reaches(await counter(world, slug));
        for (const join of joins) {
            assertGoesOn(join);
            ledger.assertAnswers(join.since, join.reply);
        }
    });

    test('a plain join in the middle of it goes on where the history ends', async () => {
        const random = randomFrom(20 + world.cores);
        const { slug } = await world.ann.makeRoom();
        const ledger = await Ledger.open(world.ann, slug);
        const writers = await write(world, slug, ['rest', 'channel'], random);
        await Promise.all(writers.map((writer) => writer.writes(5)));
        const joins = [];
        const { socket } = await world.bob.follow(slug, 'gateway');
        for (let round = 0; round < 20; round += 1) {
            const ref = `j${round}`;
            socket.send([ref, ref, `messages:${slug}`, 'phx_join', {}]);
            const [reply] = (await socket.receiveUntil(isReplyTo(ref))).slice(-1);
            assert.deepEqual(reply[4], { status: 'ok', response: {} });
            const begin = await socket.receiveUntil((m) => m[3] === 'messages_history', 'the history');
            const history = begin.pop()[4];
            assert.ok(
                begin.every((message) => message[3] === 'phx_close'),
                `nothing live between a reply and its history: ${JSON.stringify(begin)}`,
            );
            const live = [];
            while (live.length < 3) {
                const message = await socket.receive('a live event');
                if (message[3] !== 'phx_close') live.push(message);
            }
            joins.push({ reply: history, live });
        }
        for (const writer of writers) await writer.stop();
        await ledger.reaches(await counter(world, slug));
        for (const join of joins) {
            assertGoesOn(join);
            const { messages, seq } = join.reply;
            const state = ledger.answer(0, seq).sort((a, b) => a.seq - b.seq);
            assert.deepEqual(places(messages), places(state.slice(-50)));
        }
    });
}

function kills(world) {
    let slug;

    test('clients of a server that is killed and started again resume by themselves', async () => {
        const random = randomFrom(30);
        ({ slug } = await world.ann.makeRoom());
        const all = await followers(world, slug);
        const writers = await write(world, slug, ['rest'], random);
        for (const answers of [2, 3]) {
            await Promise.all(writers.map((writer) => writer.writes(20)));
            await world.server.kill9();
            await world.server.restart();
            const isBack = (follower) => follower.answers.length >= answers;
            await until(() => all.every(isBack), 'everybody to resume', 20_000);
            await Promise.all(writers.map((writer) => writer.writes(20)));
        }
        for (const writer of writers) await writer.stop();
        const [seq, log] = [await counter(world, slug), await world.ann.api.log(slug)];
        for (const follower of all) await follower.assertShows(log, seq);
    });

    test('two hundred come back at once to a server that remembers nothing, from everywhere', async () => {
        const random = randomFrom(40);
        await world.server.kill9();
        await world.server.restart();
        const seq = await counter(world, slug);
        const writers = await write(world, slug, ['rest'], random);
        const back = await Promise.all(
            Array.from({ length: 200 }, (_, index) => {
                const person = index % 2 ? world.ann : world.bob;
                return resume(person, slug, tiers[upTo(random, 2)], upTo(random, seq + 1), 2);
            }),
        );
        for (const writer of writers) await writer.stop();
        const log = (await world.ann.api.log(slug)).sort((a, b) => a.changed_seq - b.changed_seq);
        for (const { since, reply, live } of back) {
            assertGoesOn({ reply, live });
            const { messages } = reply;
            assert.deepEqual(places(messages), [...new Set(places(messages))].sort((a, b) => a - b));
            assert.equal(new Set(messages.map(({ id }) => id)).size, messages.length, 'each message once');
            assert.ok(messages.every(({ changed_seq: place }) => place > since && place <= reply.seq));
            const isLatest = ({ changed_seq: place }) => place > since && place <= reply.seq;
            const latest = log.filter(isLatest);
            const ids = new Set(latest.map(({ id }) => id));
            assert.deepEqual(messages.filter(({ id }) => ids.has(id)), latest, `since ${since} up to ${reply.seq}`);
            assert.equal(reply.complete, true);
        }
    });
}
