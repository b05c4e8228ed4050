// Who loses access to a room is turned away from its log: what they asked for before is not stored after the loss
// was answered, wherever it waits.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from './support/database.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

let server;
let owner;
let member;

before(async () => {
    server = await Server.start({ env: { ROOST_CORES: '2' } });
    [owner, member] = await Promise.all(['Ann', 'Bob'].map((name) => Person.register(server, name)));
});
after(() => server?.stop());

const isSo = async (claim) => (await sql(server, `SELECT ${claim};`))[0][0] === 't';

// While `during` runs nothing can be stored, and whatever else is asked for can. The lock is held for less time than
// the server gives PostgreSQL. False when that was too short on a busy machine.
async function whileLogsAreLocked(during) {
    const lock = 'LOCK TABLE messages IN EXCLUSIVE MODE';
    const unlocked = sql(server, `BEGIN; ${lock}; SELECT pg_sleep(2.5); COMMIT;`);
    const isHeld =
        "EXISTS (SELECT FROM pg_locks WHERE mode = 'ExclusiveLock' AND granted AND relation = 'messages'::regclass)";
    await until(() => isSo(isHeld), 'the lock');
    await during();
    const wasHeld = await isSo(isHeld);
    await unlocked;
    return wasHeld;
}

async function isTurnedAway(room, lose) {
    const post = (person, content) => person.post('/api/messages', { room, content });
    const isBlocked =
        "EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO messages%')";
    let underWay;
    let late;
    const wasInTime = await whileLogsAreLocked(async () => {
        underWay = post(owner, `under way in ${room}`);
        await until(() => isSo(isBlocked), 'a batch under way');
        late = post(member, `too late in ${room}`);
        // A request that takes the same way, later.
        await member.get(`/api/messages?room=${room}`);
        await lose();
    });
    const [stored, refused] = await Promise.all([underWay, late]);
    if (!wasInTime) return false;
    const isStored = await isSo(`EXISTS (SELECT FROM messages WHERE content = 'too late in ${room}')`);
    assert.ok(!isStored, 'what came before the loss is not stored after it');
    assert.equal(stored.status, 201, stored.text);
    assert.equal(refused.status, 404, refused.text);
    assert.equal(refused.body.code, 'room_not_found');
    return true;
}

async function assertTurnedAway(attempt) {
    for (let times = 0; times < 5; times += 1) if (await attempt()) return;
    assert.fail('five times it took too long');
}

test('a member who is removed from a private room', () =>
    assertTurnedAway(async () => {
        const { slug } = await owner.makeRoom({ private: true });
        await owner.addMember(slug, member);
        return isTurnedAway(slug, async () => {
            const answer = await owner.delete(`/api/rooms/${slug}/members/${member.user.id}`);
            assert.equal(answer.status, 204, answer.text);
        });
    }));

test('everybody but the members of a room that becomes private', () =>
    assertTurnedAway(async () => {
        const { slug } = await owner.makeRoom();
        return isTurnedAway(slug, async () => {
            const answer = await owner.patch(`/api/rooms/${slug}`, { private: true });
            assert.equal(answer.status, 200, answer.text);
        });
    }));
