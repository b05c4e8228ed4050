// Coming back to many rooms at once, as phoenix.js does after each reconnection.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from './support/channel.mjs';
import { startPair, stopPair } from './support/pair.mjs';
import { large, pour } from './support/pouring.mjs';
import { frame, opcode } from './support/raw.mjs';
import { until } from './support/wait.mjs';

let server;
let ann;
let bob;

before(async () => ({ server, ann, bob } = await startPair()));
after(() => stopPair(server));

describe('answers to joins that come at once, together more than may wait for a client', () => {
    let slugs;
    let topics; // two of each room
    before(async () => {
        slugs = (await Promise.all(Array.from({ length: 8 }, () => ann.makeRoom()))).map((room) => room.slug);
        topics = ['', 'realtime:'].flatMap((prefix) => slugs.map((slug) => `${prefix}messages:${slug}`));
        await Promise.all(slugs.map((slug) => pour(ann, slug, large(130))));
    });

    test('a client that has several to get at once gets them all', async () => {
        const socket = await bob.connect('api');
        const joins = topics.map((topic) => ['1', '2', topic, 'phx_join', { since: 0 }]);
        socket.raw.send(Buffer.concat(joins.map((join) => frame(opcode.text, JSON.stringify(join)))));
        const answered = new Set();
        while (answered.size < topics.length) {
            const { kind, payload } = await socket.nextFrame(() => true, 'an answer');
            assert.equal(kind, opcode.text, `closed after ${answered.size} answers: ${payload.subarray(2)}`);
            const [, , topic, , reply] = JSON.parse(payload);
            assert.deepEqual([reply.response.messages.at(-1).seq, reply.response.seq], [130, 130]);
            answered.add(topic);
        }
        socket.close();
    });

    test('phoenix.js, which joins all again at once when it comes back, gets through and stays', async () => {
        const client = await Client.connect(server.apiPort, bob.token);
        const answers = new Map(topics.map((topic) => [topic, []]));
        const members = await Promise.all(
            topics.map(async (topic) => {
                const member = await client.join(topic, () => ({ since: 0 }));
                member.channel.joinPush.receive('ok', ({ seq }) => answers.get(topic).push(seq));
                return member;
            }),
        );
        client.socket.conn.terminate();
        const haveAll = () => [...answers.values()].every((seqs) => seqs.length === 2);
        await until(haveAll, 'all to be answered again');
        assert.deepEqual([...answers.values()], topics.map(() => [130, 130]));
        const said = await ann.say(slugs[0], 'live');
        const { message } = await members[0].next('new_message');
        assert.deepEqual(message, said);
        assert.equal(client.opened, 2);
        client.disconnect();
    });
});
