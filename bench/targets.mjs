// What was measured beside what is wanted: one row for each target.
import { median } from './rows.mjs';

const us = (value) => (value < 1000 ? `${value.toFixed(0)} µs` : `${(value / 1000).toFixed(1)} ms`);
const rate = (value) => (value < 1e6 ? `${(value / 1e3).toFixed(value < 1e5 ? 1 : 0)} k` : `${(value / 1e6).toFixed(2)} M`);
const bytes = (value) => value.toFixed(0);
const cpuUs = (figures) => 1e6 / figures.rates.requests_per_server_cpu_s;

const atLeast = (value, limit) => ({ target: `≥ ${rate(limit)}`, met: value >= limit });
const atMost = (value, limit, text) => ({ target: `≤ ${text}`, met: value <= limit });

// A fan-out whose target is a ratio to the bare program of the same run.
const ratioRow = (work, { per_cpu_second: ours, bare_per_cpu_second: bare, cpu_ratio: ratio }, limit, loop) => ({
    work,
    measured: `${rate(ours)}: ${ratio.toFixed(2)} × the CPU of \`${loop}\` (${rate(bare)})`,
    ...atMost(ratio, limit, `${limit.toFixed(2)} ×`),
});
const rateRow = (work, { per_cpu_second: ours, bare_per_cpu_second: bare }, limit, loop) => ({
    work,
    measured: `${rate(ours)} (\`${loop}\`: ${rate(bare)})`,
    ...atLeast(ours, limit),
});

function fanOutRows({ fan_out, large_fan_out, rooms, latency }) {
    const { p50_us: p50, p99_us: p99 } = latency.ours.latency.delivery;
    const bare = latency.bare.latency.delivery;
    return [
        ratioRow('1,000 subscribers, 1 in flight: deliveries per CPU-s', fan_out.one, 1.1, 'send_loop'),
        rateRow('the same, 16 in flight', fan_out.sixteen, 1.3e6, 'gathered_loop'),
        rateRow('the same, 10 publishers, 1 in flight each', fan_out.ten, 0.9e6, 'gathered_loop'),
        ratioRow('10,000 subscribers, 1 in flight', large_fan_out, 1.1, 'send_loop'),
        ratioRow('1,000 rooms of 10, 1 in flight each', rooms.one, 1.2, 'rooms_loop'),
        rateRow('1,000 rooms of 10, 16 in flight each', rooms.sixteen, 500e3, 'rooms_loop'),
        {
            work: '31 messages/s to 1,000: delivered after, p50 / p99',
            measured: `${us(p50)} / ${us(p99)} (\`send_loop\`: ${us(bare.p50_us)} / ${us(bare.p99_us)})`,
            target: '≤ 4 / 9 ms',
            met: p50 <= 4000 && p99 <= 9000,
        },
    ];
}

function connectionRows({ connections }) {
    const many = connections.find((figures) => figures.connections === 10_000);
    const joins = many.rates.connections_per_server_cpu_s;
    return [
        {
            work: 'connect, authenticate and join, 10,000 times, per CPU-s',
            measured: rate(joins),
            ...atLeast(joins, 10e3),
            note: '15 k in the end',
        },
        ...connections.map((figures) => {
            const { idle_own_bytes_per_connection: own, idle_resident_bytes_per_connection: resident } = figures.memory;
            return {
                work: `user memory per idle joined connection, of ${figures.connections.toLocaleString('en')}`,
                measured: `${bytes(own)} B (${bytes(resident)} B resident)`,
                ...atMost(own, 1024, '1.0 KB'),
                note: '450 B in the end',
            };
        }),
    ];
}

function requestRows({ rest }) {
    const latest = rest.latest.rates.requests_per_server_cpu_s;
    const posts = rest.posts.rates.requests_per_s;
    const forwarded = cpuUs(rest.forwarded.health);
    const inProcess = cpuUs(rest.inProcess) - cpuUs(rest.health);
    const added = { latest: cpuUs(rest.forwarded.latest), posts: cpuUs(rest.forwarded.posts) };
    return [
        {
            work: 'GET the latest 50 messages of 100 bytes, per CPU-s',
            measured: `${rate(latest)} (${Math.round(rest.latest.rates.requests_per_s).toLocaleString('en')} per second)`,
            ...atLeast(latest, 60e3),
        },
        { work: 'POST a durable message, per second', measured: rate(posts), ...atLeast(posts, 20e3) },
        {
            work: 'GET health through a separate gateway: CPU of the gateway',
            measured: us(forwarded),
            ...atMost(forwarded, 60, '60 µs'),
        },
        {
            work: 'GET health through the gateway in process: CPU added to the API alone',
            measured: `${inProcess.toFixed(1)} µs (${cpuUs(rest.inProcess).toFixed(1)} µs in all)`,
            ...atMost(inProcess, 5, '5 µs'),
        },
        {
            work: 'separate gateway, CPU added to GET 50 / to POST',
            // Of very few requests in a short run the system counts no processor time at all.
            measured: `${Number.isFinite(added.latest) ? us(added.latest) : 'too few to measure'} / ${us(added.posts)}`,
            ...atMost(Math.max(added.latest, added.posts), 75, '75 µs'),
        },
    ];
}

function durableRows({ persisted }) {
    const { p50_us: p50, p99_us: p99 } = persisted.open.latency.acknowledged;
    const reached = persisted.open.rates.acknowledged_per_s;
    return [
        { work: 'persisted, 64 publishers in as many rooms, per second', measured: rate(persisted.few), ...atLeast(persisted.few, 35e3) },
        { work: 'the same, 256 publishers', measured: rate(persisted.many), ...atLeast(persisted.many, 45e3) },
        {
            work: 'persisted at 15 k/s: acknowledged after, p50 / p99',
            measured: `${us(p50)} / ${us(p99)}, at ${rate(reached)}/s`,
            target: '≤ 2 / 8 ms',
            met: p50 <= 2000 && p99 <= 8000,
        },
    ];
}

function restRows({ connections, start_ms }) {
    const resident = connections[0].resident / 2 ** 20;
    const start = median(start_ms);
    return [
        { work: 'a server at rest, resident, without PostgreSQL', measured: `${resident.toFixed(1)} MiB`, ...atMost(resident, 20, '20 MiB') },
        { work: 'start to ready, database up and migrated', measured: `${start.toFixed(0)} ms`, ...atMost(start, 150, '150 ms') },
    ];
}

export function targetRows(figures) {
    return [fanOutRows, connectionRows, requestRows, durableRows, restRows].flatMap((rows) => rows(figures));
}
