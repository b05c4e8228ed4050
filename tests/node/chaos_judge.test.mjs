// The judge of the chaos runs: it finds nothing in a run that kept every promise, and finds each fault that is planted.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fill, rightRun, storyOf } from '../chaos/example.mjs';
import { judge } from '../chaos/judge.mjs';
import { planted } from '../chaos/planted.mjs';

const texts = ({ contradictions }, promise) =>
    contradictions.filter((c) => c.promise === promise).map((c) => c.text);

describe('the judge', () => {
    test('finds nothing in a run that kept every promise', () => {
        assert.deepEqual(judge(rightRun()), { contradictions: [], incomplete: 0 });
    });

    for (const [what, plant, promise, says] of planted)
        test(`finds ${what}`, () => {
            const run = rightRun();
            plant(run);
            const found = texts(judge(run), promise);
            assert.ok(
                found.some((text) => says.test(text)),
                `${says} is not in:\n${found.join('\n')}`,
            );
        });

    test('accepts what a given-up attempt may have done: stored unacknowledged, or edited behind the answer', () => {
        const run = rightRun();
        storyOf(run, 'ann-1').acknowledged.pop();
        storyOf(run, 'bob-2').acknowledged.pop();
        storyOf(run, 'bob-1').deletion = 'sent';
        run.stories.push({ room: 'den', client_id: 'ann-3', sent: ['never stored'], acknowledged: [] });
        assert.deepEqual(judge(run).contradictions, []);
    });

    test('tells rooms apart', () => {
        const run = rightRun();
        run.logs.set('attic', []);
        assert.deepEqual(judge(run).contradictions, []);
        storyOf(run, 'bob-2').room = 'attic';
        assert.deepEqual(texts(judge(run), 'stored'), [
            'den: bob-2 at 7 was posted by nobody',
            'attic: bob-2 was acknowledged at 7 and is lost',
        ]);
    });
});

describe('a resume behind which more than 1,000 messages changed', () => {
    const { rows, stories, states } = fill(Array.from({ length: 1_205 }, (_, n) => ['post', `ann-${n + 1}`]));
    const places = (first, last) => Array.from({ length: last - first + 1 }, (_, n) => states.get(first + n));
    const verdict = (seq, complete, messages) => {
        const steps = [
            { second: 0, kind: 'history', seq: 200, messages: places(151, 200) },
            { second: 1, kind: 'resumed', since: 200, seq, complete, messages },
            ...places(seq + 1, 1_205).map((state) => ({
                second: 2,
                kind: 'live',
                event: 'new_message',
                state,
            })),
        ];
        return judge({
            logs: new Map([['den', rows]]),
            stories,
            readers: [],
            subscribers: [{ name: 'eve', room: 'den', steps }],
        });
    };

    test('may leave out the older ones, if it says so', () => {
        assert.deepEqual(verdict(1_205, false, places(206, 1_205)), { contradictions: [], incomplete: 1 });
        assert.deepEqual(verdict(1_200, true, places(201, 1_200)), { contradictions: [], incomplete: 0 });
    });

    test('may neither hide that, nor leave out more, nor leave out any of 1,000', () => {
        const seen = (...answer) => texts(verdict(...answer), 'seen').join('\n');
        assert.match(seen(1_205, true, places(206, 1_205)), /says complete: true/);
        assert.match(seen(1_205, false, places(207, 1_205)), /has 207 .* where the log has 206/);
        assert.match(seen(1_200, false, places(202, 1_200)), /has 202 .* where the log has 201/);
    });
});
