// What a subscriber was told, in the order in which it was told, against the log: from the first place on every change
// once and in order, but for those that a resume left out because the message changed again.
import { range } from './judge_log.mjs';
import { sameList } from './same_list.mjs';

const historyMessages = 50;
const resumedMessages = 1_000;

export class SubscriberJudge {
    #seen = null; // the counter up to which it was told everything
    #known = new Map(); // by seq: the latest state it was told
    #knowsSince = null; // from this place on it knows every message
    incomplete = 0; // resumes that were told to have left something out

    constructor(steps, log) {
        this.steps = steps;
        this.log = log;
    }

    *contradictions() {
        for (const step of this.steps)
            for (const text of this[`_${step.kind}`](step)) yield `at ${step.second.toFixed(2)} s ${text}`;
        yield* this.#end();
    }

    *_ignored({ since }) {
        yield `joined with since ${since}, and was answered as if it had not`;
    }

    // What it knew before is forgotten.
    *_history({ seq, messages }) {
        if (seq < (this.#seen ?? 0))
            yield `was told up to ${this.#seen}, then joined and got a history up to ${seq}`;
        yield* sameList(messages, this.log.newest(seq, historyMessages), `the history up to ${seq}`);
        this.#known = new Map(messages.map((state) => [state.seq, state]));
        this.#knowsSince = messages.at(0)?.seq ?? seq + 1;
        this.#seen = seq;
    }

    *_resumed({ since, seq, complete, messages }) {
        const what = `the answer to since ${since}, up to ${seq}`;
        if (since !== this.#seen) yield `was told up to ${this.#seen}, and resumed from ${since}`;
        const changed = this.log.changedSince(since, seq);
        if (complete !== changed.length <= resumedMessages) yield `${what} says complete: ${complete}`;
        yield* sameList(messages, changed.slice(-resumedMessages), what);
        if (seq < since) yield `${what} leads back`;
        if (!complete) this.#forget();
        for (const state of messages) this.#known.set(state.seq, state);
        this.#seen = seq;
    }

    *_live({ event, state }) {
        const place = state.changed_seq;
        if (this.#seen === null) return yield `heard of ${place} before its history`;
        if (place > this.#seen + 1) yield this.#hole(place);
        if (place <= this.#seen) yield `was told up to ${this.#seen}, then of ${place}`;
        const right = this.#eventAt(place);
        if (event !== right)
            yield `was told of ${place} by ${event}, which is ${right ?? 'nothing'} in the log`;
        this.#known.set(state.seq, state);
        this.#seen = Math.max(this.#seen, place);
    }

    #eventAt(place) {
        const row = this.log.at(place);
        if (row?.target_seq === null) return 'new_message';
        const message = this.log.messageAt(place);
        if (!message) return undefined;
        return message.deleted && message.changed_seq === place ? 'message_deleted' : 'message_updated';
    }

    #hole(place) {
        const missed = this.#seen + 1;
        return `was not told of ${range(missed, place - 1)} (${this.log.describe(missed)}), but of ${place}`;
    }

    #forget() {
        this.incomplete += 1;
        this.#known.clear();
        this.#knowsSince = Infinity;
    }

    // All that it knows is as the log has it, and it knows all.
    *#end() {
        if (this.#seen !== this.log.counter)
            yield `was told up to ${this.#seen}, and the log goes on to ${this.log.counter}`;
        for (const { seq, changed_seq, content, deleted } of this.log.messages) {
            const known = this.#known.get(seq);
            if (known === undefined && seq >= this.#knowsSince) yield `does not know of the message ${seq}`;
            if (known === undefined) continue;
            if (
                known.changed_seq !== changed_seq ||
                known.deleted !== deleted ||
                known.content !== (deleted ? '' : content)
            )
                yield `knows ${seq} as "${known.content}" of ${known.changed_seq}, it is "${content}" of ${changed_seq}`;
        }
    }
}
