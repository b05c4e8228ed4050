// The verdict on a run, from what PostgreSQL has, what posters were told and what subscribers were told.
import { contradictionsInLog } from './judge_log.mjs';
import { contradictionsInStories } from './judge_stories.mjs';
import { contradictionsInReads } from './judge_reads.mjs';
import { SubscriberJudge } from './judge_subscriber.mjs';
import { RoomLog } from './room_log.mjs';
import { Witnesses } from './witnesses.mjs';

export const promises = {
    stored: 'every acknowledged message is stored once, where and as it was acknowledged',
    places: 'every value of a counter is one row',
    read: 'the latest page is the log as it was at some time, never older than what its reader was told',
    seen: 'every subscriber saw every durable change once, in order, as it was',
};

// `logs`: rows by slug, as log.mjs reads them. `stories`: as posters keep them. `readers`: {name, room,
// reads}. `subscribers`: {name, room, steps}.
// Gives {contradictions: [{promise, text}], incomplete: how many resumes were told that something was left out}.
export function judge({ logs, stories, readers, subscribers }) {
    const contradictions = [];
    let incomplete = 0;
    for (const [slug, rows] of logs) {
        const isHere = ({ room }) => room === slug;
        const room = {
            log: new RoomLog(rows),
            stories: stories.filter(isHere),
            readers: readers.filter(isHere),
            subscribers: subscribers.filter(isHere),
        };
        const verdict = judgeRoom(room);
        incomplete += verdict.incomplete;
        for (const [promise, texts] of Object.entries(verdict.found))
            contradictions.push(...texts.map((text) => ({ promise, text: `${slug}: ${text}` })));
    }
    return { contradictions, incomplete };
}

function judgeRoom({ log, stories, readers, subscribers }) {
    const judges = subscribers.map(({ name, steps }) => ({ name, judge: new SubscriberJudge(steps, log) }));
    const seen = judges.flatMap(({ name, judge: of }) =>
        [...of.contradictions()].map((text) => `${name} ${text}`),
    );
    const found = {
        stored: [...contradictionsInStories(stories, log)],
        places: [...contradictionsInLog(log)],
        read: readers.flatMap(({ name, reads }) =>
            [...contradictionsInReads(reads, log)].map((text) => `${name} ${text}`),
        ),
        seen: [...seen, ...disagreements(log, stories, [...readers, ...subscribers])],
    };
    return { found, incomplete: judges.reduce((sum, { judge: of }) => sum + of.incomplete, 0) };
}

// `listeners` have steps or reads.
function disagreements(log, stories, listeners) {
    const sent = new Map(stories.map((story) => [story.client_id, story.sent]));
    const witnesses = new Witnesses(
        log,
        new Map(log.messages.map((row) => [row.seq, sent.get(row.client_id)])),
    );
    for (const { client_id, acknowledged } of stories)
        for (const state of acknowledged) witnesses.hear(`the poster of ${client_id}`, state);
    for (const { name, steps, reads } of listeners)
        for (const { messages, state } of steps ?? reads)
            for (const told of messages ?? (state ? [state] : [])) witnesses.hear(name, told);
    return witnesses.contradictions;
}
