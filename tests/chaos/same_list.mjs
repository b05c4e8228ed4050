// Where two lists of states by seq and changed_seq differ first: what was told, and what is right.
export function* sameList(told, right, what) {
    const text = (state) => (state ? `${state.seq} as changed at ${state.changed_seq}` : 'nothing more');
    for (let at = 0; at < Math.max(told.length, right.length); at += 1) {
        if (text(told[at]) === text(right[at])) continue;
        return yield `${what} has ${text(told[at])} where the log has ${text(right[at])}`;
    }
}
