// The programs of a measurement: servers, the bare programs of bench/baseline, and `roost bench`, each pinned to a
// processor.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { freePorts } from '../tests/node/support/server.mjs';
import { within } from '../tests/node/support/wait.mjs';

const canPin = cpus().length >= 2;
export const serverProcessor = '0';
export const loadProcessor = '1';

// Without the limits that keep one user from doing what a load does; one secret for both tiers.
export const serverSettings = {
    ROOST_BCRYPT_COST: '4',
    ROOST_LOG_LEVEL: 'error',
    ROOST_SOCKET_EVENT_RATE: '0',
    ROOST_USER_EVENT_RATE: '0',
    ROOST_JWT_SECRET: randomBytes(48).toString('base64'),
};

const children = new Set();
// Before the temporary directories are removed.
process.prependListener('exit', () => children.forEach((child) => child.kill('SIGKILL')));

class Program {
    output = '';

    // `processors`: as taskset takes them; empty: all.
    constructor(command, processors) {
        const pinned = canPin && processors ? ['taskset', '-c', processors, ...command] : command;
        const [file, ...args] = pinned.map(String);
        const env = { PATH: process.env.PATH, ...serverSettings };
        this.child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
        children.add(this.child);
        this.stdout = '';
        this.child.stdout.on('data', (bytes) => (this.stdout += bytes));
        for (const stream of [this.child.stdout, this.child.stderr])
            stream.on('data', (bytes) => (this.output += bytes));
        this.exited = new Promise((resolve) => this.child.once('close', resolve));
        this.exited.then(() => children.delete(this.child));
    }

    get pid() {
        return this.child.pid;
    }

    // Bytes: VmRSS is what is resident.
    get residentBytes() {
        const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
        return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) * 1024;
    }

    stop() {
        this.child.kill('SIGTERM');
        return within(this.exited, 'a program to end', 20_000);
    }
}

async function ready(program, port, begun) {
    for (;;) {
        const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null);
        await answer?.arrayBuffer();
        if (answer?.status === 200) break;
        if (program.child.exitCode !== null || performance.now() > begun + 60_000)
            throw new Error(`a server does not start\n${program.output}`);
        await new Promise((resume) => setTimeout(resume, 2));
    }
    program.startMs = performance.now() - begun;
    return program;
}

// `roost serve` with one core and its private PostgreSQL.
export class Server extends Program {
    // `postgresIsFree`: Roost is pinned, PostgreSQL may use all processors. `processors`: all of it runs there.
    static async start({ roost, dataDir }, { postgresIsFree = false, processors = serverProcessor } = {}) {
        const [gatewayPort, port] = await freePorts(2);
        const ports = ['--host', '127.0.0.1', '--gateway-port', gatewayPort, '--api-port', port];
        const command = [roost, 'serve', '--seed', '--cores', 1, '--data-dir', dataDir, ...ports];
        const begun = performance.now();
        const server = new Server(command, postgresIsFree ? '' : processors);
        Object.assign(server, { port, gatewayPort });
        await ready(server, port, begun);
        if (postgresIsFree && canPin) execFileSync('taskset', ['-acp', processors, String(server.pid)]);
        return server;
    }
}

// `roost gateway` in front of a server's API, on its processor.
export class Gateway extends Program {
    static async start({ roost }, server) {
        const [port] = await freePorts(1);
        const upstream = `http://127.0.0.1:${server.port}`;
        const command = [roost, 'gateway', '--host', '127.0.0.1', '--gateway-port', port, '--upstream', upstream];
        const gateway = new Gateway([...command, '--cores', 1], serverProcessor);
        gateway.port = port;
        return ready(gateway, port, performance.now());
    }
}

// A program of bench/baseline.
export class Baseline extends Program {
    static async start(file, ...args) {
        const program = new Baseline([file, ...args], serverProcessor);
        const announced = new Promise((resolve) => program.child.stdout.once('data', resolve));
        program.port = Number(await within(announced, 'the port of a bare program'));
        return program;
    }
}

// Everything that was run, as it could be typed, without what differs from run to run.
export const commands = [];

function remember(args) {
    const typed = ['roost', 'bench', ...args]
        .map(String)
        .map((word) => (/[ {}"]/.test(word) ? `'${word}'` : word))
        .join(' ')
        .replace(/ --(pid|login|password) \S+/g, '')
        .replace(/127\.0\.0\.1:\d+/, '127.0.0.1:4000');
    if (!commands.includes(typed)) commands.push(typed);
    return typed;
}

// One `roost bench`: its figures. Ends everything when it found a fault: a figure of a server that loses messages is
// none.
export async function load(roost, ...args) {
    const typed = remember(args);
    const program = new Program([roost, 'bench', ...args, '--json'], loadProcessor);
    const code = await within(program.exited, typed, 180_000);
    if (code !== 0) throw new Error(`${typed}\n${program.output}`);
    return { ...JSON.parse(program.stdout), command: typed };
}
