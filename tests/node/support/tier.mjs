// A tier as a process of its own, `roost api` or `roost gateway`, on a free port; and an HTTP server that stands
// in for the API behind a gateway.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { assertSanitizersSilent, binary, freePorts } from './server.mjs';
import { until, within } from './wait.mjs';

export const secret = 'Yx0c2kq9VbTn4Jr7WmZs1Ld6PfHg3Ea8Qu5Io';

const children = new Set();
process.on('exit', () => {
    for (const child of children) child.kill('SIGKILL');
});

// The DATABASE_URL of the private PostgreSQL of a running server.
export function databaseUrl(server) {
    const lines = readFileSync(join(server.dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n');
    return `postgres://roost@/roost?host=${encodeURIComponent(lines[4])}`;
}

// The environment that a tier needs besides its port.
export function tierEnvironment(extra = {}) {
    const kept = Object.entries(process.env).filter(([name]) => !/^(ROOST_|PG|DATABASE_URL$)/.test(name));
    return {
        ...Object.fromEntries(kept),
        ROOST_HOST: '127.0.0.1',
        ROOST_JWT_SECRET: secret,
        ROOST_DRAIN_DELAY: '0',
        ...extra,
    };
}

export class Tier {
    log = '';
    exit = null;

    // `role` is "api" or "gateway". Ready when it answers /health/live.
    static async start(role, env = {}) {
        const tier = new Tier();
        tier.role = role;
        tier.env = env;
        [tier.port] = await freePorts(1);
        await tier.restart();
        return tier;
    }

    async restart() {
        this.exit = null;
        const port = { [`ROOST_${this.role.toUpperCase()}_PORT`]: String(this.port) };
        this.child = spawn(binary(), [this.role], {
            env: tierEnvironment({ ...port, ...this.env }),
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        children.add(this.child);
        for (const stream of [this.child.stdout, this.child.stderr])
            stream.on('data', (bytes) => (this.log += bytes));
        this.exited = new Promise((resolve) => {
            this.child.once('close', (code, signal) => {
                children.delete(this.child);
                this.exit = { code, signal };
                resolve(this.exit);
            });
        });
        await until(() => this.#isAlive(), `roost ${this.role} to answer`, 60_000).catch((error) => {
            throw new Error(`${error.message}\n${this.log}`);
        });
    }

    async #isAlive() {
        if (this.exit) throw new Error(`roost ${this.role} ended (${JSON.stringify(this.exit)})`);
        const answer = await fetch(`${this.url}/health/live`, { signal: AbortSignal.timeout(5000) }).catch(
            () => null,
        );
        await answer?.arrayBuffer();
        return answer?.status === 200;
    }

    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    async kill9() {
        this.child.kill('SIGKILL');
        await within(this.exited, 'the killed tier to be gone');
    }

    // SIGTERM, and the exit it must lead to.
    async stop() {
        if (this.exit?.signal === 'SIGKILL') return;
        this.child.kill('SIGTERM');
        const exit = await within(this.exited, `roost ${this.role} to stop\n${this.log}`, 20_000);
        assert.deepEqual(exit, { code: 0, signal: null }, this.log);
        assertSanitizersSilent(this.log);
    }
}

// Answers with what it received: {method, url, headers, body}; or as `answer(request, response, body)` does.
export class Upstream {
    connections = 0;
    requests = [];

    static async start(answer) {
        const upstream = new Upstream();
        upstream.server = createServer((request, response) => {
            let body = '';
            request.on('data', (bytes) => (body += bytes));
            request.on('end', () => {
                upstream.requests.push(request);
                if (answer) return answer(request, response, body);
                const { method, url, headers } = request;
                response.setHeader('content-type', 'application/json');
                response.end(JSON.stringify({ method, url, headers, body }));
            });
        });
        upstream.server.on('connection', () => (upstream.connections += 1));
        await new Promise((done) => upstream.server.listen(0, '127.0.0.1', done));
        upstream.url = `http://127.0.0.1:${upstream.server.address().port}`;
        return upstream;
    }

    stop() {
        this.server.closeAllConnections();
        return new Promise((done) => this.server.close(done));
    }
}
