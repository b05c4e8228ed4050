// The log of a room as PostgreSQL has it, for looking things up: what stood where at any time.
export class RoomLog {
    #changes = new Map(); // of each message, by its seq: the places of all its changes, its birth first
    #births = [];
    #byPlace = new Map();

    // As log.mjs reads them.
    constructor(rows) {
        this.rows = rows;
        for (const row of rows) {
            this.#byPlace.set(row.seq, row);
            if (row.target_seq === null) {
                this.#births.push(row.seq);
                this.#changes.set(row.seq, [row.seq]);
            } else {
                this.#changes.get(row.target_seq)?.push(row.seq);
            }
        }
    }

    // For people: what stands at a place.
    describe(place) {
        const row = this.at(place);
        if (!row) return 'nothing';
        const { seq, client_id } = this.messageAt(place) ?? {};
        return row.target_seq === null
            ? `${client_id} was posted`
            : `${client_id}, posted at ${seq}, was changed`;
    }

    get counter() {
        return this.rows.at(-1)?.seq ?? 0;
    }

    at(place) {
        return this.#byPlace.get(place);
    }

    // The messages, each as it is now.
    get messages() {
        return this.rows.filter((row) => row.target_seq === null);
    }

    // The message that was made or changed at this place.
    messageAt(place) {
        const row = this.at(place);
        return row && this.at(row.target_seq ?? row.seq);
    }

    changesOf(seq) {
        return this.#changes.get(seq) ?? [];
    }

    // Where the message was changed last when the counter stood at `counter`.
    #latestChange(seq, counter) {
        return this.changesOf(seq).findLast((place) => place <= counter);
    }

    // The newest messages at a time: {seq, changed_seq} in the order of seq.
    newest(counter, count) {
        let end = this.#births.length;
        while (end > 0 && this.#births[end - 1] > counter) end -= 1;
        const newest = this.#births.slice(Math.max(0, end - count), end);
        return newest.map((seq) => ({ seq, changed_seq: this.#latestChange(seq, counter) }));
    }

    // The messages changed behind `since`, each at its latest change up to `counter`: {seq, changed_seq} by changed_seq.
    changedSince(since, counter) {
        const latest = new Map();
        for (let place = since + 1; place <= counter; place += 1) {
            const message = this.messageAt(place);
            if (message) latest.set(message.seq, place);
        }
        return [...latest]
            .map(([seq, changed_seq]) => ({ seq, changed_seq }))
            .sort((a, b) => a.changed_seq - b.changed_seq);
    }
}
