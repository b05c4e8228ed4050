// The ways by which a poster can send one and the same operation: on a channel, or by REST to either tier.
//
// An operation is {kind: "post", room, content, client_id}, {kind: "edit", id, content} or {kind: "deletion", id}.
// The outcome: {acknowledged: the message, or true after a deletion}, {again: why it is worth another attempt},
// or {wrong: an answer that no fault explains}.
import { within } from '../node/support/wait.mjs';

const passing = new Set(['unavailable', 'overloaded', 'rate_limited', 'unmatched topic']);
const passingStatus = new Set([429, 502, 503, 504]);

export class ChannelWay {
    name = 'channel';
    #events = {
        post: ({ content, client_id }) => ['new_message', { content, client_id }],
        edit: ({ id, content }) => ['edit_message', { id, content }],
        deletion: ({ id }) => ['delete_message', { id }],
    };

    constructor(member) {
        this.member = member;
    }

    async send(operation, patienceMs) {
        // phoenix.js would keep it, and send it later.
        if (!this.member.channel.canPush()) return { again: 'not joined' };
        const [event, payload] = this.#events[operation.kind](operation);
        const { status, response } = await this.member.push(event, payload, patienceMs);
        if (status === 'ok') return { acknowledged: response.message ?? true };
        if (status === 'timeout') return { again: 'no reply' };
        return passing.has(response.reason)
            ? { again: response.reason }
            : { wrong: `${event} was answered ${JSON.stringify(response)}` };
    }
}

export class RestWay {
    #requests = {
        post: ({ room, content, client_id }) => ['POST', '/api/messages', { room, content, client_id }],
        edit: ({ id, content }) => ['PUT', `/api/messages/${id}`, { content }],
        deletion: ({ id }) => ['DELETE', `/api/messages/${id}`],
    };

    constructor(name, api, person) {
        Object.assign(this, { name, api, person });
    }

    // When it takes too long the request stays under way: the next attempt may meet it in the server.
    async send(operation, patienceMs) {
        const [method, path, json] = this.#requests[operation.kind](operation);
        const sent = this.api.request(method, path, { json, token: this.person.token });
        const answer = await within(sent, 'an answer', patienceMs).catch((error) => ({ error }));
        if (answer.error) return { again: answer.error.cause?.code ?? answer.error.message };
        if (answer.status < 300) return { acknowledged: answer.body?.message ?? true };
        if (passingStatus.has(answer.status)) return { again: String(answer.status) };
        return { wrong: `${method} was answered ${answer.status} ${answer.text} (${this.name})` };
    }

    // The latest page of the room, {seq, messages}; nothing when it could not be read.
    async read(room, patienceMs) {
        const sent = this.api.get(`/api/messages?room=${room}`);
        const answer = await within(sent, 'an answer', patienceMs).catch(() => null);
        return answer?.status === 200 ? answer.body : null;
    }
}
