// Whether an access token lets its holder in, wherever one is shown: REST and WebSocket connect, on both ports.
// Several requests at once, for each core of the server answers for itself.
import assert from 'node:assert/strict';
import { Api, assertProblem } from './http.mjs';
import { requestUpgrade, socketPath } from './raw.mjs';

const tiers = ['gateway', 'api'];
const atOnce = 3;

async function callMe(server, tier, token) {
    const calls = Array.from({ length: atOnce }, () =>
        new Api(server.url(tier)).get('/api/users/me', { token }),
    );
    return Promise.all(calls);
}

async function upgrade(server, tier, token) {
    const raw = await requestUpgrade(server.port(tier), socketPath(token));
    try {
        return await raw.response();
    } finally {
        raw.destroy();
    }
}

export async function assertAdmitted(server, token) {
    for (const tier of tiers) {
        for (const answer of await callMe(server, tier, token)) assert.equal(answer.status, 200, answer.text);
        const { status, text } = await upgrade(server, tier, token);
        assert.equal(status, 101, `connecting to the ${tier}: ${text}`);
    }
}

export async function assertShutOut(server, token) {
    for (const tier of tiers) {
        for (const answer of await callMe(server, tier, token)) assertProblem(answer, 401, 'unauthorized');
        const { status, text } = await upgrade(server, tier, token);
        assert.deepEqual({ status, text }, { status: 403, text: '' }, `connecting to the ${tier}`);
    }
}
