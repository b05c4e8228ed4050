// Reading a page of messages again without getting it again: entity tags, by RFC 9110.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, disconnectAll } from './support/channel.mjs';
import { Api, assertDone, assertProblem } from './support/http.mjs';
import { Person, uniqueSlug } from './support/person.mjs';
import { closeAllRaw, RawConnection } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { databaseUrl, Tier } from './support/tier.mjs';
import { until } from './support/wait.mjs';

const origin = 'https://app.example.com';
const ports = ['api', 'gateway'];
let server;
let ann;
let bob;
let slug;
let said;

before(async () => {
    server = await Server.start({ env: { ROOST_CORES: '3', ROOST_CORS_ORIGINS: origin } });
    [ann, bob] = await Promise.all(['Ann', 'Bob'].map((name) => Person.register(server, name)));
    ({ slug } = await ann.makeRoom());
    said = [await ann.say(slug, 'one'), await ann.say(slug, 'two'), await ann.say(slug, 'three')];
});
after(async () => {
    disconnectAll();
    closeAllRaw();
    await server?.stop();
});

const pathOf = (room, query = '') => `/api/messages?room=${room}${query}`;
const entityTag = /^(W\/)?"[\x21\x23-\x7e]+"$/;
const opaque = (tag) => tag.replace('W/', '');

function assertCacheable(answer) {
    assert.equal(answer.headers.get('cache-control'), 'private, no-cache');
    assert.match(answer.headers.get('etag') ?? '', entityTag);
}

// A page that is new to who has `known`: {status, headers, text, body}.
async function fresh(api, path, known, options = {}) {
    const headers = known === undefined ? {} : { 'if-none-match': known };
    const answer = await api.request(options.method ?? 'GET', path, { ...options, headers });
    assert.equal(answer.status, 200, `${answer.text} to ${path} with ${known}`);
    assertCacheable(answer);
    return answer;
}

const tagOf = async (api, path, options) => (await fresh(api, path, undefined, options)).headers.get('etag');

async function assertUnchanged(api, path, known, tag, { method = 'GET', ...options } = {}) {
    const answer = await api.request(method, path, { ...options, headers: { 'if-none-match': known } });
    assert.deepEqual([answer.status, answer.text], [304, ''], `${method} ${path} with ${known}`);
    assertCacheable(answer);
    assert.equal(answer.headers.get('etag'), tag);
    assert.equal(answer.headers.get('content-type'), null);
}

describe('a page of messages', () => {
    for (const port of ports) {
        test(`has a tag on the port of the ${port}, and is not sent again to who shows it`, async () => {
            const api = new Api(server.url(port));
            for (const query of ['', '&limit=2', '&limit=100', '&before=3', '&after=1', '&before=1', '&after=3']) {
                const path = pathOf(slug, query);
                const tag = await tagOf(api, path);
                assert.equal((await fresh(api, path, undefined, { method: 'HEAD' })).headers.get('etag'), tag);
                for (const known of [
                    tag,
                    opaque(tag),
                    `W/${opaque(tag)}`,
                    `"other", ${tag}`,
                    `${tag},W/"other"`,
                    `"a, b" ,\t${opaque(tag)} , ""`,
                    '*',
                ]) {
                    await assertUnchanged(api, path, known, tag);
                    await assertUnchanged(api, path, known, tag, { method: 'HEAD' });
                    await assertUnchanged(api, path, known, tag, { token: bob.token });
                }
            }
        });

        test(`is sent by the ${port} to who shows no tag of it`, async () => {
            const api = new Api(server.url(port));
            const tag = await tagOf(api, pathOf(slug));
            const inside = opaque(tag).slice(1, -1);
            for (const known of [
                '"other"',
                'W/"other"',
                '""',
                '',
                inside,
                `"${inside}`,
                `"${inside}x"`,
                `"${inside.slice(0, -1)}"`,
                `"x${inside}"`,
                `"W/${inside}"`,
                `"'${inside}'"`,
                `"x, ${inside}"`,
                `w/"other"`,
                ','.repeat(500),
                '"'.repeat(501),
            ]) {
                const { body } = await fresh(api, pathOf(slug), known);
                assert.deepEqual(body.messages, said, `with ${known}`);
            }
        });
    }

    test('has one tag for all readers of it, on both ports', async () => {
        const all = [];
        for (const port of ports) {
            const api = new Api(server.url(port));
            for (const token of [undefined, ann.token, bob.token]) all.push(await tagOf(api, pathOf(slug), { token }));
        }
        assert.equal(new Set(all).size, 1, String(all));
    });

    test('may be asked for by tag in several fields, on a connection that goes on', async () => {
        const api = new Api(server.url('api'));
        const tag = await tagOf(api, pathOf(slug));
        for (const port of ports) {
            const raw = await RawConnection.open(server.port(port));
            const request = (more) => `GET ${pathOf(slug)} HTTP/1.1\r\nHost: 127.0.0.1\r\n${more}\r\n`;
            const known = `If-None-Match: "other"\r\nIf-None-Match: ${tag}\r\n`;
            raw.send(request(known) + request('') + request(known));
            const statuses = [];
            for (let n = 0; n < 3; n += 1) {
                const answer = await raw.response();
                statuses.push(answer.status);
                if (answer.status === 200) assert.deepEqual(JSON.parse(answer.text).messages, said);
                else assert.equal(answer.headers.get('transfer-encoding'), null);
            }
            assert.deepEqual(statuses, [304, 200, 304], port);
            raw.destroy();
        }
    });

    test('is refused as ever when the request is no good, whatever tag it shows', async () => {
        for (const port of ports) {
            const api = new Api(server.url(port));
            const headers = { 'if-none-match': '*' };
            assertProblem(await api.get(pathOf(slug, '&limit=0'), { headers }), 422, 'invalid_input');
            assertProblem(await api.get(pathOf('no-such-room'), { headers }), 404, 'room_not_found');
            assertProblem(await api.get(pathOf(slug), { headers, token: 'x.y.z' }), 401, 'unauthorized');
        }
    });

    test('lets scripts of other origins read its tag', async () => {
        const tag = await tagOf(new Api(server.url('gateway')), pathOf(slug));
        for (const known of [undefined, tag]) {
            const headers = { origin, ...(known && { 'if-none-match': known }) };
            const answer = await new Api(server.url('gateway')).get(pathOf(slug), { headers });
            assert.equal(answer.status, known ? 304 : 200);
            assert.equal(answer.headers.get('access-control-allow-origin'), origin);
            const exposed = answer.headers.get('access-control-expose-headers') ?? '';
            assert.ok(exposed.toLowerCase().split(/\s*,\s*/).includes('etag'), exposed);
            assert.match(answer.headers.get('vary') ?? '', /\bOrigin\b/i);
        }
    });
});

