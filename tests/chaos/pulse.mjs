// The acknowledgements as they come: how many there were, and the longest time without one.
export class Pulse {
    count = 0;
    #last = performance.now();
    #longest = 0;

    beat() {
        this.#longest = this.#silence();
        this.#last = performance.now();
        this.count += 1;
    }

    #silence() {
        return Math.max(this.#longest, performance.now() - this.#last);
    }

    // The longest silence since this was called before, in ms.
    longestSilence() {
        const longest = this.#silence();
        this.#longest = 0;
        return longest;
    }
}
