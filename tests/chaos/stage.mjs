// What a run takes place on: PostgreSQL, the API and a gateway as processes of their own, accounts, rooms.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../node/support/command.mjs';
import { Api } from '../node/support/http.mjs';
import { read, sign } from '../node/support/jwt.mjs';
import { Person } from '../node/support/person.mjs';
import { Postgres } from '../node/support/postgres.mjs';
import { secret, Tier } from '../node/support/tier.mjs';

export class Stage {
    // `random` chooses settings that matter.
    constructor(random) {
        this.settings = {
            fsync: random.pick(['on', 'off']),
            ROOST_CORES: String(random.between(1, 3)),
            ROOST_ROOM_MEMORY_BYTES: random.pick(['1048576', '67108864']),
        };
    }

    async set() {
        const { fsync, ...settings } = this.settings;
        this.postgres = await Postgres.start({ fsync });
        assert.equal((await this.#database('migrate')).code, 0, 'roost db migrate');
        const quick = { ROOST_BCRYPT_COST: '4', ROOST_DRAIN_WINDOW: '1' };
        this.api = await Tier.start('api', { DATABASE_URL: this.postgres.url, ...settings, ...quick });
        this.gateway = await Tier.start('gateway', { ROOST_UPSTREAM: this.api.url, ROOST_CORES: '1' });
        this.rest = { gateway: new Api(this.gateway.url), api: new Api(this.api.url) };
    }

    #database(...words) {
        return command(['db', ...words], { env: { DATABASE_URL: this.postgres.url } });
    }

    // An account whose token is a new one whenever it is looked at: a run may last longer than a token does.
    async person(name) {
        const person = await Person.register({ url: () => this.gateway.url }, name);
        const { header, claims } = read(person.token);
        const lifetime = claims.exp - claims.iat;
        const get = () => {
            const now = Math.floor(Date.now() / 1000);
            return sign(header, { ...claims, iat: now, nbf: now, exp: now + lifetime }, secret);
        };
        return Object.defineProperty(person, 'token', { get });
    }

    // Nothing ends but by a fault.
    assertAlive() {
        for (const { role, exit, log } of [this.api, this.gateway])
            assert.equal(
                exit,
                null,
                `roost ${role} ended by itself: ${JSON.stringify(exit)}\n${log.slice(-4_000)}`,
            );
    }

    // What the server's own check says of its database, unless it is right.
    async faultsOfDatabase() {
        const { code, stdout, stderr } = await this.#database('check');
        return code === 0 ? [] : [`roost db check: ${stdout}${stderr}`];
    }

    // An orderly end: what still runs must stop as it should.
    async clear() {
        await this.gateway.stop();
        await this.api.stop();
        await this.postgres.stop();
    }

    // After a failure: nothing is left running.
    async abandon() {
        for (const tier of [this.gateway, this.api]) if (tier && !tier.exit) await tier.kill9();
        await this.postgres?.stop('immediate');
    }

    // The data directory and what all processes wrote, for somebody to look at: gives where.
    keep() {
        const directory = mkdtempSync(join(tmpdir(), 'roost-chaos-'));
        if (this.postgres) cpSync(this.postgres.cluster, join(directory, 'postgres'), { recursive: true });
        for (const [name, { log } = {}] of Object.entries({
            postgres: this.postgres,
            api: this.api,
            gateway: this.gateway,
        }))
            writeFileSync(join(directory, `${name}.log`), log ?? '');
        return directory;
    }
}
