// What a group of channel tests shares: a server, two users and the words of the wire.
import { disconnectAll } from './channel.mjs';
import { Api } from './http.mjs';
import { closeAllRaw, RawSocket } from './raw.mjs';
import { Server } from './server.mjs';

export const topic = 'messages:lobby';
export const room = 'room:lobby';
export const ok = (joinRef, ref, where, response = {}) => [
    joinRef,
    ref,
    where,
    'phx_reply',
    { status: 'ok', response },
];

export class World {
    async start(cores) {
        this.server = await Server.start({ env: { ROOST_CORES: String(cores) } });
        this.api = new Api(this.server.url('gateway'));
        this.ann = await this.api.register('Ann');
        this.bob = await this.api.register('Bob');
    }

    // A raw WebSocket of one of the users.
    connect(user = this.ann, tier = 'api') {
        return RawSocket.connect(this.server.port(tier), user.token);
    }

    async stop() {
        disconnectAll();
        closeAllRaw();
        await this.server?.stop();
    }
}
