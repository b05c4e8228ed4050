// Every operation of the OpenAPI document, on both tiers, with inputs made from its schemas: whatever is sent, the
// answer is one that the document describes; and a body is accepted exactly when an independent validator of
// JSON Schema accepts it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { valuesFor } from './support/arbitrary.mjs';
import { Api } from './support/http.mjs';
import { Contract } from './support/openapi.mjs';
import { Server } from './support/server.mjs';

const json = 'application/json';
let server;
let contract;
let tiers;
let admin;

before(async () => {
    server = await Server.start();
    tiers = [new Api(server.url('gateway')), new Api(server.url('api'))];
    contract = new Contract((await tiers[0].get('/openapi.json')).body);
    admin = (await tiers[0].login('admin@example.com', 'password123')).body;
    // What the examples speak of.
    await tiers[0].register('Ann', 'ann@example.com');
    await tiers[0].post('/api/rooms', { slug: 'den', name: 'The den' }, { token: admin.token });
});
after(() => server?.stop());

const bodySchema = (operation) => operation.requestBody?.content[json].schema;
const filled = (path, values = {}) => path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]));
const examplesOf = (operation) =>
    Object.fromEntries(
        (operation.parameters ?? []).filter((p) => p.in === 'path').map((p) => [p.name, p.example]),
    );

// With the examples of the path. `token` null: without one.
function call(api, operation, { values = examplesOf(operation), query = '', body, token } = {}) {
    const options = { headers: { 'x-request-id': 'contract-test' } };
    if (token !== null) options.token = token ?? admin.token;
    if (body !== undefined) options.json = body;
    return api.request(operation.method, filled(operation.path, values) + query, options);
}

// Places that nobody has: a valid body changes nothing there.
const nowhere = { id: '1-999999999', slug: 'no-such-room', user_id: 999_999_999 };
const nowhereOf = (operation) =>
    operation.path.startsWith('/api/users/{id}') ? { id: 999_999_999 } : nowhere;

// What the domain says of a body that is right as such.
const isDomainFault = (fault) => fault.pointer === '/current_password' && ['required', 'wrong'].includes(fault.code);

const names = [
    'register login refresh logout show_me change_me remove_me list_users show_user change_user remove_user',
    'list_messages create_message show_message edit_message delete_message',
    'list_rooms create_room show_room change_room remove_room list_members add_member remove_member mark_read',
    'show_presence health health_short health_live health_ready openapi api_openapi asyncapi',
].flatMap((line) => line.split(' '));

test('the document has the operations of the contract, and every one is served on both tiers', async () => {
    assert.deepEqual(contract.operations.map((operation) => operation.id).sort(), [...names].sort());
    for (const api of tiers) {
        for (const operation of contract.operations) {
            const answer = await api.request('OPTIONS', filled(operation.path, nowhereOf(operation)));
            assert.equal(answer.status, 204, operation.path);
            assert.ok(answer.headers.get('allow')?.includes(operation.method), operation.path);
        }
    }
});

