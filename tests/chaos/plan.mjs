// What will go wrong, and when: an endless list of faults from a seed. Every kind comes before one comes again.
import { faults } from './faults.mjs';

// Longer than the server keeps a post waiting for the database: then it answers that it is unavailable.
const longMs = [5_500, 7_000];
const shortMs = [50, 1_500];

// {kind, waitMs: of undisturbed work before it, holdMs: how long what it hits is away or stands still, share: of
// what can be hit, such as connections}.
export function* plan(random) {
    for (;;) {
        for (const kind of random.shuffled(Object.keys(faults))) {
            const [least, most] = random.chance(0.1) ? longMs : shortMs;
            yield {
                kind,
                waitMs: random.between(300, 2_000),
                holdMs: random.between(least, most),
                share: random.next(),
            };
        }
    }
}
