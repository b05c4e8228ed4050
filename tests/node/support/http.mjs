// REST as an application would speak it: fetch with JSON in and out, and what every answer has in common.
import assert from 'node:assert/strict';

export const password = 'correct horse battery';
export const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

let made = 0;
export function uniqueEmail() {
    made += 1;
    return `user-${process.pid}-${made}@example.com`;
}

export class Api {
    constructor(base) {
        this.base = base;
    }

    // `json` is encoded here, `body` goes out as it is. The answer: {status, headers, text, body}.
    async request(method, path, { token, json, body, headers = {} } = {}) {
        const sent = { ...headers };
        if (token !== undefined) sent.authorization = `Bearer ${token}`;
        if (json !== undefined || body !== undefined) sent['content-type'] ??= 'application/json';
        const answer = await fetch(this.base + path, {
            method,
            headers: sent,
            body: json === undefined ? body : JSON.stringify(json),
            redirect: 'manual',
            signal: AbortSignal.timeout(15_000),
        });
        const text = await answer.text();
        const isJson = /^application\/(problem\+)?json\b/.test(answer.headers.get('content-type') ?? '');
        return {
            status: answer.status,
            headers: answer.headers,
            text,
            body: isJson && text !== '' ? JSON.parse(text) : undefined,
        };
    }

    get(path, options) {
        return this.request('GET', path, options);
    }

    post(path, json, options) {
        return this.request('POST', path, { json, ...options });
    }

    // A new account: {user, token, refresh_token, email, password}.
    async register(name = 'Someone', email = uniqueEmail()) {
        const answer = await this.post('/api/auth/register', { email, password, name });
        assert.equal(answer.status, 201, answer.text);
        return { ...answer.body, email, password };
    }

    login(email, secret = password) {
        return this.post('/api/auth/login', { email, password: secret });
    }

    async say(token, content, more = {}) {
        const answer = await this.post('/api/messages', { content, ...more }, { token });
        assert.ok(answer.status === 201 || answer.status === 200, answer.text);
        return answer.body.message;
    }

    // The whole log of a room, oldest first, page by page.
    async log(room = 'lobby') {
        const messages = [];
        for (let after = 0; ;) {
            const page = await this.get(`/api/messages?room=${room}&limit=50&after=${after}`);
            assert.equal(page.status, 200, page.text);
            if (page.body.messages.length === 0) return messages;
            messages.push(...page.body.messages);
            assert.ok(messages.at(-1).seq > after, 'a page must lead on');
            after = messages.at(-1).seq;
        }
    }
}

// Any refusal is problem+json with every member of the contract.
export function assertProblem(answer, status, code) {
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json\b/);
    for (const member of ['type', 'title', 'detail', 'code', 'request_id']) {
        assert.equal(typeof answer.body[member], 'string', `${member} in ${answer.text}`);
        assert.notEqual(answer.body[member], '', `${member} in ${answer.text}`);
    }
    assert.equal(answer.body.status, status, 'the status member repeats the HTTP status');
    assert.match(answer.body.code, /^[a-z0-9_]+$/);
    assert.equal(answer.headers.get('x-request-id'), answer.body.request_id);
    if (code !== undefined) assert.equal(answer.body.code, code);
    if (status === 401) assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer\b/);
}

// An answer that says no more than that it is done.
export function assertDone(answer) {
    assert.equal(answer.status, 204, answer.text);
    assert.equal(answer.text, '');
}

// A 422 whose faults lie at exactly these JSON pointers.
export function assertFaults(answer, pointers) {
    assertProblem(answer, 422, 'invalid_input');
    assertFaultList(answer.body.errors, pointers);
}

// A 422 for this one rule at this one place.
export function assertFault(answer, pointer, code) {
    assertFaults(answer, [pointer]);
    assert.deepEqual(
        answer.body.errors.map((fault) => fault.code),
        [code],
    );
}

export function assertFaultList(errors, pointers) {
    assert.ok(Array.isArray(errors), 'errors is a list');
    for (const fault of errors) {
        for (const member of ['pointer', 'code', 'detail']) assert.equal(typeof fault[member], 'string');
        assert.notEqual(fault.code, '');
        assert.notEqual(fault.detail, '');
    }
    const found = [...new Set(errors.map((fault) => fault.pointer))].sort();
    assert.deepEqual(found, [...pointers].sort());
}

// Every member that the contract gives a message.
export function assertMessage(message, { content, user, room = 'lobby' }) {
    assert.equal(message.content, content);
    assert.equal(message.room, room);
    assert.ok(Number.isInteger(message.seq) && message.seq > 0, 'seq is a positive integer');
    assert.equal(message.changed_seq, message.seq, 'equal at birth');
    assert.match(message.id, new RegExp(`^[1-9][0-9]*-${message.seq}$`), 'id is "<room_id>-<seq>"');
    assert.deepEqual(message.user, { id: user.id, name: user.name });
    assert.match(message.inserted_at, timestamp);
    assert.match(message.updated_at, timestamp);
    assert.ok('metadata' in message, 'metadata is always there');
    assert.ok(!('deleted_at' in message), 'only a deleted message has deleted_at');
}

// What stays of a deleted message: `of` is the message as it was.
export function assertTombstone(message, of, user = of.user) {
    assert.ok(message.changed_seq > of.changed_seq, 'the deletion is a change');
    assert.match(message.deleted_at, timestamp);
    const { metadata, ...kept } = of;
    const { changed_seq, updated_at, deleted_at } = message;
    assert.match(updated_at, timestamp);
    assert.deepEqual(message, { ...kept, user, content: '', changed_seq, updated_at, deleted_at });
}

// The counter values 1, 2, 3 … without a hole or a repetition.
export function assertNoHoles(messages) {
    assert.deepEqual(
        messages.map((message) => message.seq),
        messages.map((_, index) => index + 1),
    );
}