describe('a change of the room', () => {
    test('of any kind makes every tag before it one of the past', async () => {
        const { slug: room } = await ann.makeRoom();
        const client = await Client.connect(server.gatewayPort, ann.token);
        const member = await client.join(`messages:${room}`);
        const push = async (event, payload) => assert.equal((await member.push(event, payload)).status, 'ok');
        const [first, second] = [await ann.say(room, 'first'), await ann.say(room, 'second')];
        const path = pathOf(room);
        const apis = ports.map((port) => new Api(server.url(port)));
        const past = [];
        for (const change of [
            () => ann.say(room, 'third'),
            () => ann.put(`/api/messages/${first.id}`, { content: 'edited' }),
            () => push('edit_message', { id: second.id, content: 'edited' }),
            () => push('new_message', { content: 'fourth' }),
            () => ann.delete(`/api/messages/${first.id}`),
            () => push('delete_message', { id: second.id }),
        ]) {
            past.push(await tagOf(apis[0], path));
            await assertUnchanged(apis[1], path, past.at(-1), past.at(-1));
            await change();
            for (const api of apis) {
                const { body } = await fresh(api, path, past.join(', '));
                assert.deepEqual(body.messages, await ann.api.log(room));
            }
        }
        assert.equal(new Set(past).size, past.length);
        await assertUnchanged(apis[0], path, await tagOf(apis[1], path), await tagOf(apis[1], path));
    });

    test('that is none, as a retried post or another deletion, leaves the tag', async () => {
        const { slug: room } = await ann.makeRoom();
        const api = new Api(server.url('gateway'));
        const message = await ann.say(room, 'once', { client_id: 'once' });
        assertDone(await ann.delete(`/api/messages/${message.id}`));
        const tag = await tagOf(api, pathOf(room));
        await ann.say(room, 'once', { client_id: 'once' });
        assertDone(await ann.delete(`/api/messages/${message.id}`));
        await assertUnchanged(api, pathOf(room), tag, tag);
    });
});

describe('a removed account', () => {
    const nobody = { id: 0, name: 'deleted user' };

    // Of who goes a message stays, or none that was not deleted before.
    async function assertMadePast(deletedBefore) {
        const { slug: room } = await ann.makeRoom();
        const leaving = await Person.register(server, 'Leaving');
        const message = await leaving.say(room, 'mine');
        await ann.say(room, 'another');
        if (deletedBefore) assertDone(await leaving.delete(`/api/messages/${message.id}`));
        const api = new Api(server.url('api'));
        const tag = await tagOf(api, pathOf(room));
        assertDone(await leaving.delete('/api/users/me'));
        const isNobodys = async () => (await ann.get(`/api/messages/${message.id}`)).body.message.user.id === 0;
        await until(isNobodys, 'the message to be nobody\'s');
        const { body } = await fresh(api, pathOf(room), tag);
        assert.deepEqual(body.messages[0].user, nobody);
    }

    test('makes the tags past that were given while its name was on a message', () => assertMadePast(false));
    test('also when the message had been deleted before', () => assertMadePast(true));
});

