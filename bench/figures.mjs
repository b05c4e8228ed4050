// figures.mjs [--quick] [--json] ROOST BASELINE: measures what a connection, a delivery, a request, a durable message
// and a start cost on this machine, beside the targets; script/bench runs it. ROOST is the executable, BASELINE the
// directory of the bare programs. A whole run writes docs/BENCHMARKS.md, a quick one only tells.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { documents } from './document.mjs';
import { commands } from './programs.mjs';
import * as rows from './rows.mjs';
import { targetRows } from './targets.mjs';

const docs = join(import.meta.dirname, '../docs');

const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean' }, quick: { type: 'boolean' } },
    allowPositionals: true,
});
if (positionals.length !== 2) throw new Error('usage: figures.mjs [--quick] [--json] ROOST BASELINE');
const [roost, baseline] = positionals;
const set = rows.settings({ roost, baseline }, values.quick);

function git(...args) {
    return execFileSync('git', args, { cwd: docs, encoding: 'utf8' }).trim();
}

function commit() {
    try {
        return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '../src') ? ', with changes' : '');
    } catch {
        return 'unknown'; // no repository
    }
}

// The commands of runs in which `roost bench` had hardly any processor time left, with the most it used in one of them.
function bottlenecks(value, found = new Map()) {
    if (value?.bench?.is_bottleneck)
        found.set(value.command, Math.max(found.get(value.command) ?? 0, value.bench.cpu_share));
    else if (value && typeof value === 'object') Object.values(value).forEach((part) => bottlenecks(part, found));
    return found;
}

const begun = performance.now();
const figures = { load_average: [loadavg()[0]] };
const parts = {
    fan_out: rows.fanOut,
    large_fan_out: rows.largeFanOut,
    rooms: rows.rooms,
    latency: rows.latency,
    connections: rows.connections,
    rest: rows.rest,
    persisted: rows.persisted,
    start_ms: rows.starts,
};
for (const [name, measure] of Object.entries(parts)) {
    const before = performance.now();
    figures[name] = await measure(set);
    figures.load_average.push(loadavg()[0]);
    process.stderr.write(`== ${name}: ${((performance.now() - before) / 1000).toFixed(0)} s\n`);
}
figures.machine = {
    processor: cpus()[0].model.trim(),
    processors: cpus().length,
    kernel: `Linux ${release()}`,
    commit: commit(),
    when: new Date().toISOString().slice(0, 10),
    seconds: (performance.now() - begun) / 1000,
};
figures.bottlenecks = Object.fromEntries(bottlenecks(figures));

const table = targetRows(figures);
if (!values.quick) {
    for (const [path, text] of Object.entries(documents(figures, table, commands))) {
        mkdirSync(dirname(join(docs, path)), { recursive: true });
        writeFileSync(join(docs, path), text);
    }
}
if (values.json) {
    console.log(JSON.stringify({ ...figures, targets: table, commands }, null, 2));
} else {
    const line = ({ work, measured, target, met }) =>
        [work.padEnd(72), measured.padEnd(64), target.padEnd(12), met ? 'met' : 'NOT MET'].join(' ');
    console.log(table.map(line).join('\n'));
    for (const [command, share] of Object.entries(figures.bottlenecks))
        console.log(`${Math.round(share * 100)} % of its core used the load generator itself: ${command}`);
}
process.exit(0);
