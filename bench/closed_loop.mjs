// Closed loops: a publisher sends its next message when an earlier one has arrived.
import { within } from '../tests/node/support/wait.mjs';
import { textFrame } from './fleet.mjs';

// A text of 64 bytes that says whose it is and which: "@<publisher>:<number>", each 8 digits.
const textBytes = 64;
const digits = 8;
const padded = (number) => String(number).padStart(digits, '0');
const numbered = (publisher, number) => `@${padded(publisher)}:${padded(number)}`.padEnd(textBytes, '.');

export const shout = (publisher, number) =>
    textFrame(`["1","3","room:lobby","shout",{"message":"${numbered(publisher, number)}"}]`);

// `frame`, which must hold such a text, with other numbers in it.
export function renumbered(frame, publisher, number) {
    const copy = Buffer.from(frame);
    copy.write(numbered(publisher, number), copy.indexOf('@'), 'latin1');
    return copy;
}

function readDigits(bytes, at) {
    let number = 0;
    for (let i = at; i < at + digits; ++i) number = number * 10 + bytes[i] - 48;
    return number;
}

// Calls `start(finish)`; what it took until `finish` was called, or 10 s more than `seconds` were over.
async function timed(program, seconds, start) {
    const begun = performance.now();
    const cpu = program.cpuSeconds;
    await within(new Promise(start), 'the last messages', (seconds + 10) * 1000).catch(() => {});
    return { seconds: (performance.now() - begun) / 1000, cpu_seconds: program.cpuSeconds - cpu };
}

// The first `publishers` of the connections publish, with `inFlight` messages each; a message counts when all
// connections have it. `message(publisher, number)` is what to send. Every message is accounted for at every
// connection.
export async function fanOut(program, connections, message, seconds, { publishers = 1, inFlight = 1 } = {}) {
    const ring = 2 * inFlight;
    const lacking = Array.from({ length: publishers }, () => new Int32Array(ring)); // receivers, by number
    const expected = connections.map(() => new Int32Array(publishers));
    const sent = new Int32Array(publishers);
    const result = { messages: 0, deliveries: 0, lost: 0, repeated_or_late: 0 };
    const next = (publisher) => {
        lacking[publisher][sent[publisher] % ring] = connections.length;
        connections[publisher].send(message(publisher, sent[publisher]++));
    };
    let finish;
    let isOver = false;
    let place = -1; // of the numbers in a broadcast: always the same
    const receive = (mine, bytes, start) => {
        if (bytes[start + 1] === 0x22) return; // ["1",…: the reply to a publisher
        if (place < 0) place = bytes.indexOf('@', start) - start;
        const publisher = readDigits(bytes, start + place + 1);
        const number = readDigits(bytes, start + place + digits + 2);
        result.deliveries += 1;
        if (number < mine[publisher]) return void (result.repeated_or_late += 1);
        result.lost += number - mine[publisher];
        mine[publisher] = number + 1;
        if (--lacking[publisher][number % ring] > 0) return;
        result.messages += 1;
        if (!isOver) next(publisher);
        else if (result.messages === sent.reduce((sum, n) => sum + n)) finish();
    };
    connections.forEach((c, i) => (c.onFrame = (bytes, start) => receive(expected[i], bytes, start)));
    const took = await timed(program, seconds, (resolve) => {
        finish = resolve;
        setTimeout(() => (isOver = true), seconds * 1000);
        for (let i = 0; i < publishers * inFlight; ++i) next(i % publishers);
    });
    for (const mine of expected) mine.forEach((seen, publisher) => (result.lost += sent[publisher] - seen));
    return { ...result, ...took, per_cpu_second: result.deliveries / took.cpu_seconds };
}

// Every connection posts to the lobby's log, one message in flight each; one counts when its reply is there.
export async function durablePosts(program, connections, seconds) {
    const post = textFrame(`["1","4","messages:lobby","new_message",{"content":"${'m'.repeat(textBytes)}"}]`);
    const replied = Buffer.from('["1","4"');
    let acknowledged = 0;
    let posting = connections.length;
    let isOver = false;
    const took = await timed(program, seconds, (finish) => {
        setTimeout(() => (isOver = true), seconds * 1000);
        for (const connection of connections) {
            connection.onFrame = (bytes, start, end) => {
                const message = bytes.subarray(start, end);
                if (!message.subarray(0, 8).equals(replied)) return;
                if (!message.includes('"status":"ok"')) throw new Error(`a post was refused: ${message}`);
                acknowledged += 1;
                if (!isOver) connection.send(post);
                else if (--posting === 0) finish();
            };
            connection.send(post);
        }
    });
    return { acknowledged, unanswered: posting, ...took };
}
