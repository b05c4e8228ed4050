// A WebSocket that speaks Phoenix V1: JSON objects.
import assert from 'node:assert/strict';
import { opcode, RawSocket } from './raw.mjs';

// Without `vsn` it is version 1 as well.
export const v1Path = (token, vsn = '&vsn=1.0.0') => `/socket/websocket?token=${token}${vsn}`;

export class V1Socket {
    #refs = 0;

    static async connect(port, token, vsn) {
        const socket = new V1Socket();
        socket.raw = await RawSocket.connect(port, undefined, { path: v1Path(token, vsn) });
        return socket;
    }

    // Members that are undefined are left out.
    send({ topic, event, payload = {}, ref = null, join_ref }) {
        this.raw.send({ topic, event, payload, ref, join_ref });
        return this;
    }

    // The next message; presence left out.
    async receive(what = 'a message') {
        for (;;) {
            const { payload } = await this.raw.nextFrame((f) => f.kind === opcode.text, what);
            const message = JSON.parse(payload.toString());
            assert.ok(
                message !== null && typeof message === 'object' && !Array.isArray(message),
                'an object',
            );
            if (!message.event.startsWith('presence_')) return message;
        }
    }

    async receiveUntil(fits, what) {
        for (const messages = []; ;) {
            messages.push(await this.receive(what));
            if (fits(messages.at(-1))) return messages;
        }
    }

    // Sends a push and returns all messages up to and with its reply.
    async call(topic, event, payload, joinRef) {
        this.#refs += 1;
        const ref = `call-${this.#refs}`;
        this.send({ topic, event, payload, ref, join_ref: joinRef });
        return this.receiveUntil((m) => m.event === 'phx_reply' && m.ref === ref, `the reply to ${event}`);
    }

    async join(topic, payload, joinRef) {
        const reply = (await this.call(topic, 'phx_join', payload, joinRef)).at(-1);
        assert.equal(reply.payload.status, 'ok', JSON.stringify(reply));
        return reply;
    }

    close() {
        this.raw.close();
    }
}
