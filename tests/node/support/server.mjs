// The program under test (ROOST_BIN), started on free ports with a data directory of its own and a private
// PostgreSQL in it. Everything it writes is kept; `stop` demands a clean exit and silent sanitizers.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until, within } from './wait.mjs';

const sanitizerReport =
    /ERROR: AddressSanitizer|runtime error:|LeakSanitizer|ThreadSanitizer|UndefinedBehaviorSanitizer/;
const startMs = 60_000;
const stopMs = 20_000;

const children = new Set();
const directories = new Set();
process.on('exit', () => {
    for (const child of children) child.kill('SIGKILL');
    for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, () => process.exit(1));

export function binary() {
    assert.ok(process.env.ROOST_BIN, 'set ROOST_BIN to the path of the roost executable');
    return process.env.ROOST_BIN;
}

// A directory that goes away with the test. Its path is short (unix sockets) and open to the system user
// that runs PostgreSQL when the tests run as root.
export function temporaryDirectory() {
    const directory = mkdtempSync(join(tmpdir(), 'rst-'));
    chmodSync(directory, 0o755);
    directories.add(directory);
    return directory;
}

// `count` different ports that nobody listens on now.
export async function freePorts(count) {
    const listeners = Array.from({ length: count }, () => createServer());
    await Promise.all(listeners.map((l) => new Promise((done) => l.listen(0, '127.0.0.1', done))));
    const ports = listeners.map((l) => l.address().port);
    await Promise.all(listeners.map((l) => new Promise((done) => l.close(done))));
    return ports;
}

// The caller's environment without what would configure the program behind the test's back. Which PostgreSQL runs
// is the caller's to say: the tests must hold on each.
export function cleanEnvironment(extra) {
    const kept = Object.entries(process.env).filter(
        ([name]) => name === 'ROOST_POSTGRES_BIN' || !/^(ROOST_|PG|DATABASE_URL$)/.test(name),
    );
    return { ...Object.fromEntries(kept), ...extra };
}

export function assertSanitizersSilent(output) {
    const found = sanitizerReport.exec(output);
    assert.equal(
        found,
        null,
        `a sanitizer reported:\n${output.slice(found?.index ?? 0, (found?.index ?? 0) + 4000)}`,
    );
}

// One run of the program: `output` grows while it lives. `exited` and `ended` resolve to {code, signal},
// `ended` when its output is complete too: a child that outlives it would hold that open.
class Run {
    stdout = '';
    stderr = '';
    exit = null;

    constructor(args, env) {
        this.child = spawn(binary(), args, { env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
        children.add(this.child);
        this.child.stdout.on('data', (bytes) => (this.stdout += bytes));
        this.child.stderr.on('data', (bytes) => (this.stderr += bytes));
        this.exited = new Promise((resolve) => {
            this.child.once('error', (error) =>
                resolve(this.#end({ code: null, signal: null, error: error.message })),
            );
            this.child.once('exit', (code, signal) => resolve(this.#end({ code, signal })));
        });
        this.ended = new Promise((resolve) => this.child.once('close', () => resolve(this.exit)));
    }

    #end(exit) {
        children.delete(this.child);
        this.exit ??= exit;
        return this.exit;
    }

    get output() {
        return this.stdout + this.stderr;
    }
}

// Runs a command to its end: {code, signal, stdout, stderr}.
export async function run(args, { env = {}, ms = startMs } = {}) {
    const started = new Run(args, env);
    try {
        const { code, signal } = await within(started.ended, `roost ${args.join(' ')} to end`, ms);
        assertSanitizersSilent(started.stderr);
        return { code, signal, stdout: started.stdout, stderr: started.stderr };
    } finally {
        started.child.kill('SIGKILL');
    }
}

export class Server {
    #past = '';
    #run = null;

    // `env` are further settings, `args` further flags; `dataDir` an existing data directory to go on with.
    static async start({ env = {}, args = ['--seed'], dataDir } = {}) {
        const server = new Server();
        [server.gatewayPort, server.apiPort] = await freePorts(2);
        server.dataDir = dataDir ?? join(temporaryDirectory(), 'd');
        server.env = { ROOST_BCRYPT_COST: '4', ...env };
        server.args = args;
        await server.#launch();
        return server;
    }

    async #launch() {
        this.#run = new Run(
            [
                'serve',
                '--data-dir',
                this.dataDir,
                '--host',
                '127.0.0.1',
                '--gateway-port',
                String(this.gatewayPort),
                '--api-port',
                String(this.apiPort),
                ...this.args,
            ],
            this.env,
        );
        await until(() => this.#isReady(), 'the server to be ready', startMs).catch((error) => {
            throw new Error(`${error.message}\n${this.log}`);
        });
    }

    async #isReady() {
        if (this.#run.exit) {
            throw new Error(`the server ended (${JSON.stringify(this.#run.exit)}) before it was ready`);
        }
        for (const port of [this.apiPort, this.gatewayPort]) {
            const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, {
                signal: AbortSignal.timeout(5000),
            }).catch(() => null);
            await answer?.arrayBuffer();
            if (answer?.status !== 200) return false;
        }
        return true;
    }

    // All that the program wrote, over all its starts.
    get log() {
        return this.#past + this.#run.output;
    }

    port(tier) {
        return { gateway: this.gatewayPort, api: this.apiPort }[tier];
    }

    url(tier = 'api') {
        return `http://127.0.0.1:${this.port(tier)}`;
    }

    // Ends it as a power cut would.
    async kill9() {
        this.#run.child.kill('SIGKILL');
        await within(this.#run.exited, 'the killed server to be gone', stopMs);
    }

    // Starts it again on the same data directory and ports.
    async restart() {
        this.#past = this.log;
        await this.#launch();
    }

    // SIGTERM, and the exit it must lead to.
    async terminate() {
        this.#run.child.kill('SIGTERM');
        const exit = await within(this.#run.exited, 'the server to stop on SIGTERM', stopMs).catch(
            (error) => {
                throw new Error(`${error.message}\n${this.log}`);
            },
        );
        assert.deepEqual(exit, { code: 0, signal: null }, `SIGTERM must end in exit code 0\n${this.log}`);
        await within(this.#run.ended, 'the children of the stopped server to be gone too', stopMs);
    }

    async stop() {
        const died = this.#run.exit;
        if (!died) await this.terminate();
        assertSanitizersSilent(this.log);
        assert.equal(died, null, `the server ended by itself\n${this.log}`);
    }
}
