// docs/API.md says what the contract says, and every command in it works on a fresh server with demo accounts.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Api } from './support/http.mjs';
import { binary, Server } from './support/server.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}/docs/API.md`, 'utf8');
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1].trim());
// What removes things comes last, members before their room, and the caller's own account at the very end.
const rank = (block) => (/-X DELETE/.test(block) ? 1 : 0) + (/logout/.test(block) ? 2 : 0) + (/DELETE \S*users\/me/.test(block) ? 3 : 0);
const inOrder = blocks.map((block, index) => ({ block, index })).sort((a, b) => rank(a.block) - rank(b.block) || (rank(a.block) === 1 ? b.index - a.index : a.index - b.index));

let server;
let api;

before(async () => {
    server = await Server.start();
    api = new Api(server.url('gateway'));
});
after(() => server?.stop());

test('the page is what script/api-docs writes', () => {
    const checked = spawnSync(process.execPath, [`${root}/script/api-docs.mjs`, binary(), `${root}/docs/API.md`, '--check'], { encoding: 'utf8' });
    assert.equal(checked.status, 0, checked.stderr);
});

test('the page has a command for every operation', async () => {
    const { body } = await api.get('/openapi.json');
    const operations = Object.values(body.paths).flatMap((methods) => Object.keys(methods)).length;
    assert.equal(blocks.length, operations + 1, 'and the first round');
});

describe('each command of the page succeeds', () => {
    for (const { block } of inOrder) {
        test(block.split('\n').at(-1).slice(0, 100), async () => {
            const { token, refresh_token: refreshToken } = (await api.login('admin@example.com', 'password123')).body;
            // Each curl fails on an HTTP error, and the shell with it.
            const commands = block.replaceAll('curl -s', 'curl -sS --fail-with-body').replaceAll('localhost:3000', `127.0.0.1:${server.gatewayPort}`);
            const output = execFileSync('bash', ['-euo', 'pipefail', '-c', commands], {
                encoding: 'utf8',
                env: { ...process.env, token, refresh_token: refreshToken },
            });
            if (!/DELETE|logout|-X PUT \S*(members|read)/.test(block)) assert.match(output, /^\{/m);
        });
    }
});
