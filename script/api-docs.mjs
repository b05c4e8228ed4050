// node script/api-docs.mjs ROOST FILE [--check]: replaces what stands between the markers
// `<!-- begin: NAME -->` and `<!-- end: NAME -->` of FILE by what the documents of ROOST say.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const [roost, file, check] = process.argv.slice(2);
const documentOf = (...flags) => JSON.parse(execFileSync(roost, ['openapi', ...flags], { encoding: 'utf8', maxBuffer: 1 << 24 }));
const openapi = documentOf();
const asyncapi = documentOf('--asyncapi');

const cell = (text) => text.replaceAll('|', '\\|');
const nameOf = (reference) => reference.split('/').at(-1);

// "text, 1 to 160", "number, 1 to 100, default 50", "list of message".
function typeOf(schema) {
    if (schema.$ref) return `[${nameOf(schema.$ref)}](#${nameOf(schema.$ref).toLowerCase()})`;
    const bounds = [];
    if (schema.type === 'string') {
        if (schema.format === 'date-time') return 'time';
        if (schema.maxLength !== undefined) bounds.push(`${schema.minLength} to ${schema.maxLength}`);
        if (/^\^\[[^\]]*\]\+\$$/.test(schema.pattern ?? '')) bounds.push(`of \`${schema.pattern.slice(1, -2)}\``);
        if (schema['x-max-bytes']) bounds.push(`at most ${schema['x-max-bytes']} bytes`);
    }
    if (schema.type === 'integer' && schema.maximum < Number.MAX_SAFE_INTEGER) bounds.push(`${schema.minimum} to ${schema.maximum}`);
    if (schema.type === 'object' && schema['x-max-bytes']) bounds.push(`at most ${schema['x-max-bytes']} bytes`);
    if (schema.default !== undefined) bounds.push(`default \`${schema.default}\``);
    const kind = { string: 'text', integer: 'number', boolean: 'true or false', object: 'object' }[schema.type];
    if (schema.type === 'array') return `list of ${typeOf(schema.items)}`;
    return [kind, ...bounds].join(', ');
}

function membersTable(schema, heading = 'Member') {
    const rows = Object.entries(schema.properties ?? {}).map(([name, member]) => {
        const optional = schema.required?.includes(name) || member.default !== undefined ? '' : ' (optional)';
        return `| \`${name}\`${optional} | ${typeOf(member)} | ${cell(member.description ?? '')} |`;
    });
    return [`| ${heading} | | |`, '|---|---|---|', ...rows].join('\n');
}

const who = (operation) => {
    if (operation.security.length === 0) return 'For anybody.';
    return operation.security.length > 1 ? 'For anybody; with a token, as its user.' : 'For callers.';
};

function curl(method, path, operation) {
    const values = Object.fromEntries(operation.parameters.filter((p) => p.in === 'path').map((p) => [p.name, p.example]));
    const url = `localhost:3000${path.replace(/\{(\w+)\}/g, (_, name) => values[name])}`;
    const parts = [`curl -s${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} ${url}`];
    if (operation.security.length === 1) parts.push(`-H "Authorization: Bearer $token"`);
    const body = operation.requestBody?.content['application/json'].example;
    if (body) {
        parts.push(`-H 'Content-Type: application/json'`);
        const text = JSON.stringify(body);
        parts.push(body.refresh_token ? `-d "{\\"refresh_token\\": \\"$refresh_token\\"}"` : `-d '${text}'`);
    }
    return parts.join(' \\\n    ');
}

function answersOf(operation) {
    const answers = [];
    const errors = [];
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
        if (status === 'default') continue;
        const schema = content?.['application/json']?.schema;
        if (schema || status.startsWith('2')) answers.push(`**${status}**${schema ? ` ${typeOf(schema)}` : ''}: ${description}`);
        const codes = Object.keys(content?.['application/problem+json']?.examples ?? {});
        errors.push(...codes.filter((code) => !everywhere.includes(code)).map((code) => `${status} \`${code}\``));
    }
    return `${answers.join('  \n')}${errors.length > 0 ? `\n\nErrors: ${errors.join(', ')}.` : ''}`;
}

