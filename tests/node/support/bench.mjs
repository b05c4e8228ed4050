// `roost bench`, run by a test: its end and its figures.
import assert from 'node:assert/strict';
import { command } from './command.mjs';

// Long enough for some hundred messages.
export const short = ['--seconds', '0.7', '--warmup', '0.2'];

// The end of `roost bench`, with its figures where it gave some.
export async function bench(...args) {
    const { code, stdout, stderr } = await command(['bench', ...args.map(String), '--json']);
    return { code, stderr, figures: stdout ? JSON.parse(stdout) : null };
}

export async function good(...args) {
    const { code, stderr, figures } = await bench(...args);
    assert.equal(code, 0, stderr + JSON.stringify(figures));
    assert.equal(figures.failure, null);
    return figures;
}

// Ended with this sentence, without figures.
export async function refused(sentence, ...args) {
    const { code, stderr, figures } = await bench(...args);
    assert.equal(code, 1);
    assert.equal(figures, null);
    assert.match(stderr, /^roost: [^\n]+\n$/);
    assert.match(stderr, sentence);
}

export const faultless = { lost: 0, repeated: 0, reordered: 0, misrouted: 0, unknown: 0, refused: 0, unanswered: 0, stray_replies: 0 };

// Nothing went wrong, and each of the messages that were sent had `receivers`.
export function assertAllDelivered({ accounting }, receivers) {
    const { sent, expected, received, ...faults } = accounting;
    assert.ok(sent > 0);
    assert.equal(expected, sent * receivers);
    assert.equal(received, expected);
    assert.deepEqual(faults, faultless);
}

export function assertLatency({ count, mean_us, p50_us, p90_us, p99_us, p999_us, max_us }) {
    assert.ok(count > 0);
    const ascending = [0, p50_us, p90_us, p99_us, p999_us, max_us];
    assert.deepEqual(ascending, ascending.toSorted((a, b) => a - b));
    assert.ok(mean_us > 0 && mean_us <= max_us);
}
