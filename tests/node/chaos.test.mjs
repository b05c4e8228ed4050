// A minute of chaos, by a seed of its own each time: script/chaos does the same for longer, and replays a seed.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { allPromises, Chaos } from '../chaos/chaos.mjs';
import { faults } from '../chaos/faults.mjs';
import { plan } from '../chaos/plan.mjs';
import { Random } from '../chaos/random.mjs';
import { failure, summary } from '../chaos/report.mjs';

const kindsAtLeast = 6;

describe('the plan of faults', () => {
    const beginning = (seed, count = 40) => [...plan(new Random(seed)).take(count)];

    test('is the same from the same seed, and another from another', () => {
        assert.deepEqual(beginning(7), beginning(7));
        assert.notDeepEqual(beginning(7), beginning(8));
    });

    test('has every kind before one comes again', () => {
        const kinds = Object.keys(faults);
        const first = beginning(7, kinds.length).map(({ kind }) => kind);
        assert.deepEqual(first.toSorted(), kinds.toSorted());
    });
});

describe('a minute of chaos', () => {
    let chaos;

    before(async () => {
        chaos = await Chaos.run({ seconds: 60, seed: randomInt(1, 2 ** 32) });
        if (chaos.contradictions.length > 0) console.log(failure(chaos));
        if (chaos.isJudged) console.log(summary(chaos));
    });

    for (const [promise, claim] of Object.entries(allPromises))
        test(claim, () => {
            const against = chaos.contradictions.filter((c) => c.promise === promise).map((c) => c.text);
            assert.deepEqual(against.slice(0, 3), [], `seed ${chaos.options.seed}`);
            assert.ok(chaos.isJudged, `seed ${chaos.options.seed} came to its end`);
        });

    test('had faults of many kinds, and clients at work on every way', () => {
        const kinds = new Set(chaos.strikes.map(({ kind }) => kind));
        assert.ok(kinds.size >= kindsAtLeast, `${[...kinds]}`);
        for (const { name, acknowledged } of chaos.posters)
            assert.ok(acknowledged > 0, `${name} posted nothing`);
        assert.ok(
            chaos.posters.some(({ retries }) => retries > 0),
            'nothing had to be tried again',
        );
        assert.ok(
            chaos.posters.some(({ reads }) => reads.length > 0),
            'nothing was read',
        );
        for (const { name, changes, reconnects, resuming, resumes } of chaos.subscribers) {
            assert.ok(changes > 0 && reconnects > 0, `${name} saw nothing, or never went`);
            assert.equal(resumes > 0, resuming, `${name} resumed ${resumes} times`);
        }
    });
});
