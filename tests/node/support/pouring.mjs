// Filling a room fast.
import assert from 'node:assert/strict';
import { frame, isReplyTo, opcode } from './raw.mjs';

// Posts all of these on one channel as fast as it goes, and waits for the last answer.
export async function pour(person, slug, payloads, event = 'new_message') {
    const { socket, topic, joinRef } = await person.follow(slug);
    const pushes = payloads.map((payload, index) => JSON.stringify([joinRef, `p${index}`, topic, event, payload]));
    socket.raw.send(Buffer.concat(pushes.map((push) => frame(opcode.text, push))));
    for (const index of payloads.keys())
        assert.equal((await socket.receiveUntil(isReplyTo(`p${index}`))).at(-1)[4].status, 'ok');
    socket.close();
}

// So many posts of 8 KB.
export function large(count) {
    const metadata = { fill: 'm'.repeat(4000) };
    return Array.from({ length: count }, (_, index) => ({ content: `${index + 1} `.padEnd(4000, 'x'), metadata }));
}
