// The binary frames of serializer version 2, byte for byte: sizes are one byte each, the payload is the rest.
import assert from 'node:assert/strict';

const kinds = { push: 0, reply: 1, broadcast: 2 };

function layOut(kind, fields, data) {
    const texts = fields.map((field) => Buffer.from(field));
    const sizes = texts.map((text) => {
        assert.ok(text.length <= 255, `${text.length} bytes do not fit`);
        return text.length;
    });
    return Buffer.concat([Buffer.from([kind, ...sizes]), ...texts, Buffer.from(data)]);
}

// What a client sends. Null refs are empty.
export function binaryPush([joinRef, ref, topic, event, data]) {
    return layOut(kinds.push, [joinRef ?? '', ref ?? '', topic, event], data);
}

// The frame of a broadcast as the client of supabase sends it: `json` is its payload, or `bytes` are.
export function userBroadcast({ joinRef, ref, topic, event, metadata = '', json, bytes }) {
    const fields = [joinRef, ref, topic, event, metadata].map((field) => Buffer.from(field));
    const encoding = bytes === undefined ? 1 : 0;
    const head = Buffer.from([3, ...fields.map((field) => field.length), encoding]);
    return Buffer.concat([head, ...fields, Buffer.from(bytes ?? JSON.stringify(json))]);
}

// What a server sends: {kind, joinRef?, ref?, topic, event or status, data}. Each size must fit, each text be UTF-8.
export function readBinary(bytes) {
    assert.ok(bytes.length > 0, 'an empty binary frame');
    const names = {
        [kinds.push]: ['joinRef', 'topic', 'event'],
        [kinds.reply]: ['joinRef', 'ref', 'topic', 'status'],
        [kinds.broadcast]: ['topic', 'event'],
    }[bytes[0]];
    assert.ok(names, `the unknown kind ${bytes[0]}`);
    const message = { kind: Object.keys(kinds)[bytes[0]] };
    let at = 1 + names.length;
    const utf8 = new TextDecoder('utf-8', { fatal: true });
    for (const [index, name] of names.entries()) {
        const size = bytes[1 + index];
        assert.ok(at + size <= bytes.length, `${name} reaches past the end of the frame`);
        message[name] = utf8.decode(bytes.subarray(at, at + size));
        at += size;
    }
    return { ...message, data: bytes.subarray(at) };
}
