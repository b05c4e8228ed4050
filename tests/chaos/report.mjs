// What a run tells: its summary, and after a failure the faults in their order and the first contradictions.
const shown = 10; // contradictions of each promise

const sum = (list, member) => list.reduce((total, item) => total + item[member], 0);

export function summary({ options, stage, posters, subscribers, strikes, rows, incomplete, seconds }) {
    const settings = Object.entries(stage.settings).map(([name, value]) => `${name}=${value}`);
    const posted = posters.flatMap(({ stories }) => stories).length;
    const pages = posters.flatMap(({ reads }) => reads).length;
    const kinds = Map.groupBy(strikes, ({ kind }) => kind);
    const [worst] = strikes.toSorted((a, b) => b.silenceMs - a.silenceMs);
    return [
        `seed ${options.seed}, ${seconds.toFixed(0)} s, ${settings.join(' ')}`,
        `${posters.length} posters: ${posted} messages, ${sum(posters, 'acknowledged')} acknowledgements, ` +
            `${sum(posters, 'retries')} attempts that were repeated, ${pages} pages read`,
        `${subscribers.length} subscribers: ${sum(subscribers, 'changes')} changes seen live, ` +
            `${sum(subscribers, 'reconnects')} reconnects, ${sum(subscribers, 'plainJoins')} plain joins, ` +
            `${sum(subscribers, 'resumes')} resumes (${incomplete} of them incomplete)`,
        `${rows} rows in the logs`,
        `${strikes.length} faults:`,
        ...[...kinds].map(([kind, of]) => `  ${of.length} × ${kind}`),
        `longest time without an acknowledgement: ${((worst?.silenceMs ?? 0) / 1000).toFixed(1)} s (${worst?.kind})`,
    ].join('\n');
}

export function failure({ timeline, contradictions, options }) {
    const events = timeline.map(({ second, text }) => `  ${second.toFixed(2).padStart(8)} s  ${text}`);
    const found = [...Map.groupBy(contradictions, ({ promise }) => promise)].flatMap(([promise, of]) => [
        `${of.length} against "${promise}":`,
        ...of.slice(0, shown).map(({ text }) => `  ${text}`),
        ...(of.length > shown ? [`  and ${of.length - shown} more`] : []),
    ]);
    const replay = `replay with --seed ${options.seed}; --keep keeps the data directory and the logs`;
    return ['what happened:', ...events, ...found, replay].join('\n');
}