// Told once, at the top.
const everywhere = ['malformed_request', 'not_acceptable', 'internal', 'unavailable', 'unauthorized', 'invalid_input', 'malformed_json', 'body_too_large', 'unsupported_media_type'];

function endpoint(path, method, operation) {
    const lines = [`#### ${method.toUpperCase()} ${path}`, '', `${operation.summary}. ${who(operation)}`];
    if (operation.description) lines.push(operation.description);
    const parameters = operation.parameters.filter((p) => p.in !== 'path');
    if (parameters.length > 0) {
        lines.push('', '| Parameter | | |', '|---|---|---|');
        for (const p of parameters)
            lines.push(`| \`${p.name}\`${p.in === 'header' ? ' (header)' : ''} | ${typeOf(p.schema)} | ${cell(p.description)} |`);
    }
    const body = operation.requestBody?.content['application/json'].schema;
    if (body) lines.push('', membersTable(openapi.components.schemas[nameOf(body.$ref)], 'Body'));
    lines.push('', answersOf(operation), '', '```sh', curl(method, path, operation), '```', '');
    return lines.join('\n');
}

function endpoints() {
    return openapi.tags
        .map(({ name, description }) => {
            const operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
                Object.entries(methods)
                    .filter(([, operation]) => operation.tags.includes(name))
                    .map(([method, operation]) => endpoint(path, method, operation)),
            );
            return [`### ${name}`, '', `${description}.`, '', ...operations].join('\n');
        })
        .join('\n');
}

// Of the answers; bodies are shown where they are taken.
function objects() {
    const bodies = new Set(
        Object.values(openapi.paths)
            .flatMap((methods) => Object.values(methods))
            .map((operation) => operation.requestBody?.content['application/json'].schema.$ref),
    );
    return Object.entries(openapi.components.schemas)
        .filter(([name, schema]) => schema.properties && !bodies.has(`#/components/schemas/${name}`))
        .map(([name, schema]) => `#### ${name}\n\n${membersTable(schema)}\n`)
        .join('\n');
}

const fields = (payload) => {
    if (!payload) return 'bytes';
    const schema = payload.$ref ? asyncapi.components.schemas[nameOf(payload.$ref)] : payload;
    const optional = (name) => (schema.required?.includes(name) ? '' : '?');
    return `{${Object.keys(schema.properties ?? {}).map((name) => name + optional(name)).join(', ')}}`;
};

function channels() {
    return Object.entries(asyncapi.channels)
        .map(([key, channel]) => {
            const operations = Object.values(asyncapi.operations).filter((o) => nameOf(o.channel.$ref) === key);
            const messageOf = (reference) => channel.messages[nameOf(reference.$ref)];
            const rows = operations.map((o) => {
                const message = messageOf(o.messages[0]);
                const reply = o.reply ? ` → \`${fields(messageOf(o.reply.messages[0]).payload?.properties.response)}\`` : '';
                return `| ${o.action === 'receive' ? 'in' : 'out'} | \`${message.name}\` | \`${fields(message.payload)}\`${reply} | ${cell(o.summary)} |`;
            });
            const address = channel.address.replace('{slug}', '<slug>');
            return [`### ${address}`, '', channel.description, '', '| | Event | Payload → reply | |', '|---|---|---|---|', ...rows, ''].join('\n');
        })
        .join('\n');
}

const before = readFileSync(file, 'utf8');
let after = before;
for (const [name, write] of Object.entries({ endpoints, objects, channels })) {
    const part = new RegExp(`(<!-- begin: ${name} -->\n)[\\s\\S]*?(<!-- end: ${name} -->)`);
    if (!part.test(after)) throw new Error(`${file} has no part ${name}`);
    after = after.replace(part, (_, begin, end) => `${begin}\n${write()}\n${end}`);
}
if (after === before) process.exit(0);
if (check) {
    console.error(`${file} is not what the contract says. Run script/api-docs.`);
    process.exit(1);
}
writeFileSync(file, after);
console.error(`${file} written`);
