// The programs that are measured, each pinned to a processor, and what the system says they use.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { freePorts } from '../tests/node/support/server.mjs';
import { within } from '../tests/node/support/wait.mjs';

const isPinned = cpus().length >= 2;
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']));

// The load runs on processor 1, what is measured on processor 0.
export function pinLoader() {
    if (isPinned) execFileSync('taskset', ['-acp', '1', String(process.pid)]);
}

const children = new Set();
// Before the temporary directories are removed.
process.prependListener('exit', () => children.forEach((child) => child.kill('SIGKILL')));

class Program {
    output = '';

    constructor(command, processors = '0') {
        const [file, ...args] = [...(isPinned ? ['taskset', '-c', processors] : []), ...command.map(String)];
        const env = { PATH: process.env.PATH, ROOST_BCRYPT_COST: '4', ROOST_LOG_LEVEL: 'error' };
        this.child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
        children.add(this.child);
        for (const stream of [this.child.stdout, this.child.stderr])
            stream.on('data', (bytes) => (this.output += bytes));
        this.exited = new Promise((resolve) => this.child.once('close', resolve));
        this.exited.then(() => children.delete(this.child));
    }

    // User and system time of all its threads, without its children's.
    get cpuSeconds() {
        const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
        return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    }

    // Bytes of its own memory: RssAnon is what it allocated, VmRSS adds the pages of files it has mapped.
    memory(field) {
        const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
        return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)[1]) * 1024;
    }

    stop() {
        this.child.kill('SIGTERM');
        return within(this.exited, 'a program to end', 20_000);
    }
}

// `roost serve` with one core and its private PostgreSQL.
export class Server extends Program {
    // `startMs`: until its API said that it is ready, asked every 2 ms.
    static async start(roost, dataDir, processors) {
        const [gatewayPort, port] = await freePorts(2);
        const ports = ['--host', '127.0.0.1', '--gateway-port', gatewayPort, '--api-port', port];
        const begun = performance.now();
        const serve = [roost, 'serve', '--seed', '--cores', 1, '--data-dir', dataDir, ...ports];
        const server = new Server(serve, processors);
        server.port = port;
        while ((await server.#readiness()) !== 200) {
            if (server.child.exitCode !== null || performance.now() > begun + 60_000)
                throw new Error(`the server does not start\n${server.output}`);
            await new Promise((resume) => setTimeout(resume, 2));
        }
        server.startMs = performance.now() - begun;
        return server;
    }

    async #readiness() {
        const answer = await fetch(`http://127.0.0.1:${this.port}/health/ready`).catch(() => null);
        await answer?.arrayBuffer();
        return answer?.status;
    }

    // The access token of a demo account.
    async login() {
        const answer = await fetch(`http://127.0.0.1:${this.port}/api/auth/login`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ email: 'demo@example.com', password: 'password123' }),
        });
        if (answer.status !== 200) throw new Error(`login: ${answer.status}`);
        return (await answer.json()).token;
    }
}

// bench/baseline/send_loop.cpp.
export class SendLoop extends Program {
    static async start(sendLoop, connections, bytes) {
        const loop = new SendLoop([sendLoop, connections, bytes]);
        const announced = new Promise((resolve) => loop.child.stdout.once('data', resolve));
        loop.port = Number(await within(announced, 'the port of send_loop'));
        return loop;
    }
}
