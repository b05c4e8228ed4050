// Faults to plant in the run of example.mjs, of every kind that the judge has to find.
import { readsOf, rowsOf, stepsOf, storyOf, time } from './example.mjs';

// [what was planted, how, which promise it breaks, what the judge says of it]
export const planted = [
    [
        'a page older than what was told',
        (run) => (readsOf(run)[1].told = 7),
        'read',
        /ann at 1.00 s the page read up to 6 is older than what was told, 7/,
    ],
    [
        'a page newer than the log',
        (run) => (readsOf(run)[1].seq = 8),
        'read',
        /ann .* up to 8 is newer than the log, 7/,
    ],
    [
        'a page without a message',
        (run) => readsOf(run)[1].messages.pop(),
        'read',
        /ann .* has nothing more where the log has 4/,
    ],
    [
        'a page with an old state',
        (run) => (readsOf(run)[1].messages[0].changed_seq = 3),
        'read',
        /ann .* has 1 as changed at 3 where the log has 1 as changed at 6/,
    ],
    [
        'stale content in a page',
        (run) => (readsOf(run)[1].messages[0].content = 'said by ann-1'),
        'seen',
        /6 has content "said by ann-1" for ann/,
    ],

    ['a lost message', (run) => rowsOf(run).splice(6), 'stored', /bob-2 was acknowledged at 7 and is lost/],
    [
        'a lost last message, unnoticed by the counter',
        (run) => rowsOf(run).splice(6),
        'seen',
        /steady.* told of 7 by new_message, which is nothing/,
    ],
    ['a lost message in the middle', (run) => rowsOf(run).splice(3, 1), 'places', /no row for place 4/],
    ['several lost rows', (run) => rowsOf(run).splice(2, 3), 'places', /no row for places 3 to 5/],
    [
        'a row that is there twice',
        (run) => rowsOf(run).splice(3, 0, rowsOf(run)[3]),
        'places',
        /place 4 is two rows/,
    ],
    [
        'rows out of order',
        (run) => rowsOf(run).splice(3, 2, rowsOf(run)[4], rowsOf(run)[3]),
        'places',
        /place 4 stands behind place 5/,
    ],
    [
        'a post that is stored twice',
        (run) => rowsOf(run).push({ ...rowsOf(run)[6], id: '7-8', seq: 8, changed_seq: 8 }),
        'places',
        /bob-2 of user 1 is stored 2 times, at 7,8/,
    ],
    [
        'a change of nothing',
        (run) => (rowsOf(run)[2].target_seq = 99),
        'places',
        /the change at 3 is of 99, which is no message/,
    ],
    [
        'a change of a change',
        (run) => (rowsOf(run)[5].target_seq = 3),
        'places',
        /the change at 6 is of 3, which is no message/,
    ],
    [
        'a message that does not know its last change',
        (run) => (rowsOf(run)[0].changed_seq = 3),
        'places',
        /message 1 says that it was changed last at 3, the log says 6/,
    ],
    ['a message of nobody', (run) => run.stories.pop(), 'stored', /bob-2 at 7 was posted by nobody/],
    [
        'another place than was acknowledged',
        (run) => Object.assign(storyOf(run, 'ann-2').acknowledged[0], { id: '7-5', seq: 5 }),
        'stored',
        /ann-2 was acknowledged as 7-5, and is stored as 7-4/,
    ],
    [
        'two answers with two places',
        (run) => storyOf(run, 'ann-2').acknowledged.push({ ...storyOf(run, 'bob-2').acknowledged[0] }),
        'stored',
        /ann-2 was acknowledged as 7-7/,
    ],
    [
        'an acknowledged edit that is not there',
        (run) => (storyOf(run, 'ann-1').acknowledged[1].changed_seq = 4),
        'stored',
        /ann-1 was acknowledged as changed at 4, where the log has something else/,
    ],
    [
        'an acknowledged edit that went back',
        (run) => Object.assign(rowsOf(run)[0], { changed_seq: 3, content: storyOf(run, 'ann-1').sent[1] }),
        'stored',
        /ann-1 was acknowledged as changed at 6, and stands at 3/,
    ],
    [
        'stale content in the log',
        (run) => (rowsOf(run)[0].content = storyOf(run, 'ann-1').sent[0]),
        'stored',
        /ann-1 was acknowledged with "said by ann-1, revision 2", and says "said by ann-1"/,
    ],
    [
        'content that nobody sent',
        (run) => (rowsOf(run)[3].content = 'x'),
        'stored',
        /ann-2 says "x", which nobody sent/,
    ],
    [
        'an acknowledged deletion undone',
        (run) => Object.assign(rowsOf(run)[1], { deleted: false, content: 'said by bob-1' }),
        'stored',
        /bob-1 was acknowledged as deleted, and is there/,
    ],
    [
        'a deletion that nobody asked for',
        (run) => delete storyOf(run, 'bob-1').deletion,
        'stored',
        /bob-1 is deleted, which nobody asked for/,
    ],
    [
        'a hole in what came live',
        (run) => stepsOf(run, 'steady').splice(2, 1),
        'seen',
        /steady at 3.00 s was not told of place 4 \(ann-2 was posted\), but of 5/,
    ],
    [
        'a wider hole',
        (run) => stepsOf(run, 'steady').splice(2, 2),
        'seen',
        /steady .* not told of places 4 to 5/,
    ],
    [
        'a hole between history and live',
        (run) => stepsOf(run, 'steady').splice(1, 1),
        'seen',
        /steady .* not told of place 3 \(ann-1, posted at 1, was changed\)/,
    ],
    [
        'a hole between resume and live',
        (run) =>
            Object.assign(stepsOf(run, 'resumer')[2], {
                seq: 5,
                messages: stepsOf(run, 'resumer')[2].messages.slice(0, 2),
            }),
        'seen',
        /resumer .* not told of place 6/,
    ],
    [
        'a change that came twice',
        (run) => stepsOf(run, 'steady').splice(2, 0, stepsOf(run, 'steady')[1]),
        'seen',
        /steady .* was told up to 3, then of 3/,
    ],
    [
        'a change that came again after a resume',
        (run) => stepsOf(run, 'resumer').splice(3, 0, stepsOf(run, 'steady').at(-2)),
        'seen',
        /resumer .* was told up to 6, then of 6/,
    ],
    [
        'a wrong order',
        (run) => stepsOf(run, 'steady').splice(2, 2, ...stepsOf(run, 'steady').slice(2, 4).reverse()),
        'seen',
        /steady .* told up to 5, then of 4/,
    ],
    [
        'an end that did not come',
        (run) => stepsOf(run, 'late').pop(),
        'seen',
        /late was told up to 6, and the log goes on to 7/,
    ],
    [
        'somebody who was told nothing',
        (run) => stepsOf(run, 'late').splice(0),
        'seen',
        /late was told up to null/,
    ],
    [
        'live before the history',
        (run) => stepsOf(run, 'late').reverse(),
        'seen',
        /late .* heard of 7 before its history/,
    ],
    [
        'a history that leads back',
        (run) => stepsOf(run, 'forgetful').push(stepsOf(run, 'forgetful')[0]),
        'seen',
        /forgetful .* told up to 7, then joined and got a history up to 1/,
    ],
    [
        'a history without a message',
        (run) => stepsOf(run, 'late')[0].messages.splice(1, 1),
        'seen',
        /late .* the history up to 6 has 4 as changed at 4 where the log has 2 as changed at 5/,
    ],
    [
        'a history with an old state',
        (run) =>
            Object.assign(stepsOf(run, 'late')[0].messages[0], {
                changed_seq: 3,
                content: 'said by ann-1, revision 1',
                updated_at: time(3),
            }),
        'seen',
        /late .* the history up to 6 has 1 as changed at 3 where the log has 1 as changed at 6/,
    ],
    [
        'a resume from elsewhere',
        (run) => (stepsOf(run, 'resumer')[2].since = 1),
        'seen',
        /resumer .* was told up to 2, and resumed from 1/,
    ],
    [
        'a resume without a change',
        (run) => stepsOf(run, 'resumer')[2].messages.splice(1, 1),
        'seen',
        /resumer .* the answer to since 2, up to 6 has 1 as changed at 6 where the log has 2 as changed at 5/,
    ],
    [
        'a resume with a superseded change besides',
        (run) => stepsOf(run, 'resumer')[2].messages.unshift(stepsOf(run, 'steady')[1].state),
        'seen',
        /resumer .* has 1 as changed at 3 where the log has 4 as changed at 4/,
    ],
    [
        'a resume out of order',
        (run) => stepsOf(run, 'resumer')[2].messages.reverse(),
        'seen',
        /resumer .* has 1 as changed at 6 where the log has 4/,
    ],
    [
        'a resume with what came after it',
        (run) => stepsOf(run, 'resumer')[2].messages.push(stepsOf(run, 'steady').at(-1).state),
        'seen',
        /resumer .* has 7 as changed at 7 where the log has nothing more/,
    ],
    [
        'a resume that says too little',
        (run) => (stepsOf(run, 'resumer')[2].complete = false),
        'seen',
        /resumer .* says complete: false/,
    ],
    [
        'a resume that was not answered',
        (run) => stepsOf(run, 'resumer').splice(2, 1, { kind: 'ignored', second: 2, since: 2 }),
        'seen',
        /resumer .* joined with since 2, and was answered as if it had not/,
    ],
    [
        'an event of another kind',
        (run) => (stepsOf(run, 'steady')[1].event = 'new_message'),
        'seen',
        /steady .* told of 3 by new_message, which is message_updated/,
    ],
    [
        'a deletion told as an edit',
        (run) => (stepsOf(run, 'steady')[3].event = 'message_updated'),
        'seen',
        /told of 5 by message_updated, which is message_deleted/,
    ],
    [
        'stale content in an event',
        (run) => (stepsOf(run, 'steady')[1].state.content = 'said by ann-1'),
        'seen',
        /3 has content "said by ann-1.*" for .*, "said by ann-1.*" for/,
    ],
    [
        'stale content that nobody else saw',
        (run) => {
            storyOf(run, 'ann-1').acknowledged.splice(1, 1);
            stepsOf(run, 'steady')[1].state.content = 'said by ann-1';
        },
        'seen',
        /"said by ann-1" took effect twice, at 1 and at 3|"said by ann-1" took effect twice, at 3 and at 1/,
    ],
    [
        'stale content at the end',
        (run) => (stepsOf(run, 'steady').at(-2).state.content = 'said by ann-1'),
        'seen',
        /steady knows 1 as "said by ann-1" of 6, it is "said by ann-1, revision 2" of 6/,
    ],
    [
        'content of nobody in an event',
        (run) => {
            storyOf(run, 'ann-1').acknowledged.splice(1, 1);
            stepsOf(run, 'steady')[1].state.content = 'x';
        },
        'seen',
        /steady was told "x" of 1 at 3, which nobody sent/,
    ],
    [
        'another author',
        (run) => (stepsOf(run, 'steady')[2].state.author = 2),
        'seen',
        /4 has author "2" for steady, "1" for the log/,
    ],
    [
        'another time',
        (run) => (stepsOf(run, 'late')[0].messages[2].updated_at = time(9)),
        'seen',
        /4 has updated_at ".*" for late/,
    ],
    [
        'a change of another message',
        (run) => Object.assign(stepsOf(run, 'steady')[1].state, { seq: 2, id: '7-2' }),
        'seen',
        /3 has id "7-2" for steady|message 2 changed at 3, where the log has something else/,
    ],
    [
        'a deleted message that was told as there',
        (run) => (stepsOf(run, 'late')[0].messages[1].deleted = false),
        'seen',
        /5 has deleted "false" for late, "true" for the log/,
    ],
];
