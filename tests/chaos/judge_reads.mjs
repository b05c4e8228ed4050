// The latest page of a room as it was read at some times, against the log: a page is what the log was when its counter
// stood there, and a reader sees at least what it was told before.
import { sameList } from './same_list.mjs';

const messagesOfPage = 50;

export function* contradictionsInReads(reads, log) {
    for (const { second, told, seq, messages } of reads) {
        const what = `at ${second.toFixed(2)} s the page read up to ${seq}`;
        if (seq < told) yield `${what} is older than what was told, ${told}`;
        if (seq > log.counter) yield `${what} is newer than the log, ${log.counter}`;
        yield* sameList(messages, log.newest(seq, messagesOfPage), what);
    }
}
