// Somebody with an account and a session: REST in their name, sockets, rooms.
import assert from 'node:assert/strict';
import { Api, password } from './http.mjs';
import { isReplyTo, RawSocket } from './raw.mjs';

// None is the beginning of another one.
let made = 0;
export function uniqueSlug() {
    made += 1;
    return `room-${process.pid}-${String(made).padStart(5, '0')}`;
}

export class Person {
    // `session` is what register and login answer, with the e-mail address.
    constructor(server, session) {
        this.server = server;
        this.api = new Api(server.url('gateway'));
        Object.assign(this, session);
    }

    static async register(server, name) {
        return new Person(server, await new Api(server.url('gateway')).register(name));
    }

    static async logIn(server, email, secret = password) {
        const answer = await new Api(server.url('gateway')).login(email, secret);
        assert.equal(answer.status, 200, answer.text);
        return new Person(server, { ...answer.body, email });
    }

    static admin(server) {
        return Person.logIn(server, 'admin@example.com', 'password123');
    }

    // The same account on another device.
    logInAgain() {
        return Person.logIn(this.server, this.email);
    }

    request(method, path, json) {
        return this.api.request(method, path, { json, token: this.token });
    }

    get(path) {
        return this.request('GET', path);
    }

    post(path, json) {
        return this.request('POST', path, json);
    }

    put(path, json) {
        return this.request('PUT', path, json);
    }

    patch(path, json) {
        return this.request('PATCH', path, json);
    }

    delete(path) {
        return this.request('DELETE', path);
    }

    // Another pair of tokens for this session; the ones before stay where they were.
    refresh(refresh_token = this.refresh_token) {
        return this.api.post('/api/auth/refresh', { refresh_token });
    }

    logOut() {
        return this.post('/api/auth/logout');
    }

    say(room, content, more) {
        return this.api.say(this.token, content, { room, ...more });
    }

    // A new room of this person's: as the server answered.
    async makeRoom(more = {}) {
        const answer = await this.post('/api/rooms', { slug: uniqueSlug(), name: 'A room', ...more });
        assert.equal(answer.status, 201, answer.text);
        return answer.body.room;
    }

    async addMember(slug, person) {
        const answer = await this.put(`/api/rooms/${slug}/members/${person.user.id}`);
        assert.equal(answer.status, 204, answer.text);
    }

    connect(tier = 'api') {
        return RawSocket.connect(this.server.port(tier), this.token);
    }

    // A socket that has joined messages:<slug> and taken its history: {socket, topic, joinRef}.
    async follow(slug, tier) {
        const socket = await this.connect(tier);
        const { joinRef } = await socket.joinMessages(slug);
        return { socket, topic: `messages:${slug}`, joinRef };
    }
}

// The server still answers on this socket; gives what it sent before that answer.
export async function assertAlive(socket) {
    const ref = `alive-${socket.ref()}`;
    socket.send([null, ref, 'phoenix', 'heartbeat', {}]);
    return (await socket.receiveUntil(isReplyTo(ref), 'the answer to a heartbeat')).slice(0, -1);
}

// The server closes the socket as one that may not go on (protocol 95).
export async function assertDisconnected(socket) {
    assert.equal((await socket.closedBy()).code, 1001);
}
