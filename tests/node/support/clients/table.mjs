// The clients that people have: one row each. `start(port, token, options)` gives one that begins to connect.
import { Socket as Phoenix18 } from 'phoenix';
import { Socket as Phoenix16 } from 'phoenix-1.6';
import { Socket as Phoenix17 } from 'phoenix-1.7';
import { PhoenixClient, version1 } from './phoenix.mjs';
import { SupabaseClient } from './realtime.mjs';

const running = new Set();

function row(name, make, traits) {
    return {
        name,
        ...traits,
        start(port, token, options) {
            const client = make(port, token, options);
            running.add(client);
            return client.start();
        },
        async connect(port, token, options) {
            const client = this.start(port, token, options);
            await client.connected();
            return client;
        },
    };
}

const phoenix = (name, Socket) => [
    row(name, (port, token, options) => new PhoenixClient(Socket, port, token, options), {
        speaks: 'phoenix',
        version: 2,
    }),
    row(
        `${name}, serializer version 1`,
        (port, token, options) => new PhoenixClient(Socket, port, token, { ...version1, ...options }),
        { speaks: 'phoenix', version: 1 },
    ),
];

const supabase = (name, more, version) =>
    row(name, (port, token, options) => new SupabaseClient(port, token, { ...more, ...options }), {
        speaks: 'supabase',
        version,
    });

export const clients = [
    ...phoenix('phoenix.js 1.8', Phoenix18),
    ...phoenix('phoenix.js 1.7', Phoenix17),
    ...phoenix('phoenix.js 1.6', Phoenix16),
    supabase('realtime-js', {}, 2),
    supabase('realtime-js, serializer version 1', { vsn: '1.0.0' }, 1),
];

export function stopAll() {
    for (const client of running) client.stop();
    running.clear();
}
