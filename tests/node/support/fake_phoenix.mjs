// A server that speaks as much of the channel protocol as a load generator needs, and breaks it on purpose.
import { once } from 'node:events';
import { WebSocketServer } from 'ws';

const servers = new Set();

export async function closeFakes() {
    for (const server of servers) {
        for (const client of server.clients) client.terminate();
        server.close();
    }
    servers.clear();
}

// What is broadcast goes to all members of its topic, the publisher's reply behind it. The faults:
// `deliver(send, frame, {receiver, count})` sends the frame to one receiver, as often as it likes; `receiver` is the
// number of the connection, `count` that of its delivery. `reply(ref, send)` is the status of a reply, null for none.
// `joined(socket)` is called when a socket has joined; a silent server lets nobody join.
export class FakePhoenix {
    heartbeats = 0;
    pushes = 0;
    #topics = new Map();
    #connections = 0;

    static async start(faults = {}) {
        const fake = new FakePhoenix();
        fake.faults = { deliver: (send, frame) => send(frame), reply: () => 'ok', joined: () => {}, ...faults };
        const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
        servers.add(server);
        await once(server, 'listening');
        fake.url = `ws://127.0.0.1:${server.address().port}/socket/websocket`;
        server.on('connection', (socket, request) => {
            socket.number = fake.#connections++;
            socket.deliveries = 0;
            fake.request = request;
            socket.on('message', (text) => fake.faults.isSilent || fake.#take(socket, JSON.parse(text)));
        });
        return fake;
    }

    #take(socket, [joinRef, ref, topic, event, payload]) {
        const { deliver, reply, joined } = this.faults;
        const answer = (status) =>
            socket.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', { status, response: {} }]));
        if (event === 'heartbeat') {
            this.heartbeats += 1;
            return answer('ok');
        }
        if (event === 'phx_join') {
            this.#topics.set(topic, [...(this.#topics.get(topic) ?? []), socket]);
            answer('ok');
            return joined(socket);
        }
        this.pushes += 1;
        const frame = JSON.stringify([null, null, topic, event, payload]);
        for (const receiver of this.#topics.get(topic))
            deliver((text) => receiver.send(text), frame, { receiver: receiver.number, count: receiver.deliveries++ });
        const status = reply(ref, answer);
        if (status) answer(status);
    }
}
