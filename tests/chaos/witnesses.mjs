// Everybody who was told what a message was at some place of its room's log, answers and events alike, was told the
// same; and each revision took effect at one place only.
import { difference } from './states.mjs';

export class Witnesses {
    #first = new Map(); // by place: {who, state}
    #places = new Map(); // by content: the place at which it took effect
    contradictions = [];

    // `sent`: by the seq of each message, the contents that its poster sent at some time.
    constructor(log, sent) {
        this.log = log;
        this.sent = sent;
        for (const row of log.messages)
            this.hear('the log', { ...row, content: row.deleted ? '' : row.content });
    }

    hear(who, state) {
        const { changed_seq: place, seq, content } = state;
        const first = this.#first.get(place);
        const member = first && difference(first.state, state);
        if (member)
            this.#add(
                `${place} has ${member} "${state[member]}" for ${who}, "${first.state[member]}" for ${first.who}`,
            );
        if (first) return;
        this.#first.set(place, { who, state });
        if (this.log.messageAt(place)?.seq !== seq)
            return this.#add(
                `${who} was told that message ${seq} changed at ${place}, where the log has something else`,
            );
        if (!state.deleted) this.#hearContent(who, place, seq, content);
    }

    #hearContent(who, place, seq, content) {
        if (!this.sent.get(seq)?.includes(content))
            this.#add(`${who} was told "${content}" of ${seq} at ${place}, which nobody sent`);
        const earlier = this.#places.get(content);
        if (earlier !== undefined)
            this.#add(`"${content}" took effect twice, at ${earlier} and at ${place} (${who})`);
        this.#places.set(content, place);
    }

    #add(text) {
        this.contradictions.push(text);
    }
}
