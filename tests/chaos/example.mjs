// A small run that kept every promise, for the tests of the judge to plant faults in.

export const time = (place) => `2026-01-01T00:00:00.${String(place).padStart(6, '0')}Z`;

// A room as it was filled: each step is [what, poster's number] in the order of the counter, and gives a row; `states`
// holds what the message was at each place.
export function fill(steps) {
    const [rows, stories, states] = [[], new Map(), new Map()];
    steps.forEach(([what, client_id], index) => {
        const seq = index + 1;
        const at = { changed_seq: seq, updated_at: time(seq) };
        if (what === 'post') {
            const story = { room: 'den', client_id, sent: [`said by ${client_id}`], acknowledged: [] };
            const born = {
                id: `7-${seq}`,
                seq,
                content: story.sent[0],
                author: 1,
                inserted_at: time(seq),
                deleted: false,
            };
            rows.push({ ...born, ...at, client_id, target_seq: null });
            stories.set(client_id, story);
        } else {
            const [row, story] = [rows.find((r) => r.client_id === client_id), stories.get(client_id)];
            if (what === 'edit') story.sent.push(`${story.sent[0]}, revision ${story.sent.length}`);
            else story.deletion = 'acknowledged';
            Object.assign(row, {
                ...at,
                content: what === 'edit' ? story.sent.at(-1) : '',
                deleted: what === 'delete',
            });
            rows.push({ seq, changed_seq: seq, target_seq: row.seq });
        }
        const { client_id: _, target_seq: __, ...state } = rows.find((r) => r.client_id === client_id);
        states.set(seq, { ...state });
        if (what !== 'delete') stories.get(client_id).acknowledged.push({ ...state });
    });
    return { rows, stories: [...stories.values()], states };
}

// Two posters, and subscribers who have seen the log in every way. Nothing is shared between two of them.
export function rightRun() {
    const { rows, stories, states } = fill([
        ['post', 'ann-1'],
        ['post', 'bob-1'],
        ['edit', 'ann-1'],
        ['post', 'ann-2'],
        ['delete', 'bob-1'],
        ['edit', 'ann-1'],
        ['post', 'bob-2'],
    ]);
    const at = (...places) => places.map((place) => ({ ...states.get(place) }));
    const event = { 3: 'message_updated', 5: 'message_deleted', 6: 'message_updated' };
    const live = (...places) =>
        places.map((place) => ({ kind: 'live', event: event[place] ?? 'new_message', state: at(place)[0] }));
    const history = (seq, ...places) => ({ kind: 'history', seq, messages: at(...places) });
    const resumed = (since, seq, ...places) => ({
        kind: 'resumed',
        since,
        seq,
        complete: true,
        messages: at(...places),
    });
    const told = {
        steady: [history(2, 1, 2), ...live(3, 4, 5, 6, 7)],
        resumer: [history(1, 1), ...live(2), resumed(2, 6, 4, 5, 6), ...live(7), resumed(7, 7)],
        late: [history(6, 6, 5, 4), ...live(7)],
        forgetful: [history(1, 1), history(7, 6, 5, 4, 7)],
    };
    const subscribers = Object.entries(told).map(([name, steps]) => ({
        name,
        room: 'den',
        steps: steps.map((step, second) => ({ second, ...step })),
    }));
    const reads = [
        { second: 0, told: 2, seq: 2, messages: at(1, 2) },
        { second: 1, told: 4, seq: 6, messages: at(6, 5, 4) },
    ];
    const readers = [{ name: 'ann', room: 'den', reads }];
    return structuredClone({ logs: new Map([['den', rows]]), stories, readers, subscribers });
}

export const rowsOf = (run) => run.logs.get('den');
export const storyOf = (run, id) => run.stories.find(({ client_id }) => client_id === id);
export const stepsOf = (run, name) => run.subscribers.find((s) => s.name === name).steps;
export const readsOf = (run) => run.readers[0].reads;
