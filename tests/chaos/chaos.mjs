// One run: posters and subscribers at work while faults strike by plan, then quiet, then the verdict.
import { Client, disconnectAll } from '../node/support/channel.mjs';
import { version1 } from '../node/support/clients/phoenix.mjs';
import { until, within } from '../node/support/wait.mjs';
import { faults } from './faults.mjs';
import { judge, promises } from './judge.mjs';
import { readCounters, readLogs } from './log.mjs';
import { plan } from './plan.mjs';
import { Poster } from './posters.mjs';
import { Pulse } from './pulse.mjs';
import { pause, Random } from './random.mjs';
import { Stage } from './stage.mjs';
import { Subscriber } from './subscribers.mjs';
import { ChannelWay, RestWay } from './ways.mjs';

export const defaults = { seconds: 60, clients: 12, rooms: 4, keep: false };
export const allPromises = {
    ...promises,
    answered: 'every answer to a poster is an acknowledgement, or one that a fault explains',
    recovered: 'after every fault work goes on by itself, and every process stops in order at the end',
};

const recoveryMs = 60_000;
const enoughWork = 20; // acknowledgements after a fault, before the next one

// Sooner back than phoenix.js would be by itself: there is more to see.
const eagerly = (person) => ({
    params: () => ({ token: person.token }),
    reconnectAfterMs: (tries) => [10, 50, 100, 200][tries - 1] ?? 400,
    rejoinAfterMs: (tries) => [50, 100, 200][tries - 1] ?? 500,
});

// How the subscribers of a room differ, in turn.
const habits = [
    { resuming: true },
    { resuming: true, options: version1 },
    { resuming: true, late: true },
    { resuming: false },
];

export class Chaos {
    timeline = [];
    contradictions = [];
    posters = [];
    subscribers = [];
    strikes = [];
    pulse = new Pulse();
    isJudged = false;

    constructor(options) {
        this.options = { ...defaults, ...options };
        this.random = new Random(this.options.seed);
        this.stage = new Stage(this.random.of('settings'));
    }

    // Gives itself, with its contradictions and all that the report tells.
    static async run(options) {
        const chaos = new Chaos(options);
        try {
            await chaos.stage.set();
            await chaos.#begin();
            await chaos.#strike();
            await chaos.#quiet();
            await chaos.#judge();
        } catch (error) {
            chaos.#contradict('recovered', [error.message]);
            await chaos.#giveUp();
        } finally {
            disconnectAll();
            if (chaos.options.keep) chaos.kept = chaos.stage.keep();
        }
        return chaos;
    }

    get seconds() {
        return (performance.now() - this.begun) / 1000;
    }

    #note(text) {
        this.timeline.push({ second: this.seconds, text });
    }

    #contradict(promise, texts) {
        this.contradictions.push(...texts.map((text) => ({ promise, text })));
    }

    async #begin() {
        const { clients, rooms } = this.options;
        const owner = await this.stage.person('Owner');
        this.rooms = [];
        for (let index = 0; index < rooms; index += 1) this.rooms.push((await owner.makeRoom()).slug);
        for (let index = 0; index < clients; index += 1) this.posters.push(await this.#poster(index));
        for (let index = 0; index < rooms * habits.length; index += 1)
            this.subscribers.push(await this.#subscriber(index));
        this.begun = performance.now();
        for (const poster of this.posters) poster.start();
        for (const subscriber of this.subscribers) this.#appear(subscriber);
    }

    async #poster(index) {
        const name = `poster${index + 1}`;
        const person = await this.stage.person(name);
        const room = this.rooms[index % this.rooms.length];
        const client = await Client.connect(this.stage.api.port, undefined, eagerly(person));
        const member = await client.join(`messages:${room}`);
        member.channel.onMessage = (event, payload) => payload; // it reads nothing, and must not collect it
        const ways = [
            new ChannelWay(member),
            ...Object.entries(this.stage.rest).map(([tier, api]) => new RestWay(tier, api, person)),
        ];
        const random = this.random.of(name);
        return new Poster({ name, room, ways, random, pulse: this.pulse, clock: () => this.seconds });
    }

    async #subscriber(index) {
        const name = `subscriber${index + 1}`;
        const person = await this.stage.person(name);
        const room = this.rooms[index % this.rooms.length];
        const { options, ...habit } = habits[Math.floor(index / this.rooms.length)];
        const client = new Client(this.stage.api.port, undefined, { ...eagerly(person), ...options });
        const random = this.random.of(name);
        const subscriber = new Subscriber({
            name,
            room,
            client,
            random,
            clock: () => this.seconds,
            ...habit,
        });
        subscriber.delayMs = habit.late ? random.between(1, this.options.seconds * 500) : 0;
        return subscriber;
    }

    #appear(subscriber) {
        subscriber.appeared = pause(subscriber.delayMs).then(() => subscriber.start());
    }

    async #strike() {
        for (const fault of plan(this.random.of('plan'))) {
            if (this.seconds + fault.waitMs / 1000 > this.options.seconds) return;
            await pause(fault.waitMs);
            this.stage.assertAlive();
            this.pulse.longestSilence();
            this.#note(`${fault.kind}, for ${fault.holdMs} ms`);
            await faults[fault.kind](this.stage, fault);
            this.#note('over');
            await this.#recovered(fault);
            this.strikes.push({ kind: fault.kind, silenceMs: this.pulse.longestSilence() });
        }
    }

    // Everybody is acknowledged something again.
    async #recovered({ kind }) {
        const goals = this.posters.map(({ acknowledged }) => acknowledged + 1);
        const goal = this.pulse.count + enoughWork;
        const works = () => {
            this.stage.assertAlive();
            return (
                this.pulse.count >= goal &&
                this.posters.every(
                    ({ acknowledged, wrong }, i) => acknowledged >= goals[i] || wrong.length > 0,
                )
            );
        };
        await until(works, `every poster to be acknowledged something after: ${kind}`, recoveryMs);
    }

    // All is acknowledged, and everybody is there and up to date.
    async #quiet() {
        this.#note('quiet');
        await within(
            Promise.all(this.posters.map((poster) => poster.stop())),
            'the posters to end',
            recoveryMs,
        );
        await Promise.all(
            this.subscribers.map(async (subscriber) => {
                await subscriber.appeared;
                await subscriber.settle();
            }),
        );
        const counters = await readCounters(this.stage.postgres);
        const isUpToDate = ({ room, seen }) => seen >= counters.get(room);
        // Who is not is the judge's to tell.
        await until(
            () => this.subscribers.every(isUpToDate),
            'the subscribers to be up to date',
            recoveryMs / 2,
        ).catch((error) => this.#note(error.message));
    }

    async #giveUp() {
        await this.stage.abandon();
        await Promise.allSettled(this.posters.map((poster) => poster.giveUp()));
        await Promise.all(this.subscribers.map((subscriber) => subscriber.settle()));
    }

    async #judge() {
        disconnectAll();
        const logs = await readLogs(this.stage.postgres, this.rooms);
        this.#contradict('places', await this.stage.faultsOfDatabase());
        await this.stage.clear();
        const stories = this.posters.flatMap((poster) => poster.stories);
        const { posters: readers, subscribers } = this;
        const { contradictions, incomplete } = judge({ logs, stories, readers, subscribers });
        this.contradictions.push(...contradictions);
        Object.assign(this, { isJudged: true, incomplete });
        this.rows = [...logs.values()].reduce((sum, rows) => sum + rows.length, 0);
        this.#contradict(
            'answered',
            this.posters.flatMap(({ wrong }) => wrong),
        );
    }
}
