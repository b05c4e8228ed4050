// The network between the server and its PostgreSQL fails, in every way in which it can, while people post.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { executes } from './support/fault_proxy.mjs';
import { FaultStand } from './support/fault_stand.mjs';
import { until, within } from './support/wait.mjs';

// The statement that stores a batch.
const batch = executes(/^INSERT INTO messages /);
let stand;
let proxy;
let crowd;

before(async () => {
    stand = await FaultStand.start();
    ({ proxy, crowd } = stand);
});
afterEach(() => proxy.pass());
after(() => stand?.stop());

// The next batch meets its fate, and so do some more, each when posts flow again.
async function eachTime(fate) {
    for (let times = 0; times < 5; times += 1) {
        await within(fate(), 'a batch to come by');
        await crowd.flows(2);
    }
}

test('all connections are reset, again and again', () =>
    crowd.withstand(() =>
        eachTime(async () => {
            assert.ok(proxy.links.size > 0);
            proxy.cut();
        }),
    ));

test('the connection is lost when half of a batch has arrived', () =>
    crowd.withstand(() => eachTime(() => proxy.cutInside(batch))));

test('a batch is committed, and its answer gets lost', () =>
    crowd.withstand(() => eachTime(() => proxy.loseAnswer(batch))));

test('the connection is lost in the moment a batch has arrived', () =>
    crowd.withstand(() => eachTime(() => proxy.cutBehind(batch))));

test('the connection is lost in the middle of an answer', () =>
    crowd.withstand(() => eachTime(() => proxy.cutAfter('toClient', 150))));

test('the connection is lost in the middle of anything', () =>
    crowd.withstand(() => eachTime(() => proxy.cutAfter('toServer', 1500))));

test('no connection can be made', () =>
    crowd.withstand(async () => {
        proxy.refuse();
        proxy.cut();
        await crowd.someAreRefused();
        await until(() => proxy.refused > 0, 'the server to try again');
        proxy.pass();
    }));

test('the network is slow: everything takes longer, and nothing fails', () =>
    crowd.withstand(async () => {
        const before = crowd.refused;
        proxy.slow({ delayMs: 20, bytesPerSecond: 100_000 });
        await crowd.flows(10);
        assert.equal(crowd.refused, before);
        proxy.pass();
    }));

test('nothing gets through for a moment: it arrives after all, and nobody notices', () =>
    crowd.withstand(async () => {
        const before = [proxy.accepted, crowd.refused];
        for (const directions of [['toServer'], ['toClient'], ['toServer', 'toClient']]) {
            proxy.stall(...directions);
            await until(() => proxy.waiting > 1, 'something to be held back');
            proxy.pass();
            await crowd.flows(2);
        }
        assert.deepEqual([proxy.accepted, crowd.refused], before);
    }));

test('nothing gets through until the server gives its connections up: what it had sent arrives later', () =>
    crowd.withstand(async () => {
        const before = proxy.accepted;
        proxy.stall('toServer');
        await until(() => proxy.accepted > before, 'another connection', 30_000);
        await crowd.isRefused();
        proxy.pass();
    }));
