// What posters were told against the log: each acknowledged message is there, once, as it was acknowledged or as it
// was changed later; nothing is there that nobody posted.
export function* contradictionsInStories(stories, log) {
    const stored = new Map(log.messages.map((row) => [row.client_id, row]));
    for (const story of stories) {
        const row = stored.get(story.client_id);
        stored.delete(story.client_id);
        if (row) yield* story.acknowledged.flatMap((state) => [...misplaced(story, state, row, log)]);
        if (row) yield* unlikeItsEnd(story, row);
        else if (story.acknowledged.length > 0)
            yield `${story.client_id} was acknowledged at ${story.acknowledged[0].seq} and is lost`;
    }
    for (const [client_id, { seq }] of stored) yield `${client_id} at ${seq} was posted by nobody`;
}

function* misplaced({ client_id }, { id, seq, changed_seq }, row, log) {
    if (id !== row.id || seq !== row.seq)
        yield `${client_id} was acknowledged as ${id}, and is stored as ${row.id}`;
    else if (log.messageAt(changed_seq)?.seq !== seq)
        yield `${client_id} was acknowledged as changed at ${changed_seq}, where the log has something else`;
}

// An attempt that was given up may have taken effect behind what was acknowledged: then it has a later place.
function* unlikeItsEnd({ client_id, sent, acknowledged, deletion }, row) {
    const told = acknowledged.reduce((a, b) => (b.changed_seq > (a?.changed_seq ?? 0) ? b : a), undefined);
    if (told && told.changed_seq > row.changed_seq)
        yield `${client_id} was acknowledged as changed at ${told.changed_seq}, and stands at ${row.changed_seq}`;
    if (told?.changed_seq === row.changed_seq && !row.deleted && told.content !== row.content)
        yield `${client_id} was acknowledged with "${told.content}", and says "${row.content}"`;
    if (!row.deleted && !sent.includes(row.content))
        yield `${client_id} says "${row.content}", which nobody sent`;
    if (row.deleted && deletion === undefined) yield `${client_id} is deleted, which nobody asked for`;
    if (!row.deleted && deletion === 'acknowledged')
        yield `${client_id} was acknowledged as deleted, and is there`;
}
