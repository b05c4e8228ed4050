// main.mjs [--seconds 60] [--seed N] [--clients 12] [--rooms 4] [--keep]: kills and disturbs the server and its
// database while clients post and follow, and proves that nothing was lost, doubled or put out of order. The server is
// ROOST_BIN; script/chaos runs this. The exit code is 1 when a promise did not hold.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Chaos, defaults } from './chaos.mjs';
import { failure, summary } from './report.mjs';

const text = { type: 'string' };
const { values } = parseArgs({
    options: { seconds: text, seed: text, clients: text, rooms: text, keep: { type: 'boolean' } },
});

function number(name, otherwise) {
    const value = values[name] === undefined ? otherwise : Number(values[name]);
    if (Number.isSafeInteger(value) && value > 0) return value;
    console.error(`--${name} takes a whole number from 1`);
    process.exit(2);
}

const options = {
    seconds: number('seconds', defaults.seconds),
    seed: number('seed', randomInt(1, 2 ** 32)),
    clients: number('clients', defaults.clients),
    rooms: number('rooms', defaults.rooms),
    keep: values.keep ?? false,
};
const chaos = await Chaos.run(options);
if (chaos.contradictions.length > 0) console.log(failure(chaos));
if (chaos.isJudged) console.log(summary(chaos));
if (chaos.kept) console.log(`kept in ${chaos.kept}`);
process.exit(chaos.contradictions.length > 0 ? 1 : 0);
