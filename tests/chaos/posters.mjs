// Somebody who posts numbered messages to a room, edits and deletes some of them, and sends each operation by one
// way or another until it is acknowledged.
import { pause } from './random.mjs';
import { stateOf } from './states.mjs';

const patienceMs = [300, 4_000];
const retryPauseMs = [10, 300];
const thoughtMs = [0, 40];

export class Poster {
    // One for each message: {room, client_id, sent: every content under way at some time, acknowledged: the states
    // that answers gave, deletion: "sent" or "acknowledged"}.
    stories = [];
    // The latest page as it was read at some times, each {second, told: how far the reader had been told the log
    // before, seq, messages}.
    reads = [];
    wrong = [];
    acknowledged = 0;
    retries = 0;
    #told = 0;
    #living = []; // those to edit and to delete
    #posting = true;
    #hoping = true;

    // `ways` as in ways.mjs; `pulse.beat()` is called at each acknowledgement.
    constructor({ name, room, ways, random, pulse, clock }) {
        Object.assign(this, { name, room, ways, random, pulse, clock });
    }

    start() {
        this.done = this.#run();
        this.done.catch(() => {}); // whoever waits for it hears of it
        return this;
    }

    // Ends what it is at, and posts a last word.
    stop() {
        this.#posting = false;
        return this.done;
    }

    // Ends without an acknowledgement of what it is at.
    giveUp() {
        this.#hoping = false;
        return this.stop();
    }

    async #run() {
        while (this.#posting) {
            await this.#act();
            if (this.random.chance(0.05)) await this.#read();
            await pause(this.random.between(...thoughtMs));
        }
        await this.#post();
    }

    #act() {
        const dice = this.random.next();
        const story = this.random.pick(this.#living.slice(-50));
        if (dice < 0.7 || story === undefined) return this.#post();
        if (dice < 0.73) return this.#postAgain(this.random.pick(this.stories.slice(-50)));
        return dice < 0.93 ? this.#edit(story) : this.#delete(story);
    }

    async #post() {
        const client_id = `${this.name}-${this.stories.length + 1}`;
        const story = { room: this.room, client_id, sent: [`said by ${client_id}`], acknowledged: [] };
        this.stories.push(story);
        if (await this.#postAgain(story)) this.#living.push(story);
    }

    // As after an answer that was lost: also when the message has been edited or deleted meanwhile.
    async #postAgain(story) {
        const { room, client_id, sent } = story;
        const message = await this.#acknowledgement(() => ({
            kind: 'post',
            room,
            client_id,
            content: sent[0],
        }));
        this.#wasTold(story, message);
        return message;
    }

    // Each attempt has a content of its own: it shows which of them took effect, and that none did so twice.
    async #edit(story) {
        const { id } = story.acknowledged[0];
        const message = await this.#acknowledgement(() => {
            const content = `${story.sent[0]}, revision ${story.sent.length}`;
            story.sent.push(content);
            return { kind: 'edit', id, content };
        });
        this.#wasTold(story, message);
    }

    #wasTold(story, message) {
        if (!message) return;
        story.acknowledged.push(stateOf(message));
        this.#told = Math.max(this.#told, message.changed_seq);
    }

    async #read() {
        const told = this.#told;
        const way = this.random.pick(this.ways.filter(({ read }) => read));
        const page = await way.read(this.room, patienceMs[1]);
        if (!page) return;
        const { seq, messages } = page;
        this.reads.push({ second: this.clock(), told, seq, messages: messages.map(stateOf) });
    }

    async #delete(story) {
        const { id } = story.acknowledged[0];
        story.deletion = 'sent';
        this.#living.splice(this.#living.indexOf(story), 1);
        if (await this.#acknowledgement(() => ({ kind: 'deletion', id }))) story.deletion = 'acknowledged';
    }

    // Nothing when the operation was answered in a way that no fault explains, or given up.
    async #acknowledgement(operation) {
        while (this.#hoping) {
            const way = this.random.pick(this.ways);
            const outcome = await way.send(operation(), this.random.between(...patienceMs));
            if (outcome.acknowledged) {
                this.acknowledged += 1;
                this.pulse.beat();
                return outcome.acknowledged;
            }
            if (outcome.wrong) {
                this.wrong.push(`${this.name}: ${outcome.wrong}`);
                return null;
            }
            this.retries += 1;
            await pause(this.random.between(...retryPauseMs));
        }
        return null;
    }
}
