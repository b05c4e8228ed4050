// What a message was at one place of its room's log, in the members that the judge compares.
export function stateOf(message) {
    const { id, seq, changed_seq, content, user, inserted_at, updated_at } = message;
    return {
        id,
        seq,
        changed_seq,
        content,
        author: user.id,
        inserted_at,
        updated_at,
        deleted: 'deleted_at' in message,
    };
}

// The same of the event that tells of a deletion, which has no more.
export function stateOfDeletion({ message_id, seq, changed_seq }) {
    return { id: message_id, seq, changed_seq, content: '', deleted: true };
}

// The member in which two states of one place differ. What an event does not tell agrees with all.
export function difference(one, other) {
    return Object.keys(one).find((name) => name in other && one[name] !== other[name]);
}