describe('a tag', () => {
    test('is not that of another room at the same place, nor of one made anew under its slug', async () => {
        const api = new Api(server.url('api'));
        const names = [uniqueSlug(), uniqueSlug()];
        for (const name of names) {
            await ann.makeRoom({ slug: name });
            await ann.say(name, `said in ${name}`);
        }
        const [one, other] = await Promise.all(names.map((name) => tagOf(api, pathOf(name))));
        assert.notEqual(opaque(one), opaque(other));
        await fresh(api, pathOf(names[0]), other);

        assertDone(await ann.delete(`/api/rooms/${names[0]}`));
        const gone = await api.get(pathOf(names[0]), { headers: { 'if-none-match': one } });
        assertProblem(gone, 404, 'room_not_found');
        await ann.makeRoom({ slug: names[0] });
        const message = await ann.say(names[0], 'said in the new one');
        assert.deepEqual((await fresh(api, pathOf(names[0]), one)).body.messages, [message]);
    });

    test('of an empty room is one too', async () => {
        const { slug: room } = await ann.makeRoom();
        const api = new Api(server.url('gateway'));
        const tag = await tagOf(api, pathOf(room));
        await assertUnchanged(api, pathOf(room), tag, tag);
        await ann.say(room, 'no longer empty');
        await fresh(api, pathOf(room), tag);
    });

    test('of a private room is good for its members alone', async () => {
        const { slug: room } = await ann.makeRoom({ private: true });
        await ann.say(room, 'among ourselves');
        const { token } = bob;
        for (const port of ports) {
            const api = new Api(server.url(port));
            await ann.addMember(room, bob);
            const tag = await tagOf(api, pathOf(room), { token });
            await assertUnchanged(api, pathOf(room), tag, tag, { token });
            assertDone(await ann.delete(`/api/rooms/${room}/members/${bob.user.id}`));
            for (const known of [tag, '*', undefined]) {
                const headers = known === undefined ? {} : { 'if-none-match': known };
                for (const caller of [{ token }, {}]) {
                    const answer = await api.get(pathOf(room), { headers, ...caller });
                    assertProblem(answer, 404, 'room_not_found');
                    assert.equal(answer.headers.get('etag'), null);
                }
            }
            await assertUnchanged(api, pathOf(room), tag, tag, { token: ann.token });
        }
    });
});

describe('a gateway that is a process of its own', () => {
    let api;
    let gateway;
    before(async () => {
        const database = { DATABASE_URL: databaseUrl(server), ROOST_BCRYPT_COST: '4', ROOST_CORES: '1' };
        api = await Tier.start('api', { ...database, ROOST_TRUSTED_PROXIES: '127.0.0.1' });
        gateway = await Tier.start('gateway', { ROOST_UPSTREAM: api.url, ROOST_CORS_ORIGINS: origin });
    });
    after(async () => {
        await gateway?.stop();
        await api?.stop();
    });

    test('passes tags on, and answers that nothing has changed', async () => {
        const through = new Api(gateway.url);
        const user = await through.register('Eve');
        const made = await through.post('/api/rooms', { slug: uniqueSlug(), name: 'A room' }, { token: user.token });
        const path = pathOf(made.body.room.slug);
        const say = (content) => through.say(user.token, content, { room: made.body.room.slug });
        const first = await say('first');
        const tag = await tagOf(through, path);
        assert.equal(await tagOf(new Api(api.url), path), tag);
        for (const known of [tag, `"other", W/${opaque(tag)}`, '*']) {
            await assertUnchanged(through, path, known, tag);
            await assertUnchanged(through, path, known, tag, { method: 'HEAD' });
        }
        const second = await say('second');
        assert.deepEqual((await fresh(through, path, tag)).body.messages, [first, second]);
        const now = await tagOf(through, path);
        const answer = await through.get(path, { headers: { origin, 'if-none-match': now } });
        assert.equal(answer.status, 304);
        assert.match(answer.headers.get('access-control-expose-headers'), /\bETag\b/i);
        // The connections behind it go on after an answer without a body.
        for (let round = 0; round < 20; round += 1) {
            await assertUnchanged(through, path, now, now);
            await fresh(through, path, '"other"');
        }
    });
});
