// figures.mjs [--json] ROOST SEND_LOOP: what a connection, a delivery, a durable post and a start cost,
// measured on this machine in about two minutes (script/bench runs it). Only ratios of one run carry over to
// another machine; the load average tells whether the run had the machine for itself.
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { temporaryDirectory } from '../tests/node/support/server.mjs';
import { durablePosts, fanOut, renumbered, shout } from './closed_loop.mjs';
import { members, plain } from './fleet.mjs';
import { pinLoader, SendLoop, Server } from './programs.mjs';

const subscribers = 1000;
const rounds = 3;
const runSeconds = 3; // all rounds within the server's idle limit of 60 s: subscribers send nothing
const idleSeconds = 20;

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
if (positionals.length !== 2) throw new Error('usage: figures.mjs [--json] ROOST SEND_LOOP');
const [roost, sendLoop] = positionals;
const dataDir = join(temporaryDirectory(), 'd');

// A fresh server and `count` members of the topic; both end with `measure`.
async function withMembers(count, topic, measure) {
    const server = await Server.start(roost, dataDir);
    const token = await server.login();
    const join = () => members(count, server.port, token, topic);
    const result = await measure(server, join);
    await server.stop();
    return result;
}

function measureConnections(count) {
    return withMembers(count, 'room:lobby', async (server, join) => {
        const resident = server.memory('VmRSS');
        const before = server.memory('RssAnon');
        const cpu = server.cpuSeconds;
        const connections = await join();
        const joinsPerCpuSecond = count / (server.cpuSeconds - cpu);
        const joined = server.memory('RssAnon') - before;
        await new Promise((resume) => setTimeout(resume, idleSeconds * 1000));
        const idle = server.memory('RssAnon') - before;
        connections.forEach((connection) => connection.close());
        return {
            connections: count,
            resident_at_rest: resident,
            bytes_joined: joined / count,
            bytes_idle: idle / count,
            joins_per_cpu_second: joinsPerCpuSecond,
        };
    });
}

// The bytes of one shout as the server sends it.
function capture(connections) {
    return new Promise((resolve) => {
        connections.at(-1).onFrame = (bytes, start, end) =>
            resolve(Buffer.from(bytes.subarray(start - (end - start < 126 ? 2 : 4), end)));
        connections[0].send(shout(0, 0));
    });
}

// Ours and the bare loop in turns, on the same bytes.
function measureFanOut() {
    return withMembers(subscribers, 'room:lobby', async (server, join) => {
        const ours = await join();
        const frame = await capture(ours);
        const loop = await SendLoop.start(sendLoop, subscribers, frame.length);
        const bare = await plain(subscribers, loop.port);
        const bareMessage = (publisher, number) => renumbered(frame, publisher, number);
        const runs = { bare_loop: [], one_in_flight: [], sixteen_in_flight: [], ten_publishers: [] };
        for (let round = 0; round < rounds; ++round) {
            runs.bare_loop.push(await fanOut(loop, bare, bareMessage, runSeconds));
            runs.one_in_flight.push(await fanOut(server, ours, shout, runSeconds));
            runs.sixteen_in_flight.push(await fanOut(server, ours, shout, runSeconds, { inFlight: 16 }));
            runs.ten_publishers.push(await fanOut(server, ours, shout, runSeconds, { publishers: 10 }));
        }
        for (const connection of [...ours, ...bare]) connection.close();
        await loop.stop();
        return { frame_bytes: frame.length, runs };
    });
}

function measureDurablePosts() {
    return withMembers(64, 'messages:lobby', async (server, join) => {
        const connections = await join();
        const result = await durablePosts(server, connections, runSeconds);
        connections.forEach((connection) => connection.close());
        return result;
    });
}

// Of the data directory that is there by now, on all processors.
async function measureStarts() {
    const times = [];
    for (let i = 0; i < 5; ++i) {
        const server = await Server.start(roost, dataDir, '0,1');
        times.push(server.startMs);
        await server.stop();
    }
    return times;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const thousands = (number) => `${(number / 1000).toFixed(1)} k`;

function table({ connections, fan_out, faults, durable_posts, start_ms, load_average }) {
    const { runs } = fan_out;
    const rate = (kind) => thousands(median(kind.map((run) => run.per_cpu_second)));
    const bare = runs.bare_loop.map((run) => run.per_cpu_second);
    const ratios = runs.one_in_flight.map((run, i) => bare[i] / run.per_cpu_second);
    const rows = [
        ['resident at rest, MiB', (connections[0].resident_at_rest / 2 ** 20).toFixed(1)],
        ...connections.flatMap((c) => [
            [`bytes per joined connection, ${c.connections} of them`, c.bytes_joined.toFixed()],
            [`  after ${idleSeconds} s idle`, c.bytes_idle.toFixed()],
            ['  connect + authenticate + join per CPU-s', thousands(c.joins_per_cpu_second)],
        ]),
        [`deliveries of ${fan_out.frame_bytes} B per CPU-s: bare send loop`, rate(runs.bare_loop)],
        ['  1 in flight', rate(runs.one_in_flight)],
        ['  1 in flight, CPU by that of the bare loop', `${median(ratios).toFixed(2)} x`],
        ['  16 in flight', rate(runs.sixteen_in_flight)],
        ['  10 publishers', rate(runs.ten_publishers)],
        ['  lost, repeated or late', String(faults)],
        ['durable posts/s, 64 publishers', thousands(durable_posts.acknowledged / durable_posts.seconds)],
        ['  per CPU-s of roost', thousands(durable_posts.acknowledged / durable_posts.cpu_seconds)],
        ['start to ready, ms', median(start_ms).toFixed()],
        ['load average before and after', load_average.map((l) => l.toFixed(1)).join(', ')],
    ];
    return rows.map(([what, figure]) => what.padEnd(64) + figure.padStart(10)).join('\n');
}

pinLoader();
const figures = { processors: cpus().length, load_average: [loadavg()[0]] };
figures.connections = [await measureConnections(1000), await measureConnections(10_000)];
figures.fan_out = await measureFanOut();
const allRuns = Object.values(figures.fan_out.runs).flat();
figures.faults = allRuns.reduce((sum, run) => sum + run.lost + run.repeated_or_late, 0);
figures.durable_posts = await measureDurablePosts();
figures.start_ms = await measureStarts();
figures.load_average.push(loadavg()[0]);
console.log(values.json ? JSON.stringify(figures, null, 2) : table(figures));
process.exit(figures.faults + figures.durable_posts.unanswered === 0 ? 0 : 1);
