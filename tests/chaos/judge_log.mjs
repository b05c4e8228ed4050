// The log against itself: every value of the counter is one row, every change has its message, no post is there twice.
export function* contradictionsInLog(log) {
    yield* placesWithoutOneRow(log.rows);
    yield* changesWithoutMessage(log);
    yield* repeatedClientIds(log);
}

function* placesWithoutOneRow(rows) {
    let last = 0;
    for (const { seq } of rows) {
        if (seq === last) yield `place ${seq} is two rows`;
        else if (seq < last) yield `place ${seq} stands behind place ${last}`;
        else if (seq > last + 1) yield `no row for ${range(last + 1, seq - 1)}`;
        last = seq;
    }
}

function* changesWithoutMessage(log) {
    for (const { seq, target_seq } of log.rows)
        if (target_seq !== null && log.at(target_seq)?.target_seq !== null)
            yield `the change at ${seq} is of ${target_seq}, which is no message`;
    for (const { seq, changed_seq } of log.messages) {
        const latest = log.changesOf(seq).at(-1);
        if (changed_seq !== latest)
            yield `message ${seq} says that it was changed last at ${changed_seq}, the log says ${latest}`;
    }
}

function* repeatedClientIds(log) {
    const places = Map.groupBy(log.messages, ({ author, client_id }) => `${client_id} of user ${author}`);
    for (const [post, stored] of places)
        if (stored.length > 1)
            yield `${post} is stored ${stored.length} times, at ${stored.map(({ seq }) => seq)}`;
}

export const range = (first, last) => (first === last ? `place ${first}` : `places ${first} to ${last}`);
