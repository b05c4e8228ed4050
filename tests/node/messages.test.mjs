import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Api, assertFaults, assertMessage, assertNoHoles, assertProblem } from './support/http.mjs';
import { Server } from './support/server.mjs';

let server;
let api;
let ann;
let bob;

before(async () => {
    server = await Server.start();
    api = new Api(server.url('gateway'));
    ann = await api.register('Ann');
    bob = await api.register('Bob');
});
after(() => server?.stop());

const post = (json, headers) => api.post('/api/messages', json, { token: ann.token, headers });
const page = async (query) => {
    const answer = await api.get(`/api/messages?${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
};
const seqs = ({ messages }) => messages.map((message) => message.seq);
const range = (from, to) => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

describe('posting', () => {
    test('stores the message and answers 201 with all of it', async () => {
        const answer = await post({ content: 'hello' });
        assert.equal(answer.status, 201, answer.text);
        assertMessage(answer.body.message, { content: 'hello', user: ann.user });
        const { messages, seq, room } = await page('room=lobby&limit=1');
        assert.deepEqual(messages, [answer.body.message]);
        assert.equal(seq, answer.body.message.seq);
        assert.equal(room, 'lobby');
    });

    test('goes to the lobby unless a room is named', async () => {
        const answer = await post({ content: 'named', room: 'lobby' });
        assert.equal(answer.status, 201, answer.text);
        assert.equal(answer.body.message.room, 'lobby');
    });

    test('needs a token', async () => {
        const before = (await page('limit=1')).seq;
        assertProblem(await api.post('/api/messages', { content: 'anonymous' }), 401);
        assertProblem(await api.post('/api/messages', { content: 'forged' }, { token: 'x.y.z' }), 401);
        assert.equal((await page('limit=1')).seq, before);
    });

    test('to a room that does not exist is answered 404', async () => {
        assertProblem(await post({ content: 'hello', room: 'no-such-room' }), 404, 'room_not_found');
    });

    test('refuses a room name that no room can have', async () => {
        for (const room of ['', 'Lobby', 'a b', 'a/b', 'r'.repeat(65), 'lobby\u0000', 7]) {
            const answer = await post({ content: 'hello', room });
            assert.ok([404, 422].includes(answer.status), answer.text);
        }
    });

    for (const [what, content] of [
        ['empty', ''],
        ['a space', ' '],
        ['white space', ' \t\r\n '],
        ['a number', 5],
        ['null', null],
        ['a list', ['x']],
        ['text with U+0000', 'a\u0000b'],
    ]) {
        test(`refuses content that is ${what}`, async () => {
            assertFaults(await post({ content }), ['/content']);
        });
    }

    test('takes 4,000 characters of four bytes each and refuses one more', async () => {
        const content = '🐦'.repeat(4000);
        const answer = await post({ content });
        assert.equal(answer.status, 201, answer.text.slice(0, 500));
        assert.equal(answer.body.message.content, content);
        assertFaults(await post({ content: `${content}a` }), ['/content']);
        assertFaults(await post({ content: 'a'.repeat(4001) }), ['/content']);
    });

    test('keeps the content as sent', async () => {
        for (const content of [
            '  spaces around  ',
            'e\u0301 is not \u00e9',
            '"\\/\b\f\n\r\t\u001f\u007f',
            '</script>&amp;',
            'a\u2028\u2029\ufeff',
            '👩‍👩‍👧‍👦🇩🇪',
            "'; DROP TABLE messages; --",
            '$1 %s {} \\u0041',
            '\ufffd\ufffe\u{10ffff}',
        ]) {
            const answer = await post({ content });
            assert.equal(answer.status, 201, answer.text);
            assert.equal(answer.body.message.content, content);
            assert.equal((await page('limit=1')).messages[0].content, content);
        }
    });

    test('refuses text that is not Unicode', async () => {
        const send = (body) => api.request('POST', '/api/messages', { body, token: ann.token });
        const loneSurrogate = await send('{"content":"\\ud800"}');
        assert.ok([400, 422].includes(loneSurrogate.status), loneSurrogate.text);
        assertProblem(await send(Buffer.from('{"content":"\xff\xfe"}', 'latin1')), 400);
    });

    test('names every fault at once, unknown members too', async () => {
        const answer = await post({
            content: '',
            metadata: [],
            client_id: 'not allowed!',
            seq: 1,
            user: { id: 1 },
        });
        assertFaults(answer, ['/content', '/metadata', '/client_id', '/seq', '/user']);
        assert.ok(!answer.text.includes('not allowed!'));
    });
});

describe('metadata', () => {
    test('is kept as sent', async () => {
        const metadata = {
            z: 1,
            a: [true, null, 'x', { deep: { deeper: [] } }],
            ключ: '🐦',
            n: -1.5e-3,
            '': '',
        };
        const { body } = await post({ content: 'with metadata', metadata });
        assert.deepEqual(body.message.metadata, metadata);
        assert.deepEqual((await page('limit=1')).messages[0].metadata, metadata);
    });

    test('keeps integers of 64 bits exactly', async () => {
        const json = '{"content":"big","metadata":{"max":9223372036854775807,"min":-9223372036854775808}}';
        const answer = await api.request('POST', '/api/messages', { body: json, token: ann.token });
        assert.equal(answer.status, 201, answer.text);
        const { text } = await api.get('/api/messages?limit=1');
        for (const number of ['9223372036854775807', '-9223372036854775808']) {
            assert.ok(answer.text.includes(number) && text.includes(number), number);
        }
    });

    test('with a number over 64 bits is refused', async () => {
        const json = '{"content":"bigger","metadata":{"n":123456789012345678901234567890}}';
        const answer = await api.request('POST', '/api/messages', { body: json, token: ann.token });
        assert.ok([400, 422].includes(answer.status), answer.text);
    });

    test('may have 4 KB and not a byte more', async () => {
        const sized = (bytes) => ({ k: 'v'.repeat(bytes - '{"k":""}'.length) });
        const fits = await post({ content: 'x', metadata: sized(4096) });
        assert.equal(fits.status, 201, fits.text.slice(0, 500));
        assert.deepEqual(fits.body.message.metadata, sized(4096));
        assertFaults(await post({ content: 'x', metadata: sized(4097) }), ['/metadata']);
    });

    test('must be an object', async () => {
        for (const metadata of [[], 'text', 5, true]) {
            assertFaults(await post({ content: 'x', metadata }), ['/metadata']);
        }
    });

    test('with U+0000 in a name or a value is refused', async () => {
        for (const metadata of [{ a: 'x\u0000y' }, { 'x\u0000y': 1 }, { a: [{ b: '\u0000' }] }]) {
            assertProblem(await post({ content: 'x', metadata }), 422);
        }
    });
});

describe('a client_id', () => {
    test('sent again gives 200 and the stored message, also with other content', async () => {
        const first = await post({ content: 'once', client_id: 'again-1' });
        assert.equal(first.status, 201, first.text);
        for (const content of ['once', 'something else']) {
            const again = await post({ content, client_id: 'again-1' });
            assert.equal(again.status, 200, again.text);
            assert.deepEqual(again.body, first.body);
        }
        assert.equal((await page('limit=1')).seq, first.body.message.seq, 'nothing was added');
    });

    test('belongs to its author: another may use the same', async () => {
        const mine = await post({ content: 'mine', client_id: 'shared' });
        const theirs = await api.post(
            '/api/messages',
            { content: 'theirs', client_id: 'shared' },
            { token: bob.token },
        );
        assert.deepEqual([mine.status, theirs.status], [201, 201]);
        assert.notEqual(mine.body.message.id, theirs.body.message.id);
    });

    test('may come as Idempotency-Key; the body has the last word', async () => {
        const key = { 'idempotency-key': 'from-header' };
        const first = await post({ content: 'keyed' }, key);
        assert.equal(first.status, 201, first.text);
        const again = await post({ content: 'keyed' }, key);
        assert.equal(again.status, 200, again.text);
        assert.deepEqual(again.body, first.body);
        assert.equal(
            (await post({ content: 'keyed', client_id: 'from-header' })).status,
            200,
            'they are one name space',
        );
        assert.equal((await post({ content: 'other', client_id: 'from-body' }, key)).status, 201);
        assert.equal((await post({ content: 'other', client_id: 'from-body' })).status, 200);
    });

    test('of other characters or more than 64 is refused', async () => {
        for (const client_id of ['', 'a b', 'ü', 'a.b', 'c'.repeat(65), 5]) {
            assertFaults(await post({ content: 'x', client_id }), ['/client_id']);
        }
        assert.equal((await post({ content: 'x', client_id: 'c'.repeat(64) })).status, 201);
        const badKey = await post({ content: 'x' }, { 'idempotency-key': 'not allowed!' });
        assert.ok([400, 422].includes(badKey.status), badKey.text);
    });

    test('sent twenty times at once is stored once', async () => {
        const before = (await page('limit=1')).seq;
        const answers = await Promise.all(
            Array.from({ length: 20 }, () => post({ content: 'race', client_id: 'race' })),
        );
        assert.deepEqual([...new Set(answers.map((a) => a.body.message?.id))].length, 1);
        assert.deepEqual(answers.map((a) => a.status).sort(), [...Array(19).fill(200), 201]);
        assert.equal((await page('limit=1')).seq, before + 1);
    });
});

describe('two hundred posts of two users at once', () => {
    test('get a seq each, without holes, and are all in the log once', async () => {
        const before = (await page('limit=1')).seq;
        const answers = await Promise.all(
            Array.from({ length: 200 }, (_, index) =>
                api.post(
                    '/api/messages',
                    { content: `parallel ${index}` },
                    { token: (index % 2 ? ann : bob).token },
                ),
            ),
        );
        for (const answer of answers) assert.equal(answer.status, 201, answer.text);
        const given = answers.map((answer) => answer.body.message.seq).sort((a, b) => a - b);
        assert.deepEqual(given, range(before + 1, before + 200));
        const log = await api.log();
        assertNoHoles(log);
        const stored = new Map(log.map((message) => [message.id, message]));
        for (const { body } of answers) assert.deepEqual(stored.get(body.message.id), body.message);
        assert.equal(new Set(log.map((message) => message.id.split('-')[0])).size, 1, 'one room id');
    });
});

describe('reading', () => {
    let top;
    before(async () => {
        for (let index = 0; index < 60; index += 1) await api.say(bob.token, `page ${index}`);
        top = (await page('limit=1')).seq;
    });

    test('a public room needs no token and gives the latest 50 in order', async () => {
        const latest = await page('');
        assert.deepEqual(seqs(latest), range(top - 49, top));
        assert.deepEqual(await page('room=lobby'), latest);
        assert.ok(
            latest.messages.every((message) => !('email' in message.user)),
            'no e-mail addresses',
        );
    });

    test('before and after give the pages next to a place', async () => {
        assert.deepEqual(seqs(await page(`before=${top - 9}&limit=5`)), range(top - 14, top - 10));
        assert.deepEqual(seqs(await page(`after=${top - 10}&limit=5`)), range(top - 9, top - 5));
        assert.deepEqual(seqs(await page(`after=${top - 3}`)), range(top - 2, top));
        assert.deepEqual(seqs(await page('before=3')), [1, 2]);
        assert.deepEqual(seqs(await page('after=0&limit=2')), [1, 2]);
    });

    test('past either end gives an empty page with the counter', async () => {
        for (const query of ['before=1', `after=${top}`, `after=${top + 1000}`]) {
            assert.deepEqual(await page(query), { messages: [], room: 'lobby', seq: top });
        }
    });

    test('gives a Link to the page before', async () => {
        const answer = await api.get('/api/messages?limit=10');
        const links = [...(answer.headers.get('link') ?? '').matchAll(/<([^>]+)>/g)].map((match) => match[1]);
        assert.notEqual(links.length, 0, 'a Link header');
        const pages = await Promise.all(
            links.map((link) => api.get(new URL(link, api.base).href.slice(api.base.length))),
        );
        const found = pages.some(
            ({ body }) => body?.messages && String(seqs(body)) === String(range(top - 19, top - 10)),
        );
        assert.ok(found, `one of ${links} leads to the ten before`);
    });

    test('refuses limits and places that make no sense', async () => {
        for (const query of [
            'limit=0',
            'limit=-1',
            'limit=x',
            'limit=',
            'limit=1.5',
            'limit=1000000',
            'before=x',
            'after=-1',
            'before=99999999999999999999999',
        ]) {
            assertProblem(await api.get(`/api/messages?${query}`), 422);
        }
        assert.deepEqual(seqs(await page('limit=1')), [top]);
    });

    test('a room that does not exist is answered 404', async () => {
        assertProblem(await api.get('/api/messages?room=no-such-room'), 404, 'room_not_found');
        const hostile = await api.get('/api/messages?room=%00%ff..%2f');
        assert.ok([400, 404, 422].includes(hostile.status), hostile.text);
    });

    test('gives the same on both ports', async () => {
        const direct = await new Api(server.url('api')).get('/api/messages?limit=20');
        assert.deepEqual(direct.body, await page('limit=20'));
    });
});
