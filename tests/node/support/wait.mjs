// Bounded waits. A test never sleeps: it waits for a condition, and says what it waited for when it gives up.

// The promise's value, or an error that names `what` after `ms`.
export async function within(promise, what, ms = 10_000) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`gave up after ${ms} ms: ${what}`)), ms);
    });
    try {
        return await Promise.race([promise, late]);
    } finally {
        clearTimeout(timer);
    }
}

// Asks `condition` again and again until it is truthy; its value then. An exception from it ends the wait.
export async function until(condition, what, ms = 10_000) {
    const deadline = performance.now() + ms;
    for (;;) {
        const value = await condition();
        if (value) return value;
        if (performance.now() > deadline) throw new Error(`gave up after ${ms} ms: ${what}`);
        await new Promise((resume) => setTimeout(resume, 10));
    }
}

// A list that can be waited on: `add` puts items in, `take` removes the first that fits, waiting for it.
export class Inbox {
    #items = [];
    #waiters = new Set();
    #end = null;

    add(item) {
        this.#items.push(item);
        this.#wake();
    }

    // Nothing more will come; waits that are not satisfied by what is here fail with this reason.
    end(reason) {
        this.#end ??= reason;
        this.#wake();
    }

    take(fits = () => true, what = 'an item', ms = 10_000) {
        return this.#wait(
            (items) => {
                const at = items.findIndex(fits);
                return at < 0 ? undefined : items.splice(at, 1)[0];
            },
            what,
            ms,
        );
    }

    #wait(attempt, what, ms) {
        let waiter;
        const found = new Promise((resolve, reject) => {
            waiter = () => {
                const value = attempt(this.#items);
                if (value !== undefined) resolve(value);
                else if (this.#end !== null) reject(new Error(`${this.#end} while waiting for ${what}`));
                else return;
                this.#waiters.delete(waiter);
            };
            this.#waiters.add(waiter);
            waiter();
        });
        return within(found, what, ms).finally(() => this.#waiters.delete(waiter));
    }

    #wake() {
        for (const waiter of [...this.#waiters]) waiter();
    }
}
