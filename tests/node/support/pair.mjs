// Ann and Bob on a server that does not limit how much they send.
import { disconnectAll } from './channel.mjs';
import { limited } from './limits.mjs';
import { Person } from './person.mjs';
import { closeAllRaw } from './raw.mjs';
import { Server } from './server.mjs';

// {server, ann, bob}; `env` are further settings.
export async function startPair({ cores = 3, env = {} } = {}) {
    const noRates = limited({ socketEventRate: 0, userEventRate: 0 });
    const server = await Server.start({ env: { ROOST_CORES: String(cores), ...noRates, ...env } });
    const [ann, bob] = await Promise.all(['Ann', 'Bob'].map((name) => Person.register(server, name)));
    return { server, ann, bob };
}

export async function stopPair(server) {
    disconnectAll();
    closeAllRaw();
    await server?.stop();
}
