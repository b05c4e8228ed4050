// A seeded source of choices: the same seed and name give the same choices, so that a plan can be replayed.
function hash(text) {
    let value = 0x811c9dc5;
    for (const character of text) value = Math.imul(value ^ character.codePointAt(0), 0x01000193);
    return value >>> 0;
}

export class Random {
    #state;

    constructor(seed, name = '') {
        this.seed = seed;
        this.#state = hash(`${seed}/${name}`);
    }

    // Choices of its own, however many of the others are made.
    of(name) {
        return new Random(this.seed, name);
    }

    // In [0, 1): mulberry32.
    next() {
        this.#state = (this.#state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    }

    // A whole number, both ends included.
    between(least, most) {
        return least + Math.floor(this.next() * (most - least + 1));
    }

    chance(probability) {
        return this.next() < probability;
    }

    pick(list) {
        return list[this.between(0, list.length - 1)];
    }

    shuffled(list) {
        const left = [...list];
        return list.map(() => left.splice(this.between(0, left.length - 1), 1)[0]);
    }
}

// Time that passes on purpose: the pauses of a plan are a part of it. Nothing waits so for an effect.
export function pause(ms) {
    return new Promise((resume) => setTimeout(resume, ms));
}
