// Where databases fail: a PostgreSQL, a proxy in front of it, a server behind that, and a crowd of people who post.
import { disconnectAll } from './channel.mjs';
import { Crowd } from './crowd.mjs';
import { FaultProxy } from './fault_proxy.mjs';
import { limited } from './limits.mjs';
import { Postgres } from './postgres.mjs';
import { Server } from './server.mjs';

export class FaultStand {
    // `settings` are PostgreSQL's.
    static async start(settings) {
        const stand = new FaultStand();
        try {
            await stand.#build(settings);
        } catch (error) {
            await stand.stop();
            throw error;
        }
        return stand;
    }

    async #build(settings) {
        this.postgres = await Postgres.start(settings);
        this.proxy = await FaultProxy.start(this.postgres.socketPath);
        const noRates = limited({ socketEventRate: 0, userEventRate: 0 });
        const env = { DATABASE_URL: this.proxy.url, ROOST_CORES: '2', ...noRates };
        this.server = await Server.start({ env });
        this.crowd = await Crowd.gather(this.server, this.postgres);
    }

    async stop() {
        disconnectAll();
        await this.server?.stop();
        await this.proxy?.stop();
        await this.postgres?.stop();
    }
}
