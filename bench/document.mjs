// docs/BENCHMARKS.md and its plots, from the figures of a run.
import { barPlot } from './plots.mjs';

const thousands = (value) => `${Math.round(value / 1000).toLocaleString('en')} k`;
const ms = (us) => `${(us / 1000).toFixed(us < 10_000 ? 2 : 1)} ms`;

const intro = `# Benchmarks

Written by \`script/bench\`; do not edit. One run on one machine: only ratios of the same run carry over to another, and
differences under 15 % are noise.`;

const method = `## How it is measured
- Roost runs with one core, pinned to processor 0, and \`roost bench\` pinned to processor 1, over the loopback. PostgreSQL is
  the private one, with fsync, on processor 0; in the rows of REST and of persisted messages it may use both, beside the
  load.
- CPU seconds are user and system time of the server's process, from \`/proc\`, without PostgreSQL's. Memory of a connection
  is what a fresh server has grown by: its own (RssAnon), or all that is resident.
- *In flight* is a closed loop: a publisher sends on when every member has its message. A rate is an open loop: latency
  counts from when a message should have been sent, however late it was.
- Fan-out is \`shout\` with a text of 64 bytes on \`room:*\`. Every run accounts for every message at every receiver; one
  that is lost, repeated or out of order ends the whole measurement without figures.
- The bare programs of \`bench/baseline\` pass on frames of the same size, with the same load generator, in turns with
  Roost: \`send_loop\` one \`send\` for each delivery, \`gathered_loop\` one \`sendmsg\` for up to 16 frames, \`rooms_loop\` one
  \`send\` for each delivery and one for a reply. The ratio is the median of the rounds' ratios.
- The server and the load keep two processors busy: a load average far above 2 says that others used them too.
- Limits of events per user are off, bcrypt's cost is 4, the log says errors only.`;

// One processor each for server and load; PostgreSQL adds a part of one.
const ownLoad = 2.5;
const disturbed = `**Others used the processors during this run: most figures are worse than they would have been. Run it again.**`;

const commandsIntro = `Of \`roost bench\`, each with \`--login\`, \`--password\` and the \`--pid\` of what it measures. A share behind a command
says that the load generator was busy for more than 85 % of its core in one of its runs: rates and latencies may then be
its own limit, figures per CPU second of the server are not.`;

function machineTable({ machine, load_average }) {
    const loads = [load_average[0], Math.max(...load_average), load_average.at(-1)];
    const rows = [
        ['Processor', `${machine.processor}, ${machine.processors} of it`],
        ['Kernel', machine.kernel],
        ['Commit', machine.commit],
        ['When', machine.when],
        ['Load average before, at most, after', loads.map((load) => load.toFixed(1)).join(', ')],
        ['Took', `${machine.seconds.toFixed(0)} s`],
    ];
    return ['| | |', '|---|---|', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

function targetTable(rows) {
    const line = ({ work, measured, target, met, note }) =>
        `| ${work} | ${measured} | ${target}${note ? `; ${note}` : ''} | ${met ? 'yes' : '**no**'} |`;
    return ['| Work | Measured | Target | Met |', '|---|---|---|---|', ...rows.map(line)].join('\n');
}

function latencyPlot({ latency, persisted }) {
    const bars = ({ p50_us, p90_us, p99_us, p999_us, max_us }) =>
        Object.entries({ p50: p50_us, p90: p90_us, p99: p99_us, 'p99.9': p999_us, max: max_us }).map(([name, value]) => ({
            name,
            value,
            text: ms(value),
        }));
    return barPlot({
        title: 'Latency from when a message should have been sent (logarithmic)',
        isLogarithmic: true,
        groups: [
            { label: '31 messages/s to 1,000', bars: bars(latency.ours.latency.delivery) },
            { label: 'the same, send_loop', bars: bars(latency.bare.latency.delivery) },
            { label: '15,000 persisted/s, acknowledged', bars: bars(persisted.open.latency.acknowledged) },
        ],
    });
}

function memoryPlot({ connections }) {
    return barPlot({
        title: 'Bytes of the server per idle joined connection',
        groups: connections.map(({ connections: count, memory }) => ({
            label: `${count.toLocaleString('en')} connections`,
            bars: [
                ['its own', memory.idle_own_bytes_per_connection],
                ['all that is resident', memory.idle_resident_bytes_per_connection],
            ].map(([name, value]) => ({ name, value: Math.max(value, 0), text: `${value.toFixed(0)} B` })),
        })),
    });
}

function deliveriesPlot({ fan_out, large_fan_out, rooms }) {
    const groups = {
        '1,000 subscribers, 1 in flight': fan_out.one,
        '1,000 subscribers, 16 in flight': fan_out.sixteen,
        '1,000 subscribers, 10 publishers': fan_out.ten,
        '10,000 subscribers, 1 in flight': large_fan_out,
        '1,000 rooms of 10, 1 in flight': rooms.one,
        '1,000 rooms of 10, 16 in flight': rooms.sixteen,
    };
    return barPlot({
        title: 'Deliveries per CPU second of the server',
        groups: Object.entries(groups).map(([label, { per_cpu_second, bare_per_cpu_second }]) => ({
            label,
            bars: [
                { name: 'Roost', value: per_cpu_second, text: thousands(per_cpu_second) },
                { name: 'bare program', value: bare_per_cpu_second, text: thousands(bare_per_cpu_second) },
            ],
        })),
    });
}

// {path under docs/: text}
export function documents(figures, rows, commands) {
    const plots = {
        deliveries: ['Deliveries per CPU second beside the bare programs', deliveriesPlot(figures)],
        latency: ['Latency percentiles', latencyPlot(figures)],
        memory: ['Bytes per connection', memoryPlot(figures)],
    };
    const images = Object.entries(plots).map(([name, [alt]]) => `![${alt}](benchmarks/${name}.svg)`);
    const line = (command) => {
        const share = figures.bottlenecks[command];
        return share ? `${command}  # bench: ${Math.round(share * 100)} %` : command;
    };
    const missed = rows.filter(({ met }) => !met).length;
    const page = [
        intro,
        machineTable(figures),
        ...(Math.max(...figures.load_average) > ownLoad ? [disturbed] : []),
        `## Beside the targets\n${rows.length - missed} of ${rows.length} are met.\n\n${targetTable(rows)}`,
        ...images,
        method,
        `## Commands\n${commandsIntro}\n\n\`\`\`sh\n${commands.map(line).join('\n')}\n\`\`\``,
    ];
    return {
        'BENCHMARKS.md': page.join('\n\n') + '\n',
        ...Object.fromEntries(Object.entries(plots).map(([name, [, svg]]) => [`benchmarks/${name}.svg`, svg])),
    };
}
