// What is measured, row by row of the targets. Each function gives the figures of its rows; `set` is the programs' paths
// and how long everything takes.
import { join } from 'node:path';
import { temporaryDirectory } from '../tests/node/support/server.mjs';
import { Baseline, Gateway, load, Server } from './programs.mjs';

const login = ['--login', 'demo@example.com', '--password', 'password123'];
const room = ['--join-payload', '{"presence":false}'];

export function median(numbers) {
    const sorted = numbers.toSorted((a, b) => a - b);
    return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
const perCpuSecond = (figures) => figures.rates.deliveries_per_server_cpu_s;

// A set with a data directory of its own.
export function settings(programs, isQuick) {
    return {
        ...programs,
        isQuick,
        dataDir: join(temporaryDirectory(), 'd'),
        rounds: isQuick ? 1 : 3,
        time: ['--seconds', isQuick ? 1.5 : 2, '--warmup', 0.5],
        idleSeconds: isQuick ? 2 : 20,
        connections: isQuick ? [1000, 10_000] : [1000, 10_000, 19_000],
    };
}

// A fresh server; ended when `measure` has its figures.
async function withServer(set, how, measure) {
    const server = await Server.start(set, how);
    const url = ['--url', `ws://127.0.0.1:${server.port}/socket/websocket`, ...login, '--pid', server.pid];
    const channels = (mode, ...args) => load(set.roost, mode, ...url, ...args);
    const http = (path, ...args) =>
        load(set.roost, 'http', '--url', `http://127.0.0.1:${server.port}${path}`, '--pid', server.pid, ...args);
    try {
        return await measure({ server, channels, http });
    } finally {
        await server.stop();
    }
}

// A bare program under the same load.
async function bare(set, [program, ...args], mode, ...loadArgs) {
    const loop = await Baseline.start(join(set.baseline, program), ...args);
    const url = ['--url', `ws://127.0.0.1:${loop.port}/`, '--pid', loop.pid, '--bare'];
    const figures = await load(set.roost, mode, ...url, '--frame-bytes', args.at(-1), ...loadArgs);
    await loop.stop();
    return figures;
}

// In turns, bare and ours: a machine that becomes slower becomes slower for both.
async function inTurns(rounds, runs) {
    const results = runs.map(() => []);
    for (let round = 0; round < rounds; ++round)
        for (const [i, run] of runs.entries()) results[i].push(await run());
    return results;
}

function comparison(ours, theirs) {
    const rates = { ours: ours.map(perCpuSecond), bare: theirs.map(perCpuSecond) };
    return {
        per_cpu_second: median(rates.ours),
        bare_per_cpu_second: median(rates.bare),
        cpu_ratio: median(rates.ours.map((rate, i) => rates.bare[i] / rate)),
        latency: median(ours.map(({ latency }) => latency.complete.p50_us)),
        command: ours[0].command,
        bench_share: median(ours.map(({ bench }) => bench.cpu_share)),
        runs: { ours, bare: theirs },
    };
}

// Something of the kind that is measured, to see how long its frames are.
const broadcast = (channels) => channels('fanout', ...room, '--subscribers', 2, '--seconds', 0.1);

export function fanOut(set) {
    return withServer(set, {}, async ({ channels }) => {
        const members = ['--subscribers', 1000, ...set.time];
        const ours = (...loop) => channels('fanout', ...room, ...members, ...loop);
        const { frame_bytes: bytes } = await broadcast(channels);
        const [one, bareOne, sixteen, gathered, ten, bareTen] = await inTurns(set.rounds, [
            () => ours(),
            () => bare(set, ['send_loop', 1000, bytes], 'fanout', ...members),
            () => ours('--window', 16),
            () => bare(set, ['gathered_loop', 1000, bytes], 'fanout', ...members, '--window', 16),
            () => ours('--publishers', 10),
            () => bare(set, ['gathered_loop', 1000, bytes], 'fanout', ...members, '--publishers', 10),
        ]);
        return {
            frame_bytes: bytes,
            one: comparison(one, bareOne),
            sixteen: comparison(sixteen, gathered),
            ten: comparison(ten, bareTen),
        };
    });
}

export function largeFanOut(set) {
    return withServer(set, {}, async ({ channels }) => {
        const members = ['--subscribers', 10_000, ...set.time];
        const ours = () => channels('fanout', ...room, ...members);
        const { frame_bytes: bytes } = await broadcast(channels);
        const rounds = Math.min(set.rounds, 2);
        const [mine, loop] = await inTurns(rounds, [
            ours,
            () => bare(set, ['send_loop', 10_000, bytes], 'fanout', ...members),
        ]);
        return comparison(mine, loop);
    });
}

export function rooms(set) {
    return withServer(set, {}, async ({ channels }) => {
        const shape = ['--rooms', 1000, '--members', 10, ...set.time];
        const ours = (...loop) => channels('rooms', ...room, '--create-rooms', ...shape, ...loop);
        const small = ['--rooms', 2, '--members', 2, '--seconds', 0.1, '--create-rooms'];
        const { frame_bytes: bytes } = await channels('rooms', ...room, ...small);
        const loop = ['rooms_loop', 1000, 10, bytes];
        const [one, bareOne, sixteen, bareSixteen] = await inTurns(Math.min(set.rounds, 2), [
            () => ours(),
            () => bare(set, loop, 'rooms', ...shape),
            () => ours('--window', 16),
            () => bare(set, loop, 'rooms', ...shape, '--window', 16),
        ]);
        return { one: comparison(one, bareOne), sixteen: comparison(sixteen, bareSixteen) };
    });
}

export function latency(set) {
    return withServer(set, {}, async ({ channels }) => {
        const { frame_bytes: bytes } = await broadcast(channels);
        const open = ['--subscribers', 1000, '--rate', 31, '--seconds', set.isQuick ? 3 : 8, '--warmup', 0.5];
        return {
            ours: await channels('fanout', ...room, ...open),
            bare: await bare(set, ['send_loop', 1000, bytes], 'fanout', ...open),
        };
    });
}

// From a fresh server each: what it has grown by.
export async function connections(set) {
    const figures = [];
    for (const count of set.connections) {
        const idle = ['--idle', set.idleSeconds];
        const measure = async ({ server, channels }) => {
            const resident = server.residentBytes;
            return { resident, ...(await channels('connect', ...room, '--connections', count, ...idle)) };
        };
        figures.push(await withServer(set, {}, measure));
    }
    return figures;
}

const json = ['--header', 'content-type: application/json'];

export function rest(set) {
    return withServer(set, { postgresIsFree: true }, async ({ server, http }) => {
        const time = [...set.time, '--connections', 32];
        // The newest 50 are of 100 bytes.
        const content = JSON.stringify({ content: `{n}${'.'.repeat(91)}` });
        const post = [...login, ...json, '--body', content];
        const posts = await http('/api/messages', ...post, ...set.time, '--connections', 64);
        const latest = await http('/api/messages?limit=50', ...time);
        const health = await http('/api/health', ...time);
        const through = (port, pid, path, ...args) =>
            load(set.roost, 'http', '--url', `http://127.0.0.1:${port}${path}`, '--pid', pid, ...args);
        const inProcess = await through(server.gatewayPort, server.pid, '/api/health', ...time);
        const gateway = await Gateway.start(set, server);
        const forwarded = {
            health: await through(gateway.port, gateway.pid, '/api/health', ...time),
            latest: await through(gateway.port, gateway.pid, '/api/messages?limit=50', ...time),
            posts: await through(gateway.port, gateway.pid, '/api/messages', ...post, ...time),
        };
        await gateway.stop();
        return { posts, latest, health, inProcess, forwarded };
    });
}

export function persisted(set) {
    return withServer(set, { postgresIsFree: true }, async ({ channels }) => {
        const publishers = (count, ...args) =>
            channels('persist', '--create-rooms', '--rooms', count, '--publishers', count, ...args);
        const [few, many] = await inTurns(set.rounds, [
            () => publishers(64, ...set.time),
            () => publishers(256, ...set.time),
        ]);
        const seconds = ['--seconds', set.isQuick ? 2 : 5, '--warmup', 1];
        const open = await publishers(64, '--rate', 15_000, ...seconds);
        const rate = (runs) => median(runs.map((run) => run.rates.acknowledged_per_s));
        return { few: rate(few), many: rate(many), open, runs: { few, many } };
    });
}

// Of the data directory that is there by now, on all processors.
export async function starts(set) {
    const times = [];
    for (let i = 0; i < (set.isQuick ? 3 : 7); ++i) {
        const server = await Server.start(set, { processors: '' });
        times.push(server.startMs);
        await server.stop();
    }
    return times;
}