describe('whatever is asked', () => {
    const destroys = new Set(['logout', 'remove_me']);
    for (const name of names) {
        test(`${name}: answers as documented with its examples, without a token, and from nowhere`, async () => {
            const operation = contract.operation(name);
            for (const api of tiers) {
                const body = operation.requestBody?.content[json].example;
                if (!destroys.has(name)) contract.assertAnswer(operation, await call(api, operation, { body }));
                contract.assertAnswer(operation, await call(api, operation, { body, values: nowhereOf(operation), token: null }));
                if (destroys.has(name)) continue;
                contract.assertAnswer(operation, await call(api, operation, { body, values: nowhereOf(operation) }));
                const bad = await call(api, operation, { body, token: 'no.valid.token' });
                contract.assertAnswer(operation, bad);
                assert.equal(bad.body?.code === 'unauthorized', operation.security.some((s) => 'access_token' in s), bad.text);
            }
        });

        test(`${name}: names nothing with a path that is not of its form`, async () => {
            const operation = contract.operation(name);
            if (!operation.path.includes('{')) return;
            const [known] = Object.keys(examplesOf(operation));
            for (const odd of ['0', '-1', 'A%20b', 'x'.repeat(65), '9'.repeat(30), '1-', '%F0%9F%98%80', '..;']) {
                const values = { ...examplesOf(operation), [known]: decodeURIComponent(odd) };
                const body = operation.requestBody?.content[json].example;
                const answer = await call(tiers[0], operation, { values, body });
                contract.assertAnswer(operation, answer);
                assert.equal(answer.status, 404, `${odd}: ${answer.text}`);
            }
        });

        test(`${name}: refuses what is no JSON, another type, another form of answer`, async () => {
            const operation = contract.operation(name);
            const where = filled(operation.path, nowhereOf(operation));
            const options = { token: destroys.has(name) ? 'no.valid.token' : admin.token };
            const picky = await tiers[0].request(operation.method, where, { ...options, headers: { accept: 'text/html' } });
            if (!operation.tags.includes('Documents') && !operation.tags.includes('Health')) {
                contract.assertAnswer(operation, picky);
                assert.equal(picky.status, 406, picky.text);
            }
            if (bodySchema(operation) === undefined) return;
            for (const [body, type, status] of [
                ['{"a":', json, 400],
                ['\ud800'.repeat(2), json, 400],
                ['[', json, 400],
                ['[['.repeat(40), json, 400],
                ['{}', 'text/plain', 415],
                ['a=b', 'application/x-www-form-urlencoded', 415],
            ]) {
                const answer = await tiers[0].request(operation.method, where, { ...options, body, headers: { 'content-type': type } });
                contract.assertAnswer(operation, answer);
                assert.equal(answer.status, status, answer.text);
            }
        });
    }
});

describe('a body is accepted exactly when a validator of JSON Schema accepts it', () => {
    for (const name of names) {
        test(name, async (t) => {
            const operation = contract.operation(name);
            const schema = bodySchema(operation);
            if (schema === undefined) return t.diagnostic('takes no body');
            let accepted = 0;
            let refused = 0;
            const property = fc.asyncProperty(valuesFor(contract, schema), fc.constantFrom(...tiers), async (body, api) => {
                const answer = await call(api, operation, { body, values: nowhereOf(operation) });
                contract.assertAnswer(operation, answer);
                const faults = (answer.body?.errors ?? []).filter((fault) => !isDomainFault(fault));
                const fits = contract.faultsOf(schema, body);
                assert.equal(answer.status === 422 && faults.length > 0, fits !== undefined, `${answer.text} / ${fits}`);
                if (fits === undefined) accepted += 1;
                else refused += 1;
            });
            await fc.assert(property, { numRuns: 120, endOnFailure: false });
            assert.ok(accepted > 0 && refused > 0, `accepted ${accepted}, refused ${refused}: not both were tried`);
        });
    }
});

describe('query parameters', () => {
    for (const name of ['list_users', 'list_messages', 'list_rooms', 'list_members']) {
        test(`of ${name} are accepted exactly when their schemas are satisfied`, async () => {
            const operation = contract.operation(name);
            const parameters = operation.parameters.filter((p) => p.in === 'query');
            const one = fc.constantFrom(...parameters).chain((p) => valuesFor(contract, p.schema).map((value) => [p, value]));
            const property = fc.asyncProperty(one, fc.constantFrom(...tiers), async ([parameter, value], api) => {
                const text = typeof value === 'string' ? value : JSON.stringify(value);
                const query = `?${parameter.name}=${encodeURIComponent(text)}`;
                const answer = await call(api, operation, { query });
                contract.assertAnswer(operation, answer);
                const { type } = contract.resolve(parameter.schema);
                const read = type === 'integer' ? (/^-?\d+$/.test(text) ? Number(text) : text) : text;
                // NUL and the like have no place in a URL: refused before anything is looked at.
                if (text.includes('\u0000')) return assert.equal(answer.status, 400, answer.text);
                const fits = contract.faultsOf(parameter.schema, read) === undefined;
                assert.equal(answer.status !== 422, fits, `${query} → ${answer.text}`);
            });
            await fc.assert(property, { numRuns: 120 });
            contract.assertAnswer(operation, await call(tiers[0], operation, { query: '?nonsense=1' }));
            assert.equal((await call(tiers[0], operation, { query: '?nonsense=1' })).status, 422);
        });
    }
});
