// The documents that the server gives of itself are valid to those who read such documents for a living.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import SwaggerParser from '@apidevtools/swagger-parser';
import { Parser } from '@asyncapi/parser';
import { Api } from './support/http.mjs';
import { run, Server, temporaryDirectory } from './support/server.mjs';

let server;
let api;

before(async () => {
    server = await Server.start();
    api = new Api(server.url('gateway'));
});
after(() => server?.stop());

test('both tiers give the same documents, under every path, and so does the command line', async () => {
    const openapi = (await api.get('/openapi.json')).text;
    const asyncapi = (await api.get('/asyncapi.json')).text;
    for (const tier of ['gateway', 'api']) {
        const other = new Api(server.url(tier));
        assert.equal((await other.get('/openapi.json')).text, openapi);
        assert.equal((await other.get('/api/openapi')).text, openapi);
        assert.equal((await other.get('/asyncapi.json')).text, asyncapi);
    }
    const printed = await run(['openapi']);
    assert.equal(printed.code, 0, printed.stderr);
    assert.deepEqual(JSON.parse(printed.stdout), JSON.parse(openapi));
    const channels = await run(['openapi', '--asyncapi']);
    assert.deepEqual(JSON.parse(channels.stdout), JSON.parse(asyncapi));
});

test('a document that has not changed is not sent again', async () => {
    const first = await api.get('/openapi.json');
    const etag = first.headers.get('etag');
    assert.ok(etag);
    const again = await api.get('/openapi.json', { headers: { 'if-none-match': etag } });
    assert.equal(again.status, 304);
    assert.equal(again.text, '');
});

test('openapi.json is valid to @apidevtools/swagger-parser', async () => {
    const { body } = await api.get('/openapi.json');
    assert.equal(body.openapi, '3.1.0');
    await SwaggerParser.validate(structuredClone(body));
});

test('openapi.json passes redocly lint without an error or a warning', async () => {
    const file = join(temporaryDirectory(), 'openapi.json');
    writeFileSync(file, (await api.get('/openapi.json')).text);
    const redocly = fileURLToPath(new URL('node_modules/@redocly/cli/bin/cli.js', import.meta.url));
    // The project's licence is not chosen yet.
    const linted = spawnSync(process.execPath, [redocly, 'lint', '--format=json', '--skip-rule=info-license', file], {
        encoding: 'utf8',
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' },
    });
    const report = JSON.parse(linted.stdout);
    assert.deepEqual(report.problems.map((problem) => `${problem.ruleId}: ${problem.message}`), []);
    assert.deepEqual(report.totals, { errors: 0, warnings: 0, ignored: 0 });
});

test('asyncapi.json is valid to @asyncapi/parser', async () => {
    const { document, diagnostics } = await new Parser().parse((await api.get('/asyncapi.json')).text);
    const severe = diagnostics.filter((d) => d.severity < 2).map((d) => `${d.path.join('/')}: ${d.message}`);
    assert.deepEqual(severe, []);
    assert.ok(document, 'a document');
    assert.deepEqual(document.channels().all().map((channel) => channel.address()).sort(), ['messages:{slug}', 'room:{slug}']);
});

test('every operation and every parameter is described, and every body shows an example', async () => {
    const { body } = await api.get('/openapi.json');
    for (const [path, methods] of Object.entries(body.paths)) {
        for (const [method, operation] of Object.entries(methods)) {
            const what = `${method} ${path}`;
            assert.ok(operation.summary, what);
            assert.ok(Array.isArray(operation.security), `${what}: who may call it`);
            for (const parameter of operation.parameters) assert.ok(parameter.description, what);
            for (const [status, response] of Object.entries(operation.responses)) {
                if (status === 'default') continue;
                assert.ok(response.description, `${what} ${status}`);
                for (const content of Object.values(response.content ?? {}))
                    assert.ok(content.example ?? content.examples, `${what} ${status}: an example`);
            }
        }
    }
    for (const [name, schema] of Object.entries(body.components.schemas)) {
        for (const [member, described] of Object.entries(schema.properties ?? {})) {
            if (['Problem', 'Fault'].includes(name)) continue;
            assert.ok(described.description, `${name}.${member}`);
        }
    }
});
